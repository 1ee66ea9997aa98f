"""How positions are chosen and filled: what all masking policies have in common; a policy's own keys stand beside."""

import math
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from maskzoo.recipe.mask_rate import RateSchedule, rate_at
from maskzoo.strict import Grown, Strict

NAMED = {"bert": (0.8, 0.1), "mask_only": (1.0, 0.0)}


class Corruption(Strict):
    """What stands in the hidden places: the mask token, a random token, or what was there (the rest)."""

    mask: float = Field(ge=0, le=1, description="share that becomes the mask token")
    random: float = Field(default=0.0, ge=0, le=1, description="share that becomes a random ordinary token")

    @model_validator(mode="after")
    def _shares(self) -> "Corruption":
        if self.mask + self.random > 1 + 1e-9:
            raise ValueError("mask + random exceed 1")
        return self


class Masking(Grown):
    """Which positions are hidden: the name of a module of `maskzoo.masking`, and its settings beside these keys."""

    model_config = ConfigDict(extra="allow")
    KIND: ClassVar[str] = "masking"
    LATER: ClassVar[tuple[str, ...]] = ("corruption_rate", "schedule", "final_rate")

    policy: str = Field(default="uniform", description="name of a module of `maskzoo.masking`")
    rate: float = Field(default=0.15, gt=0, lt=1, description="share of non-special tokens that are predicted")
    corruption: Literal["bert", "mask_only"] | Corruption = Field(
        default="mask_only",
        description="bert: 80 % mask, 10 % random id, 10 % unchanged; or shares: `{mask: 0.9, random: 0.1}`",
    )
    corruption_rate: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="share that is corrupted, where it is not `rate`: of more only `rate` is predicted, of fewer every "
        "window is shown several times with other places hidden",
    )
    schedule: RateSchedule = Field(
        default="constant", description="of the rate over the run; all but to_final begin or end near twice `rate`"
    )
    final_rate: float | None = Field(default=None, gt=0, lt=1, description="schedule to_final: the rate at the end")

    @field_validator("corruption", mode="before")
    @classmethod
    def _one_kind(cls, value: Any) -> Any:
        # so that a wrong key within is told apart from a wrong name
        return Corruption.model_validate(value) if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _fits(self) -> "Masking":
        if (self.schedule == "to_final") != (self.final_rate is not None):
            raise ValueError("schedule to_final and final_rate go together")
        highest = max(rate_at(self.rate, done, self.schedule, final=self.final_rate) for done in (0.0, 0.5, 1.0))
        if highest >= 1:
            raise ValueError(
                f"schedule {self.schedule} of rate {self.rate} goes up to {highest:g}, which is not below 1"
            )
        if self.corruption_rate is not None and self.schedule != "constant":
            raise ValueError("corruption_rate needs a constant schedule")
        return self

    @property
    def own(self) -> dict[str, Any]:
        """What is said of the policy itself."""
        return dict(self.model_extra or {})

    @property
    def chosen(self) -> dict[str, Any]:
        """The policy with its settings, as the registry reads them."""
        return {"policy": self.policy, **self.own}

    @property
    def shares(self) -> tuple[float, float]:
        """Shares of the hidden places that get the mask token and a random token."""
        if isinstance(self.corruption, Corruption):
            return self.corruption.mask, self.corruption.random
        return NAMED[self.corruption]

    @property
    def copies(self) -> int:
        """How often a window stands in a batch: more than once where more is predicted than is corrupted at a time."""
        if self.corruption_rate is None or self.corruption_rate >= self.rate:
            return 1
        return math.ceil(self.rate / self.corruption_rate - 1e-9)
