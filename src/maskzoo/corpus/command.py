"""`maskzoo corpus`: documents.parquet, dropped.parquet, funnel.json and funnel.svg of one domain.

A large corpus is shared out to jobs: `--shard 1/8` to `--shard 8/8` in any order and anywhere, then `--shards` with
their folders. The result is the same to the byte.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from maskzoo import stages
from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.corpus.evaluation_texts import EVALUATION_TEXTS, read_evaluation_texts
from maskzoo.errors import UserError
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe

if TYPE_CHECKING:
    from maskzoo.corpus.curate import Origin
    from maskzoo.corpus.decontamination import Evaluation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument(
        "--threads", type=int, default=None, help="processes that work on documents (default: all cores)"
    )
    parser.add_argument("--shard", metavar="NUMBER/OF", help="only work on these of the documents, and keep them aside")
    parser.add_argument(
        "--shards", nargs="*", type=Path, default=[], metavar="FOLDER", help="put these shards together: all there are"
    )


def run(options: argparse.Namespace) -> None:
    from maskzoo.corpus.cache import Cache
    from maskzoo.corpus.curate import Origin, curate_partition
    from maskzoo.corpus.partitions import Partition
    from maskzoo.corpus.sources import read_source
    from maskzoo.files import atomic_folder, sha256_of
    from maskzoo.recipe.folders import zoo_folder
    from maskzoo.recipe.load import against, read_recipe

    recipe, layout = recipe_and_layout(options)
    partition = Partition.read(options.shard) if options.shard is not None else None
    if partition is not None and options.shards:
        raise UserError("--shard makes one, --shards puts all together", expected="one of the two")
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
        files |= {f"{other}: {task}": path for task, path in found.items()}
    evaluation = {task: read_evaluation_texts(path) for task, path in files.items()}
    inputs = {f"{task}/{path.name}": sha256_of(path) for task, path in files.items()}
    asked = stages.asked("corpus", recipe)
    made_from = hashlib.sha256(json.dumps([asked, inputs], sort_keys=True).encode()).hexdigest()
    if partition is None:
        _whole(options, recipe, layout, origins, evaluation, inputs, made_from)
        return
    folder = layout.corpus_shard(partition.number, partition.of)
    with atomic_folder(folder) as building:
        documents = curate_partition(
            origins,
            building,
            partition=partition,
            curation=corpus,
            evaluation=evaluation,
            workers=options.threads,
            made_from=made_from,
        )
    print(f"{folder}: {documents} documents worked on")


def _whole(
    options: argparse.Namespace,
    recipe: Recipe,
    layout: Layout,
    origins: "list[Origin]",
    evaluation: "Evaluation",
    inputs: dict[str, str],
    made_from: str,
) -> None:
    """The corpus, from its sources or from its partitions."""
    from functools import partial

    from maskzoo import provenance
    from maskzoo.corpus.curate import curate
    from maskzoo.corpus.privacy_check import privacy_check
    from maskzoo.files import atomic_folder, write_json
    from maskzoo.materials import reason_title
    from maskzoo.reporting.pictures.funnel import draw

    corpus = recipe.corpus
    folder = layout.documents.parent
    with atomic_folder(folder) as building:
        funnel = curate(
            origins,
            building,
            curation=corpus,
            evaluation=evaluation,
            workers=options.threads,
            partitions=options.shards,
            made_from=made_from,
        )
        if corpus.privacy and any(source.simulated for source in corpus.sources.values()):
            check = privacy_check(layout.simulated, corpus.privacy.scrub, corpus.privacy.regions)
            funnel |= {"privacy_check": check} if check else {}
        funnel["provenance"] = provenance.stamp(inputs=inputs)
        write_json(building / layout.funnel.name, funnel)
        told = partial(reason_title, material=recipe.corpus.material)
        draw(funnel, building / layout.funnel_picture.name, reason=told)
    read = funnel["stages"][0]["documents_in"]
    kept = ", ".join(f"{counts['documents']} {split}" for split, counts in funnel["splits"].items())
    print(f"{folder}: {sum(c['documents'] for c in funnel['splits'].values())} of {read} documents kept ({kept})")


def evaluation_files(recipe: Recipe, layout: Layout) -> dict[str, Path]:
    """The published validation and test texts of every task of the recipe.

    Raises:
        UserError: a task has not been prepared.
    """
    files = {task: layout.task(task) / EVALUATION_TEXTS for task in recipe.tasks}
    for task, path in files.items():
        if not path.is_file():
            raise UserError(
                f"task {task!r} is not prepared: no {path}",
                where=f"{recipe.folder / 'domain.yaml'}: tasks.{task}",
                hint=f"decontamination reads it; run first: maskzoo tasks {recipe.folder} --scale {recipe.scale}",
            )
    return files
