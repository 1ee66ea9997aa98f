"""Letters, scripts and words of a text."""

import numpy as np
import pytest

from maskzoo.documents.letters import ABUGIDA, ALPHABET, HAN, HANGUL, letters, script_of, unspaced_share, words_in
from maskzoo.documents.words import word_pattern

HINDI, YORUBA, THAI = "हिन्दी में लिखा", "Ọ̀rọ̀ àwọn ènìyàn", "พระราชบัญญัติคุ้มครองผู้บริโภค"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("law", ALPHABET),
        ("закон", ALPHABET),
        ("법률 규정", HANGUL),
        ("法律 の 規定", HAN),
        (THAI, ABUGIDA),
        ("1. — !", ALPHABET),
    ],
)
def test_the_script_is_that_of_most_letters(text: str, script: int) -> None:
    assert script_of(text) == script


def test_letters_are_those_of_the_text_whatever_stands_between() -> None:
    assert np.array_equal(letters("A-1 b\u00ad\u200bc"), letters("a1bc"))
    assert np.array_equal(letters("ＡＢＣ ﬁ ½"), letters("abc fi 12"))
    assert len(letters("…!? ")) == 0
    assert not np.array_equal(letters("ọ̀"), letters("o"))  # a tone is part of the word


def test_words_are_whole_in_every_script() -> None:
    assert word_pattern().findall(HINDI) == HINDI.split()
    assert word_pattern().findall(YORUBA) == YORUBA.split()
    assert word_pattern().findall("می‌خواهم بروم") == ["می‌خواهم", "بروم"]
    assert word_pattern().findall("snake_case, don't 42") == ["snake_case", "don", "t", "42"]


def test_a_text_without_spaces_has_about_as_many_words_as_its_letters_say() -> None:
    assert words_in("one two three") == 3
    assert 5 <= words_in(THAI) <= 9
    assert words_in("本法所称个人信息") == 4
    assert words_in("本法 of 1998") == 3
    assert unspaced_share(["abc", THAI[:3]]) == pytest.approx(0.5)
