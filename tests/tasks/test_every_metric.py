"""What holds for every metric that there is, and so for the next one that is added."""

import math
from typing import Any

import numpy as np
import pytest

from maskzoo import registry
from maskzoo.recipe.task import metrics_of
from maskzoo.tasks import metrics, types
from maskzoo.tasks.baselines import load as load_baseline
from maskzoo.tasks.baselines import names_for
from tests.tasks.every import prepared

PAIRS = [(kind, metric) for kind in registry.names("tasks") for metric in metrics_of(kind)]


@pytest.fixture(scope="module", params=PAIRS, ids=" of ".join)
def case(request, tmp_path_factory) -> tuple[str, Any, Any]:
    """A metric, references of a type that takes it, and the answers of the type's simplest baseline."""
    kind, metric = request.param
    _, task = prepared(kind, tmp_path_factory.mktemp("every"), metric=metric)
    side = metrics.reads(metric)
    baseline = load_baseline(names_for(kind, "text")[0], "text").fit(task).predict(task.test)
    answers: Any = baseline.predicted if side == "predicted" else baseline.scores
    return metric, types.load(kind).references(task.test.gold, task.labels, side), answers


def test_a_metric_says_what_it_is(case):
    module: Any = metrics.load(case[0])
    assert module.__doc__
    assert module.TITLE
    assert metrics.reads(case[0]) in ("predicted", "scores")
    assert isinstance(module.SEQUENCES, bool)
    assert all(name in registry.names("metrics") for name in metrics.names_for(case[0]))


def test_one_function_and_the_sample_give_the_same_and_right_answers_are_the_best(case):
    metric, references, answers = case
    module = metrics.load(metric)
    found = metrics.score(metric, references, answers)
    assert next(iter(found)) == metric
    assert math.isfinite(found[metric])
    assert module.sample(references, [answers, answers]).values == pytest.approx([found[metric]] * 2)
    right = metrics.score(metric, references, references)[metric]
    assert right <= found[metric] if metrics.lower_is_better(metric) else right >= found[metric]


def test_an_example_that_weighs_twice_counts_as_two(case):
    metric, references, answers = case
    module, size = metrics.load(metric), len(references)
    sample = module.sample(references, [answers])
    assert sample.examples == size
    twice = np.ones((1, size))
    twice[0, : size // 2] = 2
    doubled = [*range(size // 2), *range(size)]
    whole = module.sample([references[n] for n in doubled], [[answers[n] for n in doubled]])
    assert sample.under(twice)[0] == pytest.approx(whole.values)


def test_answers_of_another_number_are_refused(case):
    metric, references, answers = case
    with pytest.raises(ValueError, match=r"differ|shorter|longer"):
        metrics.score(metric, references, answers[:-1])
