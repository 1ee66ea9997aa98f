"""What is decided about documents from their own texts: verdicts with the stage that gave them, columns in order."""

import pytest

from maskzoo.corpus import document_work
from maskzoo.corpus.decontamination import EvaluationIndex
from maskzoo.corpus.document_work import Chunk, Worked, work
from maskzoo.documents.words import digest, words
from maskzoo.materials import Unread
from maskzoo.recipe.curation import Cleaning, Curation

from .invented import Writer, records

WRITER = Writer(3)
SECRET = WRITER.text(40)
TEXTS = [
    WRITER.text(60),
    "too short",
    f"{WRITER.text(30)} {SECRET} {WRITER.text(30)}",
    WRITER.text(60) + " Write to jane@example.org.",
    f"too short {SECRET[:8]}",
]


def worked(settings: Curation, *, evaluated: bool = True) -> Worked:
    assert settings.decontamination is not None
    index = EvaluationIndex({"task": {"test": [SECRET]}}, settings.decontamination) if evaluated else None
    document_work.start(settings, index)
    documents = [Unread(one.text, "invented", one.locator, one.sha256, undecodable=False) for one in records(TEXTS)]
    return work(Chunk(documents, frozenset()))


def test_each_verdict_names_its_stage_and_a_filter_comes_before_decontamination() -> None:
    found = worked(Curation())
    stages = {place: (stage, reason) for place, (stage, reason, _) in found.dropped.items()}
    assert stages[1] == stages[4] == ("filters", "too_short")
    assert stages[2][0] == "decontamination"
    assert set(stages) == {1, 2, 4}
    assert set(found.hits) == {2}


def test_without_evaluation_data_only_filters_drop() -> None:
    found = worked(Curation(), evaluated=False)
    assert set(found.dropped) == {1, 4}
    assert found.hits == {}


def test_columns_have_an_entry_a_document_and_signatures_one_a_document_that_stays() -> None:
    found = worked(Curation())
    assert {len(column) for column in (found.texts, found.locators, found.sha256, found.digests)} == {len(TEXTS)}
    assert found.left(found.locators) == ["file.txt#0", "file.txt#3"]
    assert found.signatures is not None
    assert len(found.signatures) == 2
    assert found.bytes_out == [len(text.encode()) for text in found.texts]
    assert found.digests[0] == digest(words(TEXTS[0]))


def test_personal_data_is_taken_out_and_counted() -> None:
    found = worked(Curation())
    assert "jane@example.org" not in found.texts[3]
    assert found.personal["email"] == 1


def test_settings_of_the_next_corpus_replace_those_of_the_last() -> None:
    assert 1 in worked(Curation()).dropped
    assert 1 not in worked(Curation(cleaning=Cleaning(min_words=1))).dropped


@pytest.mark.parametrize("empty", [[], [1, 2, 3, 4, 5]])
def test_a_column_is_left_whole_where_nothing_is_dropped(empty: list[int]) -> None:
    found = worked(Curation(cleaning=Cleaning(min_words=0)), evaluated=False)
    assert found.dropped == {}
    assert found.left(empty) == empty
