"""A masking at work: its policy, settings and tables, what it has learned from losses, what its masks came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.masking.common.corruption import corrupt, shared_out, subset
from maskzoo.masking.common.mask_rates import MaskRates, decile_of
from maskzoo.masking.common.tables import Tables
from maskzoo.masking.common.text import Outcome, State, Text
from maskzoo.recipe.mask_rate import rate_at
from maskzoo.recipe.masking import Masking
from maskzoo.tokenization.windows import Batch, Windows


@dataclass(frozen=True)
class Masked:
    """A step's windows after masking; arrays are (windows, length).

    Attributes:
        batch: the windows, repeated where each is shown with several masks.
        ids: what the model sees.
        predicted: what it is to predict.
    """

    batch: Batch
    ids: NDArray[np.int64]
    predicted: NDArray[np.bool_]


class Masker:
    """Draws the masks of a run by (seed, step), and learns where its policy does."""

    def __init__(
        self,
        masking: Masking,
        windows: Windows,
        *,
        mask_id: int,
        ordinary: NDArray[np.int64],
        tables: Tables | None = None,
        where: str | None = None,
    ) -> None:
        """
        Args:
            masking: the recipe's.
            windows: the train split.
            mask_id: id of the mask token.
            ordinary: ids without specials.
            tables: those that the policy needs.
            where: file and key of the masking, for messages.

        Raises:
            UserError: unknown policy, settings that it does not have, or a combination that cannot be.
        """
        self.masking, self.mask_id, self.ordinary = masking, mask_id, ordinary
        self.policy: Any = registry.load("masking", masking.policy, where=where and f"{where}.policy")
        self.settings = registry.settings("masking", masking.chosen, where=where, beside=Masking.model_fields)
        self.tables = tables or Tables()
        if masking.copies > 1 and getattr(self.policy, "WHOLE", False):
            raise UserError(
                f"{masking.policy} hides whole groups of tokens, which copies of a window would tear apart",
                where=where and f"{where}.corruption_rate",
                expected=f"at least the rate, {masking.rate}",
            )
        self.vocabulary = int(max(ordinary.max(initial=0), windows.special_ids.max(initial=0))) + 1
        self.deciles = decile_of(windows.tokens, self.vocabulary, windows.special_ids.tolist())
        self.state: State = self.policy.start(self.settings, self.vocabulary) if self.learns else {}
        self.rates, self._since = MaskRates(), MaskRates()

    @property
    def learns(self) -> bool:
        """Whether the policy wants to be told how the model did."""
        return hasattr(self.policy, "learn")

    def rate(self, done: float) -> float:
        """What is predicted of the ordinary tokens when `done` of the run (0 to 1) is over."""
        return rate_at(self.masking.rate, done, self.masking.schedule, final=self.masking.final_rate)

    def draw(self, batch: Batch, *, seed: int, step: int, done: float = 0.0) -> Masked:
        """The masks of a step; the same for the same seed, step and state."""
        rng = np.random.default_rng((seed, step, 1))
        rate, apart = self.rate(done), self.masking.corruption_rate
        text = Text(
            ids=batch.ids,
            special=batch.special,
            documents=batch.documents,
            columns=self.tables.at(batch.places),
            entries=self.tables.entries,
        )
        corrupted = self.policy.select(
            text, rate=max(rate, apart or 0.0), settings=self.settings, rng=rng, state=self.state
        )
        predicted = corrupted
        if self.masking.copies > 1:
            assert apart is not None
            copies = self.masking.copies
            corrupted = shared_out(corrupted, batch.special, copies=copies, rate=apart, rng=rng)
            batch, predicted = batch.repeated(copies), corrupted
        elif apart is not None and apart > rate:
            predicted = subset(corrupted, batch.special, rate=rate, rng=rng)
        ids = corrupt(
            batch.ids, corrupted, shares=self.masking.shares, mask_id=self.mask_id, ordinary=self.ordinary, rng=rng
        )
        deciles = self.deciles[batch.ids]
        for rates in (self.rates, self._since):
            rates.add(deciles, batch.special, predicted, rate / self.masking.copies)
        return Masked(batch=batch, ids=ids, predicted=predicted)

    def learn(
        self, masked: Masked, losses: NDArray[np.floating], right: NDArray[np.bool_], *, done: float = 0.0
    ) -> None:
        """Tell the policy how the model did in a step.

        Args:
            masked: what was drawn.
            losses, right: of every predicted position in row order, (predicted,).
            done: share of the run before this step.
        """
        columns = self.tables.at(masked.batch.places[masked.predicted])
        outcome = Outcome(
            ids=masked.batch.ids[masked.predicted],
            losses=np.asarray(losses, dtype=np.float64),
            right=right,
            masked=masked.ids[masked.predicted] == self.mask_id,
            columns=columns,
            vocabulary=self.vocabulary,
        )
        self.state = self.policy.learn(self.state, outcome, settings=self.settings, rate=self.rate(done))

    def learned(self, place: int) -> dict[str, NDArray[Any]]:
        """What a checkpoint keeps of the masker that is the n-th of a run."""
        return {name: self.state[key] for key, name in self._names(place).items()}

    def _names(self, place: int) -> dict[str, str]:
        return {key: f"{place}/{key}" if place else key for key in self.state}

    def take_up(self, learned: Mapping[str, NDArray[Any]], rates: dict[str, Any], *, place: int) -> None:
        """Go on from a checkpoint.

        Args:
            learned: the arrays of all maskers of a run.
            rates: what `MaskRates.as_json` gave of this one.
            place: which of the run's maskers this is.
        """
        mine = {key: learned[name] for key, name in self._names(place).items() if name in learned}
        self.state = {**self.state, **mine}
        self.rates = MaskRates.from_json(rates)

    def since(self) -> dict[str, Any]:
        """Figures of the masks since this was last asked."""
        figures, self._since = self._since.figures(), MaskRates()
        return figures
