"""The tasks of the code domain from real sources, through a mirror: counts that their descriptions state."""

import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from maskzoo.cli import main

CODE = Path(__file__).parents[2] / "domains" / "code"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    if not os.environ.get("MASKZOO_MIRRORS"):
        pytest.skip("MASKZOO_MIRRORS is not set: no real data here")
    folder = tmp_path_factory.mktemp("real")
    before = os.environ.get("MASKZOO_CACHE")
    os.environ["MASKZOO_CACHE"] = str(folder / "cache")
    try:
        assert main(["tasks", str(CODE), "--scale", "small", "--results", str(folder)]) == 0
    finally:
        os.environ.pop("MASKZOO_CACHE") if before is None else os.environ.update(MASKZOO_CACHE=before)
    return folder / "small" / "code" / "tasks"


def information(prepared: Path, task: str) -> dict:
    return json.loads((prepared / task / "task.json").read_text())


def test_comments_are_pivoted_to_seven_labels(prepared):
    found = information(prepared, "comment_java")
    used = sum(found["counts"].values()) + found["removed"]["duplicates"] + found["removed"]["limit"]
    assert used == 2418, "16,926 rows = 2,418 sentences x 7 categories"
    assert len(found["labels"]) == 7


def test_requirements_of_a_project_stand_on_one_side(prepared):
    found = information(prepared, "requirement")
    assert sum(found["counts"].values()) + found["removed"]["duplicates"] == 625
    assert found["labels"] == ["functional", "quality"]
    assert all(count >= 40 for count in found["counts"].values())


def test_story_points_keep_the_published_split(prepared):
    found = information(prepared, "story_points")
    taken = sum(found["counts"].values()) + sum(found["removed"].values()) - found["removed"]["conflicting"]
    assert taken == 6889, "the issues of ten projects"
    test = pq.read_table(prepared / "story_points" / "test.parquet")
    assert test.num_rows == 600


def test_half_of_the_pairs_are_clones(prepared):
    found = information(prepared, "clones")
    assert found["counts"] == {"train": 600, "validation": 160, "test": 600}
    assert sorted(found["label_counts"]["test"].values()) == [300, 300]


def test_java_methods_look_for_their_own_translation_among_many(prepared):
    found = information(prepared, "translation")
    assert found["counts"] == {"train": 300, "validation": 80, "test": 300}
    test = pq.read_table(prepared / "translation" / "test.parquet").to_pydict()
    assert len(set(test["pair"])) > 250
    assert all(java != csharp for java, csharp in zip(test["text"], test["pair"], strict=True))


def test_cloze_hides_every_kind_of_token(prepared):
    found = information(prepared, "cloze")
    assert found["counts"]["test"] > 250
    kinds = {kind for kind in found["label_counts"]["test"]}
    assert {"identifier", "keyword", "literal", "operator"} <= kinds
