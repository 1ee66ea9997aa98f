"""Draws without replacement are exact, and the fast ones do what a slow loop would."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskzoo.masking.common.draw import budget, numbered, sizes_of, weighted, whole_units


def _inclusion(weights: list[float], count: int) -> np.ndarray:
    """Probability of every item to be among `count` drawn one after the other, by adding up all orders."""
    chances = np.zeros(len(weights))
    for order in permutations(range(len(weights)), count):
        left, chance = sum(weights), 1.0
        for item in order:
            chance *= weights[item] / left
            left -= weights[item]
        chances[list(order)] += chance
    return chances


@pytest.mark.parametrize("count", [1, 2, 3])
def test_weighted_draws_have_the_odds_of_drawing_one_after_the_other(count: int) -> None:
    weights = [1.0, 2.0, 3.0, 10.0]
    rows = 60_000
    hidden = weighted(
        np.tile(np.log(weights), (rows, 1)),
        np.ones((rows, 4), dtype=bool),
        np.full(rows, count),
        np.random.default_rng(0),
    )
    assert (hidden.sum(axis=1) == count).all()
    # three standard errors of 60,000 draws
    assert np.abs(hidden.mean(axis=0) - _inclusion(weights, count)).max() < 3 * 0.5 / rows**0.5


def test_what_weighs_nothing_is_never_drawn() -> None:
    weights = np.tile([-np.inf, 0.0, 0.0], (50, 1))
    hidden = weighted(weights, np.ones((50, 3), dtype=bool), np.full(50, 3), np.random.default_rng(0))
    assert (hidden == [False, True, True]).all()


def test_budgets_are_rounded_up_as_often_as_their_fraction_says() -> None:
    special = np.zeros((60_000, 7), dtype=bool)
    special[:, 0] = True
    found = budget(special, 0.4, np.random.default_rng(0))
    assert set(found) == {2, 3}
    assert found.mean() == pytest.approx(0.4 * 6, abs=0.006)


def test_units_begin_with_rows_documents_and_after_special_tokens() -> None:
    opens = np.array([[0, 0, 1, 0, 0, 0, 0, 1]])
    special = np.array([[0, 0, 0, 0, 1, 0, 0, 0]], dtype=bool)
    documents = np.array([[0, 0, 0, 0, 0, 0, 1, 1]])
    assert numbered(opens, special, documents).tolist() == [[0, 0, 1, 1, -1, 2, 3, 4]]


@given(st.integers(0, 2**32 - 1))
def test_whole_units_are_those_that_a_loop_takes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    special = rng.random((3, 20)) < 0.2
    units = numbered(rng.random((3, 20)) < 0.5, special, np.zeros((3, 20), dtype=np.int64))
    keys = rng.random(sizes_of(units).shape)
    keys[rng.random(keys.shape) < 0.2] = np.inf
    count = rng.integers(0, 12, 3)
    hidden = whole_units(units, keys, count)
    for row in range(3):
        left, expected = int(count[row]), set()
        for unit in np.argsort(keys[row], kind="stable"):
            size = int((units[row] == unit).sum())
            if 0 < size <= left and np.isfinite(keys[row, unit]):
                left -= size
                expected.add(int(unit))
        assert set(units[row][hidden[row]].tolist()) == expected
        assert hidden[row].sum() == count[row] - left
