"""How variants were adapted, side by side: what was trained and is kept, what it cost, and what was forgotten."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskzoo.files import read_json
from maskzoo.paths import Layout
from maskzoo.pretraining.run_file import FILE, read_run
from maskzoo.recipe.recipe import Recipe
from maskzoo.reporting.markdown import table
from maskzoo.reporting.numbers import number, percent, size


def read(recipe: Recipe, layout: Layout) -> list[dict[str, Any]]:
    """A row for every variant with a trained base, where one of them has an adapter or forgetting was measured.

    `full` names the variant on the same base that trained every weight, with which time and memory are compared.
    """
    seed = recipe.seeds.pretraining[0]
    rows: list[dict[str, Any]] = []
    for name, variant in recipe.variants.items():
        run = layout.run(name, seed) / FILE
        if recipe.bases[variant.base].fresh or not run.is_file():
            continue
        made = read_run(run.parent)
        adapted = made.adaptation
        rows.append(
            {
                "variant": name,
                "base": variant.base,
                "method": (adapted.method if adapted else None) or "full",
                "trainable_parameters": adapted.trainable_parameters if adapted else made.parameters,
                "parameters": made.parameters,
                "kept_bytes": adapted.stored.bytes if adapted else None,
                "step_seconds": made.step_seconds,
                "optimiser_bytes": made.optimiser_bytes,
                "peak_bytes": made.peak_rss_bytes if made.peak_device_bytes is None else made.peak_device_bytes,
                "validation_loss": made.validation_loss,
                "base_unchanged": adapted.base_unchanged if adapted else None,
                "forgetting": _forgotten(recipe, layout, name, variant.base),
            }
        )
    if all(row["method"] == "full" and row["forgetting"] is None for row in rows):
        return []
    for row in rows:
        row["full"] = next((o["variant"] for o in rows if o["method"] == "full" and o["base"] == row["base"]), None)
    return rows


def _forgotten(recipe: Recipe, layout: Layout, name: str, base: str) -> dict[str, Any] | None:
    """Pseudo-perplexity of the other domain's test documents before and after; None where it was not measured."""
    other = recipe.evaluation.forgetting
    if other is None:
        return None
    files = {"before": layout.forgotten(other, base), "after": layout.forgotten(other, name)}
    if not all(file.is_file() for file in files.values()):
        return None
    return {"domain": other, **{key: read_json(file)["per_word"] for key, file in files.items()}}


def section(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The rows as a Markdown table, and a sentence on how to read it; nothing where there are none."""
    from maskzoo.comparison.table import title_of

    if not rows:
        return []
    by_name = {row["variant"]: row for row in rows}
    header = ["model", "method", "trained", "of all", "kept", "step (x full)", "optimiser", "peak memory"]
    other = next((row["forgetting"] for row in rows if row["forgetting"]), None)
    if other is not None:
        header += [f"perplexity of {other['domain']}: before", "after"]
    header.append("adapter taken off")
    lines = []
    for row in rows:
        full = by_name.get(row["full"]) if row["full"] else None
        line = [
            title_of(row["variant"]),
            row["method"],
            f"{row['trainable_parameters']:,}",
            percent(row["trainable_parameters"] / row["parameters"], 2),
            _bytes(row["kept_bytes"]) if row["kept_bytes"] is not None else "the whole model",
            _step(row, full),
            _bytes(row["optimiser_bytes"]),
            _bytes(row["peak_bytes"]),
        ]
        if other is not None:
            line += _forgetting(row["forgetting"])
        lines.append([*line, {True: "the base, bit for bit", False: "NOT THE BASE"}.get(row["base_unchanged"], "")])
    text = (
        "`kept` is the adapter alone, on disk. Steps were timed as the runs went, beside all else that ran there; peak "
        "memory is that of the GPU, or of the whole process where there was none. `bench/adaptation.py` measures both "
        "side by side."
    )
    return ["## How the models were adapted", table(header, lines), text]


def _step(row: Mapping[str, Any], full: Mapping[str, Any] | None) -> str:
    if row["step_seconds"] is None:
        return ""
    text = f"{1000 * row['step_seconds']:,.0f} ms"
    if full is None or full is row or not full["step_seconds"]:
        return text
    return f"{text} ({row['step_seconds'] / full['step_seconds']:.2f})"


def _forgetting(found: Mapping[str, Any] | None) -> list[str]:
    if found is None or found["before"] is None or found["after"] is None:
        return ["", ""]
    return [number(found["before"]), number(found["after"])]


def _bytes(count: int | None) -> str:
    return "" if count is None else size(count)
