"""Contracts, with the tasks clause_type (which of ten types a clause is) and entities (who, when, how much, where)."""

import random
from typing import Any

from maskzoo.simulate.clauses import TYPES
from maskzoo.simulate.contracts import GRAMMAR, clause, contract, loose_context
from maskzoo.simulate.entities import entity_context, tagged
from maskzoo.simulate.grammar import sentence
from maskzoo.simulate.text import words

LABELS = TYPES[:10]
MIXED = 0.95
MIN_WORDS = 15  # shorter evaluation texts could turn up in a contract by chance
CLAUSES, SENTENCES = 1200, 900
FOOTERS = (
    "Printed from the contract archive - not valid without a stamp",
    "Confidential draft for discussion only, page left blank on purpose",
)
WORDS = GRAMMAR.words()
PAIRS = True  # its texts are English: minimal pairs are written beside them


def document(generator: random.Random) -> str:
    """One contract."""
    return contract(generator)


def tasks(generator: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Examples of each task by its name; classes are of equal size."""
    clauses = []
    for number in range(CLAUSES):
        label = LABELS[number % len(LABELS)]
        text = ""
        while len(words(text)) < MIN_WORDS:
            text = clause(generator, label, loose_context(generator), mixed=MIXED, types=LABELS)
        clauses.append({"text": text, "label": label})
    generator.shuffle(clauses)
    sentences: list[dict[str, Any]] = []
    while len(sentences) < SENTENCES:
        tokens, tags = tagged(sentence(_capital(GRAMMAR.expand("entity", generator, entity_context(generator)))))
        if len(words(" ".join(tokens))) >= MIN_WORDS:
            sentences.append({"tokens": tokens, "tags": tags})
    return {"clause_type": clauses, "entities": sentences}


def _capital(marked: str) -> str:
    """A capital first letter, unless the sentence opens with a mark (a name, capital already)."""
    return marked if marked.startswith("<") else marked[0].upper() + marked[1:]
