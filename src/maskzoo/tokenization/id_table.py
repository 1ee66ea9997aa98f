"""Ids of units that were seen: rows of different lengths in one flat array, learned many units in one text.

A tokenizer takes longer to begin a text than to encode a word. So new units are joined by a special token, encoded
together, and parted where its id stands. That is what each gives alone where the tokenizer looks at what stands
between two special tokens as at a text of its own; groups in which a unit holds the special token itself are encoded
one by one.
"""

import json
from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

GROUP = 1000  # units in one text


class IdTable:
    """Rows of ids, numbered in the order in which they came.

    Attributes:
        tokenizer: what units are encoded with.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._mark = _mark(tokenizer)
        self.clear()

    def clear(self) -> None:
        """Forget all rows."""
        self._flat, self._starts, self._lengths = array("q"), array("q"), array("q")

    def __len__(self) -> int:
        return len(self._starts)

    @property
    def tokens(self) -> int:
        """Ids in all rows."""
        return len(self._flat)

    def add(self, ids: Sequence[int]) -> int:
        """Keep a row; returns its number."""
        return int(self._add(np.asarray(ids, np.int64), np.array([len(ids)]))[0])

    def learn(self, units: Sequence[str]) -> NDArray[np.int64]:
        """Encode units and keep their rows; returns the numbers, (units,)."""
        ids, lengths = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for start in range(0, len(units), 100 * GROUP):  # so that little is held twice
            some = units[start : start + 100 * GROUP]
            groups = [some[at : at + GROUP] for at in range(0, len(some), GROUP)]
            joined = [self._mark[0].join(group) for group in groups] if self._mark else [""] * len(groups)
            for group, found in zip(groups, self._encoded(joined), strict=True):
                ends = np.flatnonzero(found == self._mark[1]) if self._mark else np.empty(0, np.int64)
                if self._mark and len(ends) == len(group) - 1:
                    ids.append(np.delete(found, ends))
                    lengths.append(np.diff(ends, prepend=-1, append=len(found)) - 1)
                else:
                    alone = self._encoded(group)
                    ids += alone
                    lengths.append(np.fromiter(map(len, alone), np.int64, len(alone)))
        return self._add(
            np.concatenate([np.empty(0, np.int64), *ids]), np.concatenate([np.empty(0, np.int64), *lengths])
        )

    def gather(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The ids of some rows one after the other `(ids,)`, and after how many each row ends `(rows,)`."""
        from maskzoo.tokenization.unit_kernel import gather

        flat, starts, lengths = (np.frombuffer(one, np.int64) for one in (self._flat, self._starts, self._lengths))
        ends = np.cumsum(lengths[rows])
        ids = np.empty(ends[-1], dtype=np.int64)
        gather(rows, flat, starts, lengths, ids)
        return ids, ends

    def _add(self, ids: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
        first = len(self)
        starts = len(self._flat) + np.cumsum(lengths) - lengths
        for kept, new in ((self._flat, ids), (self._starts, starts), (self._lengths, lengths)):
            kept.frombytes(new.astype(np.int64).tobytes())
        return np.arange(first, len(self))

    def _encoded(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        found = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array(encoding.ids, np.int64) for encoding in found]


def _mark(tokenizer: Tokenizer) -> tuple[str, int] | None:
    """A special token that units can be joined by, or None where a pipeline looks beyond what stands between two."""
    state = json.loads(tokenizer.to_str())
    before = (state["pre_tokenizer"] or {}).get("type")
    if (state["model"]["type"], before) not in (("WordPiece", "BertPreTokenizer"), ("BPE", "ByteLevel")):
        return None
    plain = [
        token
        for token in state["added_tokens"]
        if token["special"] and not any(token[key] for key in ("lstrip", "rstrip", "single_word", "normalized"))
    ]
    return (plain[0]["content"], plain[0]["id"]) if plain else None
