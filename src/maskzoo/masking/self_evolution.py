"""Self-evolution masking: hidden is what the model that training starts from has not learned yet.

Zhong et al. 2023, "Self-Evolution Learning for Discriminative Language Model Pretraining"
(https://arxiv.org/abs/2305.15275), section 3. Asked beforehand, with everything in sight, the base gives each token a
loss; tokens above a threshold are listed and all of them are hidden. A row without any falls back to uniform masking.
The softened targets of the same paper are the objective `self_evolution`.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from maskzoo.errors import UserError
from maskzoo.masking.common.draw import budget, lowest
from maskzoo.masking.common.table import Corpus, Needed, Table
from maskzoo.masking.common.text import State, Text
from maskzoo.strict import Strict

TURNS = 7  # in which every token is hidden once, about 15 % at a time
AT_ONCE = 16  # windows in a forward pass


class Listed(Table):
    """1 where the base's loss on a token of the corpus is above a threshold."""

    KIND: ClassVar[str] = "listed"
    PER: ClassVar[Literal["token", "entry"]] = "token"
    NEEDS: ClassVar[frozenset[Needed]] = frozenset({"base"})

    threshold: float = 0.1
    asked: Literal["visible", "hidden"] = "visible"
    window: int = 128

    def make(self, corpus: Corpus, notes: dict[str, Any]) -> Iterable[NDArray[np.uint8]]:
        """One piece for every few windows; special tokens are never listed."""
        from maskzoo.masking.common.token_losses import losses_of

        listed = ordinary = 0
        turns = TURNS if self.asked == "hidden" else 0
        for losses, special in losses_of(corpus, window=self.window, turns=turns, at_once=AT_ONCE):
            above = (losses > self.threshold) & ~special
            listed, ordinary = listed + int(above.sum()), ordinary + int((~special).sum())
            yield above.astype(np.uint8)
        notes["share_listed"] = listed / max(1, ordinary)
        if self.asked == "visible" and notes["share_listed"] < 0.02:
            notes["warning"] = "below 2 % are listed: the base reproduces what it sees; asked: hidden asks harder"


class Settings(Strict):
    """What counts as not learned."""

    threshold: float = Field(default=0.1, gt=0, description="nats; a token with a higher loss is listed")
    asked: Literal["visible", "hidden"] = Field(
        default="visible",
        description="with every token in sight, or each while it and a seventh of the others are hidden",
    )
    window: int = Field(default=128, ge=8, description="tokens that the base sees together when it is asked")
    most: float = Field(default=1.0, gt=0, le=1, description="share of a row that is hidden at most")


def tables(settings: Settings) -> tuple[Table, ...]:
    """The tokens that the base has not learned."""
    return (Listed(threshold=settings.threshold, asked=settings.asked, window=settings.window),)


def check(settings: Settings, recipe: Any, variant: str, where: str) -> None:
    """Refuse a base with random weights, which has learned nothing."""
    base = recipe.variants[variant].base
    if recipe.bases[base].fresh:
        raise UserError(
            f"self_evolution asks the base what it has not learned, and {base!r} has random weights",
            where=f"{where}.policy",
            expected="a variant whose base was trained",
        )


def select(text: Text, *, rate: float, settings: Settings, rng: np.random.Generator, state: State) -> NDArray[np.bool_]:
    """Hide all listed tokens of a row (or `most` of the row, drawn from them); of a row without any the rate's share.

    Returns:
        Booleans, (batch, length).
    """
    listed = (text.columns["listed"] > 0) & ~text.special
    keys = rng.random(text.ids.shape)
    uniform = budget(text.special, rate, rng)
    most = budget(text.special, settings.most, rng)
    some = np.flatnonzero(listed.any(axis=1))
    allowed, count = ~text.special, uniform
    allowed[some], count[some] = listed[some], most[some]
    return lowest(keys, allowed, count)
