"""The comparison's picture shows what its numbers are, and nothing that nobody would compare."""

import pytest

from maskzoo.reporting.numbers import number
from maskzoo.reporting.pictures.dots import Dot, Panel, figure_of
from tests.reporting.pictures.looked import assert_inside, assert_ticks_apart, colours, svg

MODELS = [
    ("majority", "baseline"),
    ("general", "base"),
    ("scratch", "scratch"),
    ("full", "adapted"),
    ("lora", "adapted"),
]


def panel(values, **said):
    dots = [
        Dot(name, role, value, None if value is None else (0.8 * value, 1.2 * value), note="no MLM head")
        for (name, role), value in zip(MODELS, values, strict=True)
    ]
    return Panel(**{"title": "Clauses", "axis": "macro F1", "dots": dots, **said})


@pytest.mark.parametrize("worst", [25.0, 800.0, 4e4, 4.7e13])
def test_ticks_never_touch_and_no_axis_runs_to_the_moon(worst, tmp_path):
    figure = figure_of([panel([0.1, 0.4, 0.5, 0.6, 0.7]), panel([None, worst, 20.0, 22.9, 21.0], ratios=True)])
    assert_ticks_apart(figure)
    assert_inside(figure)
    low, high = figure.axes[1].get_xlim()
    assert high / low < 1e6
    pointed = "off the scale" in figure.axes[1].get_xlabel()
    assert pointed == (worst > 1e4)
    assert f">{number(worst)}</text>" in svg(figure, tmp_path), "the value is written, wherever its dot is"


def test_a_model_has_one_colour_in_all_panels_and_its_value_beside_it(tmp_path):
    first = panel([0.1, 0.4, 0.5, 0.6, 0.7])
    second = panel([0.2, None, 0.3, None, 0.8])
    figure = figure_of([first, second])
    assert colours(figure.axes[0]) >= colours(figure.axes[1])
    assert len(colours(figure.axes[0])) == 4
    text = svg(figure, tmp_path)
    assert ">0.700</text>" in text
    assert text.count(">no MLM head</text>") == 2
    for role in ("baseline", "base", "scratch", "adapted"):
        assert f">{role}</text>" in text, "a legend says what the marks mean"


def test_a_picture_without_panels_can_be_written(tmp_path):
    assert svg(figure_of([]), tmp_path).startswith("<?xml")


def test_names_and_titles_are_shown_whole(tmp_path):
    title = "Affinity of peptides for MHC class I (12 alleles), relatives kept on one side of the split"
    figure = figure_of([panel([0.1, 0.4, 0.5, 0.6, 0.7], title=title)] * 3)
    assert_inside(figure)
    shown = " ".join(figure.axes[0].get_title(loc="left").split())
    assert shown == title
