"""Tested examples of one document are resampled together in a comparison."""

import random
from pathlib import Path

import pytest

from maskzoo.comparison.compare import compared, read_task
from maskzoo.errors import UserError
from maskzoo.tasks import task_data
from maskzoo.tasks.fit_baseline import fit_baseline
from maskzoo.tasks.significance import Clustered
from tests.tasks.made import COLOURS, FILLER, make_task, reader, record


def evaluated(root: Path, **split: str) -> None:
    """A task of sixty documents, and what two baselines answer; a document has one colour, or says another."""
    chance, records = random.Random(0), []
    for document in range(60):
        colour, said = chance.choice(COLOURS), chance.choice(COLOURS)
        for number in range(8):
            words = [*chance.choices(FILLER, k=5), colour if document % 3 else said, str(len(records))]
            records.append(record(" ".join(words), colour, 10 * document + number, document=f"d{document}"))
    task_data.prepare_task(make_task(split=split), reader(all=records), root / "tasks" / "colours", where="here")
    task = task_data.read_task(root / "tasks" / "colours")
    for name in ("majority", "tfidf_logreg"):
        fit_baseline(name, task, root / "evaluation" / "colours" / name)


def test_documents_of_a_task_are_resampled_as_a_whole_and_say_less_than_their_sentences(tmp_path: Path):
    evaluated(tmp_path, group="document")
    scored = read_task(tmp_path, "colours", [])
    assert all(isinstance(entry.sample, Clustered) for entry in scored)
    panel = compared(scored, None, resamples=300)
    (tmp_path / "tasks" / "colours" / task_data.GROUPS).unlink()
    single = compared(read_task(tmp_path, "colours", []), None, resamples=300)
    for one, other in zip(panel["models"], single["models"], strict=True):
        assert one["mean"] == other["mean"]
        assert _width(one) > 1.3 * _width(other)


def _width(model) -> float:
    return model["interval"][1] - model["interval"][0]


def test_examples_without_a_group_are_refused_and_ungrouped_tasks_stay_as_they_were(tmp_path: Path):
    evaluated(tmp_path / "a")
    assert not any(isinstance(entry.sample, Clustered) for entry in read_task(tmp_path / "a", "colours", []))
    evaluated(tmp_path / "b", group="document")
    groups = tmp_path / "b" / "tasks" / "colours" / task_data.GROUPS
    groups.rename(tmp_path / "a" / "tasks" / "colours" / task_data.GROUPS)
    with pytest.raises(UserError, match=r"tested examples are in no group.*the task was prepared again in between"):
        read_task(tmp_path / "a", "colours", [])
