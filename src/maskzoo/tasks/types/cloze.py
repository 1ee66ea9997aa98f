"""Pieces of a text hidden one at a time, to be filled in by the head of pretraining: code tokens, a peptide binder.

All tokens of a piece are hidden at once. An answer is right where the whole piece is, and its log-probability is
counted by characters: both have the same denominator for every tokenizer. That a model is told how many tokens a piece
has is left to it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from maskzoo import materials
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.task import Task
from maskzoo.tasks.common.defaults import complete
from maskzoo.tasks.common.pairs import pair_of
from maskzoo.tasks.common.task_model import TaskModel
from maskzoo.tasks.examples import Example, Reading, field_of
from maskzoo.tasks.predictions import Predictions
from maskzoo.tasks.task_data import PreparedTask, Split
from maskzoo.tasks.types import Splits

if TYPE_CHECKING:
    from pathlib import Path

    from maskzoo.recipe.finetuning import Finetuning
    from maskzoo.tasks.finetune_data import Encoded

__all__ = [
    "HUB_TASK",
    "METRICS",
    "OPTIONS",
    "UNTRAINED",
    "Settings",
    "by_target",
    "check",
    "columns",
    "complete",
    "counts",
    "labels",
    "prediction_columns",
    "read",
    "references",
    "restore",
    "task_model",
]
METRICS = ("cloze_accuracy", "cloze_perplexity")
OPTIONS = ()
UNTRAINED = True  # the head of pretraining answers
HUB_TASK = "fill-mask"
Span = tuple[int, int, str]  # first character, the one after the last, kind


class Settings(Task):
    """Pieces of a text to be filled in."""

    pair: str | None = Field(
        default=None,
        description="a field that is joined to the end of the text and hidden whole, as a binder after its target",
    )
    spans: str | None = Field(
        default=None,
        description="unless there is a `pair`: a field with a JSON list of [start, end, kind], in characters",
    )

    @property
    def own_fields(self) -> Iterable[tuple[str, str | None]]:
        yield "pair", self.pair
        yield "spans", self.spans

    @model_validator(mode="after")
    def _either(self) -> "Settings":
        if (self.spans is None) == (self.pair is None):
            raise ValueError(
                "cloze needs either `spans`, what is hidden of the text, or `pair`, what is hidden after it"
            )
        return self


def read(record: Record, task: Settings, *, where: str) -> Reading | None:
    """A text and its pieces; a `pair` is joined to the end of the text and is its one piece, its field the kind.

    Raises:
        UserError: `spans` are no JSON list of [start, end, kind] within the text.
    """
    if task.pair is not None:
        pair, material = pair_of(record, task, where), materials.load(task.material)
        first = material.task_text(record.text.strip())
        if pair is None or first is None:
            return None
        text = first + material.WORDING.joiner + pair.text
        spans = [(len(text) - len(pair.text), len(text), task.pair)]
        return Reading((pair.text,), {"spans": spans}, text=text, key=pair.key)
    assert task.spans is not None, "checked when the recipe was read"
    place = f"{where}: spans ({record.locator})"
    spans = _spans(field_of(record, task.spans, f"{where}: spans"), record.text, place)
    if not spans:
        return None
    return Reading(tuple(record.text[start:end] for start, end, _ in spans), {"spans": spans}, text=record.text)


def _spans(value: str, text: str, where: str) -> list[Span]:
    expected = "a JSON list of [start, end, kind], characters of the text"
    if not value.strip():
        return []
    try:
        rows = json.loads(value)
        if not isinstance(rows, list):
            raise TypeError
        spans = [(start, end, str(kind)) for start, end, kind in rows]
    except (ValueError, TypeError):
        raise UserError(f"spans {value[:80]!r}", where=where, expected=expected) from None
    for start, end, _ in spans:
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
            message = f"span [{start!r}, {end!r}] in a text of {len(text)} characters"
            raise UserError(message, where=where, expected=expected)
    return spans


def labels(splits: Splits, task: Settings) -> list[str]:
    """None: the answer is any text."""
    return []


def counts(examples: Sequence[Example], task: Settings) -> Counter[str]:
    """Hidden pieces of every kind."""
    return Counter(kind for example in examples for _, _, kind in example.parts["spans"])


def check(splits: Splits, task: Settings, where: str) -> None:
    """Nothing more: a kind that training lacks can be filled in all the same."""


def columns(examples: Sequence[Example], labels: Sequence[str]) -> dict[str, Any]:
    """The columns `pieces`, `starts`, `ends` and `kinds`, equally long lists."""
    import pyarrow as pa

    spans = [example.parts["spans"] for example in examples]
    return {
        "pieces": pa.array([list(example.gold) for example in examples], pa.list_(pa.string())),
        "starts": pa.array([[start for start, _, _ in row] for row in spans], pa.list_(pa.int32())),
        "ends": pa.array([[end for _, end, _ in row] for row in spans], pa.list_(pa.int32())),
        "kinds": pa.array([[kind for _, _, kind in row] for row in spans], pa.list_(pa.string())),
    }


def restore(columns: Mapping[str, list[Any]], labels: Sequence[str]) -> tuple[list[list[str]], dict[str, Any]]:
    """Pieces as gold; `spans` beside, lists of (start, end, kind)."""
    rows = zip(columns["starts"], columns["ends"], columns["kinds"], strict=True)
    return columns["pieces"], {"spans": [list(zip(*row, strict=True)) for row in rows]}


def prediction_columns(split: Split, predictions: Predictions) -> dict[str, Any]:
    """gold and predicted pieces with their kinds, and the sums of an example that metrics read."""
    import pyarrow as pa

    kinds = [[kind for _, _, kind in spans] for spans in split.parts["spans"]]
    rows = [[float(score) for score in row] for row in predictions.scores]
    return {
        "gold": pa.array(split.gold, pa.list_(pa.string())),
        "predicted": pa.array(list(predictions.predicted), pa.list_(pa.string())),
        "kinds": pa.array(kinds, pa.list_(pa.string())),
        "scores": pa.array(rows, pa.list_(pa.float64())),
    }


def references(gold: Sequence[Sequence[str]], labels: Sequence[str], reads: str) -> Any:
    """Pieces; for metrics that read scores the sums of a model that is right and sure, `(examples, 4)`."""
    if reads == "predicted":
        return gold
    return [[float(len(row)), float(len(row)), 0.0, float(sum(map(len, row)))] for row in gold]


def by_target(split: Split, predictions: Predictions) -> dict[str, dict[str, float]]:
    """Of every kind of piece, the most frequent first, how many there are and which share was filled in exactly."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for gold, found, spans in zip(split.gold, predictions.predicted, split.parts["spans"], strict=True):
        for piece, answer, (_, _, kind) in zip(gold, found, spans, strict=True):
            total[kind] += 1
            right[kind] += piece == answer
    return {kind: {"pieces": number, "cloze_accuracy": right[kind] / number} for kind, number in total.most_common()}


def task_model(task: PreparedTask) -> "ClozeModel":
    """The head that pretraining left."""
    return ClozeModel(task)


class ClozeModel(TaskModel):
    """See `maskzoo.tasks.infilling`; with no epochs the model answers as it was pretrained."""

    FAST = True

    def objection(self, checkpoint: "Path") -> str | None:
        """A checkpoint that came without its head has nothing to fill in with; a random one would be no answer."""
        from maskzoo.adaptation.common.scorer import load_scorer

        return load_scorer(checkpoint)[1]

    def model(self, checkpoint: "Path") -> Any:
        """The whole masked language model.

        Raises:
            UserError: the checkpoint has lost its head.
        """
        from maskzoo.tasks.infilling import Infiller

        return Infiller.load(checkpoint)

    def encode(self, split: Split, tokenizer: Any, *, limit: int) -> "Encoded":
        """A copy of the text for every piece, with its tokens masked."""
        from maskzoo.tasks.infilling import encode

        return encode(split, tokenizer, limit=limit)

    def loss(self, train: "Encoded", settings: "Finetuning") -> None:
        """The model's own, over hidden tokens alone."""

    def answers(self, model: Any, split: Split, encoded: "Encoded", *, padding: int, batch_size: int) -> Predictions:
        """What stands in every piece, and the sums of each example."""
        from maskzoo.tasks.infilling import EncodedPieces, answers

        assert isinstance(encoded, EncodedPieces)
        return answers(model, split, encoded, self.collate, padding=padding, batch_size=batch_size)
