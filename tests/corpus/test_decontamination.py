"""Evaluation texts are found in documents, whole and by shared word n-grams, and nothing else is."""

import numpy as np

from maskzoo.corpus.decontamination import ContaminationReport, EvaluationIndex
from maskzoo.corpus.words import hashes, words
from maskzoo.recipe.curation import Decontamination

from .invented import Writer


def hits(index: EvaluationIndex, text: str):
    return index.hits(hashes(words(text)))


def test_every_planted_text_is_found_and_no_clean_document_is_hit() -> None:
    writer = Writer()
    evaluation = [writer.text(count) for count in (6, 8, 10, 20, 40) for _ in range(40)]
    index = EvaluationIndex({"task": {"test": evaluation}}, Decontamination())
    dirty = [f"{writer.text(50)}. {text.upper()}! {writer.text(50)}" for text in evaluation]
    clean = writer.texts(400, words=150)
    assert all(number in hits(index, text).texts for number, text in enumerate(dirty))
    assert not any(hits(index, text) for text in clean)


def test_part_of_an_evaluation_text_is_found_by_ngram_only() -> None:
    writer = Writer()
    text = writer.text(60).split()
    index = EvaluationIndex({"task": {"test": [" ".join(text)]}}, Decontamination())
    thirteen = hits(index, f"{writer.text(20)} {' '.join(text[10:23])} {writer.text(20)}")
    assert not thirteen.texts
    assert len(thirteen.ngrams) == 1
    assert index.verdict(thirteen) == ("shared_ngram", "1 13-gram(s) shared with task")
    assert not hits(index, f"{writer.text(20)} {' '.join(text[10:22])} {writer.text(20)}")


def test_short_texts_condemn_only_a_document_that_is_nothing_else() -> None:
    index = EvaluationIndex({"task": {"test": ["Sans objet."]}}, Decontamination())
    assert hits(index, "sans objet").texts == {0}
    assert not hits(index, "Cet article est sans objet depuis longtemps.")


def test_texts_that_start_alike_are_told_apart_by_their_whole_length() -> None:
    start = "the parties agree as follows today that"
    index = EvaluationIndex(
        {"task": {"test": [f"{start} rent is due", f"{start} rent is due monthly", start]}}, Decontamination()
    )
    assert hits(index, f"Now {start} rent is due, they say.").texts == {0, 2}


def test_both_kinds_are_reported_for_each_task() -> None:
    writer = Writer()
    long, short, other = writer.text(30), writer.text(8), writer.text(30)
    index = EvaluationIndex({"b": {"validation": [long], "test": [short]}, "a": {"test": [other]}}, Decontamination())
    report = ContaminationReport(index)
    for document in (f"x {long} y", f"x {short} y", " ".join(other.split()[:20]), f"{long} {other}"):
        report.add(hits(index, document))
    result = report.result()
    assert result["b"] == {
        "sentences": 3,
        "ngrams": 2,
        "both": 2,
        "documents": 3,
        "evaluation_texts": 2,
        "texts_found": 2,
        "splits": {
            "validation": {"evaluation_texts": 1, "texts_found": 1, "whole": 1},
            "test": {"evaluation_texts": 1, "texts_found": 1, "whole": 1},
        },
    }
    assert result["a"]["splits"] == {"test": {"evaluation_texts": 1, "texts_found": 1, "whole": 1}}
    assert result["a"]["sentences"] == 1
    assert result["a"]["ngrams"] == 2
    assert result["a"]["texts_found"] == 1


def test_sentences_can_be_switched_off() -> None:
    text = "one two three four five six seven"
    index = EvaluationIndex({"task": {"test": [text]}}, Decontamination(sentences=False))
    assert not hits(index, text)


def test_documents_looked_up_together_are_hit_as_each_alone():
    generator = np.random.default_rng(0)

    def made(length):
        return generator.integers(0, 3, size=length).astype(np.uint64)  # so few kinds of words that runs repeat

    texts = {str(number): made(int(generator.integers(1, 40))) for number in range(60)}
    index = EvaluationIndex({"task": {"test": list(texts)}}, Decontamination(ngram=8, min_sentence_words=6), texts.get)
    documents = [made(int(generator.integers(0, 60))) for _ in range(300)] + list(texts.values())
    together = index.hits_of(documents)
    hit = 0
    for document, found in zip(documents, together, strict=True):
        alone = index.hits(document)
        assert (found.texts, found.ngrams.tolist()) == (alone.texts, alone.ngrams.tolist())
        hit += bool(found)
    assert 60 < hit < len(documents)
