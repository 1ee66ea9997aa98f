"""The verdict is a rule on numbers, held here against arithmetic done by hand."""

import pytest

from maskzoo.papers.verdict import NOT_COMPARABLE, NOT_REPRODUCED, REPRODUCED, of_direction, of_lesson, of_value


@pytest.mark.parametrize(
    ("mean", "low", "high", "word", "why"),
    [
        (82.4, 81.0, 83.8, REPRODUCED, ""),  # 1.0 below 83.4, which is the tolerance
        (84.4, 83.9, 84.9, REPRODUCED, ""),  # 1.0 above, though the interval lies above the paper's value
        (82.3, 81.6, 83.0, NOT_REPRODUCED, "ours is worse"),  # 1.1 below, and 83.4 outside 81.6 .. 83.0
        (85.0, 84.0, 86.0, NOT_REPRODUCED, "ours is better"),
        (82.0, 80.0, 84.0, NOT_COMPARABLE, "too few to tell"),  # 1.4 below, but 83.4 inside 80 .. 84
        (82.0, None, None, NOT_REPRODUCED, "ours is worse"),  # without an interval the tolerance alone decides
    ],
)
def test_a_value_is_reproduced_within_the_tolerance_and_not_beyond_what_chance_explains(mean, low, high, word, why):
    verdict = of_value(83.4, mean, low, high, 1.0)
    assert verdict.word == word
    assert why in verdict.why


def test_where_less_is_better_a_lower_value_is_the_better_one():
    assert of_value(9.32, 8.0, 7.9, 8.1, 0.5, lower_is_better=True).why == "ours is better"
    assert of_value(9.32, 11.0, 10.0, 12.0, 0.5, lower_is_better=True).why == "ours is worse"


def test_binary_fractions_are_no_reason_to_fail():
    assert of_value(0.1 + 0.2, 0.3, None, None, 1e-12).word == REPRODUCED
    assert of_value(0.0, 0.3, None, None, 0.1 + 0.2).word == REPRODUCED


@pytest.mark.parametrize(
    ("expected", "outcome", "word", "why"),
    [
        ("ahead", "better", REPRODUCED, ""),
        ("behind", "worse", REPRODUCED, ""),
        ("ahead", "worse", NOT_REPRODUCED, "the other way round"),
        ("behind", "better", NOT_REPRODUCED, "the other way round"),
        ("ahead", "unclear", NOT_REPRODUCED, "chance explains the difference"),
    ],
)
def test_a_lead_is_reproduced_only_by_a_clear_lead(expected, outcome, word, why):
    verdict = of_direction(expected, outcome)
    assert (verdict.word, verdict.why) == (word, why)


def test_the_lesson_holds_where_the_same_kind_is_clearly_ahead():
    assert of_lesson("baseline", "worse").word == REPRODUCED
    assert of_lesson("encoder", "better").word == REPRODUCED
    assert of_lesson("baseline", "better").why == "the other way round"
    assert of_lesson("encoder", "unclear").why == "neither is clearly ahead here"
