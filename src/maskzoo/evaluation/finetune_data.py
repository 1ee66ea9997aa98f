"""Examples of a task as token ids for an encoder: truncation, first-subword labels, batches padded to their longest."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maskzoo.evaluation.task_data import PreparedTask, Split

IGNORED = -100  # what torch's cross-entropy leaves out

# models whose position 0 is padding_idx + 1, so that a table of n positions serves n - padding_idx - 1 tokens
SHIFTED_POSITIONS = frozenset(
    {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "xmod", "mpnet", "esm", "roberta-prelayernorm"}
)


@dataclass(frozen=True)
class Encoded:
    """One split as token ids.

    Attributes:
        input_ids: ids of every example, specials included.
        first: tagging: for every word the position of its first token, None where truncation left none.
        labels: class of every example; for tagging a class a token, `IGNORED` except at first tokens.
        truncated: how many examples were longer than the limit.
    """

    input_ids: list[list[int]]
    first: list[list[int | None]]
    labels: list[Any]
    truncated: int

    def __len__(self) -> int:
        return len(self.input_ids)

    def __getitem__(self, place: int) -> dict[str, Any]:
        return {"input_ids": self.input_ids[place], "labels": self.labels[place]}


def length_limit(wanted: int, tokenizer: Any, config: Any) -> int:
    """The longest input in tokens: `wanted`, unless tokenizer or position table end before."""
    limits = [wanted, tokenizer.model_max_length]
    positions = getattr(config, "max_position_embeddings", None)
    if positions:
        shift = (config.pad_token_id or 0) + 1 if config.model_type in SHIFTED_POSITIONS else 0
        limits.append(positions - shift)
    return int(min(limits))


def encode(split: Split, task: PreparedTask, tokenizer: Any, *, limit: int) -> Encoded:
    """Encode a split just as pretraining did: whole texts, with the specials of the tokenizer.

    For tagging the words are not encoded one by one: whether a word carries the mark of a preceding space (byte-level
    BPE, Unigram) must be as in pretraining. Character offsets say which word a token belongs to.
    """
    options: dict[str, Any] = {"return_token_type_ids": False, "return_attention_mask": False}
    if task.tagging:
        options["return_offsets_mapping"] = True
    batch = tokenizer(split.texts, truncation=False, verbose=False, **options)
    ids, offsets = list(batch["input_ids"]), list(batch.get("offset_mapping", ()))
    long = [place for place, row in enumerate(ids) if len(row) > limit]
    if long:
        cut = tokenizer([split.texts[place] for place in long], truncation=True, max_length=limit, **options)
        for number, place in enumerate(long):
            ids[place] = cut["input_ids"][number]
            if task.tagging:
                offsets[place] = cut["offset_mapping"][number]
    classes = {label: number for number, label in enumerate(task.labels)}
    if not task.tagging:
        return Encoded(ids, [], [classes[label] for label in split.gold], len(long))
    first = [first_tokens(words, spans) for words, spans in zip(split.tokens, offsets, strict=True)]
    labels = []
    for row, places, tags in zip(ids, first, split.gold, strict=True):
        numbers = [IGNORED] * len(row)
        for position, tag in zip(places, tags, strict=True):
            if position is not None:
                numbers[position] = classes[tag]
        labels.append(numbers)
    return Encoded(ids, first, labels, len(long))


def first_tokens(words: Sequence[str], spans: Sequence[tuple[int, int]]) -> list[int | None]:
    """For every word the index of the first token that shows some of its characters, None where no token does.

    Args:
        words: joined by one space they are the text that was encoded.
        spans: start and end character of every token; empty for specials.
    """
    text = " ".join(words)
    starts = [0]
    for word in words[:-1]:
        starts.append(starts[-1] + len(word) + 1)
    first: list[int | None] = [None] * len(words)
    for place, (start, end) in enumerate(spans):
        visible = text[start:end].lstrip()
        if not visible:
            continue
        number = bisect_right(starts, end - len(visible)) - 1
        if first[number] is None:
            first[number] = place
    return first


def collate(rows: Sequence[dict[str, Any]], *, padding: int) -> dict[str, Any]:
    """Tensors `(batch, longest)` of ids and attention mask, and the labels beside.

    Token types are left to the model, which takes zeros for a single text: not every architecture has them.
    """
    import torch

    longest = max(len(row["input_ids"]) for row in rows)
    ids = torch.full((len(rows), longest), padding)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    tagging = isinstance(rows[0]["labels"], list)
    labels = torch.full((len(rows), longest), IGNORED) if tagging else torch.tensor([row["labels"] for row in rows])
    for number, row in enumerate(rows):
        length = len(row["input_ids"])
        ids[number, :length] = torch.tensor(row["input_ids"])
        mask[number, :length] = 1
        if tagging:
            labels[number, :length] = torch.tensor(row["labels"])
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}
