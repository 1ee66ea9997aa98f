"""What ranks are worth: recall within so many, and reciprocal ranks."""

import numpy as np
import pytest

from maskzoo.tasks.metrics import mrr, recall_at_1, recall_at_10
from maskzoo.tasks.metrics.common.ranks import rank_sample, within

RANKS = [[1.0], [2.0], [10.0], [11.0], [1.0]]
BEST = [[1.0]] * 5


@pytest.mark.parametrize(
    ("module", "value"), [(recall_at_1, 2 / 5), (recall_at_10, 4 / 5), (mrr, (2 + 1 / 2 + 1 / 10 + 1 / 11) / 5)]
)
def test_the_value_is_the_mean_of_what_each_rank_is_worth(module, value) -> None:
    sample = module.sample(BEST, [RANKS, BEST])
    assert sample.values == pytest.approx([value, 1.0])
    only_second = np.array([[0.0, 3.0, 0.0, 0.0, 0.0]])
    assert sample.under(only_second)[0][0] == pytest.approx(module.sample(BEST[:1], [RANKS[1:2]]).values[0])


def test_the_last_rank_within_counts_and_the_next_does_not() -> None:
    assert within(3)(np.array([1.0, 3.0, 4.0])).tolist() == [1.0, 1.0, 0.0]


def test_ranks_of_other_examples_are_refused() -> None:
    with pytest.raises(ValueError, match="4 references and 5 predictions differ in length"):
        rank_sample(BEST[:4], [RANKS], within(1))
