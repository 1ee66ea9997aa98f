"""The audit as small multiples: one panel a measure, one bar a tokenizer, one group of bars a language."""

from pathlib import Path
from typing import Any

from maskzoo.figures import COLOURS, new_figure, save

PANELS = (
    ("fertility", "tokens per word", "{:.2f}"),
    ("continued_word_share", "words in pieces (%)", "{:.0f}"),
    ("unknown_characters", "unknown characters (%)", "{:.2f}"),
    ("bytes_per_token", "bytes per token", "{:.2f}"),
    ("tokens_per_document", "tokens per document", "{:.0f}"),
)
BAR = 0.8  # of the place between two bars


def draw(audit: dict[str, Any], target: Path) -> None:
    """Write audit.svg from what is in audit.json."""
    measures = audit["measures"]
    labels = list(measures)
    languages = sorted(next(iter(measures.values()))["by_language"])
    groups = ["all", *languages] if languages else [""]
    places = [group * (len(labels) + 0.7) + row for group in range(len(groups)) for row in range(len(labels))]
    height = 1.0 + 0.3 * (places[-1] + 1)
    figure, axes = new_figure(11, height, columns=len(PANELS))
    for axis, (key, title, shown) in zip(axes, PANELS, strict=True):
        factor = 100 if "(%)" in title else 1
        found = [
            measures[label] if group in ("", "all") else measures[label]["by_language"][group]
            for group in groups
            for label in labels
        ]
        values = [factor * one[key] for one in found]
        colours = [COLOURS[row % len(COLOURS)] for _ in groups for row in range(len(labels))]
        axis.barh(places, values, height=BAR, color=colours)
        top = max(values) or 1.0
        for place, value in zip(places, values, strict=True):
            axis.text(value + 0.03 * top, place, shown.format(value), va="center", fontsize=8)
        axis.set_xlim(0, 1.3 * top)
        axis.set_xlabel(title)
        axis.set_yticks([])
        axis.invert_yaxis()
        axis.locator_params(axis="x", nbins=3)
    first = axes[0]
    first.set_yticks(
        places, [f"{group}: {label}" if group else label for group in groups for label in labels], fontsize=9
    )
    first.tick_params(axis="y", length=0)
    sample = audit["sample"]
    figure.suptitle(
        f"Tokenizer {audit['tokenizer']} on {sample['documents']:,} {' and '.join(sample['splits'])} documents",
        x=0.01,
        ha="left",
        fontsize=11,
    )
    save(figure, target)
