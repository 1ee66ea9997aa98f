"""Minimal pairs: of two sentences that differ in one point the model should find the acceptable one more probable.

A pair is right where the pseudo-log-likelihood of the good sentence is higher. A pair whose two sentences are equally
likely, within rounding, counts as chance, one half: a model that sees no difference, or whose tokenizer shows it none,
comes to 50 %, neither to all nor to nothing.

Sources: Warstadt et al. (2020), BLiMP: The Benchmark of Linguistic Minimal Pairs for English; scoring by masked
language models: Salazar et al. (2020), section 4.3; Kauf & Ivanova (2023) for `within_word_l2r`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from maskzoo.errors import UserError, unknown_name
from maskzoo.probes.common.data import limited, records
from maskzoo.probes.common.kind import Context, Item, Measure, Measured
from maskzoo.recipe.probe import Size, Suite
from maskzoo.recipe.recipe import Recipe

if TYPE_CHECKING:
    from maskzoo.probes.common.subject import Subject

TITLE = "Minimal pairs"
MEASURE = Measure("accuracy", "higher", "pairs", sum="right")
NEEDS_DATA = True
NEEDS_CORPUS = False
NEEDS_HEAD = True
FIGURES = ("ties", "phenomena")
RECIPE: tuple[str, ...] = ()
TIE = 1e-4  # nats: what float32 makes of equal sums over some tens of tokens


class Settings(Suite):
    """Minimal pairs: which columns hold the two sentences and the paradigm, and what is hidden with a token.

    The good sentence is the text of a record.
    """

    probe: Literal["minimal_pairs"] = "minimal_pairs"
    chance: float = Field(default=0.5, description="what a model that knows nothing comes to")
    bad: str = Field(default="bad", description="field of the data: the sentence that should be less likely")
    paradigm: str | None = Field(default=None, description="field: the paradigm, over which the mean is taken")
    phenomenon: str | None = Field(default=None, description="field: what several paradigms are about, for readers")
    masking: Literal["within_word_l2r", "original"] = Field(
        default="within_word_l2r",
        description="hidden with the scored token: the later pieces of its word, or nothing, as published figures have",
    )


@dataclass(frozen=True)
class Pair:
    """Two sentences."""

    id: str
    good: str
    bad: str
    paradigm: str | None
    phenomenon: str | None


def check(suite: Settings, where: str) -> None:
    """The fields that are asked for are read.

    Raises:
        UserError: a field that the data do not have.
    """
    assert suite.data is not None
    known = {"path", *suite.data.read.fields, *suite.data.parallel}
    for key in ("bad", "paradigm", "phenomenon"):
        name = getattr(suite, key)
        if name is not None and name not in known:
            raise unknown_name("field", name, known, where=f"{where}{'.' if ': ' in where else ': '}{key}")


def described(suite: Settings, context: Context) -> dict[str, Any]:
    """What is hidden with a scored token."""
    return {"variant": suite.masking}


def size(suite: Settings, recipe: Recipe) -> Size | None:
    """As the suite says, within its limit."""
    if suite.size is None:
        return None
    items = min(suite.size.items, suite.limit or suite.size.items)
    return suite.size.model_copy(update={"items": items})


def questions(suite: Settings, context: Context) -> list[Pair]:
    """All pairs, or `limit` of each paradigm.

    Raises:
        UserError: no pair.
    """
    found: list[Pair] = []
    numbers: dict[str | None, int] = {}
    for record in records(suite, context.layout):
        paradigm, phenomenon = (
            record.fields[name] if name is not None else None for name in (suite.paradigm, suite.phenomenon)
        )
        numbers[paradigm] = number = numbers.get(paradigm, -1) + 1
        name = f"{paradigm or 'pair'}-{number}"
        found.append(Pair(name, record.text, record.fields[suite.bad], paradigm, phenomenon))
    if not found:
        raise UserError("holds no pair", where=str(suite.file))
    return limited(found, [pair.paradigm for pair in found], [pair.id for pair in found], suite.limit)


def measure(suite: Settings, questions: Sequence[Pair], subject: "Subject", context: Context) -> Measured:
    """Pseudo-log-likelihood of both sentences of every pair, in nats, and which of them is higher."""
    texts = [subject.encoded(text) for pair in questions for text in (pair.good, pair.bad)]
    scores = [float(values.sum()) for values in subject.token_scores(texts, variant=suite.masking)]
    items = []
    for pair, good, bad in zip(questions, scores[::2], scores[1::2], strict=True):
        right = 0.5 if abs(good - bad) <= TIE else float(good > bad)
        figures: dict[str, Any] = {"good": round(good, 5), "bad": round(bad, 5), "right": right}
        if pair.phenomenon is not None:
            figures["phenomenon"] = pair.phenomenon
        items.append(Item(pair.id, figures, pair.paradigm))
    unknown = subject.tokenizer.unk_token_id
    tokens = sum(len(text.scored) for text in texts)
    hidden = sum(1 for text in texts for place in text.scored if text.ids[place] == unknown)
    return Measured(tuple(items), {"tokens": tokens, "unknown_tokens": hidden})


def summary(suite: Settings, measured: Sequence[Measured], context: Context) -> dict[str, Any]:
    """The share of ties, and per phenomenon the mean over its paradigms and all seeds."""
    rows = [item for one in measured for item in one.items]
    ties = sum(item.figures["right"] == 0.5 for item in rows) / len(rows)
    paradigms: dict[str, dict[str | None, list[float]]] = {}
    for item in rows:
        if "phenomenon" in item.figures:
            held = paradigms.setdefault(item.figures["phenomenon"], {})
            held.setdefault(item.group, []).append(item.figures["right"])
    phenomena = {
        name: {
            "paradigms": len(held),
            "value": sum(sum(values) / len(values) for values in held.values()) / len(held),
        }
        for name, held in paradigms.items()
    }
    return {"ties": ties, "phenomena": phenomena}
