"""Values of papers against ours: hollow where nothing can be compared, labels out of each other's way."""

from maskzoo.reporting.pictures.claims import Claim, _cost, figure_of
from tests.reporting.pictures.looked import assert_ticks_apart, svg


def test_what_cannot_be_compared_is_hollow(tmp_path):
    scores = [Claim("pets", "breed", 0.9, 0.88, (0.8, 0.93)), Claim("pets", "colour", 0.5, 0.4, compared=False)]
    errors = [Claim("pets", "weight", 1.2, 31.0, verified=False), Claim("pets", "loss", 0.0, 2.0)]
    figure = figure_of(scores, errors)
    assert_ticks_apart(figure)
    styles = [
        line.get_fillstyle() for line in figure.axes[0].lines if line.get_marker() == "o" and len(line.get_xdata())
    ]
    assert styles == ["full", "none"]
    text = svg(figure, tmp_path)
    for shown in ("breed", "colour", "weight", "not comparable", "unverified in the paper", "pets"):
        assert f">{shown}</text>" in text


def test_a_label_in_the_way_of_another_costs_the_area_that_they_share():
    assert _cost((0, 0, 10, 9), [(5, 4, 20, 20)]) == 5 * 5
    assert _cost((0, 0, 10, 9), [(10, 0, 20, 9)]) == 0
