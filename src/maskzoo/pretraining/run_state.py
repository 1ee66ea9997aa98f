"""All that a run must keep to go on as if nothing had been: weights, moments, counts, what maskings have learned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import torch

from maskzoo.masking.common.masker import Masker
from maskzoo.pretraining import checkpoint
from maskzoo.pretraining.root_module import RootModule
from maskzoo.pretraining.world import World


@dataclass
class Counts:
    """What a phase has seen and spent so far; part of every checkpoint."""

    steps: int = 0
    tokens: int = 0
    maskable: int = 0
    predicted: int = 0
    flops: float = 0.0
    seconds: float = 0.0

    @classmethod
    def sum(cls, counts: Sequence["Counts"]) -> "Counts":
        """Those of all phases together."""
        return cls(**{field.name: sum(getattr(one, field.name) for one in counts) for field in fields(cls)})


@dataclass
class RunState:
    """What changes while a run goes on.

    Attributes:
        folder: where its checkpoints are kept.
        fingerprint: names everything that decides the result.
        root, optimiser: weights and moments.
        maskers: of all phases, each once.
        counts: of every phase.
        step: how many are done.
        about: what a longer run must know of this one; part of every checkpoint.
        stable: first and last step at the peak learning rate; None where a schedule has no such part.
    """

    folder: Path
    fingerprint: str
    root: RootModule
    optimiser: torch.optim.Optimizer
    maskers: Sequence[Masker]
    counts: list[Counts]
    step: int = field(default=0)
    about: Mapping[str, Any] = field(default_factory=dict)
    stable: tuple[int, int] | None = None

    @property
    def total(self) -> Counts:
        """What all phases have seen and spent."""
        return Counts.sum(self.counts)

    @property
    def leaves_the_peak(self) -> bool:
        """Whether the next step is the first of the decay: from here a longer run can go on."""
        return self.stable is not None and self.step == self.stable[1] > self.stable[0]

    def restore(self, world: World) -> None:
        """Go on from the last checkpoint, where there is one: all processes from the one that the first sees."""
        for step in world.broadcast(checkpoint.steps(self.folder)[-1:]):
            learned = checkpoint.restore(self.folder, step, self.root, self.optimiser)
            state = checkpoint.state_of(self.folder, step)
            self.counts, self.step = [Counts(**one) for one in state["counts"]], step
            for number, masker in enumerate(self.maskers):
                masker.take_up(learned, state["masks"][number], place=number)

    def save(self, *, writes: bool) -> None:
        """Write a checkpoint; all processes call this, and `writes` is true in the one that does."""
        state = {
            "fingerprint": self.fingerprint,
            "counts": [vars(one) for one in self.counts],
            "masks": [masker.rates.as_json() for masker in self.maskers],
            **self.about,
            "stable": self.stable is not None and self.stable[0] <= self.step <= self.stable[1],
        }
        arrays = [masker.learned(place) for place, masker in enumerate(self.maskers)]
        checkpoint.save(
            self.folder,
            self.step,
            self.root,
            self.optimiser,
            state,
            masking={name: array for one in arrays for name, array in one.items()},
            writes=writes,
            stable=self.stable,
        )
