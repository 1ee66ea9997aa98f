"""Texts as token ids for an encoder: truncation, first subwords, batches padded to their longest, their logits."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from maskzoo import models

IGNORED = -100  # what torch's cross-entropy leaves out

# models whose position 0 is padding_idx + 1, so that a table of n positions serves n - padding_idx - 1 tokens


@dataclass(frozen=True)
class TokenIds:
    """Texts as token ids, specials included.

    Attributes:
        offsets: start and end character of every token, where asked for.
        types: 0 for the first text and 1 for the second, where there are pairs and the tokenizer knows them.
        truncated: how many were longer than the limit.
    """

    ids: list[list[int]]
    offsets: list[list[tuple[int, int]]]
    types: list[list[int]]
    truncated: int


@dataclass(frozen=True)
class Encoded:
    """One split as token ids.

    Attributes:
        input_ids: ids of every example, specials included.
        labels: what the loss takes, one an example: a class; a class a token, `IGNORED` where there is none; an array.
        truncated: how many examples were longer than the limit.
        first: tagging: for every word the position of its first token, None where truncation left none.
        token_types: pairs: which text a token belongs to, for models that ask.
    """

    input_ids: list[list[int]]
    labels: list[Any]
    truncated: int
    first: list[list[int | None]] = field(default_factory=list)
    token_types: list[list[int]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.input_ids)

    def __getitem__(self, place: int) -> dict[str, Any]:
        row = {"input_ids": self.input_ids[place], "labels": self.labels[place]}
        return row | {"token_type_ids": self.token_types[place]} if self.token_types else row


def length_limit(wanted: int, tokenizer: Any, config: Any) -> int:
    """The longest input in tokens: `wanted`, unless tokenizer or position table end before."""
    return int(min(wanted, tokenizer.model_max_length, models.of(config).longest_sequence(config)))


def token_ids(
    texts: Sequence[str],
    tokenizer: Any,
    *,
    limit: int,
    pairs: Sequence[str] | None = None,
    offsets: bool = False,
    types: bool = False,
) -> TokenIds:
    """Encode whole texts (or pairs, the longer of which is cut first) just as pretraining did, with specials.

    Args:
        limit: tokens; what is longer is cut.
        offsets, types: whether characters of tokens, or token types, are wanted.
    """
    options: dict[str, Any] = {
        "return_token_type_ids": types,
        "return_attention_mask": False,
        "return_offsets_mapping": offsets,
    }

    def run(places: Sequence[int] | None, **cut: Any) -> Any:
        chosen = list(texts) if places is None else [texts[place] for place in places]
        second = pairs if pairs is None or places is None else [pairs[place] for place in places]
        return tokenizer(chosen, None if second is None else list(second), **cut, **options)

    batch = run(None, truncation=False, verbose=False)
    found = {name: list(batch.get(name, ())) for name in ("input_ids", "offset_mapping", "token_type_ids")}
    long = [place for place, row in enumerate(found["input_ids"]) if len(row) > limit]
    if long:
        cut = run(long, truncation=True, max_length=limit)
        for name, rows in found.items():
            if rows:
                for number, place in enumerate(long):
                    rows[place] = cut[name][number]
    return TokenIds(found["input_ids"], found["offset_mapping"], found["token_type_ids"], len(long))


def first_tokens(
    words: Sequence[str], spans: Sequence[tuple[int, int]], *, text: str | None = None
) -> list[int | None]:
    """For every word the index of the first token that shows some of its characters, None where no token does.

    Args:
        words: joined by one space they are the text that was encoded; or joined by nothing, as residues are, where
            that is `text`.
        spans: start and end character of every token; empty for specials.
    """
    gap = 0 if text is not None and text == "".join(words) else 1
    text = (" " * gap).join(words)
    starts = [0]
    for word in words[:-1]:
        starts.append(starts[-1] + len(word) + gap)
    first: list[int | None] = [None] * len(words)
    for place, (start, end) in enumerate(spans):
        visible = text[start:end].lstrip()
        if not visible:
            continue
        number = bisect_right(starts, end - len(visible)) - 1
        # without gaps a token may show several residues
        last = number if gap else bisect_right(starts, end - 1) - 1
        for shown in range(number, last + 1):
            if first[shown] is None:
                first[shown] = place
    return first


def collate(rows: Sequence[dict[str, Any]], *, padding: int) -> dict[str, Any]:
    """Tensors `(batch, longest)` of ids and attention mask, and the labels beside.

    Token types are left to the model, which takes zeros for a single text (not every architecture has them), unless
    the rows bring them. Labels are classes `(batch,)`, lists of them a token `(batch, longest)`, or float arrays of one
    shape, stacked.
    """
    import numpy as np
    import torch

    longest = max(len(row["input_ids"]) for row in rows)

    def padded(key: str, filling: int) -> torch.Tensor:
        tensor = torch.full((len(rows), longest), filling)
        for number, row in enumerate(rows):
            tensor[number, : len(row[key])] = torch.tensor(row[key])
        return tensor

    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for number, row in enumerate(rows):
        mask[number, : len(row["input_ids"])] = 1
    batch = {"input_ids": padded("input_ids", padding), "attention_mask": mask}
    if "token_type_ids" in rows[0]:
        batch["token_type_ids"] = padded("token_type_ids", 0)
    first = rows[0]["labels"]
    if isinstance(first, list):
        batch["labels"] = padded("labels", IGNORED)
    elif isinstance(first, np.ndarray):
        batch["labels"] = torch.from_numpy(np.stack([row["labels"] for row in rows])).float()
    else:
        batch["labels"] = torch.tensor([row["labels"] for row in rows])
    return batch


def logits_of(
    model: Any,
    encoded: Encoded,
    collate: Callable[..., dict[str, Any]],
    *,
    padding: int,
    batch_size: int,
    exact: bool = False,
) -> list[Any]:
    """A model's logits for every example, float32 arrays, in the order of the split; batches are of like lengths.

    Args:
        exact: compute in float32 on a GPU, too: bfloat16 has three digits, and makes ties of near numbers.

    Raises:
        NoNumbersError: a logit is infinite or no number; the largest of such would be taken for an answer.
    """
    import torch

    from maskzoo.tasks.predictions import NoNumbersError

    order = sorted(range(len(encoded)), key=lambda place: len(encoded.input_ids[place]))
    found: list[Any] = [None] * len(encoded)
    device = model.device
    model.eval()
    for start in range(0, len(order), batch_size):
        places = order[start : start + batch_size]
        batch = collate([encoded[place] for place in places], padding=padding)
        del batch["labels"]
        cuda = device.type == "cuda"
        with torch.inference_mode(), torch.autocast(device.type, dtype=torch.bfloat16, enabled=cuda and not exact):
            logits = model(**{name: tensor.to(device) for name, tensor in batch.items()}).logits
        logits = logits.float().cpu()
        if not bool(logits.isfinite().all()):
            raise NoNumbersError
        for row, place in zip(logits.numpy(), places, strict=True):
            found[place] = row
    return found
