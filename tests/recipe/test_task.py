"""What a task may say, type by type, and what it is told when it says something else."""

import pytest
from pydantic import ValidationError

from maskzoo import registry
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.recipe.task import LOWER_IS_BETTER, METRICS_OF, Pivot
from maskzoo.tasks import metrics
from tests.tasks.made import make_task

REGRESSION = {"type": "regression", "metric": "rmse", "unit": "log10 mol/L"}


def test_every_type_and_metric_of_the_schema_has_its_module():
    assert set(METRICS_OF) == set(registry.names("tasks"))
    assert {name for names in METRICS_OF.values() for name in names} == set(registry.names("metrics"))


def test_schema_and_modules_agree_on_which_metrics_are_errors():
    said = {name for name in registry.names("metrics") if getattr(metrics.load(name), "LOWER_IS_BETTER", False)}
    assert said == LOWER_IS_BETTER


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"metric": "rmse"},
            "metric 'rmse' does not fit sequence_classification: macro_f1 or accuracy or mcc or roc_auc",
        ),
        ({"unit": "kcal/mol"}, "`unit` is for regression, not for sequence_classification"),
        ({"pair": "second"}, "`pair` is for pair_classification or .*, not for sequence_classification"),
        ({"label": ("a", "b")}, "sequence_classification has one `label`; several labels at a time are multi_label"),
        ({"label": None}, "sequence_classification needs `label`, the field that holds it"),
        ({"type": "multi_label", "metric": "roc_auc"}, "multi_label needs a list of fields as `label`"),
        ({"type": "multi_label", "metric": "roc_auc", "label": ("a", "a")}, "`label` names a field twice"),
        ({"type": "regression", "metric": "rmse"}, "regression needs `unit`, such as `log10 mol/L`"),
        ({**REGRESSION, "pivot": Pivot(id="a", label="b", value="c")}, "either `label`, .*, or `pivot`"),
        ({**REGRESSION, "label": None, "pivot": Pivot(id="a", label="b")}, "regression needs `pivot.value`"),
        ({"type": "retrieval", "metric": "mrr", "label": None}, "retrieval needs `pair`"),
        ({"type": "cloze", "metric": "cloze_accuracy", "label": None}, "cloze needs either `spans`"),
        (
            {"type": "pair_classification", "pair": "b", "negatives": 1},
            "pair_classification needs either `label` or `negatives`",
        ),
        (
            {"type": "token_classification", "label": None, "metric": "entity_f1", "tokens_are": "residues"},
            "metric entity_f1 is for words",
        ),
        ({"finetuning": Finetuning(epochs=0)}, "epochs 0 is for retrieval and cloze"),
        ({**REGRESSION, "finetuning": Finetuning(class_weights="balanced")}, "class_weights is for types with classes"),
        ({"split": {"group": "a", "by": "scaffold"}}, "`group` and `by` both say what stays on one side"),
    ],
)
def test_what_does_not_fit_the_type_is_refused(changes, message):
    with pytest.raises(ValidationError, match=message):
        make_task(**changes)


def test_a_task_says_which_fields_its_records_must_have():
    task = make_task(**REGRESSION, label=("a", "b"), censored="mark", split={"group": "project"})
    assert task.wanted_fields == [
        ("label", "a"),
        ("label", "b"),
        ("censored", "mark"),
        ("split.group", "project"),
    ]
