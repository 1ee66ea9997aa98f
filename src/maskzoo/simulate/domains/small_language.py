"""News in an invented small language (or several), with lines in English between them and four tasks.

Tasks, all of the first language: pos (17 tags of Universal Dependencies, as far as used), entities (PER, LOC, DATE),
topic (five), language (which words are borrowed; meant for a language with `mixing`).
"""

import random
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from maskzoo.simulate.domains import general
from maskzoo.simulate.names import pick
from maskzoo.simulate.small_language import TOPICS, SmallLanguage, as_examples, as_text
from maskzoo.strict import Strict

SENTENCES, PARAGRAPHS = 500, 400
SHARES = {"foreign": 0.05}
FOOTERS = ("Radio Fela 98.1 - dikgang tsa gago", "Copyright of the station, all rights reserved")


class Language(Strict):
    """How an invented language is written; what words it has grows from its name."""

    marks: Literal["none", "tones", "carons", "umlauts"] = Field(default="none", description="which letters carry them")
    spelling: float = Field(default=0.0, ge=0, le=1, description="share of words in a variant spelling")
    mixing: float = Field(default=0.0, ge=0, le=1, description="share of nouns, verbs and adjectives that are English")


class Settings(Strict):
    """Invented languages."""

    languages: dict[str, Language] = Field(min_length=1, description="name -> how it is written")


class Newsroom:
    """Documents and tasks of the languages asked for; what `maskzoo.simulate.domains` modules offer as functions."""

    SHARES = SHARES
    FOOTERS = FOOTERS

    def __init__(self, languages: Mapping[str, Mapping[str, Any]]) -> None:
        self.languages = [SmallLanguage(name, **settings) for name, settings in languages.items()]
        self.WORDS = self.languages[0].vocabulary()

    def document(self, chance: random.Random) -> str:
        """A few sentences on one topic, one a line, in one of the languages."""
        language = self.languages[int(chance.random() * len(self.languages))]
        topic = pick(chance, TOPICS)
        lines = [as_text(language.sentence(chance, topic)) for _ in range(4 + int(chance.random() * 5))]
        return "\n".join(lines)

    def foreign(self, chance: random.Random) -> str:
        """A document in English: what a crawl of a small language is full of."""
        return general.document(chance)

    def tasks(self, chance: random.Random) -> dict[str, list[dict[str, Any]]]:
        """Examples of each task, each of sentences of its own."""
        language = self.languages[0]
        found: dict[str, list[dict[str, Any]]] = {
            task: [as_examples(language.sentence(chance))[task] for _ in range(SENTENCES)]
            for task in ("pos", "entities", "language")
        }
        found["topic"] = []
        for number in range(PARAGRAPHS):
            topic = TOPICS[number % len(TOPICS)]
            about = [topic, topic, pick(chance, TOPICS)]
            text = " ".join(as_text(language.sentence(chance, one, at_least=8)) for one in about)
            found["topic"].append({"text": text, "label": topic})
        return found


def configured(settings: Settings) -> Newsroom:
    """The generator for these languages; documents are in all, tasks in the first."""
    return Newsroom({name: language.model_dump() for name, language in settings.languages.items()})
