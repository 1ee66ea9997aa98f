"""One look for every picture: SVG, readable text, a dark page's colours, and one colour for a model everywhere."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from maskzoo.files import atomic_file

# Okabe & Ito (2008), Color Universal Design, without black and yellow, which one of the two backgrounds swallows;
# then further ones, told apart by their lightness
BLUE, VERMILION, GREEN, PINK, ORANGE, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
FURTHER = ("#8A63B8", "#9C7A2B", "#B23A48", "#3E9CA8", "#7A8F2A", "#C2692E", "#6674D9", "#A0507A")
COLOURS = (BLUE, VERMILION, GREEN, PINK, ORANGE, SKY, *FURTHER)
MARKERS = "osD^v<>pPXh"
INK, GREY, PALE, PAPER = "#1F2328", "#6A6F75", "#C9CED4", "#FFFFFF"
ON_DARK = {INK: "#E6EAEF", GREY: "#A2A9B1", PALE: "#454C54", PAPER: "#15191E"}

# a model's role in a comparison: what it looks like where it is the first of it
COLOUR_OF = {"baseline": GREY, "random": PINK, "base": BLUE, "scratch": ORANGE, "adapted": VERMILION}
MARKER_OF = {"baseline": "s", "random": "X", "base": "o", "scratch": "^", "adapted": "D"}

SMALL, LETTER = 8, 0.62  # points of small text; the width of a letter of it in its height, where it is not measured
STEPS = ((1, 2, 5), (1, 3), (1,))  # mantissas of the ticks of a logarithmic axis, the most first
MOST_TICKS = 5
NARROW = 6  # below this ratio of its ends a logarithmic axis looks like a linear one


def colours_of(models: Iterable[tuple[str, str]]) -> dict[str, str]:
    """name -> colour: the first model of a role has the role's, every further one a colour of its own.

    Args:
        models: (name, role) in the recipe's order, so that all pictures of a domain agree.
    """
    free = iter([colour for colour in COLOURS if colour not in COLOUR_OF.values()] * 9)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name, role in models:
        if name not in found:
            found[name] = COLOUR_OF[role] if role == "baseline" or role not in taken else next(free)
            taken.add(role)
    return found


def new_figure(width: float = 7.0, height: float = 3.5, *, columns: int = 1, rows: int = 1, **grid: Any) -> Any:
    """A matplotlib figure and its axes (one, else an array `(rows, columns)` without sides of 1); sizes in inches."""
    import matplotlib
    from cycler import cycler

    matplotlib.use("Agg")
    from matplotlib import pyplot

    pyplot.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "maskzoo",
            "text.parse_math": False,  # a title with `$\\frac$` is a title
            "font.size": 10,
            "axes.titlesize": 10,
            "axes.titlelocation": "left",
            "axes.labelcolor": INK,
            "axes.edgecolor": GREY,
            "axes.facecolor": "none",
            "axes.titlecolor": INK,
            "figure.facecolor": PAPER,
            "text.color": INK,
            "xtick.color": GREY,
            "ytick.color": GREY,
            "xtick.labelcolor": INK,
            "ytick.labelcolor": INK,
            "grid.color": PALE,
            "grid.linewidth": 0.6,
            "axes.axisbelow": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.prop_cycle": cycler(color=COLOURS),
            "legend.frameon": False,
            "figure.max_open_warning": 0,
        }
    )
    return pyplot.subplots(rows, columns, figsize=(width, height), layout="constrained", **grid)


def save(figure: Any, path: Path) -> None:
    """Write a figure as SVG, atomically and without a date, so that equal data give equal bytes.

    Where the reader's system is dark, so are paper and ink.
    """
    from matplotlib import pyplot

    with atomic_file(path) as temporary:
        figure.savefig(temporary, format="svg", metadata={"Date": None, "Creator": None})
        text = temporary.read_text(encoding="utf-8")
        temporary.write_text(text.replace('<style type="text/css">', f'<style type="text/css">{_DARK}', 1), "utf-8")
    pyplot.close(figure)


def _dark() -> str:
    """CSS that swaps the colours of paper and ink; those of data are readable on both."""
    swapped = [
        f'[style*="{part}: {light.lower()}"]{{{part}:{dark}!important}}'
        for light, dark in ON_DARK.items()
        for part in ("fill", "stroke")
    ]
    return "@media (prefers-color-scheme: dark){" + "".join(swapped) + "}"


_DARK = _dark()


def log_ticks(low: float, high: float) -> list[float]:
    """Round places on a logarithmic axis, two to five of them, evenly spread, also over many decades."""
    if high / low < NARROW:
        from matplotlib.ticker import MaxNLocator

        places = MaxNLocator(MOST_TICKS - 1, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        return [float(place) for place in places if low <= place <= high]
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for steps in STEPS:
        found = [step * 10.0**place for place in range(first, last + 1) for step in steps]
        found = [tick for tick in found if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]
        if len(found) <= MOST_TICKS:
            return found
    every = math.ceil(len(found) / MOST_TICKS)
    return found[::every]


def logarithmic(axis: Any, low: float, high: float, write: Callable[[float], str] | None = None) -> None:
    """Make the x (or y) axis of axes logarithmic from `low` to `high`, with ticks that do not touch.

    Args:
        axis: `axes.xaxis` or `axes.yaxis`.
        write: how a tick is written.
    """
    from matplotlib.ticker import FixedLocator, NullLocator

    axes, name = axis.axes, axis.axis_name
    getattr(axes, f"set_{name}scale")("log")
    getattr(axes, f"set_{name}lim")(low, high)
    axis.set_major_locator(FixedLocator(log_ticks(low, high)))
    axis.set_major_formatter(lambda value, _: (write or short)(value))
    axis.set_minor_locator(NullLocator())


def short(value: float) -> str:
    """A tick: `0.2`, `50`, `20 k`, `3 M`, `2e12`."""
    for end, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if end <= abs(value) < 1e12:
            return f"{value / (1e3 if unit == 'k' else end):g} {unit}"
    return f"{value:.0e}".replace("e+", "e") if abs(value) >= 1e12 else f"{value:,g}"


def handle(axes: Any, colour: str, marker: str, label: str, *, filled: bool = True, line: bool = False) -> Any:
    """An entry of a legend."""
    (found,) = axes.plot(
        [],
        [],
        marker,
        color=colour,
        markersize=6,
        fillstyle="full" if filled else "none",
        label=label,
        linestyle="-" if line else "none",
    )
    return found


def legend_below(figure: Any, handles: Sequence[Any], columns: int = 5, **other: Any) -> None:
    """One legend for all panels; none where there is nothing to say."""
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=min(columns, len(handles)), **other)


def wrapped(text: str, width: int) -> str:
    """A title or label over as many lines as it needs: nothing is cut off."""
    from textwrap import fill

    return fill(re.sub(r"\s+", " ", text), width, break_long_words=True)


def roles_in_order(models: Mapping[str, str]) -> list[str]:
    """The roles that are there, as legends and tables have them."""
    return [role for role in COLOUR_OF if role in models.values()]
