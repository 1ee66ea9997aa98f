"""Uniform masking keeps its budget to the token and never touches a special one."""

import numpy as np
import pytest

from maskzoo.masking import uniform
from maskzoo.masking.common.text import Text


def select(ids: np.ndarray, *, special: np.ndarray, rate: float, rng: np.random.Generator) -> np.ndarray:
    return uniform.select(Text.of(ids, special), rate=rate, settings=uniform.Settings(), rng=rng, state={})


def _case(batch: int = 400, length: int = 50) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    ids = rng.integers(5, 60, (batch, length))
    special = rng.random((batch, length)) < rng.random((batch, 1)) * 0.5
    return ids, special


@pytest.mark.parametrize("rate", [0.05, 0.15, 0.4, 0.8])
def test_every_row_is_within_one_token_of_its_budget(rate: float) -> None:
    ids, special = _case()
    hidden = select(ids, special=special, rate=rate, rng=np.random.default_rng(0))
    assert not (hidden & special).any()
    assert (np.abs(hidden.sum(1) - rate * (~special).sum(1)) < 1).all()


def test_the_mean_rate_is_exact_even_for_short_rows() -> None:
    ids = np.zeros((40_000, 5), dtype=np.int64)
    hidden = select(ids, special=np.zeros(ids.shape, dtype=bool), rate=0.15, rng=np.random.default_rng(0))
    assert hidden.mean() == pytest.approx(0.15, abs=0.002)
    assert set(hidden.sum(1)) == {0, 1}


def test_positions_are_equally_likely() -> None:
    ids = np.zeros((40_000, 10), dtype=np.int64)
    hidden = select(ids, special=np.zeros(ids.shape, dtype=bool), rate=0.3, rng=np.random.default_rng(0))
    assert np.abs(hidden.mean(0) - 0.3).max() < 0.012


def test_the_generator_alone_decides() -> None:
    ids, special = _case()
    first, again, other = (
        select(ids, special=special, rate=0.15, rng=np.random.default_rng(seed)) for seed in ((1, 2), (1, 2), (1, 3))
    )
    assert (first == again).all()
    assert (first != other).any()


def test_rows_of_nothing_but_specials_stay_whole() -> None:
    ids = np.zeros((3, 8), dtype=np.int64)
    assert not select(ids, special=np.ones(ids.shape, dtype=bool), rate=0.9, rng=np.random.default_rng(0)).any()
