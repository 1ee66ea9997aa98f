"""Text that the tests of curation invent: seeded words, so that nothing is similar unless it was planted."""

import random
from collections.abc import Sequence
from itertools import accumulate

from maskzoo.corpus.curate import Origin
from maskzoo.documents.record import Record

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Writer:
    """Draws texts whose words follow a Zipf law."""

    def __init__(self, seed: int = 0) -> None:
        self.draw = random.Random(seed)
        self.vocabulary = ["".join(self.draw.choices(LETTERS, k=self.draw.randint(3, 9))) for _ in range(5000)]
        self.weights = list(accumulate(1 / rank for rank in range(1, len(self.vocabulary) + 1)))

    def text(self, words: int = 100) -> str:
        return " ".join(self.draw.choices(self.vocabulary, cum_weights=self.weights, k=words))

    def texts(self, count: int, words: int = 100) -> list[str]:
        return [self.text(words) for _ in range(count)]

    def edited(self, text: str, share: float) -> str:
        """The text with that share of its words replaced."""
        words = text.split()
        for place in self.draw.sample(range(len(words)), round(share * len(words))):
            words[place] = self.draw.choice(self.vocabulary)
        return " ".join(words)


def records(texts: Sequence[str]) -> list[Record]:
    return [Record(text, f"file.txt#{number}", "0" * 64) for number, text in enumerate(texts)]


def origin(texts: Sequence[str], name: str = "invented") -> Origin:
    return Origin(name, records(texts), "CC0-1.0", "en")
