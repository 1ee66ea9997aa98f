"""A look at the characters saves searches and never a change: what all patterns together give is what comes out."""

import random
import unicodedata

from maskzoo.corpus.normalising import CONTROL, EDGES, INVISIBLE, JOINER, LINE_BREAK, PARAGRAPH, SPACES, normalise


def by_every_pattern(text: str) -> str:
    text = unicodedata.normalize("NFC", LINE_BREAK.sub("\n", text)).replace("\u2029", "\n\n")
    text = SPACES.sub(" ", CONTROL.sub("", JOINER.sub("", INVISIBLE.sub("", text))))
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
