"""What a drawn figure shows: places of its texts, colours of its marks."""

from itertools import pairwise

from maskzoo.reporting.style import save


def boxes(figure, texts):
    """Where visible texts stand, once the figure is laid out."""
    figure.canvas.draw()
    return [text.get_window_extent() for text in texts if text.get_visible() and text.get_text()]


def assert_ticks_apart(figure):
    """No label of an axis touches its neighbour, and none leaves the picture."""
    figure.canvas.draw()
    for axes in figure.axes:
        if not axes.get_visible():
            continue
        for axis, low, high in ((axes.xaxis, "x0", "x1"), (axes.yaxis, "y0", "y1")):
            first, last = sorted(axis.get_view_interval())
            shown = [tick.label1 for tick in axis.get_major_ticks() if first <= tick.get_loc() <= last]
            found = sorted(boxes(figure, shown), key=lambda box: getattr(box, low))
            for one, other in pairwise(found):
                assert getattr(one, high) < getattr(other, low), [text.get_text() for text in shown]
            assert all(box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1 for box in found)


def assert_inside(figure):
    """Every text of the panels ends within the picture."""
    texts = [text for axes in figure.axes for text in (*axes.texts, axes.title, axes._left_title, axes.xaxis.label)]
    assert all(box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1 for box in boxes(figure, texts))


def colours(axes):
    """The colours of the lines of axes, without the neutral ones."""
    from matplotlib.colors import to_hex

    from maskzoo.reporting.style import COLOURS

    return {colour for line in axes.lines if (colour := to_hex(line.get_color()).upper()) in COLOURS}


def svg(figure, tmp_path):
    """The text of the figure's file."""
    save(figure, tmp_path / "figure.svg")
    return (tmp_path / "figure.svg").read_text(encoding="utf-8")
