"""`maskzoo study`: the table and the picture of a study, from its runs."""

import argparse
import sys
from pathlib import Path

from maskzoo.errors import UserError
from maskzoo.files import sha256_of
from maskzoo.paths import Layout


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", help="a file of studies/ or its name, for example studies/masking")
    parser.add_argument("--results", type=Path, default=Path("results"), help="where stages read and write")
    parser.add_argument(
        "--into", type=Path, metavar="FOLDER", help="also keep table, picture and numbers there, such as docs/studies"
    )
    parser.add_argument(
        "--variants", action="store_true", help="only say which variants the study trains, each on a line"
    )


def run(options: argparse.Namespace) -> int:
    from maskzoo.provenance import stamp
    from maskzoo.recipe.study import read_study, studied_recipe
    from maskzoo.studies.kept import keep, write
    from maskzoo.studies.measures import runs_of
    from maskzoo.studies.table import outcome

    file = Path(options.study).with_suffix("")
    folder = file.parent if file.parent != Path() else Path("studies")
    study = read_study(file.name, folder)
    recipe = studied_recipe(study, domains=folder.parent / "domains")
    if options.variants:
        print("\n".join(recipe.variants))
        return 0
    layout = Layout(options.results, study.scale, study.domain)
    runs, missing = runs_of(study, recipe, layout)
    if not any(sum(run.cell == cell for run in runs) == len(study.seeds) for cell in study.cells):
        raise UserError(
            f"no cell of {study.name} is finished: {missing[0]} is not",
            where=str(layout.root / "models"),
            hint=f"run: snakemake --cores 8 studies/{study.name}",
        )
    found = outcome(study, runs, missing, recipe.tasks)
    inputs = {
        f"{run.cell} seed {run.seed}": sha256_of(
            layout.run(study.variant_of(run.cell), recipe.pretraining_seed(run.seed)) / "run.json"
        )
        for run in runs
    }
    # what makes the runs and this, whoever wrote it to whichever folder
    stamped = {**found, "provenance": {**stamp(inputs=inputs), "command": f"snakemake studies/{study.name}"}}
    target = layout.study(study.name) / "study.md"
    write(stamped, target)
    print(f"{study.name}: {len(found['cells'])} of {len(study.cells)} cells: {target}", file=sys.stderr)
    if options.into:
        print(keep(stamped, options.into), file=sys.stderr)
    return 0
