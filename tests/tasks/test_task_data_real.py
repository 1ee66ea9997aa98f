"""The legal tasks from real sources, read through a mirror: counts that the sources' own descriptions state."""

import json
import os
from pathlib import Path

import pytest

from maskzoo.cli import main
from maskzoo.recipe.load import read_recipe

LEGAL = Path(__file__).parents[2] / "domains" / "legal"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    if not os.environ.get("MASKZOO_MIRRORS"):
        pytest.skip("MASKZOO_MIRRORS is not set: no real data here")
    folder = tmp_path_factory.mktemp("real")
    before = os.environ.get("MASKZOO_CACHE")
    os.environ["MASKZOO_CACHE"] = str(folder / "cache")
    try:
        assert main(["tasks", str(LEGAL), "--scale", "small", "--results", str(folder)]) == 0
    finally:
        os.environ.pop("MASKZOO_CACHE") if before is None else os.environ.update(MASKZOO_CACHE=before)
    return folder / "small" / "legal" / "tasks"


def information(prepared: Path, task: str) -> dict:
    return json.loads((prepared / task / "task.json").read_text())


def test_unfair_terms_lose_their_502_duplicates(prepared):
    found = information(prepared, "unfair_terms")
    assert found["removed"]["duplicates"] == 502, "20,417 sentences, 19,915 distinct"
    assert found["counts"] == read_recipe(LEGAL, "small").tasks["unfair_terms"].limit.model_dump()
    assert len(found["labels"]) == 5
    assert found["licences"] == ["MIT"]


def test_sec_filings_become_iob2_and_keep_their_test_set(prepared):
    found = information(prepared, "sec_filings_ner")
    assert found["labels"] == sorted(["O", *(f"{p}-{kind}" for p in "BI" for kind in ("LOC", "MISC", "ORG", "PER"))])
    assert found["counts"]["test"] == pytest.approx(306, abs=5)
    assert found["removed"]["across_splits"] > 0, "headings that stand in both agreements"


def test_french_codes_are_named_by_their_folder(prepared):
    assert len(information(prepared, "french_code")["labels"]) == 4
