"""Fast encoding: a word seen before is looked up, not cut again; only where that is provably the same.

A document may be cut into units and each unit encoded alone if no step of the tokenizer looks across the cut:

* WordPiece behind BERT's pre-tokeniser: cut at white space. The normaliser works character by character (Unicode
  composition never crosses a space) and the pre-tokeniser drops the white space.
* Byte-level BPE: cut where white space follows a visible character. No alternative of the pre-tokeniser's pattern
  spans that place, and its only look-ahead stays inside the unit, which carries its white space in front.
* Unigram whose normaliser squeezes white space and whose pre-tokeniser marks the first word like the others: cut at
  white space.
* Pieces of a regular expression, of a kind that cuts a piece alone as in its text (pieces.py): cut into the pieces.

Everything else (other pipelines, added tokens with white space in or swallowed behind them, control characters on
which Python and the library disagree about white space) is encoded whole. `proven` then compares both ways on real
documents.
"""

import json
import re
from array import array
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from maskzoo.tokenization.pieces import cutter, portable

CACHED_WORDS = 400_000
CACHED_CHARACTERS = 20_000_000
CACHED_IDS = 4_000_000
ODD = re.compile("[\x0b\x0c\x1c-\x1f\x85\u180e\u200b\ufeff▁]")  # white space to some, not to others

MARK = "▁"
MARKING: list[dict[str, Any]] = [  # normaliser steps that write one mark before every word (see extend.py)
    {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
    {"type": "Strip", "strip_left": True, "strip_right": True},
    {"type": "Replace", "pattern": {"String": " "}, "content": " " + MARK},
    {"type": "Prepend", "prepend": MARK},
    {"type": "Replace", "pattern": {"String": MARK + MARK}, "content": MARK},
]
SQUEEZING = [MARKING[0], {"type": "Strip", "strip_left": False, "strip_right": True}]
COMPOSING = {"NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents"}  # steps that never look across white space

Cut = Callable[[str], list[str]]


def unit_cut(tokenizer: Tokenizer) -> Cut | None:
    """How documents may be cut into units for this tokenizer, or None where they must be encoded whole."""
    state = json.loads(tokenizer.to_str())
    model, before, normaliser = state["model"], state["pre_tokenizer"] or {}, _flat(state["normalizer"])
    if any(re.search(r"\s", token["content"]) or token["rstrip"] for token in state["added_tokens"]):
        return None
    kinds = {step["type"] for step in normaliser}
    if model["type"] == "WordPiece" and before.get("type") == "BertPreTokenizer":
        return str.split if kinds <= COMPOSING | {"BertNormalizer"} else None
    if model["type"] == "BPE" and before.get("type") == "ByteLevel":
        alone = not before["add_prefix_space"] and before.get("use_regex", True) and not model.get("dropout")
        return re.compile(r"\s*\S+|\s+").findall if alone and kinds <= {"NFC", "NFD", "Lowercase"} else None
    if model["type"] == "Unigram":
        return str.split if _spaced_apart(before, normaliser) else None
    if model["type"] == "WordLevel":
        pattern = _pattern(before)
        known = pattern is not None and portable(pattern) and kinds <= COMPOSING - {"Lowercase"}
        return cutter(pattern, [token["content"] for token in state["added_tokens"]]) if known and pattern else None
    return None


def _pattern(before: dict[str, Any]) -> str | None:
    """The pattern of a pipeline that drops white space and cuts into what the pattern matches, and nothing else."""
    steps = before.get("pretokenizers", [])
    if [step["type"] for step in steps] != ["WhitespaceSplit", "Split"]:
        return None
    split = steps[1]
    pattern = split["pattern"].get("Regex") if split["behavior"] == "Isolated" and not split["invert"] else None
    return pattern if isinstance(pattern, str) else None


def _spaced_apart(before: dict[str, Any], normaliser: list[dict[str, Any]]) -> bool:
    """Whether a Unigram pipeline treats words between white space alike, wherever they stand."""
    marked = normaliser[-len(MARKING) :] == MARKING
    rest = normaliser[: -len(MARKING)] if marked else normaliser
    squeezed = rest[-len(SQUEEZING) :] == SQUEEZING
    rest = rest[: -len(SQUEEZING)] if squeezed else rest
    if not {step["type"] for step in rest} <= COMPOSING:
        return False
    if marked:
        return [step["type"] for step in before.get("pretokenizers", [])] == ["WhitespaceSplit", "Metaspace"]
    return squeezed and before.get("type") == "Metaspace" and before["prepend_scheme"] == "first" and before["split"]


def _flat(normaliser: dict[str, Any] | None) -> list[dict[str, Any]]:
    if normaliser is None:
        return []
    if normaliser["type"] == "Sequence":
        return [step for inner in normaliser["normalizers"] for step in _flat(inner)]
    return [normaliser]


class Encoder:
    """Encodes documents into one flat array of ids, each document wrapped in the tokenizer's own special tokens."""

    def __init__(self, tokenizer: Tokenizer, *, cached: bool = True) -> None:
        self.tokenizer = tokenizer
        self.cut = unit_cut(tokenizer) if cached else None
        self.prefix, self.suffix = wrapping(tokenizer)
        self._clear()

    def _clear(self) -> None:
        """Forget all units but the special tokens before and after a document, which are units 0 and 1."""
        self._index: dict[str, int] = {}
        self._flat, self._starts, self._lengths = array("q"), array("q"), array("q")
        self._append(self.prefix)
        self._append(self.suffix)
        self._characters = 0

    def encode(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ids of all texts one after the other `(tokens,)`, and how many belong to each text `(texts,)`."""
        if self.cut is None or not texts:
            return self.encode_whole(texts)
        units = [None if ODD.search(text) else self.cut(text) for text in texts]
        self._learn(set().union(*(found for found in units if found is not None)))
        whole = iter(self._whole([text for text, found in zip(texts, units, strict=True) if found is None]))
        look = self._index.__getitem__
        rows: list[int] = []
        ends = []
        for found in units:
            rows.append(0)
            if found is None:
                rows.append(self._append(next(whole)))
            else:
                rows.extend(map(look, found))
            rows.append(1)
            ends.append(len(rows))
        flat, starts, lengths = (np.frombuffer(one, np.int64) for one in (self._flat, self._starts, self._lengths))
        picked = np.asarray(rows, np.int64)
        sizes = lengths[picked]
        total = np.cumsum(sizes)
        ids = flat[np.arange(total[-1]) + np.repeat(starts[picked] - (total - sizes), sizes)]
        counts = np.diff(total[np.asarray(ends) - 1], prepend=0)
        if len(self._index) > CACHED_WORDS or self._characters > CACHED_CHARACTERS or len(self._flat) > CACHED_IDS:
            self._clear()
        return ids, counts

    def encode_whole(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The same, by the tokenizer's batch encoder alone."""
        encoded = [encoding.ids for encoding in self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=True)]
        counts = np.fromiter(map(len, encoded), np.int64, len(encoded))
        return np.fromiter(chain.from_iterable(encoded), np.int64, int(counts.sum())), counts

    def proven(self, texts: Sequence[str]) -> bool:
        """Whether both ways give the same ids for these texts; if not, only the whole way is used from now on."""
        if self.cut is None:
            return False
        ids, counts = self.encode(texts)
        expected, expected_counts = self.encode_whole(texts)
        if not (np.array_equal(ids, expected) and np.array_equal(counts, expected_counts)):
            self.cut = None
        return self.cut is not None

    def _whole(self, texts: list[str]) -> list[list[int]]:
        return (
            [encoding.ids for encoding in self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
            if texts
            else []
        )

    def _learn(self, units: set[str]) -> None:
        """Encode the units that were never seen."""
        missing = sorted(units.difference(self._index))
        for unit, ids in zip(missing, self._whole(missing), strict=True):
            self._index[unit] = self._append(ids)
            self._characters += len(unit)

    def _append(self, ids: list[int]) -> int:
        """Keep the ids of a unit; returns its number."""
        self._starts.append(len(self._flat))
        self._lengths.append(len(ids))
        self._flat.extend(ids)
        return len(self._starts) - 1


def wrapping(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """Ids that the tokenizer puts before and after a text."""
    encoding = tokenizer.encode("a", add_special_tokens=True)
    marks = encoding.special_tokens_mask
    front = next((place for place, mark in enumerate(marks) if not mark), len(marks))
    back = next((place for place, mark in enumerate(reversed(marks)) if not mark), 0)
    return encoding.ids[:front], encoding.ids[len(marks) - back :] if back else []
