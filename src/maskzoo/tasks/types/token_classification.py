"""A tag a word or a residue: entities as IOB2 chunks, parts of speech, secondary structure.

A tag of None is left out of the loss and of every metric: tags to `ignore`, and what a `mask` takes out.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from maskzoo import materials
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.task import Task
from maskzoo.tasks.common.defaults import check_labels_known, complete, everything, references
from maskzoo.tasks.common.task_model import TaskModel, refuse_one_label
from maskzoo.tasks.examples import Example, Reading, field_of
from maskzoo.tasks.predictions import Predictions
from maskzoo.tasks.tagging import OUTSIDE, kind_of, to_iob2
from maskzoo.tasks.task_data import PreparedTask, Split
from maskzoo.tasks.types import Splits

if TYPE_CHECKING:
    from maskzoo.recipe.finetuning import Finetuning
    from maskzoo.tasks.finetune_data import Encoded

__all__ = [
    "HUB_TASK",
    "METRICS",
    "OPTIONS",
    "Settings",
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

METRICS = ("entity_f1", "token_accuracy", "token_macro_f1")
OPTIONS = ("label_smoothing", "class_weights", "head_epochs")
HUB_TASK = "token-classification"


class Settings(Task):
    """A tag a word, or a residue."""

    labels: dict[str, str] = Field(default_factory=dict, description="raw tag -> name; others keep their raw value")
    tokens_are: Literal["words", "residues"] = Field(
        default="words", description="residues: characters joined without spaces, a tag each"
    )
    ignore: tuple[str, ...] = Field(
        default=(), description="tags left out of loss and metrics, such as those of unseen residues"
    )
    mask: str | None = Field(
        default=None, description="a field with 1 (counts) or 0 (left out) for every residue or word"
    )

    @property
    def own_fields(self) -> Iterable[tuple[str, str | None]]:
        yield "mask", self.mask

    @model_validator(mode="after")
    def _chunks(self) -> "Settings":
        if self.tokens_are == "residues" and self.metric == "entity_f1":
            raise ValueError("metric entity_f1 is for words; residues have token_accuracy or token_macro_f1")
        return self


def read(record: Record, task: Settings, *, where: str) -> Reading | None:
    """Words (residues) and tags of a record; chunks become IOB2. None where no tag counts.

    Raises:
        UserError: not one tag a word, an empty or a malformed one, or a mask of another length.
    """
    locator = f"{where} ({record.locator})"
    if len(record.tokens) != len(record.tags):
        raise UserError(
            f"{len(record.tokens)} words but {len(record.tags)} tags", where=locator, expected="one tag a word"
        )
    if not record.tags:
        return None
    for number, (word, tag) in enumerate(zip(record.tokens, record.tags, strict=True), 1):
        if not word or not tag:
            raise UserError(f"word {number} is {word!r} with tag {tag!r}", where=locator, expected="a word and a tag")
    counted = _counted(record, task, where)
    if not any(counted):
        return None
    if task.metric != "entity_f1":
        tags = [task.labels.get(tag, tag) for tag in record.tags]
    else:
        plain = [tag if counts else OUTSIDE for tag, counts in zip(record.tags, counted, strict=True)]
        tags = to_iob2(plain, where=locator)
        if task.labels:
            tags = [tag if tag == OUTSIDE else tag[:2] + task.labels.get(tag[2:], tag[2:]) for tag in tags]
    gold = tuple(tag if counts else None for tag, counts in zip(tags, counted, strict=True))
    if task.tokens_are == "words":
        return Reading(gold, {"tokens": record.tokens}, text=" ".join(record.tokens))
    text = materials.load(task.material).task_text("".join(record.tokens))
    if text is None or len(text) != len(gold):
        return None  # no letter of the alphabet, or letters taken out: the tags have lost their residues
    return Reading(gold, {"tokens": tuple(text)}, text=text)


def _counted(record: Record, task: Settings, where: str) -> list[bool]:
    """Of every word whether its tag counts."""
    counted = [tag not in task.ignore for tag in record.tags]
    if task.mask is None:
        return counted
    value = field_of(record, task.mask, f"{where}: mask").strip()
    expected = "1 or 0 for every word or residue, as a string of digits or a JSON list"
    try:
        shown = [str(int(mark)) for mark in json.loads(value)] if value.startswith("[") else list(value)
    except (ValueError, TypeError):
        shown = []
    if len(shown) != len(counted) or not set(shown) <= {"0", "1"}:
        raise UserError(
            f"mask {value[:40]!r} for {len(counted)} tags", where=f"{where} ({record.locator})", expected=expected
        )
    return [counts and mark == "1" for counts, mark in zip(counted, shown, strict=True)]


def counts(examples: Sequence[Example], task: Settings) -> Counter[str]:
    """Words of every tag; for chunks entities of every type."""
    tags = Counter(tag for example in examples for tag in example.gold if tag is not None)
    if task.metric != "entity_f1":
        return tags
    return Counter({kind: n for tag, n in tags.items() if tag.startswith("B-") and (kind := kind_of(tag))})


def labels(splits: Splits, task: Settings) -> list[str]:
    """All tags, sorted; for chunks O and both tags of every type, also where a type never has a second word."""
    kinds = sorted(counts(everything(splits), task))
    if task.metric != "entity_f1":
        return kinds
    return sorted([OUTSIDE, *(f"{prefix}-{kind}" for kind in kinds for prefix in "BI")])


def check(splits: Splits, task: Settings, where: str) -> None:
    """Every tested tag (type of entity) is among the training examples."""
    check_labels_known({name: counts(examples, task) for name, examples in splits.items()}, where)


def columns(examples: Sequence[Example], labels: Sequence[str]) -> dict[str, Any]:
    """The columns `tokens` and `tags`, equally long lists."""
    import pyarrow as pa

    return {
        "tokens": pa.array([list(example.parts["tokens"]) for example in examples], pa.list_(pa.string())),
        "tags": pa.array([list(example.gold) for example in examples], pa.list_(pa.string())),
    }


def restore(columns: Mapping[str, list[Any]], labels: Sequence[str]) -> tuple[list[list[str | None]], dict[str, Any]]:
    """Tags as gold, None where one does not count; tokens beside."""
    return columns["tags"], {"tokens": columns["tokens"]}


def prediction_columns(split: Split, predictions: Predictions) -> dict[str, Any]:
    """gold, predicted and probability: lists with an entry a word."""
    import pyarrow as pa

    return {
        "gold": pa.array(split.gold, pa.list_(pa.string())),
        "predicted": pa.array(list(predictions.predicted), pa.list_(pa.string())),
        "probability": pa.array(list(predictions.probability), pa.list_(pa.float32())),
    }


def task_model(task: PreparedTask) -> "TagModel":
    """A softmax over the tags at the first token of every word."""
    return TagModel(task)


class TagModel(TaskModel):
    """Words are not encoded one by one: whether a word carries the mark of a preceding space must be as in pretraining.

    Character offsets say which word a token belongs to; its first token carries the tag. A token of several residues
    answers for all of them, and learns the tag of the first that counts.
    """

    FAST = True

    def __init__(self, task: PreparedTask) -> None:
        refuse_one_label(task)
        super().__init__(task)

    def model(self, checkpoint: Any) -> Any:
        """The checkpoint under a new head for every token."""
        from transformers import AutoModelForTokenClassification

        return self.with_head(AutoModelForTokenClassification, checkpoint)

    def encode(self, split: Split, tokenizer: Any, *, limit: int) -> "Encoded":
        """Texts as token ids, with labels at first tokens alone."""
        from maskzoo.tasks.finetune_data import IGNORED, Encoded, first_tokens, token_ids

        found = token_ids(split.texts, tokenizer, limit=limit, offsets=True)
        classes = {label: number for number, label in enumerate(self.task.labels)}
        first = [
            first_tokens(words, spans, text=text)
            for words, spans, text in zip(split.tokens, found.offsets, split.texts, strict=True)
        ]
        labels = []
        for row, places, tags in zip(found.ids, first, split.gold, strict=True):
            numbers = [IGNORED] * len(row)
            for position, tag in zip(places, tags, strict=True):
                if position is not None and tag is not None and numbers[position] == IGNORED:
                    numbers[position] = classes[tag]
            labels.append(numbers)
        return Encoded(found.ids, labels, found.truncated, first=first)

    def loss(self, train: "Encoded", settings: "Finetuning") -> Any:
        """The model's own cross-entropy, unless tags are to weigh the same together or are smoothed."""
        from maskzoo.tasks.losses import class_loss

        balanced, smoothing = settings.class_weights == "balanced", settings.label_smoothing
        if not balanced and not smoothing:
            return None
        return class_loss(train.labels, len(self.task.labels), balanced=balanced, smoothing=smoothing)

    def decode(self, logits: list[Any], split: Split, encoded: "Encoded") -> Predictions:
        """A tag a word, from its first token; chunk tags are mended to valid IOB2.

        A word without a token (cut off, or dropped by the tokenizer) is given the tag `O` (the first tag, where there
        is none) with probability 0.
        """
        from scipy.special import softmax

        labels = self.task.labels
        unseen = OUTSIDE if OUTSIDE in labels else labels[0]
        predicted, probability = [], []
        for rows, first in zip(logits, encoded.first, strict=True):
            shares = softmax(rows, axis=-1)
            choice, share = shares.argmax(axis=-1), shares.max(axis=-1)
            tags = [unseen if place is None else labels[int(choice[place])] for place in first]
            predicted.append(to_iob2(tags) if self.task.metric == "entity_f1" else tags)
            probability.append([0.0 if place is None else float(share[place]) for place in first])
        return Predictions(predicted, probability)
