"""Loss curves: a colour a variant, the comparison's own."""

import numpy as np
import pytest

from maskzoo.reporting import style
from maskzoo.reporting.pictures.curves import figure_of, smoothed
from tests.reporting.pictures.looked import assert_ticks_apart, colours, svg

MODELS = [("general", "base"), ("scratch", "scratch"), ("adapted", "adapted"), ("untrained", "random")]


def lines(steps=200):
    found = [{"step": step, "loss": 9 - step / 50} for step in range(1, steps, 10)]
    return [*found, {"step": 0, "validation_loss": 9.0}, {"step": steps, "validation_loss": 4.0}]


def test_every_variant_has_the_colour_that_the_comparison_gives_it(tmp_path):
    runs = {
        ("scratch", 0): lines(),
        ("adapted", 0): lines(),
        ("adapted", 1): lines(),
        ("untrained", 0): [{"step": 0, "validation_loss": 9.0}],
    }
    figure = figure_of(runs, MODELS, {"scratch": "From $scratch$"})
    assert colours(figure.axes[0]) == colours(figure.axes[1]) == {style.ORANGE, style.VERMILION}
    assert_ticks_apart(figure)
    text = svg(figure, tmp_path)
    assert text.count(">From $scratch$</text>") == text.count(">adapted</text>") == 1, (
        "seeds share a line of the legend"
    )
    assert ">untrained</text>" not in text, "what has no curve has no legend"


def test_short_curves_are_shown_as_they_are_and_long_ones_lightly_smoothed():
    short = np.array([5.0, 3.0, 4.0])
    assert smoothed(short).tolist() == short.tolist()
    noise = np.random.default_rng(0).normal(size=600) + 3
    assert smoothed(noise).std() < 0.3
    assert smoothed(np.full(600, 3.0)) == pytest.approx(np.full(600, 3.0))
