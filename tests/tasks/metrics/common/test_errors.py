"""Errors of numbers: means over targets, what is missing left out, what is no number never taken for 0."""

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from maskzoo.tasks.metrics import mae, r2, rmse
from maskzoo.tasks.metrics.common.errors import error_sample, means

LIBRARY = {mae: mean_absolute_error, rmse: root_mean_squared_error, r2: r2_score}


def case() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    gold = rng.normal(size=(40, 2)) * [1.0, 50.0]
    predicted = gold + rng.normal(size=gold.shape) * [0.5, 20.0]
    gold[rng.random(gold.shape) < 0.2] = np.nan
    return gold, predicted


@pytest.mark.parametrize("module", LIBRARY, ids=lambda module: module.__name__.rpartition(".")[2])
def test_targets_are_measured_as_scikit_learn_does_and_weigh_the_same(module) -> None:
    gold, predicted = case()
    known = ~np.isnan(gold)
    expected = np.mean([LIBRARY[module](gold[k, n], predicted[k, n]) for n, k in enumerate(known.T)])
    assert module.sample(gold, [predicted]).values == pytest.approx([expected])
    weights = np.random.default_rng(1).integers(4, size=(1, 40)).astype(float)
    drawn = np.repeat(np.arange(40), weights[0].astype(int))
    assert module.sample(gold, [predicted]).under(weights)[0] == pytest.approx(
        module.sample(gold[drawn], [predicted[drawn]]).values
    )


@pytest.mark.parametrize("module", LIBRARY, ids=lambda module: module.__name__.rpartition(".")[2])
@pytest.mark.parametrize("answer", [np.nan, np.inf, -np.inf])
def test_an_answer_that_is_no_number_makes_the_value_none(module, answer) -> None:
    gold, predicted = case()
    place = int(np.flatnonzero(~np.isnan(gold[:, 0]))[0])
    broken = predicted.copy()
    broken[place, 0] = answer
    found = module.sample(gold, [predicted, broken]).values
    assert np.isfinite(found).tolist() == [True, False]
    asked_for_nothing = np.where(np.isnan(gold), answer, predicted)
    assert module.sample(gold, [asked_for_nothing]).values == pytest.approx(found[:1])


def test_a_target_without_values_is_no_error_of_nothing() -> None:
    gold, predicted = case()
    gold[:, 1] = np.nan
    known = ~np.isnan(gold[:, 0])
    expected = mean_absolute_error(gold[known, 0], predicted[known, 0])
    assert mae.sample(gold, [predicted]).values == pytest.approx([expected])
    gold[:] = np.nan
    assert np.isnan(mae.sample(gold, [predicted]).values).all()


def test_answers_to_other_examples_are_refused() -> None:
    gold, predicted = case()
    with pytest.raises(ValueError, match="differ in length"):
        error_sample(gold, [predicted[:, :1]], lambda a, b: (a - b,), means)
