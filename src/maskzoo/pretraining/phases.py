"""A run's phases laid over its budget, as pure functions of the place that the run has reached."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from maskzoo.errors import UserError
from maskzoo.recipe.training import Phase, Training

TICKS = 10_000


@dataclass(frozen=True)
class Plan:
    """Phases one after the other, measured in places.

    A place is an optimiser step where the budget is counted in steps or tokens, and a ten-thousandth of the budget
    where it is counted in FLOPs or seconds, since then a step has no fixed price.

    Attributes:
        phases: of the run, in order.
        ends: the place at which each phase is over.
        unit: steps, tokens, flops or seconds.
        amount: the budget in that unit.
    """

    phases: tuple[Phase, ...]
    ends: tuple[int, ...]
    unit: str
    amount: float

    @classmethod
    def of(cls, training: Training, *, step_tokens: int, where: str | None = None) -> "Plan":
        """Lay the schedule of a run over its budget; every boundary lies within half a place of its exact share.

        Args:
            training: the recipe's; without a schedule the run is one phase.
            step_tokens: tokens in an optimiser step.
            where: file and key of the variant, for messages.

        Raises:
            UserError: a phase whose share is not even one step.
        """
        unit, amount = "steps", float(training.steps)
        for name, value in training.budget or ():
            if value is not None:
                unit, amount = name, float(value)
        length = {"steps": training.steps, "tokens": max(1, round(amount / step_tokens))}.get(unit, TICKS)
        phases = training.schedule or (Phase(),)
        shares = list(accumulate(phase.share for phase in phases))
        ends = [round(length * share / shares[-1]) for share in shares]
        for number, (begin, end) in enumerate(zip([0, *ends], ends, strict=False)):
            if begin == end and length > 0:
                raise UserError(
                    f"a share of {phases[number].share:g} of {shares[-1]:g} is less than a step of {length}",
                    where=where and f"{where}.training.schedule.{number}.share",
                    expected="a larger share or a larger budget",
                )
        return cls(phases, tuple(ends), unit, amount)

    @property
    def length(self) -> int:
        """The place at which the run is over."""
        return self.ends[-1]

    @property
    def counts_steps(self) -> bool:
        """Whether a place is an optimiser step."""
        return self.unit in ("steps", "tokens")

    def place(self, *, steps: int, flops: float, seconds: float) -> int:
        """How far a run is that has spent so much."""
        if self.counts_steps:
            return steps
        return int(TICKS * {"flops": flops, "seconds": seconds}[self.unit] / self.amount)

    def phase_at(self, place: int) -> int:
        """Number of the phase, from 0, that a place lies in; the last one where the run is over."""
        return min(bisect_right(self.ends, place), len(self.phases) - 1)
