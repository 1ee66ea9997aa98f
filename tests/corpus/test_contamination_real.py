"""Corpora of small languages hold nearly every sentence that taggers are tested on; decontamination finds them."""

import pytest

from maskzoo.corpus.curate import Origin, curate
from maskzoo.corpus.readers.common.input import InputFile
from maskzoo.corpus.readers.conll import read as read_conll
from maskzoo.corpus.readers.txt import read as read_txt
from maskzoo.documents.words import words
from maskzoo.recipe.curation import Curation, Decontamination
from maskzoo.recipe.source import Read

LINES, TAGGED = Read(format="txt", unit="line"), Read(format="conll")
FILES = {"tsn": ("tsn", "tsn2"), "ibo": ("ibo",)}
# test sentences of which the mirror's own description, comparing letters alone, found so many in the corpus
DESCRIBED = {("tsn", "masakhaner2"): 987, ("tsn", "masakhapos"): 554, ("ibo", "masakhapos"): 630}


def records(mirror, path, options, reader):
    with (mirror / "low_resource" / path).open("rb") as stream:
        return list(reader(InputFile(stream, path, path), options))


@pytest.mark.parametrize("language", FILES)
def test_test_sentences_in_the_corpus_are_found_and_taken_out(mirror, tmp_path, language):
    texts = [
        record
        for file in FILES[language]
        for record in records(mirror, f"{language}/lacuna_corpus/{file}.txt", LINES, read_txt)
    ]
    evaluation = {
        task: {"test": sorted({one.text for one in records(mirror, f"{language}/{task}/test.txt", TAGGED, read_conll)})}
        for task in ("masakhaner2", "masakhapos")
    }

    def counts(name: str, origin: Origin) -> dict:
        funnel = curate([origin], tmp_path / name, curation=Curation(), evaluation=evaluation, workers=1)
        return funnel["decontamination"]

    before = counts("before", Origin("lacuna", texts, "CC-BY-NC-4.0"))
    for task, splits in evaluation.items():
        found = before[task]["splits"]["test"]
        least = Decontamination().min_sentence_words
        long = sum(len(words(text)) >= least for text in splits["test"])
        if task == "masakhaner2":  # the corpus is the pool that they were drawn from
            assert found["whole"] >= 0.98 * long, "shorter ones condemn only a document that is nothing else"
        described = DESCRIBED.get((language, task), 0)
        assert found["texts_found"] >= described - 5, "parts of sentences are found, too"

    import pyarrow.parquet as pq

    kept = set(pq.read_table(tmp_path / "before" / "documents.parquet").column("locator").to_pylist())
    after = counts("after", Origin("lacuna", [one for one in texts if one.locator in kept], "CC-BY-NC-4.0"))
    assert {task: entry["documents"] for task, entry in after.items()} == {"masakhaner2": 0, "masakhapos": 0}
    assert all(entry["splits"]["test"]["texts_found"] == 0 for entry in after.values())
