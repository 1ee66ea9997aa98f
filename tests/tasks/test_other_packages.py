"""A type, a metric and a baseline of somebody else's package: found by entry points, run from recipe to results."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TYPE = '''
"""How long a text is: short or long."""

from pydantic import Field

from maskzoo.tasks.common.classes import *  # noqa
from maskzoo.tasks.common.classes import ClassModel, ClassSettings
from maskzoo.tasks.common.defaults import complete
from maskzoo.tasks.examples import Reading

HUB_TASK = "text-classification"
METRICS = ("accuracy", "misses")
OPTIONS = ("head_epochs",)


class Settings(ClassSettings):
    """Texts by their length."""

    words: int = Field(default=6, ge=1, description="of a long text, at least")


def read(record, task, *, where):
    return Reading("long" if len(record.text.split()) >= task.words else "short")


def task_model(task):
    return ClassModel(task)
'''
METRIC = '''
"""Share of wrong answers."""

import numpy as np

from maskzoo.tasks.significance import Sample, ratio

TITLE = "misses"
SEQUENCES = False
CITATION = ""
LOWER_IS_BETTER = True
TYPES = ("sequence_classification",)


def sample(references, predictions):
    rows = [[(a != b, 1) for a, b in zip(references, row)] for row in predictions]
    return Sample(np.array(rows, dtype=np.float64), ratio)
'''
BASELINE = '''
"""Long, whatever the text."""

from maskzoo.tasks.baselines import Fitted, Predictions

TITLE = "always long"
TYPES = ("text_length",)


def fit(task):
    return Fitted(lambda split: Predictions(["long"] * len(split), [1.0] * len(split)), {})
'''
RUN = """
import json, sys
from pathlib import Path

from maskzoo import registry
from maskzoo.recipe.task import metrics_of
from maskzoo.tasks.baselines import names_for
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.fit_baseline import fit_baseline
from maskzoo.tasks.task_data import prepare_task, read_task
from tests.tasks.made import FILLER, make_task, reader, record

folder, checkpoint = Path(sys.argv[1]), Path(sys.argv[2])
assert metrics_of("sequence_classification")[-1] == "misses"
assert make_task(metric="misses").lower_is_better
task = make_task(type="text_length", label=None, metric="misses", words=5, finetuning={"epochs": 1, "max_length": 16})
records = [record(" ".join((FILLER * 9)[n : n + 1 + n % 8]) + f" {n}", number=n) for n in range(60)]
prepare_task(task, reader(all=records), folder / "lengths", where="here")
prepared = read_task(folder / "lengths")
assert names_for("text_length", "text") == ["always_long"]
baseline = fit_baseline("always_long", prepared, folder / "b")
model = finetune("base", prepared, task.finetuning, {0: Start(checkpoint, None)}, folder / "m")
print(json.dumps([baseline["seeds"][0]["test"], model["seeds"][0]["test"], sorted(registry.load_all("tasks"))]))
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder as a package manager leaves it: modules, and entry points in a dist-info; one of them is broken."""
    site = tmp_path / "site"
    (site / "lengths").mkdir(parents=True)
    for name, text in {"__init__": "", "text_length": TYPE, "misses": METRIC, "always_long": BASELINE}.items():
        (site / "lengths" / f"{name}.py").write_text(text, encoding="utf-8")
    information = site / "lengths-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: lengths\nVersion: 1.0\n")
    points = {
        "tasks": "text_length = lengths.text_length\nbroken = lengths.not_there\n",
        "metrics": "misses = lengths.misses\n",
        "baselines": "always_long = lengths.always_long\n",
    }
    (information / "entry_points.txt").write_text(
        "".join(f"[maskzoo.{group}]\n{names}" for group, names in points.items())
    )
    return site


def python(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(site), str(root / "src"), str(root)])
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}
    )


def test_a_type_a_metric_and_a_baseline_of_another_package_run_from_recipe_to_results(
    installed: Path, tiny_bert: Path, tmp_path: Path
):
    import json

    done = python(installed, "-c", RUN, str(tmp_path), str(tiny_bert))
    assert done.returncode == 0, done.stderr
    baseline, model, types = json.loads(done.stdout.splitlines()[-1])
    assert set(baseline) == {"misses"}
    assert 0 <= model["misses"] <= 1
    assert "text_length" in types
    assert "broken" not in types, "what cannot be imported disturbs nobody"


def test_a_broken_type_is_named_with_its_package_where_a_recipe_uses_it(installed: Path):
    code = "from tests.tasks.made import make_task; make_task(type='broken', label=None)"
    done = python(installed, "-c", code)
    assert "task type 'broken' of the installed package lengths cannot be imported" in done.stderr
    code = "from tests.tasks.made import make_task; make_task(type='text_lenght', label=None)"
    assert "did you mean 'text_length'?" in python(installed, "-c", code).stderr
