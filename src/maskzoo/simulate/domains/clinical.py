"""Pathology reports and discharge summaries, with the tasks section (of ten) and findings (what the patient has now).

Documents with personal data hold identifiers of all kinds of the Safe Harbor list; no name, date or number is real.
"""

import random
from typing import Any

from maskzoo.simulate.clinical_identifiers import with_decoys, with_personal_data
from maskzoo.simulate.clinical_notes import GRAMMAR, details, note, patient, section_sentence
from maskzoo.simulate.clinical_words import SECTIONS
from maskzoo.simulate.entities import tagged
from maskzoo.simulate.grammar import sentence
from maskzoo.simulate.names import pick
from maskzoo.simulate.text import words

__all__ = ["FOOTERS", "SHARES", "WORDS", "document", "tasks", "with_decoys", "with_personal_data"]

PASSAGES, SENTENCES = 1000, 850
STRAY = 0.8
MIN_WORDS = 15  # shorter evaluation texts could turn up in a note by chance
SHARES = {"personal_data": 0.16}
FOOTERS = (
    "Printed from the archive of the ward - not valid without a signature",
    "Confidential - for the use of the treating team and nobody else",
)
WORDS = GRAMMAR.words()


def document(generator: random.Random) -> str:
    """One note, without any identifier."""
    return note(generator)


def tasks(generator: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Examples of each task by its name; sections are of equal size."""
    passages: list[dict[str, Any]] = []
    while len(passages) < PASSAGES:
        section = SECTIONS[len(passages) % len(SECTIONS)]
        kept = patient(generator)
        said = [section_sentence(generator, section, kept) for _ in range(2)]
        if generator.random() < STRAY:
            other = pick(generator, [name for name in SECTIONS if name != section])
            said.insert(int(generator.random() * 3), section_sentence(generator, other, kept))
        text = " ".join(said)
        if len(words(text)) >= MIN_WORDS:
            passages.append({"text": text, "label": section})
    generator.shuffle(passages)
    sentences: list[dict[str, Any]] = []
    while len(sentences) < SENTENCES:
        context = {**details(generator), **patient(generator), **_others(generator)}
        marked = GRAMMAR.expand("finding", generator, context)
        tokens, tags = tagged(sentence(marked) if marked[0] != "<" else marked + ".")
        if len(words(" ".join(tokens))) >= MIN_WORDS:
            sentences.append({"tokens": tokens, "tags": tags})
    return {"section": passages, "findings": sentences}


def _others(generator: random.Random) -> dict[str, str]:
    """What stands beside the patient's own findings."""
    rules = {"SYMPTOM2": "symptom", "DRUG3": "drug", "TEST2": "test", "TEST3": "test"}
    return {key: GRAMMAR.expand(rule, generator, {}) for key, rule in rules.items()}
