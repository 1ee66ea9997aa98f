"""N-gram masking: collocations are hidden as a whole, so that none can be guessed from its own other words.

Levine et al. 2021, "PMI-Masking" (https://arxiv.org/abs/2010.01825), section 3: an n-gram belongs to the lexicon by
the least pointwise mutual information over all its segmentations. Xiao et al. 2021, "ERNIE-Gram"
(https://arxiv.org/abs/2010.12148), section 3.4: by the t-score of its probability against that of its tokens alone.
In both the text is cut by the longest match from the left, and units are chosen until the budget is reached; here the
tokens of an n-gram keep a mask each (one mask for all is an objective of its own).
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.masking.common.draw import budget, numbered, sizes_of, whole_units
from maskzoo.masking.common.ngrams import Lexicon, build_lexicon, longest_matches
from maskzoo.masking.common.table import Corpus, Table
from maskzoo.masking.common.text import State, Text
from maskzoo.strict import Strict

WHOLE = True


class Ngrams(Table):
    """1 where an n-gram of the lexicon, or a token outside any, begins."""

    KIND: ClassVar[str] = "ngrams"
    PER: ClassVar[Literal["token", "entry"]] = "token"

    score: Literal["pmi", "t"] = "pmi"
    longest: int = 3
    keep: tuple[int, ...] = (20_000, 10_000)
    least: int = 10

    def make(self, corpus: Corpus, notes: dict[str, Any]) -> Iterable[NDArray[np.uint8]]:
        """One piece for every few documents."""
        lexicon = self.lexicon(corpus)
        notes["ngrams"] = {str(n): len(keys) for n, keys in lexicon.keys.items()}
        notes["best"] = self._shown(lexicon, corpus)
        offsets, units, tokens = corpus.offsets, 0, 0
        for start, ids in corpus.pieces():
            begins = np.isin(np.arange(start, start + len(ids)), offsets)
            opens = longest_matches(ids, begins, lexicon, corpus.special_ids)
            units, tokens = units + int(opens.sum()), tokens + len(ids)
            yield opens.astype(np.uint8)
        notes["units"], notes["tokens_per_unit"] = units, round(tokens / max(1, units), 3)

    def lexicon(self, corpus: Corpus) -> Lexicon:
        """The n-grams with the highest scores, the best first."""
        keep = {n: self.keep[min(n - 2, len(self.keep) - 1)] for n in range(2, self.longest + 1)}
        return build_lexicon(corpus, keep=keep, least=self.least, score=self.score)

    def _shown(self, lexicon: Lexicon, corpus: Corpus) -> list[str]:
        """The best bigrams as text."""
        from maskzoo.tokenization import plain

        tokenizer = plain.load(corpus.tokenizer).tokenizer
        return [tokenizer.decode(list(map(int, pair))) for pair in lexicon.examples[:20]]


class Settings(Strict):
    """Which n-grams of tokens are hidden as a whole."""

    score: Literal["pmi", "t"] = Field(
        default="pmi", description="pmi: PMI-Masking; t: the t-score of ERNIE-Gram, which favours frequent n-grams"
    )
    longest: int = Field(default=3, ge=2, le=5, description="tokens in an n-gram at most")
    keep: tuple[int, ...] = Field(
        default=(20_000, 10_000), min_length=1, description="n-grams kept of 2, 3, ... tokens; the last for all longer"
    )
    min_count: int = Field(default=10, ge=2, description="an n-gram seen less often is not kept")


def tables(settings: Settings) -> tuple[Table, ...]:
    """Where n-grams begin."""
    return (Ngrams(score=settings.score, longest=settings.longest, keep=settings.keep, least=settings.min_count),)


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Hide whole n-grams and single tokens, in random order, of `floor(rate * n + U(0, 1))` tokens at most.

    Returns:
        Booleans, (batch, length).
    """
    count = budget(text.special, rate, rng)
    units = numbered(text.columns["ngrams"], text.special, text.documents)
    return whole_units(units, rng.random(sizes_of(units).shape), count)
