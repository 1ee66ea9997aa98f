"""Plain prose on eight topics, with the task topic (what a paragraph is about)."""

import random
from typing import Any

from maskzoo.simulate import names
from maskzoo.simulate.grammar import Grammar, sentence
from maskzoo.simulate.names import pick
from maskzoo.simulate.prose import COMMON, FRAMES, PROSE, TOPICS
from maskzoo.simulate.text import words


def _frames(topic: str) -> str:
    """The shared frames with the rules of one topic in their places, as the rule `<topic>.sentence`."""
    text = FRAMES.replace("sentence_of", topic + ".sentence")
    for part in ("does", "where", "fact", "tool", "doer"):
        text = text.replace(f"{{{part}}}", f"{{{topic}.{part}}}")
    return text


GRAMMAR = Grammar(COMMON, PROSE, *map(_frames, TOPICS))
PARAGRAPHS = 960
STRAY = 0.7
MIN_WORDS = 15  # shorter evaluation texts could turn up in a document by chance
FOOTERS = (
    "Read more stories in the next issue of our paper",
    "Copied from the reading room, please bring it back on time",
)
WORDS = GRAMMAR.words()
PAIRS = True  # its texts are English: minimal pairs are written beside them


def document(generator: random.Random) -> str:
    """A few paragraphs on one topic, with now and then a sentence from another; the same people stay throughout."""
    topic = pick(generator, TOPICS)
    people = _people(generator)
    paragraphs = []
    for _ in range(3 + int(generator.random() * 4)):
        sentences = [
            _sentence(generator, _stray(generator, topic, 0.1), people) for _ in range(4 + int(generator.random() * 4))
        ]
        paragraphs.append(" ".join(sentences))
    return "\n".join(paragraphs)


def tasks(generator: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Examples of the task: one or two sentences on the topic, often with one from another topic beside them."""
    examples: list[dict[str, Any]] = []
    while len(examples) < PARAGRAPHS:
        topic = TOPICS[len(examples) % len(TOPICS)]
        people = _people(generator)
        parts = [_sentence(generator, topic, people) for _ in range(1 + (generator.random() < 0.85))]
        if generator.random() < STRAY:
            # one against one, the first says what the paragraph is about
            place = 1 if len(parts) == 1 else int(generator.random() * 3)
            parts.insert(place, _sentence(generator, _stray(generator, topic, 1.0), people))
        text = " ".join(parts)
        if len(words(text)) >= MIN_WORDS:
            examples.append({"text": text, "label": topic})
    generator.shuffle(examples)
    return {"topic": examples}


def _stray(generator: random.Random, topic: str, probability: float) -> str:
    if generator.random() >= probability:
        return topic
    return pick(generator, [other for other in TOPICS if other != topic])


def _people(generator: random.Random) -> dict[str, str]:
    return {"NAME": names.first_name(generator), "NAME2": names.person(generator)}


def _sentence(generator: random.Random, topic: str, people: dict[str, str]) -> str:
    context = {
        **people,
        "PLACE": names.place(generator),
        "N1": pick(generator, names.NUMBERS),
        "N2": pick(generator, names.NUMBERS),
    }
    return sentence(GRAMMAR.expand(topic + ".sentence", generator, context))
