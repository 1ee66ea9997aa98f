"""News in an invented small language (or several), with lines in English between them and four tasks.

Tasks, all of the first language: pos (17 tags of Universal Dependencies, as far as used), entities (PER, LOC, DATE),
topic (five), language (which words are borrowed; meant for a language with `mixing`).
"""

import inspect
import random
from collections.abc import Mapping
from typing import Any

from maskzoo.errors import UserError, unknown_name
from maskzoo.simulate.domains import general
from maskzoo.simulate.names import pick
from maskzoo.simulate.small_language import MARKS, TOPICS, SmallLanguage, as_examples, as_text

SENTENCES, PARAGRAPHS = 500, 400
SHARES = {"foreign": 0.05}
FOOTERS = ("Radio Fela 98.1 - dikgang tsa gago", "Copyright of the station, all rights reserved")


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


def configured(**settings: Any) -> Newsroom:
    """The generator for `languages: {name: {marks:, spelling:, mixing:}}`; documents are in all, tasks in the first.

    Raises:
        UserError: a setting that does not exist or does not fit.
    """
    where = "simulate.settings"
    for name in settings:
        if name != "languages":
            raise unknown_name("setting", name, ["languages"], where=where)
    languages = settings.get("languages")
    if not isinstance(languages, Mapping) or not languages:
        raise UserError(f"{languages!r}", where=f"{where}.languages", expected="names, each with its settings")
    known = list(inspect.signature(SmallLanguage).parameters)[1:]
    for name, values in languages.items():
        key = f"{where}.languages.{name}"
        if not isinstance(values, Mapping):
            raise UserError(f"{values!r}", where=key, expected=f"a mapping of {', '.join(known)} (or an empty one)")
        for setting, value in values.items():
            if setting not in known:
                raise unknown_name("setting", setting, known, where=key)
            if setting == "marks" and value not in MARKS:
                raise unknown_name("value", str(value), MARKS, where=f"{key}.marks")
            if setting != "marks" and not (isinstance(value, int | float) and 0 <= value <= 1):
                raise UserError(f"{value!r}", where=f"{key}.{setting}", expected="a share from 0 to 1")
    return Newsroom(languages)
