"""Cleaning changes what it should, keeps what it should, and every filter says why it drops."""

import pytest

from maskzoo.documents.cleaning import boilerplate_of, first_objection, measure, without_lines
from maskzoo.documents.normalising import decodable, normalise
from maskzoo.documents.record import Record
from maskzoo.documents.words import words
from maskzoo.recipe.curation import Cleaning


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("cafe\u0301", "café"),  # NFC
        ("a\x00b\x07c\x9bd", "abcd"),  # control characters
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"),
        ("no\u00a0break\u2003em \t tab  two", "no break em tab two"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("  first  \n\n\n\n second\t\n", "first\n\nsecond"),  # a paragraph break stays one
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),  # Persian spelling
        ("Latin\u200cword", "Latinword"),
        ("already clean.\n\nSecond paragraph.", "already clean.\n\nSecond paragraph."),
    ],
)
def test_text_is_normalised(raw: str, clean: str) -> None:
    assert normalise(raw) == clean
    assert normalise(clean) == clean


def test_lines_that_a_source_repeats_are_boilerplate_and_no_record_is_lost() -> None:
    texts = [
        f"Page header\nbody {number}\nrare line" if number < 3 else f"Page header\nbody {number}"
        for number in range(60)
    ]
    lines, again = boilerplate_of((Record(text, str(n), "") for n, text in enumerate(texts)), 50)
    assert lines == {"Page header"}
    assert [record.text for record in again] == texts
    assert without_lines("Page header\nbody 7", lines) == "body 7"


def test_boilerplate_counts_documents_not_repetitions_inside_one() -> None:
    lines, _ = boilerplate_of([Record("same\n" * 100, "0", "")], 50)
    assert not lines


def test_boilerplate_is_looked_for_in_the_first_documents_only() -> None:
    def endless():
        for number in range(10**9):
            yield Record(f"header\n{number}", str(number), "")

    lines, records = boilerplate_of(endless(), 50)
    assert lines == {"header"}
    assert next(records).locator == "0"


@pytest.mark.parametrize(
    ("text", "reason", "number"),
    [
        ("three words only", "too_short", "3 words < 5"),
        ("word " * 60, "too_long", "60 words > 50"),
        ("a b c d e ||||| ----- +++++ ===", "symbols", "symbol ratio 0.783 > 0.4"),
        ("12345 6789 2345 678 9012 abc", "few_letters", "letter ratio 0.130 < 0.4"),
        ("", "empty", "0 words"),
    ],
)
def test_a_filter_says_why_with_a_number(text: str, reason: str, number: str) -> None:
    measured = measure(text, len(words(text)), undecodable=False)
    assert first_objection(measured, Cleaning(max_words=50)) == (reason, number)


def test_undecodable_documents_are_refused_first() -> None:
    verdict = first_objection(measure("fine text", 2, undecodable=True), Cleaning())
    assert verdict is not None
    assert verdict[0] == "undecodable"


def test_what_an_earlier_wrong_decoding_left_is_undecodable_too() -> None:
    text = "caf\ufffd cr\ufffdme br\ufffdl\ufffde et th\ufffd noir"
    verdict = first_objection(measure(text, 6, undecodable=False), Cleaning())
    assert verdict == ("undecodable", "U+FFFD ratio 0.208 > 0.01")


def test_lone_surrogates_are_found_and_replaced() -> None:
    assert decodable("whole é") is None
    assert decodable("half \ud800 here") == "half \ufffd here"


@pytest.mark.parametrize(
    "text",
    [
        "Ceci n'est pas une pipe, dit l'article premier.",
        "这是一个没有空格的句子，但是它仍然有很多词。",
        "यह हिन्दी में लिखा हुआ एक छोटा सा वाक्य है।",
        "นี่คือประโยคภาษาไทยที่ไม่มีช่องว่าง",
    ],
)
def test_every_script_passes_the_filters(text: str) -> None:
    found = words(text)
    assert first_objection(measure(text, len(found), undecodable=False), Cleaning()) is None


def test_words_ignore_case_and_punctuation_and_keep_marks() -> None:
    assert words("Hello, WORLD! don't") == ["hello", "world", "don", "t"]
    assert words("हिन्दी में") == ["हिन्दी", "में"]
    assert words("Straße ÉTÉ") == ["strasse", "été"]


def test_a_document_that_is_nothing_but_a_repeated_line_stays_for_the_look_for_duplicates():
    assert without_lines("All rights reserved.", frozenset({"All rights reserved."})) == "All rights reserved."
    assert without_lines("Text.\nAll rights reserved.", frozenset({"All rights reserved."})) == "Text."
