"""Numbers as people read them."""

import pytest

from maskzoo.reporting import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.83329, "0.833"),
        (-0.3664, "-0.366"),
        (22.925, "22.93"),
        (432.29, "432.3"),
        (1130.94, "1,131"),
        (42209.38, "42,209"),
        (9.94e12, "9.9e+12"),
        (0.0, "0.000"),
    ],
)
def test_a_number_has_about_four_digits(value, text):
    assert numbers.number(value) == text


def test_a_difference_has_a_sign_and_its_interval_too():
    assert numbers.with_interval(0.0786, (-0.0041, 0.156), sign=True) == "+0.079 [-0.004, +0.156]"


def test_a_column_may_fix_its_decimals():
    assert numbers.with_interval(4.66621, (4.5, 4.8), digits=4) == "4.6662 [4.5000, 4.8000]"


def test_one_seed_has_no_interval():
    assert numbers.with_interval(0.5, None, bold=True) == "**0.500**"


@pytest.mark.parametrize(
    ("count", "text"),
    [(12, "12 B"), (98_300, "98.3 kB"), (123_456, "0.1 MB"), (5_200_000, "5.2 MB"), (2**31, "2.1 GB")],
)
def test_bytes_have_a_unit(count, text):
    assert numbers.size(count) == text


def test_a_small_p_is_a_bound():
    assert numbers.p_value(0.0004) == numbers.p_equals(0.0004) == "< 0.001"
    assert numbers.p_equals(0.007) == "= 0.007"


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")]
)
def test_names_are_listed(names, text):
    assert numbers.listed(names) == text


def test_few_weights_are_counted_out():
    assert [numbers.count_of(one) for one in (None, 1260, 860_832)] == ["", "1,260", "0.9 M"]
