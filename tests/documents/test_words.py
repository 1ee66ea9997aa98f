"""The compiled loops cut a text into the words that the plain definition gives, with the same hashes."""

import random

from maskzoo.documents.words import gathered, read, words


def same(text: str) -> bool:
    found, expected = read(text), gathered(words(text))
    return found.joined == expected.joined and found.hashes.tolist() == expected.hashes.tolist()


def test_words_are_runs_of_letters_digits_and_marks() -> None:
    assert words("Don't STOP_me, naïve Straße 42!") == ["don", "t", "stop", "me", "naïve", "strasse", "42"]
    assert words("क्या हाल") == ["क्या", "हाल"]
    assert words("日本go") == ["日", "本", "go"]


def test_every_character_is_cut_as_it_is_defined() -> None:
    some = 64  # in one text, with and without letters around
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    for start in range(0, len(every), some):
        part = every[start : start + some]
        assert same(" ".join(f"{one} x{one}y {one}{one}" for one in part)), hex(ord(part[0]))


def test_texts_of_many_scripts() -> None:
    draw = random.Random(0)
    pool = [chr(draw.randrange(0x3100)) for _ in range(3000)]
    pool += list("aAbßΐﬃİ_0 ,.\u0e31\u0e01\u0301\u4e2d\u3042\U00020000\U0001f600\u0345") * 20
    for _ in range(20_000):
        text = "".join(draw.choices(pool, k=draw.randint(0, 25)))
        assert same(text), repr(text)
