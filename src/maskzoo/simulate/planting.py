"""What is planted in single documents: copies, foreign sentences, personal data, noise. Each says what it did."""

import random
import re
from typing import Any

from maskzoo.simulate import names, personal
from maskzoo.simulate.names import pick
from maskzoo.simulate.text import NGRAM, jaccard

EDIT_SHARES = (0.02, 0.04, 0.10)
_SPACES = re.compile(r"(\s+)")
_CONTROL = "\x00\x01\x07\x08\x1b\x7f"
_ALNUM = re.compile(r"\w")


def exact_copy(generator: random.Random, text: str) -> tuple[str, str]:
    """The text with nothing, its case or its white space changed, and which: `none`, `case`, `space`."""
    change = pick(generator, ("none", "case", "space"))
    if change == "case":
        return text.upper(), change
    if change == "space":
        return _SPACES.sub(
            lambda space: pick(generator, ("  ", " \t", "\n")) if generator.random() < 0.2 else space[0], text
        ) + " \n", change
    return text, change


def edited(generator: random.Random, text: str, share: float, vocabulary: list[str]) -> tuple[str, int, int]:
    """The text with a share of its words (runs without white space) replaced; the counts of words and replaced ones."""
    pieces = _SPACES.split(text)
    positions = [place for place in range(0, len(pieces), 2) if pieces[place]]
    chosen = generator.sample(positions, max(1, round(share * len(positions))))
    for place in chosen:
        old = pieces[place]
        new = pick(generator, vocabulary)
        while new == old.casefold():
            new = pick(generator, vocabulary)
        pieces[place] = new
    return "".join(pieces), len(positions), len(chosen)


def near_copy(generator: random.Random, text: str, share: float, vocabulary: list[str]) -> tuple[str, dict[str, Any]]:
    """An edited copy and its truth: edit_share, words, replaced, Jaccard of five-word shingles with the original."""
    copy, words, replaced = edited(generator, text, share, vocabulary)
    similarity = round(jaccard(text, copy), 4)
    return copy, {"edit_share": share, "words": words, "replaced": replaced, "jaccard": similarity}


def run_of(generator: random.Random, text: str) -> str | None:
    """A stretch of `text` with at least 13 words, not all of it; None where it is too short for that."""
    pieces = text.split()
    start = 1 + int(generator.random() * 4)
    seen = 0
    for end in range(start, len(pieces)):
        seen += bool(_ALNUM.search(pieces[end]))
        if seen == NGRAM + 1:
            return " ".join(pieces[start : end + 1])
    return None


def contaminated(generator: random.Random, text: str, example: str) -> tuple[str, str, str]:
    """`text` with an evaluation text (`whole`) or 14 words of it (`run`) as a line; also form and planted line."""
    run = run_of(generator, example) if generator.random() < 0.5 else None
    planted = example if run is None else run
    return with_line(generator, text, planted), "whole" if run is None else "run", planted


def with_line(generator: random.Random, text: str, line: str) -> str:
    """`text` with `line` set between two of its lines."""
    lines = text.split("\n")
    lines.insert(1 + int(generator.random() * len(lines)), line)
    return "\n".join(lines)


def with_personal_data(generator: random.Random, text: str) -> tuple[str, list[dict[str, str]]]:
    """`text` with one to three pieces of personal data, and what they are (`kind`, `text`)."""
    found = []
    for kind in generator.sample(personal.KINDS, 1 + int(generator.random() * 3)):
        what = personal.item(generator, kind)
        text = with_line(generator, text, personal.line(generator, kind, what))
        found.append({"kind": kind, "text": what})
    return text, found


def with_decoys(generator: random.Random, text: str) -> tuple[str, list[dict[str, str]]]:
    """`text` with two or three decoys, and what they are (`kind`, `text`)."""
    found = []
    for kind in generator.sample(personal.DECOYS, 2 + int(generator.random() * 2)):
        what = personal.decoy(generator, kind)
        text = with_line(generator, text, personal.line(generator, kind, what, is_decoy=True))
        found.append({"kind": kind, "text": what})
    return text, found


def with_control_characters(generator: random.Random, text: str) -> tuple[str, int]:
    """`text` with control characters among its letters, and how many."""
    characters = list(text)
    count = 3 + int(generator.random() * 20)
    for _ in range(count):
        characters.insert(int(generator.random() * len(characters)), pick(generator, tuple(_CONTROL)))
    return "".join(characters), count


def too_short(generator: random.Random) -> str:
    """One to four words."""
    return pick(generator, ("{a}", "{a}, {b}", "Page {a}", "See {a} {b}", "Copy for {a}")).format(
        a=names.place(generator), b=names.surname(generator)
    )


def symbols(generator: random.Random) -> str:
    """Mostly neither letters, digits nor spaces: what is left of a table or a form."""
    rows = [
        "".join(pick(generator, tuple("|-=+#*%/<>_~^")) for _ in range(30)) + " " + names.place(generator)
        for _ in range(12)
    ]
    return "\n".join(rows)


def numbers(generator: random.Random) -> str:
    """A table of numbers with hardly a letter."""
    rows = [" ".join(f"{generator.random() * 1e6:.2f}" for _ in range(9)) for _ in range(14)]
    return names.place(generator) + "\n" + "\n".join(rows)


def undecodable(generator: random.Random, text: str) -> str:
    """A text most of whose letters were lost to the wrong encoding: U+FFFD in their place."""
    return "".join("\ufffd" if c.isalpha() and generator.random() < 0.7 else c for c in text[:1500])
