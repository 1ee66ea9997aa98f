"""What a task may say, type by type, and what it is told when it says something else."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from maskzoo import registry
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.recipe.task import metrics_of
from maskzoo.tasks import metrics
from maskzoo.tasks.common.cells import Pivot
from tests.tasks.made import make_task

REGRESSION = {"type": "regression", "metric": "rmse", "unit": "log10 mol/L"}


def test_every_metric_is_taken_by_some_type():
    taken = {metric for name in registry.own_names("tasks") for metric in metrics_of(name)}
    assert taken == set(registry.own_names("metrics"))


def test_a_task_says_whether_less_of_its_metric_is_better():
    assert make_task(**REGRESSION).lower_is_better
    assert not make_task(**{**REGRESSION, "metric": "r2"}).lower_is_better
    assert {name for name in registry.own_names("metrics") if metrics.lower_is_better(name)} == {
        "cloze_perplexity", "mae", "rmse", "smape"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"metric": "rmse"},
            "metric 'rmse' does not fit sequence_classification: macro_f1 or accuracy or mcc or roc_auc",
        ),
        ({"unit": "kcal/mol"}, "`unit` is for regression.*, not for sequence_classification"),
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


def test_reading_tasks_of_every_type_waits_for_no_heavy_library():
    code = (
        "import sys; from maskzoo import registry;"
        "[registry.settings_model('tasks', name) for name in registry.names('tasks')];"
        "print(sorted({'torch', 'sklearn', 'pyarrow', 'transformers', 'evaluate'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
