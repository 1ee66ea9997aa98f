"""An invented agglutinative language, grown from a name: sounds, word classes, affixes, word order, all tags known.

Nouns carry the prefix of one of four classes (singular or plural) as in Bantu languages; adjectives and verbs agree
with it; verbs add a tense, nouns a case. Some stems are nouns and verbs alike, so that a tag needs the affixes or the
neighbours. Nothing is copied from a real language.
"""

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskzoo.simulate.names import pick, word_list

MARKS = {  # letter -> what a language with such marks writes for it
    "none": {},
    "tones": {"a": "a\u0301a\u0300", "e": "e\u0301e\u0300e\u0323", "o": "o\u0301o\u0323o\u0300", "s": "s\u0323"},
    "carons": {"c": "c\u030c", "s": "s\u030c", "z": "z\u030c", "a": "a\u0301", "e": "e\u0301", "i": "i\u0301"},
    "umlauts": {"a": "a\u0308", "o": "o\u0308", "u": "u\u0308"},
}
ORDERS = ("svo", "sov", "vso")
TOPICS = ("farming", "health", "market", "school", "sport")
TENSES, CASES, CLASSES = 3, 3, 4
# English words that speakers mix in, with their tags; some take an affix of the language
BORROWED = {
    "NOUN": word_list("phone meeting office school party movie ticket problem weekend friend photo game exam market"),
    "VERB": word_list("call send check finish cancel share watch start book download click change help"),
    "ADJ": word_list("nice late busy free cheap ready sure funny happy serious"),
}
ONSETS = word_list("b d f g h k l m n p r s t w y ng ts tl kh sh")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, its part of speech, entity tag (IOB2) and language (own, other)."""

    form: str
    pos: str
    entity: str = "O"
    language: str = "own"


class SmallLanguage:
    """One language. The same name and settings give the same language on every machine.

    Args:
        name: what the language grows from.
        marks: which letters carry marks: none, tones (decomposed, as Yoruba is often typed), carons, umlauts.
        spelling: share of words written in a variant spelling, as where there is no standard.
        mixing: share of nouns, verbs and adjectives that are English.
    """

    def __init__(self, name: str, *, marks: str = "none", spelling: float = 0.0, mixing: float = 0.0) -> None:
        chance = random.Random(f"small_language/{name}")
        self.name, self.marks, self.spelling, self.mixing = name, marks, spelling, mixing
        self.onsets = [*chance.sample(ONSETS, 12), "k", "s"]
        self.vowels = [*chance.sample("aeiou", 4), "a"]
        self.codas = ["", "", "", *chance.sample("nmrlsk", 2)]
        self.order = pick(chance, ORDERS)
        self._taken: set[str] = set()
        self.prefixes = [(self._syllable(chance), self._syllable(chance)) for _ in range(CLASSES)]
        self.tenses = [self._syllable(chance) for _ in range(TENSES)]
        self.cases = ["", *(self._syllable(chance) for _ in range(CASES - 1))]
        self.final = pick(chance, self.vowels)
        self.nouns = [self._stem(chance) for _ in range(150)]
        self.verbs = self.nouns[:30] + [self._stem(chance) for _ in range(60)]
        self.adjectives = [self._stem(chance) for _ in range(40)]
        self.adverbs = [self._stem(chance) for _ in range(14)]
        self.small = {
            tag: [self._syllable(chance) for _ in range(count)]
            for tag, count in {"ADP": 5, "DET": 4, "PRON": 5, "CCONJ": 3, "AUX": 4}.items()
        }
        self.places = [self._stem(chance).capitalize() for _ in range(40)]
        self.first = [self._stem(chance).capitalize() for _ in range(40)]
        self.last = [self._stem(chance).capitalize() + self._syllable(chance) for _ in range(40)]
        self.months = [self._stem(chance).capitalize() for _ in range(8)]
        # some months and places are called like people, and some people like places: the words around have to tell
        self.months += self.first[:4]
        self.places += self.first[4:16] + self.last[:12]

    def vocabulary(self) -> list[str]:
        """Words without affixes, for edits that keep to the language."""
        return sorted({*self.nouns, *self.adjectives, *self.adverbs})

    def clause(self, chance: random.Random, topic: str | None = None) -> list[Word]:
        """A clause without its full stop; nouns and verbs of a topic are five times as likely."""
        subject, agreement = self._noun_phrase(chance, topic, 0)
        if chance.random() < 0.3:
            subject, agreement = self._person(chance), self.prefixes[0][0]
        verb = self._verb(chance, topic, agreement)
        parts = {"s": subject, "v": verb, "o": self._noun_phrase(chance, topic, 1)[0]}
        words = [word for part in self.order for word in parts[part]]
        for adjunct in (self._place, self._date, self._adverb, self._where):
            if chance.random() < 0.35:
                words += adjunct(chance)
        return words

    def sentence(self, chance: random.Random, topic: str | None = None, *, at_least: int = 15) -> list[Word]:
        """Clauses joined by conjunctions until there are `at_least` words, and a full stop."""
        words = self.clause(chance, topic)
        while len(words) < at_least:
            words += [Word(",", "PUNCT"), self._function(chance, "CCONJ"), *self.clause(chance, topic)]
        return [self._written(chance, word) for word in words] + [Word(pick(chance, (".", ".", "!")), "PUNCT")]

    def _syllable(self, chance: random.Random) -> str:
        while True:
            made = pick(chance, self.onsets) + pick(chance, self.vowels)
            if made not in self._taken or len(self._taken) > 60:
                self._taken.add(made)
                return made

    def _stem(self, chance: random.Random) -> str:
        while True:
            made = "".join(
                pick(chance, self.onsets) + pick(chance, self.vowels) + pick(chance, self.codas)
                for _ in range(2 + (chance.random() < 0.4))
            )
            made = self._marked(chance, made)
            if made not in self._taken:
                self._taken.add(made)
                return made

    def _marked(self, chance: random.Random, text: str) -> str:
        """A third of the letters that can carry a mark get one, decomposed for tones and composed otherwise."""
        letters = MARKS[self.marks]
        out = []
        for letter in text:
            forms = [letters[letter][place : place + 2] for place in range(0, len(letters.get(letter, "")), 2)]
            out.append(pick(chance, forms) if forms and chance.random() < 0.35 else letter)
        return unicodedata.normalize("NFD" if self.marks == "tones" else "NFC", "".join(out))

    def _of_topic(self, chance: random.Random, stems: Sequence[str], topic: str | None) -> str:
        if topic is not None and chance.random() < 0.5:
            stems = stems[TOPICS.index(topic) :: len(TOPICS)]
        return stems[int(chance.random() * len(stems))]

    def _noun_phrase(self, chance: random.Random, topic: str | None, case: int) -> tuple[list[Word], str]:
        """Noun, perhaps an adjective that agrees and a determiner behind it; and the prefix it agrees with."""
        stem = self._of_topic(chance, self.nouns, topic)
        prefix = self.prefixes[self.nouns.index(stem) % CLASSES][chance.random() < 0.4]
        if chance.random() < 0.1:
            return [self._function(chance, "PRON")], prefix
        noun = self._mixed(chance, "NOUN") or Word(prefix + stem + self.cases[case], "NOUN")
        words = [noun]
        if chance.random() < 0.35:
            words.append(self._mixed(chance, "ADJ") or Word(prefix + pick(chance, self.adjectives), "ADJ"))
        if chance.random() < 0.3:
            words.append(self._function(chance, "DET"))
        return words, prefix

    def _verb(self, chance: random.Random, topic: str | None, agreement: str) -> list[Word]:
        words = [self._function(chance, "AUX")] if chance.random() < 0.3 else []
        tense = pick(chance, self.tenses)
        borrowed = self._mixed(chance, "VERB")
        if (
            borrowed is not None and chance.random() < 0.5
        ):  # an English stem with the language's own affixes is a word of it
            return [*words, Word(agreement + borrowed.form + tense, "VERB")]
        return [
            *words,
            borrowed or Word(agreement + tense + self._of_topic(chance, self.verbs, topic) + self.final, "VERB"),
        ]

    def _mixed(self, chance: random.Random, tag: str) -> Word | None:
        if not self.mixing or chance.random() >= self.mixing:
            return None
        return Word(pick(chance, BORROWED[tag]), tag, language="other")

    def _function(self, chance: random.Random, tag: str) -> Word:
        return Word(pick(chance, self.small[tag]), tag)

    def _person(self, chance: random.Random) -> list[Word]:
        first = Word(pick(chance, self.first), "PROPN", "B-PER")
        return [first] if chance.random() < 0.3 else [first, Word(pick(chance, self.last), "PROPN", "I-PER")]

    def _place(self, chance: random.Random) -> list[Word]:
        return [Word(self.small["ADP"][0], "ADP"), Word(pick(chance, self.places), "PROPN", "B-LOC")]

    def _date(self, chance: random.Random) -> list[Word]:
        day = Word(str(1 + int(chance.random() * 28)), "NUM", "B-DATE")
        return [Word(self.small["ADP"][1], "ADP"), day, Word(pick(chance, self.months), "PROPN", "I-DATE")]

    def _adverb(self, chance: random.Random) -> list[Word]:
        return [Word(pick(chance, self.adverbs), "ADV")]

    def _where(self, chance: random.Random) -> list[Word]:
        return [self._function(chance, "ADP"), *self._noun_phrase(chance, None, 2)[0]]

    def _written(self, chance: random.Random, word: Word) -> Word:
        """A word in a variant spelling now and then: a letter doubled, or voiced as its neighbour is."""
        if not self.spelling or word.pos == "PUNCT" or chance.random() >= self.spelling or len(word.form) < 4:
            return word
        place = 1 + int(chance.random() * (len(word.form) - 2))
        swapped = word.form[place].translate(VOICED)
        letter = swapped if swapped != word.form[place] else word.form[place] * 2
        return Word(word.form[:place] + letter + word.form[place + 1 :], word.pos, word.entity, word.language)


VOICED = str.maketrans("bdgptk", "ptkbdg")


def as_text(words: Sequence[Word]) -> str:
    """Words as they are written: no space before punctuation, a capital at the start."""
    text = ""
    for word in words:
        text += word.form if word.pos == "PUNCT" or not text else " " + word.form
    return text[:1].upper() + text[1:]


def as_examples(words: Sequence[Word]) -> dict[str, dict[str, Any]]:
    """Task -> tokens and tags of one sentence: pos, entities, language."""
    tokens = [word.form for word in words]
    return {
        "pos": {"tokens": tokens, "tags": [word.pos for word in words]},
        "entities": {"tokens": tokens, "tags": [word.entity for word in words]},
        "language": {"tokens": tokens, "tags": [word.language for word in words]},
    }
