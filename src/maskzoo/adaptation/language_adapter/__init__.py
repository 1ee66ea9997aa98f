"""Language adapters: a set of bottlenecks in every block, one a language, over a base that all share.

Pfeiffer et al. 2022, "X-MOD" (https://arxiv.org/abs/2205.06266), section 3, as used to add languages to a trained model
(Vamvas et al. 2023, "SwissBERT", https://arxiv.org/abs/2303.13310). One language is active at a time, for the whole
batch; only that one is trained. The adapters stand after the feed-forward layer, before what went round it is added.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from maskzoo.recipe.method import Method
from maskzoo.strict import Name


class Settings(Method):
    """Language adapters: bottlenecks indexed by language; one is trained. They cannot be merged."""

    method: Literal["language_adapter"] = "language_adapter"
    language: Name = Field(default="own", description="the language of this corpus, whose adapters are trained")
    languages: tuple[Name, ...] = Field(default=(), description="others that get an adapter, which stays zero")
    reduction: int = Field(default=16, ge=1, description="the hidden size over this is the bottlenecks'")

    @model_validator(mode="after")
    def _distinct(self) -> "Settings":
        if len(set(self.languages)) < len(self.languages):
            raise ValueError("`languages` names one twice")
        return self


def merges(settings: Settings) -> bool:
    """No weight of the base could hold a nonlinearity."""
    return False


def objection(model: Any, settings: Settings) -> str | None:
    """None: every architecture has these places."""
    return None


def config(model: Any, settings: Settings, *, head_is_trained: bool, prepared: Path | None = None) -> Any:
    """Its configuration for PEFT."""
    from maskzoo.adaptation.common.places import places
    from maskzoo.adaptation.language_adapter.tuner import LanguageAdapterConfig

    return LanguageAdapterConfig(
        modules=places(model, ("ffn_out",)),
        languages=list(dict.fromkeys((settings.language, *settings.languages))),
        language=settings.language,
        reduction=settings.reduction,
    )
