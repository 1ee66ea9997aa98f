"""The pages of docs/studies/ are those of the outcomes beside them."""

import json

import pytest

from maskzoo.recipe.study import read_study
from maskzoo.studies.kept import FOLDER, kept_page

OUTCOMES = sorted(FOLDER.glob("*.json"))


def test_some_are_kept():
    assert OUTCOMES


@pytest.mark.parametrize("file", OUTCOMES, ids=lambda file: file.stem)
def test_a_page_says_what_its_outcome_holds(file):
    outcome = json.loads(file.read_text())
    assert file.with_suffix(".md").read_text() == kept_page(outcome)
    assert file.with_suffix(".svg").is_file()
    assert outcome["provenance"]["command"] == f"snakemake studies/{file.stem}"  # and no folder of whoever kept it


@pytest.mark.parametrize("file", OUTCOMES, ids=lambda file: file.stem)
def test_an_outcome_is_of_the_whole_study_as_it_is_written_today(file):
    outcome, study = json.loads(file.read_text()), read_study(file.stem)
    assert outcome["missing"] == []
    assert {cell["cell"] for cell in outcome["cells"]} == set(study.cells)
    assert outcome["seeds"] == list(study.seeds)
    assert outcome["budget"] == study.budget.model_dump(exclude_none=True)
