"""What the settings of all objectives share."""

from collections.abc import Sequence
from itertools import pairwise
from types import ModuleType
from typing import Annotated, Literal

from pydantic import SerializeAsAny

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.strict import Named

# what a run releases: a model that fills masks, or an encoder that was trained to tell replaced tokens from others
ReleaseKind = Literal["masked_lm", "discriminator"]


class ObjectiveSettings(Named):
    """Settings of an objective of `maskzoo.objectives`; each has its own subclass, which says its name."""


Objective = Annotated[SerializeAsAny[ObjectiveSettings], registry.Chosen("objectives")]


def package_of(settings: ObjectiveSettings) -> ModuleType:
    """The package of an objective, which does not import torch."""
    return registry.load("objectives", settings.name)


def releases(settings: ObjectiveSettings) -> ReleaseKind:
    """What a run that ends with an objective releases."""
    kind: ReleaseKind = getattr(package_of(settings), "RELEASES", "masked_lm")
    return kind


def refuse_after(objectives: Sequence[ObjectiveSettings], *, where: str | None = None) -> None:
    """What one objective leaves in the model may be of no use to another.

    Args:
        objectives: of all phases of a run.
        where: file and key of the phases, for messages.

    Raises:
        UserError: one must be the last, and another follows it.
    """
    for number, (one, after) in enumerate(pairwise(objectives)):
        package = package_of(one)
        if one != after and hasattr(package, "must_end") and package.must_end(one):
            raise UserError(
                f"{after.name} cannot follow {one.name} with these settings",
                where=where and f"{where}.{number + 1}.objective",
                expected="it at the end of the run, or other settings of it",
            )


def refuse_adapter(last: ObjectiveSettings, *, where: str | None = None) -> None:
    """An adapter is one of a model that fills masks.

    Args:
        last: the objective that a run ends with, which decides what is released.
        where: file and key of the adaptation, for messages.

    Raises:
        UserError: the run does not release one.
    """
    if releases(last) != "masked_lm":
        raise UserError(
            f"{last.name} releases a {releases(last)}, and an adapter is one of a model that fills masks",
            where=where,
            expected="no adaptation, or another objective at the end",
        )
