"""Differences, intervals and verdicts against arithmetic done by hand."""

import math

import pytest

from maskzoo.studies.verdicts import spread, verdicts

T2 = 4.302652729911275  # Student, 97.5 %, two degrees of freedom


def test_the_interval_is_students():
    found = spread([1.0, 2.0, 3.0])
    assert found.mean == 2.0
    assert found.interval == pytest.approx((2 - T2 / math.sqrt(3), 2 + T2 / math.sqrt(3)))
    assert spread([1.0]).interval is None


def test_a_shift_that_every_seed_shows_is_no_noise_however_far_the_seeds_are_apart():
    values = {"reference": [1.0, 2.0, 3.0], "lower": [0.9, 1.901, 2.899], "higher": [1.2, 2.201, 3.199]}
    found = verdicts(values, "reference")
    assert found["lower"].word == "better"
    assert found["higher"].word == "worse"
    assert found["lower"].difference.mean == pytest.approx(-0.1)
    assert verdicts(values, "reference", lower_is_better=False)["lower"].word == "worse"


def test_a_shift_within_the_spread_of_its_differences_is_noise():
    found = verdicts({"reference": [1.0, 2.0, 3.0], "other": [0.8, 2.1, 2.9]}, "reference")["other"]
    assert found.word == "noise"
    difference, error = -0.2 / 3, math.sqrt(sum((d + 0.2 / 3) ** 2 for d in (-0.2, 0.1, -0.1)) / 2 / 3)
    assert found.difference.mean == pytest.approx(difference)
    # Student with two degrees of freedom has a closed form
    t = abs(difference) / error
    assert found.p == pytest.approx(1 - t / math.sqrt(t**2 + 2))


def test_more_cells_need_clearer_differences():
    one = {"reference": [1.0, 2.0, 3.0], "a": [0.9, 1.89, 2.93]}
    many = {**one, **{f"same{i}": [1.01, 1.99, 3.0 + 0.001 * i] for i in range(9)}}
    assert verdicts(one, "reference")["a"].p < 0.05
    assert verdicts(many, "reference")["a"].p == pytest.approx(10 * verdicts(one, "reference")["a"].p)
    assert verdicts(many, "reference")["a"].word == "noise"


def test_one_seed_says_nothing():
    found = verdicts({"reference": [1.0], "a": [0.5]}, "reference")["a"]
    assert (found.p, found.word, found.difference.interval) == (None, "one seed", None)
