"""The audit as small multiples: one panel a measure, one bar a tokenizer, one group of bars a language."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskzoo.reporting.numbers import listed
from maskzoo.reporting.style import BLUE, GREEN, SKY, SMALL, new_figure, save, wrapped

PANELS = (
    ("fertility", "tokens per word", "{:,.2f}"),
    ("continued_word_share", "words in pieces (%)", "{:.0f}"),
    ("unknown_characters", "unknown characters (%)", "{:.2f}"),
    ("bytes_per_token", "bytes per token", "{:,.2f}"),
    ("tokens_per_document", "tokens per document", "{:,.0f}"),
)
BAR = 0.8  # of the place between two bars
OTHERS = (BLUE, SKY)  # the tokenizers beside it


def draw(audit: Mapping[str, Any], target: Path) -> None:
    """Write audit.svg from what is in audit.json."""
    save(figure_of(audit), target)


def figure_of(audit: Mapping[str, Any]) -> Any:
    """The picture as a matplotlib figure: the audited tokenizer green, those of bases blue."""
    measures = audit["measures"]
    labels = list(measures)
    languages = sorted(next(iter(measures.values()))["by_language"])
    groups = ["all", *languages] if languages else [""]
    places = [group * (len(labels) + 0.7) + row for group in range(len(groups)) for row in range(len(labels))]
    figure, axes = new_figure(10, 1.05 + 0.3 * (places[-1] + 1), columns=len(PANELS))
    others = [label for label in labels if label != audit["tokenizer"]]
    colour = {label: OTHERS[place % len(OTHERS)] for place, label in enumerate(others)} | {audit["tokenizer"]: GREEN}
    for axis, (key, title, shown) in zip(axes, PANELS, strict=True):
        factor = 100 if "(%)" in title else 1
        found = [
            measures[label] if group in ("", "all") else measures[label]["by_language"][group]
            for group in groups
            for label in labels
        ]
        values = [factor * one[key] for one in found]
        axis.barh(places, values, height=BAR, color=[colour[label] for _ in groups for label in labels])
        top = max(values) or 1.0
        for place, value in zip(places, values, strict=True):
            axis.text(value + 0.03 * top, place, shown.format(value), va="center", fontsize=SMALL)
        axis.set_xlim(0, 1.45 * top)
        axis.set_title(title, fontsize=9)
        axis.set_xticks([])
        axis.spines["bottom"].set_visible(False)
        axis.set_yticks([])
        axis.invert_yaxis()
    first = axes[0]
    names = [f"{group}: {label}" if group else label for group in groups for label in labels]
    first.set_yticks(places, [wrapped(name, 28) for name in names], fontsize=9)
    first.tick_params(axis="y", length=0)
    sample = audit["sample"]
    figure.suptitle(
        f"Tokenizer {audit['tokenizer']} on {sample['documents']:,} documents ({listed(sample['splits'])})",
        x=0.01,
        ha="left",
        fontsize=11,
    )
    return figure
