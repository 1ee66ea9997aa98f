"""The pages of docs/studies/ are those of the records beside them."""

import json

import pytest

from maskzoo.recipe.study import read_study
from maskzoo.studies.record import FOLDER, kept_page

RECORDS = sorted(FOLDER.glob("*.json"))


def test_some_are_kept():
    assert RECORDS


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: file.stem)
def test_a_page_says_what_its_record_holds(file):
    record = json.loads(file.read_text())
    assert file.with_suffix(".md").read_text() == kept_page(record)
    assert file.with_suffix(".svg").is_file()
    assert record["provenance"]["command"] == f"snakemake studies/{file.stem}"  # and no folder of whoever kept it


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: file.stem)
def test_a_record_is_of_the_whole_study_as_it_is_written_today(file):
    record, study = json.loads(file.read_text()), read_study(file.stem)
    assert record["missing"] == []
    assert {cell["cell"] for cell in record["cells"]} == set(study.cells)
    assert record["seeds"] == list(study.seeds)
    assert record["budget"] == study.budget.model_dump(exclude_none=True)
