"""Sentences with tagged entities, where the context decides the tag and the shape does not.

What is tagged: PARTY, who is bound by the contract; DATE, when something of the contract starts, falls due or ends;
AMOUNT, money owed under the contract; REFERENCE, a place in the contract. The same shapes also stand untagged: a
company that is an auditor or a landmark, the date of a statute or of an older paper, a capital or an insured value, a
section of a statute.
"""

import random
import re

from maskzoo.simulate import names
from maskzoo.simulate.names import pick
from maskzoo.simulate.words import words_of

ENTITIES = words_of("entities.entities")

MARK = re.compile(r"<([A-Z]+) ([^<>]*)>")
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|\w+(?:[-']\w+)*|[^\w\s]")


def entity_context(generator: random.Random) -> dict[str, str]:
    """Invented parties, other companies, dates, amounts and references for one sentence."""

    def party() -> str:
        return names.company(generator) if generator.random() < 0.85 else names.person(generator)

    def place_in_contract() -> str:
        shape, number = generator.random(), 1 + int(generator.random() * 14)
        if shape < 0.6:
            return f"Section {number}.{1 + int(generator.random() * 5)}"
        return f"Article {number}" if shape < 0.8 else f"Schedule {number}"

    return {
        "P1": party(),
        "P2": party(),
        "O1": party(),
        "O2": names.company(generator),
        "D1": names.date(generator),
        "D2": names.date(generator),
        "A1": names.amount(generator),
        "A2": names.amount(generator),
        "A3": names.amount(generator),
        "R1": place_in_contract(),
        "R2": place_in_contract(),
        "R3": place_in_contract(),
        "PLACE": names.place(generator),
        "N1": pick(generator, names.NUMBERS),
        "N2": pick(generator, names.NUMBERS),
        "AMOUNT": names.amount(generator),
        "DATE": names.date(generator),
        "T1": "the Goods",
        "T2": "the Works",
        "X": "the seller",
        "Y": "the buyer",
        "D": "this contract",
    }


def tagged(marked: str) -> tuple[list[str], list[str]]:
    """Tokens and IOB2 tags of a sentence in which `<KIND words>` marks an entity."""
    tokens: list[str] = []
    tags: list[str] = []

    def add(text: str, kind: str | None) -> None:
        for position, token in enumerate(TOKEN.findall(text)):
            tokens.append(token)
            tags.append("O" if kind is None else f"{'B' if position == 0 else 'I'}-{kind}")

    end = 0
    for mark in MARK.finditer(marked):
        add(marked[end : mark.start()], None)
        add(mark.group(2), mark.group(1))
        end = mark.end()
    add(marked[end:], None)
    return tokens, tags
