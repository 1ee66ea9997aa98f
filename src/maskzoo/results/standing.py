"""How far each domain got: what stages left on disk, and the headline of these results or of the record in git."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError
from maskzoo.files import read_json
from maskzoo.paths import Layout
from maskzoo.recipe.load import read_recipe, scales
from maskzoo.recipe.recipe import Recipe
from maskzoo.results.reading import headline
from maskzoo.results.run_record import run_record_file


@dataclass(frozen=True)
class Standing:
    """One scale of a domain.

    Attributes:
        done: the last stage that left its result on disk: released, compared, so many pretrained, corpus, or `-`.
        headline: who beat whom, in one line; None before there is a comparison.
        source: where the headline is from: the results folder, or the record in git.
        problem: why the recipe cannot be read; then the rest is empty.
    """

    scale: str
    variants: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    done: str = "-"
    headline: str | None = None
    source: str | None = None
    date: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Domain:
    """A domain as `maskzoo list` shows it; without scales where its domain.yaml cannot be read at all."""

    name: str
    title: str | None = None
    material: str | None = None
    scales: tuple[Standing, ...] = field(default=())
    problem: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def standing(name: str, results: Path, records: Path) -> Domain:
    """A domain with all its scales; what is broken is told, not raised."""
    folder = Path("domains") / name
    try:
        known = scales(folder)
    except UserError as error:
        return Domain(name, problem=str(error))
    found: list[Standing] = []
    title = material = None
    for scale in known:
        try:
            recipe = read_recipe(folder, scale)
        except UserError as error:
            found.append(Standing(scale, problem=str(error)))
            continue
        title, material = title or recipe.title, material or recipe.corpus.material
        layout = Layout(results, scale, name)
        found.append(
            Standing(
                scale,
                tuple(recipe.variants),
                tuple(recipe.tasks),
                tuple(recipe.probes),
                done(recipe, layout),
                *_told(layout, records),
            )
        )
    return Domain(name, title, material, tuple(found))


def done(recipe: Recipe, layout: Layout) -> str:
    """The last stage that left its result: released, compared, so many models pretrained, corpus, or nothing."""
    if all((layout.release(name) / "README.md").is_file() for name in recipe.release.variants):
        return "released"
    if (layout.comparison / "comparison.json").is_file():
        return "compared"
    wanted = [
        layout.run(variant, seed) / "run.json" for variant in recipe.variants for seed in recipe.seeds.pretraining
    ]
    trained = sum(path.is_file() for path in wanted)
    if trained:
        return f"{trained} of {len(wanted)} pretrained"
    return "corpus" if layout.funnel.is_file() else "-"


def _told(layout: Layout, records: Path) -> tuple[str | None, str | None, str | None]:
    """(headline, where it is from, date): of the results on disk, else of the record in git."""
    file = layout.comparison / "comparison.json"
    recorded = run_record_file(layout.domain, layout.scale, records)
    try:
        if file.is_file():
            comparison = read_json(file)
            return headline({"comparison": comparison}), str(layout.results), comparison["provenance"]["date"][:10]
        if recorded.is_file():
            record: Mapping[str, Any] = read_json(recorded)
            return headline(record), str(recorded), record["date"]
    except (ValueError, KeyError, TypeError):  # half-written or of another version: a list is no place to fail
        return None, None, None
    return None, None, None
