"""Metrics of scores and numbers: by hand, against scikit-learn and SciPy, and under resampling."""

import time

import numpy as np
import pytest

from maskzoo.tasks import metrics
from maskzoo.tasks.significance import Sample, interval, paired

NAN = float("nan")
RANKED = ("roc_auc", "average_precision", "spearman")
NUMBERS = ("rmse", "mae", "smape", "r2", "spearman")


def value(name: str, gold, predicted) -> float:
    return metrics.score(name, np.array(gold, dtype=float), np.array(predicted, dtype=float))[name]


def labelled(examples: int = 200, labels: int = 4):
    """Gold with holes, and scores that tie."""
    chance = np.random.default_rng(0)
    gold = (chance.random((examples, labels)) < 0.3).astype(float)
    scores = np.round(0.3 * gold + chance.random(gold.shape), 1)
    gold[chance.random(gold.shape) < 0.25] = NAN
    return gold, scores


def measured(examples: int = 200, targets: int = 3):
    chance = np.random.default_rng(1)
    gold = np.round(chance.normal(500, 20, (examples, targets)))
    predicted = np.round(gold + chance.normal(0, 15, gold.shape))
    gold[chance.random(gold.shape) < 0.25] = NAN
    return gold, predicted


def test_errors_by_hand_skip_what_is_missing():
    gold, predicted = [[1, 10], [2, NAN], [4, 30]], [[1, 13], [4, 99], [1, 26]]
    # errors 0, 2, -3 of the first target and 3, -4 of the second
    assert value("rmse", gold, predicted) == pytest.approx((np.sqrt(13 / 3) + np.sqrt(25 / 2)) / 2)
    assert value("mae", gold, predicted) == pytest.approx((5 / 3 + 7 / 2) / 2)
    assert value("smape", gold, predicted) == pytest.approx(
        ((0 + 400 / 6 + 600 / 5) / 3 + (600 / 23 + 800 / 56) / 2) / 2
    )
    # squared distances to the means 7/3 and 20: 14/3 and 200
    assert value("r2", gold, predicted) == pytest.approx((1 - 13 / (14 / 3) + 1 - 25 / 200) / 2)
    assert value("smape", [[0]], [[0]]) == 0


def test_unknown_labels_are_skipped_and_a_label_of_one_class_too():
    gold = [[1, 1, NAN], [0, 1, NAN], [1, 1, NAN], [NAN, 1, 1]]
    scores = [[0.9, 0.1, 0.5], [0.5, 0.2, 0.5], [0.5, 0.3, 0.5], [0.0, 0.4, 0.5]]
    # the first label alone has both classes: 0.9 above 0.5, and a tie
    assert value("roc_auc", gold, scores) == pytest.approx((1 + 0.5) / 2)
    assert value("label_f1", [[1, NAN], [0, NAN]], [[1, 1], [1, 0]]) == pytest.approx(2 / 3)
    assert value("roc_auc", [[1.0], [1.0]], [[0.1], [0.2]]) == 0.5, "no order to be judged"


def test_constant_answers_have_no_order():
    assert value("spearman", [[1], [2], [3]], [[5], [5], [5]]) == 0


@pytest.mark.parametrize("name", ["roc_auc", "average_precision"])
def test_scikit_learn_gives_the_same_where_labels_are_known(name):
    from sklearn.metrics import average_precision_score, roc_auc_score

    theirs = {"roc_auc": roc_auc_score, "average_precision": average_precision_score}[name]
    gold, scores = labelled()
    known = ~np.isnan(gold)
    expected = np.mean([theirs(gold[known[:, n], n], scores[known[:, n], n]) for n in range(gold.shape[1])])
    assert value(name, gold, scores) == pytest.approx(expected, abs=1e-12)


def test_scipy_gives_the_same_rank_correlation():
    from scipy.stats import spearmanr

    gold, predicted = measured()
    known = ~np.isnan(gold)
    each = [spearmanr(gold[known[:, n], n], predicted[known[:, n], n]).statistic for n in range(gold.shape[1])]
    assert value("spearman", gold, predicted) == pytest.approx(np.mean(each), abs=1e-12)


def test_scikit_learn_gives_the_same_correlation_of_classes():
    from sklearn.metrics import matthews_corrcoef

    chance = np.random.default_rng(2)
    gold = chance.choice(list("abc"), 200).tolist()
    found = [label if chance.random() < 0.5 else "d" for label in gold]
    assert metrics.score("mcc", gold, found)["mcc"] == pytest.approx(matthews_corrcoef(gold, found))
    assert metrics.score("mcc", ["a", "b"], ["a", "a"])["mcc"] == 0


@pytest.mark.parametrize("name", [*NUMBERS, "roc_auc", "average_precision", "label_f1"])
def test_a_value_under_weights_is_that_of_the_resampled_examples(name):
    gold, predicted = measured() if name in NUMBERS else labelled()
    if name == "label_f1":
        predicted = (predicted > 0.5).astype(float)
    module = metrics.load(name)
    chance = np.random.default_rng(3)
    drawn = chance.integers(0, len(gold), (20, len(gold)))
    weights = np.stack([np.bincount(row, minlength=len(gold)) for row in drawn]).astype(float)
    found = module.sample(gold, [predicted, predicted[:, ::-1]]).under(weights)
    for row, values in zip(drawn, found, strict=True):
        assert values[0] == pytest.approx(metrics.score(name, gold[row], predicted[row])[name], abs=1e-9)
        assert values[1] == pytest.approx(metrics.score(name, gold[row], predicted[row][:, ::-1])[name], abs=1e-9)


def test_the_interval_of_an_area_holds_the_truth_and_a_paired_test_finds_the_better_scores():
    chance = np.random.default_rng(4)
    gold = (chance.random((400, 1)) < 0.4).astype(float)
    good, poor = gold + chance.normal(0, 1, gold.shape), gold * 0.2 + chance.normal(0, 1, gold.shape)
    module = metrics.load("roc_auc")
    ours, theirs = module.sample(gold, [good]), module.sample(gold, [poor])
    low, high = interval(ours)
    assert low < 0.7602 < high, "the area of two normals one standard deviation apart"
    difference = paired(ours, theirs, same_seeds=True)
    assert difference.value == pytest.approx(ours.values[0] - theirs.values[0])
    assert difference.p < 0.01


@pytest.mark.parametrize("name", RANKED)
def test_a_thousand_resamples_of_ranks_take_seconds(name):
    chance = np.random.default_rng(5)
    gold = (chance.random((1000, 12)) < 0.3).astype(float)
    sample = metrics.load(name).sample(gold, [chance.random(gold.shape)])
    began = time.process_time()
    interval(sample)
    assert time.process_time() - began < 10
    began = time.process_time()
    interval(sample)
    assert time.process_time() - began < 1, "resamples of a sample are drawn once"


@pytest.mark.parametrize("name", ["roc_auc", "spearman", "rmse", "label_f1"])
def test_through_evaluate_the_values_are_the_same(name):
    gold, predicted = measured(60) if name in NUMBERS else labelled(60)
    if name == "label_f1":
        predicted = (predicted > 0.5).astype(float)
    through = metrics.evaluate_metric(name).compute(references=gold, predictions=predicted)
    assert through[name] == pytest.approx(value(name, gold, predicted))


@pytest.mark.parametrize("name", [*NUMBERS, "roc_auc", "average_precision", "label_f1"])
def test_predictions_of_another_shape_are_refused(name):
    with pytest.raises(ValueError, match="differ in length"):
        value(name, [[1.0], [0.0]], [[1.0]])


def test_sums_far_from_zero_lose_no_digits():
    gold = 1e6 + np.array([[1.0], [2.0], [3.0]])
    assert value("r2", gold, gold + 0.5) == pytest.approx(1 - 0.75 / 2)
    assert isinstance(metrics.load("r2").sample(gold, [gold]), Sample)
