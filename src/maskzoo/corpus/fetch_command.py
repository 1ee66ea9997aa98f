"""`maskzoo fetch`: bring everything that a domain reads from elsewhere onto this machine, before going offline."""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.source import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The recipe, and how many transfers at a time."""
    add_recipe_arguments(parser)
    parser.add_argument("--jobs", type=int, default=8, help="transfers at a time (default: 8)")


def run(options: argparse.Namespace) -> int:
    """Fetch all files of sources, tasks and probes into the cache, and the bases and data sets that the Hub holds.

    Raises:
        UserError: the first thing that cannot be had, and why.
    """
    from maskzoo.bases import base_folder
    from maskzoo.corpus.cache import Cache
    from maskzoo.corpus.fetch import fetch
    from maskzoo.corpus.hub import fetch_hub
    from maskzoo.corpus.sources import wanted_files

    recipe, layout = recipe_and_layout(options)
    cache = Cache.default()
    sources = {name: source for name, source, _ in sources_of(recipe)}
    wanted = [
        one for name, source, folder in sources_of(recipe) for one in wanted_files(source, name=name, folder=folder)
    ]
    found = fetch(wanted, cache, jobs=options.jobs, keep=True)
    size = sum(one.path.stat().st_size for one in found.values())
    origins = Counter(one.origin for one in found.values())
    parts = ", ".join(f"{count} from the {origin}" for origin, count in sorted(origins.items())) or "none needed"
    print(f"{recipe.name} ({recipe.scale}): {len(found)} files, {size / 1e6:.1f} MB in {cache.folder}: {parts}")
    for name, base in recipe.bases.items():
        if base.hub is not None:
            print(f"base {name}: {base.hub} in {base_folder(recipe, name, layout)}")
    for name, source in sources.items():
        if source.hub is not None:
            print(f"{name}: data set {source.hub.dataset} in {fetch_hub(source.hub, folder=recipe.folder, where=name)}")
    return 0


def sources_of(recipe: Recipe) -> Iterator[tuple[str, Source, Path]]:
    """Every source of a recipe, by the key that it has there, and the folder that its list of files lies in."""
    for name, source in recipe.corpus.sources.items():
        yield f"corpus.sources.{name}", source, recipe.folder
    for name, task in recipe.tasks.items():
        for part in ("all", "train", "validation", "test"):
            data = getattr(task.data, part)
            if data is not None:
                yield f"tasks.{name}.data.{part}", data, recipe.folder
    for name, suite in recipe.probes.items():
        if suite.data is not None:
            yield f"probes.{name}.data", suite.data, suite.folder
