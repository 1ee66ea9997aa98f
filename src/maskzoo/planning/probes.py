"""What asking the suites of a recipe takes, from what suites say of their size, before their data are here.

A text of `t` tokens is read `t` times, each time with one token hidden, and the head sees that place alone. Tokens are
taken to be half as many again as words; a tokenizer of few entries makes more of them. What copies share is computed
once for some architectures, which is left out: an upper bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from maskzoo.devices import Device
from maskzoo.paths import Layout
from maskzoo.planning.shapes import empty_model, shape, vocabulary
from maskzoo.probes.common.measuring import kind_of
from maskzoo.recipe.recipe import Recipe

TOKENS_A_WORD = 1.5
MARKS = 2  # tokens around a text


@dataclass(frozen=True)
class Asked:
    """One suite, asked of every model and pretraining seed.

    Attributes:
        models: checkpoints.
        copies: masked copies of texts that are read, by all of them.
        hours: on one device; None where the suite does not say how large it is.
    """

    suite: str
    models: int
    items: int | None = None
    copies: int | None = None
    flops: float | None = None
    hours: float | None = None


def planned_probes(recipe: Recipe, layout: Layout, where: Device) -> list[Asked]:
    """What each suite takes.

    Raises:
        UserError: a base whose shape cannot be known here.
    """
    found = []
    for name, suite in recipe.probes.items():
        size = kind_of(suite).size(suite, recipe)
        checkpoints = [
            (model, len(recipe.seeds.pretraining) if _trained(recipe, model) else 1) for model in recipe.compared
        ]
        models = sum(seeds for _, seeds in checkpoints)
        if size is None:
            found.append(Asked(name, models))
            continue
        tokens = round(size.words * TOKENS_A_WORD)
        copies = size.groups * size.items * size.texts * tokens
        flops = hours = 0.0
        for model, seeds in checkpoints:
            each, width = _forward(recipe, model, layout, tokens + MARKS)
            flops += seeds * copies * each
            hours += seeds * copies * each / where.rate(width) / 3600
        found.append(Asked(name, models, size.groups * size.items, copies * models, flops, hours))
    return found


def rows(found: Sequence[Asked]) -> list[tuple[str, ...]]:
    """A table with its header."""
    head = ("suite", "checkpoints", "items", "masked copies", "FLOPs")
    return [
        head,
        *(
            (
                one.suite,
                str(one.models),
                "not said" if one.items is None else f"{one.items:,}",
                "" if one.copies is None else f"{one.copies:,}",
                "" if one.flops is None else f"{one.flops:.2e}",
            )
            for one in found
        ),
    ]


def _trained(recipe: Recipe, model: str) -> bool:
    """Whether a model has a checkpoint for every pretraining seed."""
    return model in recipe.variants or recipe.bases[model].domain is not None


def _forward(recipe: Recipe, model: str, layout: Layout, length: int) -> tuple[float, int]:
    """FLOPs of reading one copy of so many tokens with one place asked, and the width of the model."""
    from maskzoo.models.common.flops import step_flops

    variant = recipe.variants.get(model)
    known = shape(recipe, variant.base if variant else model, layout)
    entries = vocabulary(recipe, variant.tokenizer, layout) if variant else int(known.values["vocab_size"])
    empty = empty_model(known, entries)
    return step_flops(empty, windows=1, length=length, predicted=1, backward=False), int(empty.config.hidden_size)
