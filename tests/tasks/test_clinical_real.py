"""The clinical tasks from real sources, read through a mirror: official splits by their lists, pages on one side."""

import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from maskzoo.cli import main
from maskzoo.corpus.cache import Cache
from maskzoo.corpus.sources import read_source
from maskzoo.recipe.load import read_recipe

CLINICAL = Path(__file__).parents[2] / "domains" / "clinical"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    if not os.environ.get("MASKZOO_MIRRORS"):
        pytest.skip("MASKZOO_MIRRORS is not set: no real data here")
    folder = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MASKZOO_CACHE", str(folder / "cache"))
        assert main(["tasks", str(CLINICAL), "--scale", "full", "--results", str(folder)]) == 0
        yield folder / "full" / "clinical" / "tasks"


def information(prepared, task):
    return json.loads((prepared / task / "task.json").read_text())


def test_all_headers_are_there_in_the_official_splits_less_what_they_share(prepared):
    found = information(prepared, "section_header")
    assert len(found["labels"]) == 20
    assert found["counts"]["test"] == 200
    assert found["counts"]["train"] + found["removed"]["duplicates"] + found["removed"]["across_splits"] >= 1201
    assert max(found["label_counts"]["train"].values()) > 200 * min(found["label_counts"]["train"].values())


def test_the_published_list_of_ids_makes_the_test_set_of_pubmedqa(prepared):
    found = information(prepared, "pubmedqa")
    assert found["counts"]["test"] == 500
    assert found["counts"]["train"] + found["counts"]["validation"] == 500
    assert found["label_counts"]["test"] == {"maybe": 55, "no": 169, "yes": 276}


def test_a_page_of_medquad_is_on_one_side_and_no_tested_type_is_unseen(prepared):
    found = information(prepared, "question_type")
    assert len(found["labels"]) == 16
    source = read_recipe(CLINICAL, "full").tasks["question_type"].data.all
    assert source is not None
    page = {}
    for record in read_source(source, name="medquad", folder=CLINICAL, simulated=CLINICAL, cache=Cache.default()):
        page.setdefault(" ".join(record.text.split()), record.fields["page"])
    sides = [
        {
            page[" ".join(text.split())]
            for text in pq.read_table(prepared / "question_type" / f"{split}.parquet")["text"].to_pylist()
        }
        for split in ("train", "validation", "test")
    ]
    assert all(sides)
    assert len(set().union(*sides)) == sum(map(len, sides))


def test_entities_are_those_that_the_corpora_state(prepared):
    disease = information(prepared, "ncbi_disease")
    assert disease["labels"] == ["B-Disease", "I-Disease", "O"]
    assert disease["label_counts"]["test"] == {"Disease": 960}
    genetics = information(prepared, "cancer_genetics")
    assert len(genetics["label_counts"]["test"]) == 16
    assert genetics["counts"] == {"train": 3033, "validation": 1003, "test": 1906}
