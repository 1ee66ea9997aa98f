"""The data sheet of a release: the domain's own words, then every source with licence, address and counts."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskzoo.files import read_json
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.source import Source
from maskzoo.recipe.task import Task
from maskzoo.release.origins import address
from maskzoo.reporting.markdown import Markdown, plain, tamed
from maskzoo.reporting.templates import page

OUTWARD = re.compile(
    r"(?<!!)\[([^\]]+)\]\((?:\.\./)+[^)]*\)"
)  # links into the project, which a release lies outside of


def data_sheet(recipe: Recipe, layout: Layout, funnel: Mapping[str, Any]) -> str:
    """Markdown: the domain's README.md where there is one, sources of the corpus, splits, data of tasks."""
    readme = recipe.folder / "README.md"
    own = readme.read_text(encoding="utf-8").strip() if readme.is_file() else f"# Data sheet: {plain(recipe.title)}"
    return page(
        "data_sheet",
        own=Markdown(OUTWARD.sub(r"\1", tamed(own))),
        scale=recipe.scale,
        sources=[_source(recipe, name, counts) for name, counts in funnel["sources"].items()],
        splits=[f"{split}: {_counted(counts)}" for split, counts in funnel["splits"].items()],
        tasks=[_task(name, task, layout.task(name) / "task.json") for name, task in recipe.tasks.items()],
    )


def _source(recipe: Recipe, name: str, counts: Mapping[str, Any]) -> dict[str, Any]:
    source = recipe.corpus.sources.get(name)
    sizes = {key: f"{counts[key]:,}" for key in ("documents", "bytes")}
    return {**counts, **sizes, "name": name, "about": _about(source) if source else []}


def _task(name: str, task: Task, prepared: Path) -> dict[str, Any]:
    given: dict[str, Source | None] = {
        part: getattr(task.data, part) for part in ("all", "train", "validation", "test")
    }
    counts = read_json(prepared)["counts"] if prepared.is_file() else {}
    return {
        "name": name,
        "title": task.title,
        "type": task.type.replace("_", " "),
        "metric": task.metric,
        "unit": task.own("unit"),
        "parts": [
            {"name": part, "licence": source.licence, "about": _about(source)}
            for part, source in given.items()
            if source is not None
        ],
        "examples": ", ".join(f"{split} {count:,}" for split, count in counts.items()),
    }


def _about(source: Source) -> list[str]:
    lines = [f"from: {address(source)}"]
    if source.sha256:
        lines.append(f"sha256: {source.sha256}")
    if source.files and source.url:
        lines.append(f"every file with its sha256: {Path(source.files).name} in the domain's folder")
    if source.attribution:
        lines.append(f"attribution: {source.attribution}")
    return lines


def _counted(counts: Any) -> str:
    found = counts if isinstance(counts, dict) else {"documents": counts}
    return ", ".join(f"{value:,} {key}" for key, value in found.items())
