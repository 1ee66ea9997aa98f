"""A look at the characters saves searches and never a change: what all patterns together give is what comes out."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskzoo.documents.normalising import CONTROL, EDGES, INVISIBLE, JOINER, LINE_BREAK, PARAGRAPH, SPACES, normalise


def by_every_pattern(text: str) -> str:
    text = LINE_BREAK.sub("\n", text).replace("\u2029", "\n\n")
    text = unicodedata.normalize("NFC", CONTROL.sub("", JOINER.sub("", INVISIBLE.sub("", text))))
    text = SPACES.sub(" ", text)
    return PARAGRAPH.sub("\n\n", EDGES.sub("\n", text)).strip()


def test_every_character_alone_and_between_letters() -> None:
    for code in range(0x3100):
        for text in (chr(code), f"a{chr(code)}b", f"é{chr(code)}\u0301"):
            assert normalise(text) == by_every_pattern(text), hex(code)
    for start in range(0x3100, 0x110000, 16):
        if not 0xD800 <= start < 0xE000:
            text = "".join(f"a{chr(code)}b {chr(code)}\u0301" for code in range(start, start + 16))
            assert normalise(text) == by_every_pattern(text), hex(start)


def test_characters_in_any_order() -> None:
    draw = random.Random(0)
    odd = "\r\n\t \x00\x0b\x7f\x85\u2028\u2029\u00a0\u2000\u3000\u00ad\u200b\u200c\u200d\ufeffaé\u0301\u0645\U0001f600"
    for _ in range(20_000):
        text = "".join(draw.choices(odd, k=draw.randint(0, 12)))
        assert normalise(text) == by_every_pattern(text), repr(text)


BETWEEN = st.sampled_from([*" \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u3000", "\r\n", "\n\n\n"])
INSIDE = st.sampled_from(["", "\xad", "\u200b", "\u2060", "\ufeff", "\x00", "\x7f"])
WORD = st.text(st.characters(categories=("L", "M", "N", "P", "S"), exclude_characters="\u200c\u200d"), min_size=1)


@given(st.lists(st.tuples(WORD, INSIDE, WORD, BETWEEN), max_size=8))
def test_no_two_words_are_joined_and_no_letter_is_changed(parts):
    text = "".join("".join(part) for part in parts)
    wanted = [unicodedata.normalize("NFC", before + after) for before, _, after, _ in parts]
    assert normalise(text).split() == [word for word in " ".join(wanted).split() if word]


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_what_is_normal_stays_as_it_is(text):
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize(
    "text", ["അവന\u0d4d\u200d", "അവന\u0d4d\u200d പറഞ്ഞു", "ত\u09cd\u200d", "ක\u0dca\u200dෂ", "می\u200cخواهم"]
)
def test_joiners_that_make_letters_stay_at_the_end_of_a_word_too(text):
    assert normalise(text) == unicodedata.normalize("NFC", text)


def test_what_parts_slides_pages_and_fields_parts_words():
    assert normalise("results\x0bRevenue") == "results\nRevenue"
    assert normalise("here.\x0cThe") == "here.\nThe"
    assert normalise("name\x1fvalue\x1dunit") == "name value\nunit"
