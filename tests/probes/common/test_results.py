"""From items to values: weights of groups, and intervals that resample groups and the items within them."""

import numpy as np
import pytest

from maskzoo.probes.common.kind import Item, Measure, Measured
from maskzoo.probes.common.results import record, sample
from maskzoo.tasks.significance import interval

RIGHT = Measure("accuracy", "higher", "pairs", sum="right")
COST = Measure("pseudo-perplexity", "lower", "documents", sum="pll", count="words", statistic="perplexity")


def rows(shares: dict[str, float], size: int = 200) -> list[dict[str, object]]:
    """`size` items of each group, of which a share is right."""
    return [
        {"id": f"{group}-{number}", "group": group, "right": float(number < share * size)}
        for group, share in shares.items()
        for number in range(size)
    ]


def test_a_large_group_weighs_no_more_than_a_small_one():
    found = sample([[*rows({"a": 1.0}, 300), *rows({"b": 0.0}, 10)]], RIGHT)
    assert found.values[0] == pytest.approx(0.5)


def test_groups_that_differ_widen_the_interval_and_groups_that_agree_do_not():
    width = {}
    for name, shares in (("agree", [0.5] * 8), ("differ", [0.1, 0.9] * 4)):
        low, high = interval(sample([rows(dict(zip("abcdefgh", shares, strict=True)))], RIGHT))
        assert low < 0.5 < high
        width[name] = high - low
    items = 2 * 1.96 * np.sqrt(0.25 / 1600)  # of a proportion of as many items without groups
    assert width["agree"] == pytest.approx(items, rel=0.15)
    between = 2 * 1.96 * 0.4 / np.sqrt(8)  # the groups' values, drawn anew
    assert width["differ"] == pytest.approx(between, rel=0.15)


def test_without_groups_items_are_resampled_as_those_of_tasks_are():
    flat = [{key: value for key, value in row.items() if key != "group"} for row in rows({"a": 0.7})]
    low, high = interval(sample([flat], RIGHT))
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.21 / 200), rel=0.15)
    one_group = sample([rows({"a": 0.7})], RIGHT)
    assert interval(one_group) == pytest.approx((low, high)), "one group is none"


def test_a_perplexity_is_of_sums_over_documents():
    items = tuple(Item(f"d{number}", {"pll": -10.0 * number, "words": 5}) for number in (1, 2, 3))
    found = record([(None, Measured(items, {"tokens": 17}))], COST)
    assert found["value"] == pytest.approx(np.exp(60 / 15))
    assert found["groups"] == {}
    assert found["seeds"][0]["tokens"] == 17
    assert [row["id"] for row in found["seeds"][0]["documents"]] == ["d1", "d2", "d3"]
