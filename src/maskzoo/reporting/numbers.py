"""Numbers as people read them: the one way in which tables, cards, pages and pictures write a value."""

from collections.abc import Sequence

FROM_HERE = ((10, 3), (100, 2), (1000, 1))  # below the first, so many decimals; above the last none
UNREADABLE = 1e6  # from here on nobody reads the digits: a power of ten
SMALLEST_P = 0.001


def number(value: float, *, sign: bool = False, digits: int | None = None) -> str:
    """Four significant digits or so: `0.833`, `22.93`, `1,131`, `9.9e+12`.

    Args:
        sign: whether a plus stands before what is not negative.
        digits: decimals, where all numbers of a column have the same.
    """
    plus = "+" if sign else ""
    if digits is not None:
        return f"{value:{plus},.{digits}f}"
    if abs(value) >= UNREADABLE:
        return f"{value:{plus}.1e}"
    return f"{value:{plus},.{next((some for end, some in FROM_HERE if abs(value) < end), 0)}f}"


def interval(ends: Sequence[float], *, sign: bool = False, digits: int | None = None) -> str:
    """`[0.576, 0.729]`."""
    low, high = (number(end, sign=sign, digits=digits) for end in ends)
    return f"[{low}, {high}]"


def with_interval(
    value: float, ends: Sequence[float] | None, *, sign: bool = False, digits: int | None = None, bold: bool = False
) -> str:
    """`0.660 [0.576, 0.729]`; the number alone where there is no interval; in Markdown the number can be bold."""
    text = number(value, sign=sign, digits=digits)
    text = f"**{text}**" if bold else text
    return text if ends is None else f"{text} {interval(ends, sign=sign, digits=digits)}"


def percent(share: float, digits: int = 1) -> str:
    """`2.5 %` of a share of 1."""
    return f"{100 * share:.{digits}f} %"


def size(count: int) -> str:
    """Bytes as `15.7 MB`."""
    for unit, one in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= one * (0.1 if unit == "MB" else 1):  # a tenth of a megabyte is still read as one
            return f"{count / one:,.1f} {unit}"
    return f"{count} B"


def count_of(parameters: int | None) -> str:
    """Weights as `0.9 M`; few are counted out; nothing where they are not known."""
    if parameters is None:
        return ""
    return f"{parameters / 1e6:,.1f} M" if parameters >= 1e5 else f"{parameters:,}"


def p_value(value: float) -> str:
    """`0.007`, or that it is below the smallest that is written."""
    return f"{value:.3f}" if value >= SMALLEST_P else f"< {SMALLEST_P}"


def p_equals(value: float) -> str:
    """A p-value within a sentence: `= 0.007`, `< 0.001`."""
    return f"= {p_value(value)}" if value >= SMALLEST_P else p_value(value)


def listed(names: Sequence[str]) -> str:
    """`a, b and c`."""
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
