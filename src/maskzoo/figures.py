"""One look for every picture: SVG, readable text, colours that colour-blind readers can tell apart."""

from pathlib import Path
from typing import Any

from maskzoo.files import atomic_file

# Okabe & Ito (2008), Color Universal Design
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")


def new_figure(width: float = 7.0, height: float = 3.5, *, columns: int = 1) -> tuple[Any, Any]:
    """A matplotlib figure and its axes (an array of axes when `columns` > 1); sizes in inches."""
    import matplotlib
    from cycler import cycler

    matplotlib.use("Agg")
    from matplotlib import pyplot

    pyplot.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "maskzoo",
            "font.size": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.prop_cycle": cycler(color=COLOURS),
        }
    )
    return pyplot.subplots(1, columns, figsize=(width, height), layout="constrained")


def save(figure: Any, path: Path) -> None:
    """Write a figure as SVG, atomically and without a date, so that equal data give equal bytes."""
    from matplotlib import pyplot

    with atomic_file(path) as temporary:
        figure.savefig(temporary, format="svg", metadata={"Date": None})
    pyplot.close(figure)
