"""Evaluation texts are found in documents, whole and by what is shared, however they were cut into words."""

import numpy as np
import pytest

from maskzoo.corpus.decontamination import ContaminationReport, EvaluationIndex
from maskzoo.documents.letters import letters
from maskzoo.recipe.curation import Decontamination

from .invented import Writer


def hits(index: EvaluationIndex, text: str):
    return index.hits(letters(text))


def index_of(*texts, **settings) -> EvaluationIndex:
    return EvaluationIndex({"task": {"test": texts}}, Decontamination(**settings))


def test_every_planted_text_is_found_and_no_clean_document_is_hit() -> None:
    writer = Writer()
    evaluation = [writer.text(count) for count in (6, 8, 10, 20, 40) for _ in range(40)]
    index = index_of(*evaluation)
    dirty = [f"{writer.text(50)}. {text.upper()}! {writer.text(50)}" for text in evaluation]
    clean = writer.texts(400, words=150)
    assert all(number in hits(index, text).texts for number, text in enumerate(dirty))
    assert not any(hits(index, text) for text in clean)


@pytest.mark.parametrize(
    ("tested", "written"),
    [
        ("They did n't say that we ca n't leave to - morrow .", "They didn't say that we can't leave to-morrow."),
        ("Il parle de le roi et de les ducs à le matin", "Il parle dele roi et deles ducs àle matin"),
        ("va ka enda ku mu sha nge mo to ka r i ri", "vaka enda kumusha nge motokari ri"),
        ("the international organisation met in Geneva", "the inter-\nnational organi-\nsation met in Geneva"),
        ("the international organisation met in Geneva", "the international ｏｒｇａｎｉｓａｔｉｏｎ met in Geneva"),
        ("the ﬁrst oﬃcial “answer” wasn’t given", "the first official \"answer\" wasn't given"),
        ("Rhône &amp; Saône meet below the old city walls", "Rh&ocirc;ne & Sa&ocirc;ne meet below the old city walls"),
        ("the 𝐢𝐧𝐭𝐞𝐫𝐧𝐚𝐭𝐢𝐨𝐧𝐚𝐥 organisation met", "the interna\u00adtional organi\u200bsation met"),
    ],
)  # fmt: skip
def test_a_sentence_is_found_however_it_was_cut_into_words(tested: str, written: str) -> None:
    writer = Writer(3)
    assert hits(index_of(tested), f"{writer.text(30)} {written} {writer.text(30)}").texts == {0}


def test_a_text_is_looked_up_in_all_ways_in_which_it_is_written() -> None:
    index = index_of(("Il va de le bourg à le marché", "Il va du bourg au marché"))
    assert hits(index, "On dit: Il va du bourg au marché.").texts == {0}
    assert len(index.text_task) == 1


def test_part_of_an_evaluation_text_is_found_by_what_is_shared() -> None:
    writer = Writer()
    text = writer.text(60).split()
    index = index_of(" ".join(text))
    shared = " ".join(text[10:30])
    assert len("".join(text[10:30])) > 65
    found = hits(index, f"{writer.text(20)} {shared} {writer.text(20)}")
    assert not found.texts
    assert len(found.ngrams) >= len("".join(text[10:30])) - 64
    assert index.verdict(found) == ("shared_ngram", "shares 13 words in a row with task")
    assert not hits(index, f"{writer.text(20)} {' '.join(text[10:18])} {writer.text(20)}")


def test_a_short_document_that_is_a_part_of_a_text_is_found() -> None:
    writer = Writer()
    text = writer.text(40).split()
    index = index_of(" ".join(text))
    part = " ".join(text[8:16])
    assert 30 <= len("".join(text[8:16])) < 65
    found = hits(index, part)
    assert found.inside == {0}
    assert index.verdict(found) == ("part_of_evaluation_text", "stands within an evaluation text of task")
    assert not hits(index, f"{part} {writer.text(3)}")


def test_one_shared_word_of_a_script_without_spaces_condemns_nothing() -> None:
    word = "พระราชบัญญัติ"
    tested = f"{word}ว่าด้วยการคุ้มครองผู้บริโภคในกิจการโทรคมนาคม"
    index = index_of(tested)
    assert not hits(index, f"{word}แรงงานสัมพันธ์ กำหนดให้นายจ้างและลูกจ้างต้องปฏิบัติตามข้อตกลงร่วมกัน")
    assert hits(index, f"ตาม{tested}แล้ว").texts == {0}
    chinese = index_of("本法所称个人信息是以电子或者其他方式记录的信息")
    assert not hits(chinese, "个人信息处理者应当公开处理规则")
    assert hits(chinese, "第四条 本法所称个人信息,是以电子或者其他方式记录的信息。").texts == {0}


def test_short_texts_condemn_only_a_document_that_is_nothing_else() -> None:
    index = index_of("Sans objet.")
    assert hits(index, "sans objet").texts == {0}
    assert not hits(index, "Cet article est sans objet depuis longtemps.")
    assert index.looked_up == [False]


def test_texts_of_six_short_words_are_looked_for() -> None:
    index = index_of("O na a ga n' ulo", "O bi n' Eko ka o no ugbu a")
    assert index.looked_up == [True, True]
    assert hits(index, "Ada kwuru na o bi n'Eko ka o no ugbu a, ma o na-aga n'ulo").texts == {0, 1}


def test_texts_that_start_alike_are_told_apart_by_their_whole_length() -> None:
    start = "the parties agree as follows today that"
    index = index_of(f"{start} rent is due", f"{start} rent is due monthly", start)
    assert hits(index, f"Now {start} rent is due, they say.").texts == {0, 2}


def test_both_kinds_are_reported_for_each_task() -> None:
    writer = Writer()
    long, short, other = writer.text(30), writer.text(8), writer.text(30)
    index = EvaluationIndex(
        {"b": {"validation": [long], "test": [short, "Sans objet"]}, "a": {"test": [other]}}, Decontamination()
    )
    report = ContaminationReport(index)
    for document in (f"x {long} y", f"x {short} y", " ".join(other.split()[:20]), f"{long} {other}"):
        report.add(hits(index, document))
    result = report.result()
    assert result["b"] == {
        "sentences": 3,
        "ngrams": 2,
        "both": 2,
        "documents": 3,
        "evaluation_texts": 3,
        "texts_found": 2,
        "too_short": 1,
        "splits": {
            "validation": {"evaluation_texts": 1, "texts_found": 1, "whole": 1, "too_short": 0},
            "test": {"evaluation_texts": 2, "texts_found": 1, "whole": 1, "too_short": 1},
        },
    }
    assert result["a"]["splits"]["test"] == {"evaluation_texts": 1, "texts_found": 1, "whole": 1, "too_short": 0}
    assert (result["a"]["sentences"], result["a"]["ngrams"]) == (1, 2)


def test_sentences_can_be_switched_off() -> None:
    text = "one two three four five six seven"
    assert not hits(index_of(text, sentences=False), text)


@pytest.mark.parametrize("scale", [1, 3])
def test_documents_looked_up_together_are_hit_as_each_alone(scale):
    generator = np.random.default_rng(0)

    def made(length):
        return generator.integers(0, 3, size=length).astype(np.uint64)  # so few kinds of units that runs repeat

    texts = {str(number): made(int(generator.integers(1, 40))) for number in range(60)}
    index = EvaluationIndex(
        {"task": {"test": list(texts)}},
        Decontamination(ngram=8, min_sentence_words=6 // scale),
        texts.__getitem__,
        lambda _: scale,
    )
    documents = [made(int(generator.integers(0, 60))) for _ in range(300)] + list(texts.values())
    together = index.hits_of(documents)
    hit = 0
    for document, found in zip(documents, together, strict=True):
        alone = index.hits(document)
        assert (found.texts, found.ngrams.tolist(), found.inside) == (alone.texts, alone.ngrams.tolist(), alone.inside)
        hit += bool(found)
    assert 60 < hit < len(documents)
