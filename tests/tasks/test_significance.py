"""Intervals cover what they should, p-values of equal models are uniform, and known cases come out by hand."""

import time

import numpy as np
import pytest

from maskzoo.tasks import significance
from maskzoo.tasks.significance import Clustered, Sample, holm, interval, label_parts, macro_f1, micro_f1, paired, ratio


def accuracy_sample(correct: np.ndarray) -> Sample:
    """(seeds, examples) of 0/1 -> a sample whose statistic is accuracy."""
    return Sample(np.stack([correct, np.ones_like(correct)], axis=-1).astype(float), ratio)


def test_macro_f1_of_counts_equals_scikit_learn() -> None:
    f1_score = pytest.importorskip("sklearn.metrics").f1_score
    generator = np.random.default_rng(0)
    gold = generator.integers(0, 4, 200)
    predicted = generator.integers(0, 4, (2, 200))
    values = Sample(label_parts(gold, predicted, 4), macro_f1).values
    assert values == pytest.approx([f1_score(gold, seed, average="macro") for seed in predicted])


def test_label_that_never_occurs_does_not_lower_macro_f1() -> None:
    gold = np.array([0, 1, 0, 1])
    assert Sample(label_parts(gold, gold[None], 3), macro_f1).values == pytest.approx([1.0])


def test_micro_f1_by_hand() -> None:
    assert micro_f1(np.array([[3.0, 4.0, 5.0], [0.0, 0.0, 0.0]])) == pytest.approx([6 / 9, 0.0])


def test_95_percent_intervals_cover_the_truth_about_95_times_in_100() -> None:
    generator = np.random.default_rng(1)
    inside = 0
    for trial in range(300):
        low, high = interval(accuracy_sample(generator.random((1, 150)) < 0.7), resamples=300, seed=trial)
        inside += low <= 0.7 <= high
    assert 0.91 <= inside / 300 <= 0.98


def test_interval_widens_when_seeds_disagree() -> None:
    generator = np.random.default_rng(2)
    base = (generator.random(400) < 0.7).astype(float)
    agreeing = np.stack([base] * 4)
    disagreeing = np.stack([np.where(generator.random(400) < share, base, 0) for share in (1.0, 0.9, 0.7, 0.6)])
    widths = [high - low for low, high in (interval(accuracy_sample(x)) for x in (agreeing, disagreeing))]
    assert widths[1] > 1.5 * widths[0]


def test_p_values_of_equally_good_models_are_about_uniform() -> None:
    generator = np.random.default_rng(3)
    p = []
    for trial in range(300):
        first, second = (accuracy_sample(generator.random((1, 200)) < 0.6) for _ in range(2))
        p.append(paired(first, second, same_seeds=True, resamples=300, seed=trial).p)
    for share in (0.05, 0.25, 0.5, 0.75):
        assert np.mean(np.array(p) <= share) == pytest.approx(share, abs=0.075)


def test_paired_test_finds_a_small_gain_that_unpaired_intervals_hide() -> None:
    generator = np.random.default_rng(4)
    reference = (generator.random((1, 500)) < 0.6).astype(float)
    better = np.maximum(reference, generator.random((1, 500)) < 0.06)
    difference = paired(accuracy_sample(better), accuracy_sample(reference), same_seeds=True)
    assert difference.p < 0.01
    assert difference.interval[0] > 0
    first, second = interval(accuracy_sample(better)), interval(accuracy_sample(reference))
    assert first[0] < second[1], "the two intervals overlap, only pairing shows the gain"


def test_identical_predictions_differ_by_nothing_with_p_one() -> None:
    sample = accuracy_sample((np.random.default_rng(5).random((3, 100)) < 0.5).astype(float))
    difference = paired(sample, sample, same_seeds=True)
    assert (difference.value, difference.interval, difference.p) == (0.0, (0.0, 0.0), 1.0)


def test_models_with_different_numbers_of_seeds_can_be_paired_and_different_examples_cannot() -> None:
    generator = np.random.default_rng(6)
    three, one = (accuracy_sample((generator.random((n, 80)) < 0.5).astype(float)) for n in (3, 1))
    assert 0 < paired(three, one, same_seeds=False).p <= 1
    with pytest.raises(ValueError, match="cannot be paired"):
        paired(three, accuracy_sample(np.ones((1, 81))), same_seeds=False)


def test_same_seed_of_the_generator_gives_the_same_interval_whatever_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    sample = accuracy_sample((np.random.default_rng(7).random((2, 100)) < 0.5).astype(float))
    whole = interval(sample, resamples=200)
    monkeypatch.setattr(significance, "BLOCK", 1000)
    assert interval(sample, resamples=200) == whole


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_a_thousand_resamples_of_a_thousand_examples_take_seconds() -> None:
    generator = np.random.default_rng(8)
    parts = label_parts(generator.integers(0, 8, 1500), generator.integers(0, 8, (3, 1500)), 8)
    start = time.process_time()
    interval(Sample(parts, macro_f1), resamples=1000)
    assert time.process_time() - start < 5


def test_examples_of_few_documents_have_wider_intervals():
    rng = np.random.default_rng(0)
    clusters = np.repeat(np.arange(20), 50)
    right = (rng.random(20)[clusters] > 0.4).astype(float)  # a document is right or wrong as a whole
    sample = Sample(np.stack([right, np.ones(1000)], axis=-1)[None], ratio)
    low, high = interval(sample)
    wide = interval(Clustered(sample, clusters))
    assert wide[1] - wide[0] > 4 * (high - low)
    # as if each document were one example
    single = Sample(np.stack([right[::50], np.ones(20)], axis=-1)[None], ratio)
    assert wide == pytest.approx(interval(single))


def test_paired_tests_draw_the_same_clusters():
    clusters = np.repeat(np.arange(10), 30)
    rng = np.random.default_rng(1)
    right = (rng.random(300) > 0.5).astype(float)
    sample = Clustered(Sample(np.stack([right, np.ones(300)], axis=-1)[None], ratio), clusters)
    same = Clustered(Sample(np.stack([right, np.ones(300)], axis=-1)[None], ratio), clusters)
    assert paired(sample, same, same_seeds=True).interval == (0, 0)
