"""Minimal pairs with planted errors: a sentence as its grammar has it, and the same with one error of a known kind.

Kinds: `article` (a before a vowel, an before none), `agreement` (is for are, was for were, has for have, and back),
`order` (a noun before its determiner). Each error stands alone, so that nothing else tells the two sentences apart.
"""

import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from maskzoo.simulate.names import pick

ENOUGH = 60  # pairs of each kind
WORDS = (5, 24)  # of a sentence
ATTEMPTS = 4000  # texts that are drawn, at most
SENTENCE = re.compile(r"(?<![\"“«])[A-Z][^.?!\n]*[a-z]\.(?=\s|$)")
ARTICLE = re.compile(r"\b([Aa])(n?) (?=[a-z])")
VERB = re.compile(r"\b(is|are|was|were|has|have)\b")
NOUN = re.compile(r"(?<=[a-z,] )\b(the|a|an|its|every) ([a-z]+)\b")
OTHER = {"is": "are", "are": "is", "was": "were", "were": "was", "has": "have", "have": "has"}
PLACES = {"article": ARTICLE, "agreement": VERB, "order": NOUN}


def pairs(generator: random.Random, document: Callable[[random.Random], str]) -> list[dict[str, Any]]:
    """`ENOUGH` pairs of each kind, as many as the documents have places for: good, bad, kind, and where they differ.

    Args:
        document: gives a text of the domain.
    """
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in PLACES}
    seen: set[str] = set()
    for _ in range(ATTEMPTS):
        wanted = [kind for kind, held in found.items() if len(held) < ENOUGH]
        if not wanted:
            break
        sentence = _sentence(generator, document)
        if sentence is None or sentence in seen:
            continue
        kind = pick(generator, wanted)
        places = list(PLACES[kind].finditer(sentence))
        if places:
            seen.add(sentence)
            place = places[int(generator.random() * len(places))]
            bad = sentence[: place.start()] + _wrong(kind, place) + sentence[place.end() :]
            found[kind].append({"good": sentence, "bad": bad, "kind": kind, "at": place.start()})
    return [pair for held in found.values() for pair in held]


def _sentence(generator: random.Random, document: Callable[[random.Random], str]) -> str | None:
    """One sentence of a new text, of a length that a probe reads whole."""
    least, most = WORDS
    fit = [one for one in _sentences(document(generator)) if least <= len(one.split()) <= most]
    return pick(generator, fit) if fit else None


def _sentences(text: str) -> Iterator[str]:
    return (match.group() for match in SENTENCE.finditer(text))


def _wrong(kind: str, place: re.Match[str]) -> str:
    if kind == "article":
        return f"{place[1]}{'' if place[2] else 'n'} "
    if kind == "agreement":
        return OTHER[place[1]]
    return f"{place[2]} {place[1]}"
