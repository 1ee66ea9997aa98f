"""Metrics of ranks under weights are those of the examples drawn that often, as scikit-learn and SciPy have them."""

import warnings

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, roc_auc_score

from maskzoo.tasks.metrics import average_precision, roc_auc, spearman
from maskzoo.tasks.metrics.common.ranked import RankedSample, Ties


def case(seed: int, *, binary: bool, levels: int, size: int = 60):
    """Gold (examples, 1), scores (examples, 1) with ties where there are few levels, and weights (20, examples)."""
    rng = np.random.default_rng(seed)
    gold = rng.integers(2, size=(size, 1)) if binary else rng.integers(8, size=(size, 1))
    scores = (rng.integers(levels, size=(size, 1)) + 0.3 * gold) / levels
    weights = rng.multinomial(size, np.full(size, 1 / size), size=20)
    return gold.astype(float), scores, weights.astype(float)


def by_libraries(module, gold, scores):
    if module is spearman:
        return spearmanr(gold, scores).statistic
    return {roc_auc: roc_auc_score, average_precision: average_precision_score}[module](gold, scores)


@pytest.mark.parametrize("levels", [3, 10, 10**6])
@pytest.mark.parametrize("module", [roc_auc, average_precision, spearman])
@pytest.mark.parametrize("seed", [0, 1])
def test_each_resample_is_what_the_libraries_make_of_its_examples(module, levels, seed) -> None:
    gold, scores, weights = case(seed, binary=module is not spearman, levels=levels)
    sample = module.sample(gold, [scores, -scores])
    assert sample.values == pytest.approx([by_libraries(module, gold[:, 0], sign * scores[:, 0]) for sign in (1, -1)])
    found = sample.under(weights)
    for row, drawn in zip(found, weights.astype(int), strict=True):
        chosen = np.repeat(np.arange(len(gold)), drawn)
        expected = [by_libraries(module, gold[chosen, 0], sign * scores[chosen, 0]) for sign in (1, -1)]
        assert row == pytest.approx(expected)
    assert np.ptp(found[:, 0]) > 0.01


@pytest.mark.parametrize("module", [roc_auc, average_precision])
def test_columns_count_where_they_are_defined_and_missing_gold_is_left_out(module) -> None:
    gold, scores, _ = case(2, binary=True, levels=5)
    other, others, _ = case(3, binary=True, levels=5)
    other[::3] = np.nan
    three = np.concatenate([gold, other, np.ones_like(gold)], axis=1)  # the last has one class alone
    known = ~np.isnan(other[:, 0])
    expected = [
        by_libraries(module, gold[:, 0], scores[:, 0]),
        by_libraries(module, other[known, 0], others[known, 0]),
    ]
    found = module.sample(three, [np.concatenate([scores, others, scores], axis=1)]).values
    assert found == pytest.approx([np.mean(expected)])


def test_a_resample_of_one_class_has_the_value_of_what_is_not_defined() -> None:
    gold, scores, _ = case(4, binary=True, levels=5)
    weights = np.concatenate([gold.T, 1 - gold.T, np.ones_like(gold.T)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = roc_auc.sample(gold, [scores]).under(weights)[:, 0]
    assert found[:2].tolist() == [0.5, 0.5]
    assert found[2] == pytest.approx(roc_auc_score(gold, scores))


def test_answers_that_are_no_numbers_have_no_rank() -> None:
    gold, scores, weights = case(5, binary=True, levels=5)
    broken = scores.copy()
    broken[7] = np.nan
    found = roc_auc.sample(gold, [scores, broken]).under(weights)
    assert np.isnan(found).all(axis=0).tolist() == [False, True]
    missing = gold.copy()
    missing[7] = np.nan  # of an example that is left out nothing is asked
    assert np.isfinite(roc_auc.sample(missing, [broken]).values).all()


def test_answers_to_other_examples_are_refused() -> None:
    gold, scores, _ = case(6, binary=True, levels=5)
    with pytest.raises(ValueError, match="differ in length"):
        roc_auc.sample(gold, [scores[:-1]])


def test_many_resamples_are_weighed_in_blocks_with_the_same_result() -> None:
    gold, scores, weights = case(7, binary=True, levels=5)
    many = np.tile(weights, (40, 1))  # 800 x 60 is more than a block
    sample = roc_auc.sample(gold, [scores])
    assert np.array_equal(sample.under(many), np.tile(sample.under(weights), (40, 1)))


def test_ties_are_summed_group_by_group_in_ascending_order() -> None:
    ties = Ties(np.array([2.0, 1.0, 2.0, 3.0, 1.0]))
    assert ties.group.tolist() == [1, 0, 1, 2, 0]
    assert ties.sums(np.array([[1.0, 10.0, 100.0, 1000.0, 10000.0]])).tolist() == [[10010.0, 101.0, 1000.0]]
    assert isinstance(roc_auc.sample([[0.0], [1.0]], [[[0.1], [0.2]]]), RankedSample)
