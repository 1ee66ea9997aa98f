"""`maskzoo corpus`: documents.parquet, dropped.parquet, funnel.json and funnel.svg of one domain."""

import argparse
from pathlib import Path

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe

EVALUATED = ("validation", "test")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument(
        "--threads", type=int, default=None, help="processes that work on documents (default: all cores)"
    )


def run(options: argparse.Namespace) -> None:
    from maskzoo import provenance
    from maskzoo.corpus.cache import Cache
    from maskzoo.corpus.curate import Origin, curate
    from maskzoo.corpus.funnel_picture import draw
    from maskzoo.corpus.privacy_check import privacy_check
    from maskzoo.corpus.sources import read_source
    from maskzoo.files import atomic_folder, sha256_of, write_json
    from maskzoo.recipe.folders import zoo_folder
    from maskzoo.recipe.load import against, read_recipe

    recipe, layout = recipe_and_layout(options)
    corpus = recipe.corpus
    cache = Cache.default()
    origins = [
        Origin(
            name,
            read_source(source, name=name, folder=recipe.folder, simulated=layout.simulated, cache=cache),
            source.licence,
            source.language,
        )
        for name, source in corpus.sources.items()
    ]
    files = evaluation_files(recipe, layout) if corpus.decontamination else {}
    for other in against(recipe) if corpus.decontamination else ():
        found = evaluation_files(read_recipe(zoo_folder(recipe.folder) / other, recipe.scale), layout.of(other))
        files |= {f"{other}: {task}": paths for task, paths in found.items()}
    evaluation = {task: {path.stem: _texts(path) for path in paths} for task, paths in files.items()}
    folder = layout.documents.parent
    with atomic_folder(folder) as building:
        funnel = curate(origins, building, curation=corpus, evaluation=evaluation, workers=options.threads)
        if corpus.privacy and any(source.simulated for source in corpus.sources.values()):
            check = privacy_check(layout.simulated, corpus.privacy.scrub, corpus.privacy.regions)
            funnel |= {"privacy_check": check} if check else {}
        inputs = {f"{task}/{path.name}": sha256_of(path) for task, paths in files.items() for path in paths}
        funnel["provenance"] = provenance.stamp(inputs=inputs)
        write_json(building / layout.funnel.name, funnel)
        draw(funnel, building / layout.funnel_picture.name, material=recipe.corpus.material)
    read = funnel["stages"][0]["documents_in"]
    kept = ", ".join(f"{counts['documents']} {split}" for split, counts in funnel["splits"].items())
    print(f"{folder}: {sum(c['documents'] for c in funnel['splits'].values())} of {read} documents kept ({kept})")


def evaluation_files(recipe: Recipe, layout: Layout) -> dict[str, list[Path]]:
    """The validation and test splits of every task of the recipe.

    Raises:
        UserError: a task has not been prepared.
    """
    files = {task: [layout.task(task) / f"{split}.parquet" for split in EVALUATED] for task in recipe.tasks}
    for task, paths in files.items():
        for path in paths:
            if not path.is_file():
                raise UserError(
                    f"task {task!r} is not prepared: no {path}",
                    where=f"{recipe.folder / 'domain.yaml'}: tasks.{task}",
                    hint=f"decontamination reads it; run first: maskzoo tasks {recipe.folder} --scale {recipe.scale}",
                )
    return files


def _texts(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    texts: list[str] = pq.read_table(path, columns=["text"]).column("text").to_pylist()
    return texts
