"""The masking of every variant: settings of its policy, and what it needs that this recipe may not have."""

from pathlib import Path
from typing import Any

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.recipe.masking import Masking
from maskzoo.recipe.recipe import Recipe


def check_masking(recipe: Recipe, file: Path) -> None:
    """Every variant's masking, held against its policy and the rest of the recipe.

    Raises:
        UserError: an unknown policy or key, a value outside its range, a tagger or a base that is not there.
    """
    for name, variant in recipe.variants.items():
        check_one(variant.masking, recipe, name, f"{file}: variants.{name}.masking")
        for number, phase in enumerate(variant.training.schedule):
            if phase.masking is not None:
                where = f"{file}: variants.{name}.training.schedule.{number}.masking"
                check_one(phase.masking_over(variant.masking), recipe, name, where)


def check_one(masking: Masking, recipe: Recipe, variant: str, where: str) -> None:
    """One masking of a variant (a run may have several, one after the other)."""
    policy: Any = registry.load("masking", masking.policy, where=f"{where}.policy")
    settings = registry.settings("masking", masking.chosen, where=where, beside=Masking.model_fields)
    if masking.copies > 1 and getattr(policy, "WHOLE", False):
        raise UserError(
            f"{masking.policy} hides whole groups of tokens, which copies of a window would tear apart",
            where=f"{where}.corruption_rate",
            expected=f"at least the rate, {masking.rate}",
        )
    if getattr(settings, "unit", None) == "word" and recipe.corpus.material in ("protein", "smiles"):
        raise UserError(
            f"{recipe.corpus.material} has no words", where=f"{where}.unit", expected="token, or block with its length"
        )
    if hasattr(policy, "check"):
        policy.check(settings, recipe, variant, where)
