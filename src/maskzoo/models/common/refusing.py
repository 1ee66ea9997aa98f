"""What the config of a base shows before anything runs: no torch, no weights, no network."""

from collections.abc import Mapping
from typing import Any

from maskzoo.errors import UserError
from maskzoo.models.common.known import objection, of, trainable
from maskzoo.recipe.architecture import defaults


def refuse(
    values: Mapping[str, Any], *, named: str, where: str, lengths: Mapping[str, int], extended: str | None = None
) -> None:
    """Refuse a base that could not be trained.

    Args:
        values: of its config.json.
        named: what a sentence about it begins with.
        where: file and key of the base.
        lengths: file and key of every sequence length that it must read, and the length.
        extended: file and key of the tokenizer that adds words to its vocabulary, if one does.

    Raises:
        UserError: it has no masked language model in transformers, needs code of its own, is built in a way that cannot
            be trained here, or has too few positions.
    """
    against = objection(values)
    if against is not None:
        raise UserError(f"{named} {against}", where=where, expected="an encoder of AutoModelForMaskedLM")
    known, longest = of(values), readable(values)
    for key, length in lengths.items():
        if length > longest:
            raise UserError(
                f"sequence_length {length} is more than the {longest} positions of {named}",
                where=key,
                expected=f"at most {longest}",
            )
    if extended is not None and not known.grows:
        raise UserError(
            f"the vocabulary of a {known.model_type} cannot grow", where=extended, expected="`reuse`, no `extend`"
        )


def readable(values: Mapping[str, Any]) -> int:
    """How many tokens in a row a model of this config.json can read."""
    name = values.get("model_type", "")
    return of(values).longest_sequence({**(defaults(name) if name in trainable() else {}), **values})
