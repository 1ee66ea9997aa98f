"""The data sheet of a release: the domain's own words, then every source with licence, address and counts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskzoo.files import read_json
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.source import Source
from maskzoo.release.origins import address


def data_sheet(recipe: Recipe, layout: Layout, funnel: Mapping[str, Any]) -> str:
    """Markdown: the domain's README.md where there is one, sources of the corpus, splits, data of tasks."""
    own = recipe.folder / "README.md"
    parts = [own.read_text(encoding="utf-8").strip() if own.is_file() else f"# Data sheet: {recipe.title}"]
    parts.append(f"## Corpus at scale `{recipe.scale}`")
    for name, counts in funnel["sources"].items():
        source = recipe.corpus.sources.get(name)
        lines = [
            f"- licence: {counts['licence']}",
            f"- language: {counts['language'] or 'not stated'}",
            f"- documents: {counts['documents']:,}; bytes: {counts['bytes']:,}",
            *(_about(source) if source else []),
        ]
        parts.append(f"### {name}\n\n" + "\n".join(lines))
    splits = [
        f"- {split}: " + ", ".join(f"{value:,} {key}" for key, value in _counts(counts).items())
        for split, counts in funnel["splits"].items()
    ]
    parts.append("### Splits\n\n" + "\n".join(splits))
    if recipe.tasks:
        parts.append("## Tasks\n\nUsed to evaluate; not in the weights.")
    for name, task in recipe.tasks.items():
        unit = f"; unit: {task.own('unit')}" if task.own("unit") else ""
        lines = [f"- type: {task.type.replace('_', ' ')}; metric: {task.metric}{unit}"]
        for part in ("all", "train", "validation", "test"):
            given: Source | None = getattr(task.data, part)
            if given is not None:
                lines += [f"- {part}: licence {given.licence}", *(f"  {line}" for line in _about(given))]
        prepared = layout.task(name) / "task.json"
        if prepared.is_file():
            counts = read_json(prepared)["counts"]
            lines.append("- examples: " + ", ".join(f"{split} {count:,}" for split, count in counts.items()))
        parts.append(f"### {task.title} (`{name}`)\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _about(source: Source) -> list[str]:
    lines = [f"- from: {address(source)}"]
    if source.sha256:
        lines.append(f"- sha256: {source.sha256}")
    if source.files and source.url:
        lines.append(f"- every file with its sha256: {Path(source.files).name} in the domain's folder")
    if source.attribution:
        lines.append(f"- attribution: {source.attribution}")
    return lines


def _counts(value: Any) -> dict[str, int]:
    return value if isinstance(value, dict) else {"documents": value}
