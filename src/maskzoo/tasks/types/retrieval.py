"""A text and the one that belongs to it, to be found among those of all tested examples: code in another language."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import Field

from maskzoo.documents.record import Record
from maskzoo.recipe.task import NonEmpty, Task
from maskzoo.tasks.common.defaults import complete
from maskzoo.tasks.common.pairs import pair_of
from maskzoo.tasks.common.task_model import TaskModel
from maskzoo.tasks.examples import Example, Reading
from maskzoo.tasks.finetune_data import Encoded
from maskzoo.tasks.predictions import Predictions
from maskzoo.tasks.ranking import Pool, ranked
from maskzoo.tasks.task_data import PreparedTask, Split
from maskzoo.tasks.types import Splits

if TYPE_CHECKING:
    from pathlib import Path

    from maskzoo.recipe.finetuning import Finetuning

__all__ = [
    "HUB_TASK",
    "METRICS",
    "OPTIONS",
    "UNTRAINED",
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
METRICS = ("mrr", "recall_at_1", "recall_at_10")
OPTIONS = ()
UNTRAINED = True  # by the vectors of pretraining
HUB_TASK = "sentence-similarity"


class Settings(Task):
    """A text and the one that belongs to it."""

    pair: NonEmpty = Field(description="the field that holds the text to be found")

    @property
    def own_fields(self) -> Iterable[tuple[str, str | None]]:
        yield "pair", self.pair


def read(record: Record, task: Settings, *, where: str) -> Reading | None:
    """A query and its target."""
    pair = pair_of(record, task, where)
    return None if pair is None else Reading(pair.text, {"pair": pair.text}, key=pair.key)


def labels(splits: Splits, task: Settings) -> list[str]:
    """None: the answer is one of the tested targets."""
    return []


def counts(examples: Sequence[Example], task: Settings) -> Counter[str]:
    """Distinct targets: how large the pool is."""
    return Counter({"targets": len({example.parts["pair"] for example in examples})})


def check(splits: Splits, task: Settings, where: str) -> None:
    """Every split has something to tell apart.

    Raises:
        UserError: a split with one target.
    """
    from maskzoo.errors import UserError

    for name, examples in splits.items():
        if examples and counts(examples, task)["targets"] < 2:
            raise UserError(f"the {name} split has one target", where=where, expected="at least two to choose from")


def columns(examples: Sequence[Example], labels: Sequence[str]) -> dict[str, Any]:
    """The column `pair`."""
    import pyarrow as pa

    return {"pair": pa.array([example.parts["pair"] for example in examples], pa.string())}


def restore(columns: Mapping[str, list[Any]], labels: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """As gold the name of each target: the id of the first example that has it."""
    pool = Pool.of(columns["id"], columns["pair"])
    return [pool.names[place] for place in pool.true], {"pair": columns["pair"]}


def prediction_columns(split: Split, predictions: Predictions) -> dict[str, Any]:
    """gold and predicted name targets; scores and rank hold the place of the true one among all, from 1."""
    import pyarrow as pa

    rows = [[float(score) for score in row] for row in predictions.scores]
    return {
        "gold": pa.array(split.gold, pa.string()),
        "predicted": pa.array(list(predictions.predicted), pa.string()),
        "scores": pa.array(rows, pa.list_(pa.float64())),
        "rank": pa.array([int(row[0]) for row in rows], pa.int32()),
    }


def references(gold: Sequence[str], labels: Sequence[str], reads: str) -> Any:
    """Names of targets; for metrics that read scores the best rank, `(examples, 1)`."""
    return gold if reads == "predicted" else [[1.0] for _ in gold]


def task_model(task: PreparedTask) -> "RetrievalModel":
    """An encoder that turns queries and targets into vectors."""
    return RetrievalModel(task)


@dataclass(frozen=True)
class EncodedPairs(Encoded):
    """Queries as token ids, and their targets.

    Attributes:
        pair_ids: ids of every target; `labels` number the distinct targets.
    """

    pair_ids: list[list[int]] = field(default_factory=list)

    def __getitem__(self, place: int) -> dict[str, Any]:
        return {**super().__getitem__(place), "pair_ids": self.pair_ids[place]}


class RetrievalModel(TaskModel):
    """See `maskzoo.tasks.bi_encoder`; with no epochs the vectors are those of pretraining."""

    def model(self, checkpoint: "Path") -> Any:
        """The checkpoint's encoder without a head."""
        from maskzoo.tasks.bi_encoder import BiEncoder

        return BiEncoder(checkpoint)

    def encode(self, split: Split, tokenizer: Any, *, limit: int) -> Encoded:
        """Queries and targets, each text by itself."""
        from maskzoo.tasks.finetune_data import token_ids

        queries = token_ids(split.texts, tokenizer, limit=limit)
        targets = token_ids(split.pairs, tokenizer, limit=limit)
        whole = (tokenizer(texts, verbose=False)["input_ids"] for texts in (split.texts, split.pairs))
        longer = sum(max(map(len, both)) > limit for both in zip(*whole, strict=True))
        numbers = Pool.of(split.ids, split.pairs).true.tolist()
        return EncodedPairs(queries.ids, numbers, longer, pair_ids=targets.ids)

    def collate(self, rows: Sequence[dict[str, Any]], *, padding: int) -> dict[str, Any]:
        """Queries, and beside them the targets where the rows have them."""
        from maskzoo.tasks.finetune_data import collate

        batch = collate(rows, padding=padding)
        if "pair_ids" in rows[0]:
            second = collate([{"input_ids": row["pair_ids"], "labels": 0} for row in rows], padding=padding)
            batch |= {"pair_ids": second["input_ids"], "pair_mask": second["attention_mask"]}
        return batch

    def loss(self, train: Encoded, settings: "Finetuning") -> None:
        """The model's own."""

    def answers(self, model: Any, split: Split, encoded: Encoded, *, padding: int, batch_size: int) -> Predictions:
        """Every target of the split ranked by its cosine with the query."""
        import numpy as np

        from maskzoo.tasks.finetune_data import logits_of

        assert isinstance(encoded, EncodedPairs)
        pool = Pool.of(split.ids, split.pairs)
        ids = dict(zip(pool.true.tolist(), encoded.pair_ids, strict=True))
        texts = (encoded.input_ids, [ids[place] for place in range(len(pool.texts))])
        queries, targets = (
            np.stack(
                logits_of(
                    model, Encoded(rows, [0] * len(rows), 0), self.collate, padding=padding, batch_size=batch_size
                )
            )
            for rows in texts
        )
        return ranked(pool, lambda part: queries[part] @ targets.T)
