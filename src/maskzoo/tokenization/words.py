"""Fast encoding: a word seen before is looked up, not cut again; only where that is provably the same.

A document may be cut into units and each unit encoded alone if no step of the tokenizer looks across the cut:

* WordPiece behind BERT's pre-tokeniser: cut at white space. The normaliser works character by character (Unicode
  composition never crosses a space) and the pre-tokeniser drops the white space. The compiled loop also cuts around the
  commonest signs, as the pre-tokeniser does; not where a character follows that might combine with the sign.
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
from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from maskzoo.tokenization.id_table import IdTable
from maskzoo.tokenization.pieces import cutter, portable

if TYPE_CHECKING:
    from maskzoo.tokenization.unit_kernel import Seen

CACHED_WORDS = 1_000_000
CACHED_CHARACTERS = 20_000_000
CACHED_IDS = 8_000_000
SIGNS = ".,;:!?()\"'-/"  # the usual ones; < = > may combine with what follows
ODD = re.compile("[\x0b\x0c\x1c-\x1f\x85\u180e\u200b\ufeff▁]")  # see unit_kernel.doubtful

SPACED = re.compile(r"\s*\S+|\s+")
LONGEST_COMPILED = 1 << 20  # bytes that the compiled loop takes at once

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
        return SPACED.findall if alone and kinds <= {"NFC", "NFD", "Lowercase"} else None
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
        self._seen = _seen(tokenizer, self.cut)
        self._table = IdTable(tokenizer)
        self._clear()

    def _clear(self) -> None:
        """Forget all units but the special tokens before and after a document, which are rows 0 and 1 of the table."""
        self._index: dict[str, int] = {}
        self._table.clear()
        self._table.add(self.prefix)
        self._table.add(self.suffix)
        self._characters = 0
        self._numbers = np.empty(0 if self._seen is None else self._seen.most, np.int64)  # unit -> row of the table
        if self._seen is not None:
            self._seen.clear()

    def encode(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ids of all texts one after the other `(tokens,)`, and how many belong to each text `(texts,)`."""
        if self.cut is None or not texts:
            return self.encode_whole(texts)
        rows = self._rows(texts)
        ids, ends = self._table.gather(np.concatenate(rows))
        counts = np.diff(ends[np.cumsum([len(row) for row in rows]) - 1], prepend=0)
        full = len(self._table) > CACHED_WORDS or self._table.tokens > CACHED_IDS
        if full or self._characters > CACHED_CHARACTERS:
            self._clear()
        return ids, counts

    def _rows(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """For each text the numbers of its units in the table of ids, special tokens around them."""
        assert self.cut is not None, "asked before"
        found: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)] * len(texts)
        compiled, others = self._shared_out(texts)
        for place, row in zip(compiled, self._numbered(list(compiled.values())), strict=True):
            found[place] = row
        odd = [place for place in others if ODD.search(texts[place])]
        encoded = self.tokenizer.encode_batch_fast([texts[place] for place in odd], add_special_tokens=False)
        for place, encoding in zip(odd, encoded, strict=True):
            found[place] = np.array([0, self._table.add(encoding.ids), 1])
        units = {place: self.cut(texts[place]) for place in sorted(set(others).difference(odd))}
        self._learn(set().union(*units.values()))
        for place, own in units.items():
            found[place] = np.array([0, *map(self._index.__getitem__, own), 1])
        return found

    def _shared_out(self, texts: Sequence[str]) -> tuple[dict[int, bytes], list[int]]:
        """The texts whose units the compiled loop finds, as UTF-8, and the places of the others."""
        if self._seen is None or _carries_space(self.cut) != self._seen.spaced:
            return {}, list(range(len(texts)))
        from maskzoo.tokenization.unit_kernel import doubtful

        compiled: dict[int, bytes] = {}
        some: dict[int, bytes] = {}

        def sort_out() -> None:
            raw = list(some.values())
            compiled.update(
                (place, one) for place, one, odd in zip(some, raw, doubtful(raw).tolist(), strict=True) if not odd
            )
            some.clear()

        size = 0
        for place, text in enumerate(texts):
            if len(text) <= LONGEST_COMPILED and len(one := text.encode()) <= LONGEST_COMPILED:
                if size + len(one) > LONGEST_COMPILED:  # so that little is held twice
                    sort_out()
                    size = 0
                some[place] = one
                size += len(one)
        sort_out()
        return compiled, [place for place in range(len(texts)) if place not in compiled]

    def _numbered(self, texts: Sequence[bytes]) -> list[NDArray[np.int64]]:
        """`_rows` of texts that the compiled loop can read, some at a time."""
        rows: list[NDArray[np.int64]] = []
        some: list[bytes] = []
        size = 0
        for text in texts:
            if size + len(text) > LONGEST_COMPILED:
                rows += self._number(some)
                some, size = [], 0
            some.append(text)
            size += len(text)
        return rows + (self._number(some) if some else [])

    def _number(self, texts: Sequence[bytes]) -> list[NDArray[np.int64]]:
        assert self._seen is not None, "asked before"
        if self._seen.full:
            self._seen.clear()
        before = self._seen.count
        numbers, counts = self._seen.numbers(texts)
        if self._seen.count > before:
            self._numbers[before : self._seen.count] = self._table.learn(self._seen.strings(before))
        # every text between the special tokens, which are rows 0 and 1
        rows = np.empty(len(numbers) + 2 * len(texts), dtype=np.int64)
        ends = np.cumsum(counts + 2)
        marked = np.zeros(len(rows), dtype=bool)
        marked[ends - 1] = marked[ends - counts - 2] = True
        rows[ends - 1], rows[ends - counts - 2] = 1, 0
        if len(numbers):
            rows[~marked] = self._numbers[numbers]
        return np.split(rows, ends[:-1])

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

    def _learn(self, units: set[str]) -> None:
        """Encode the units that were never seen."""
        missing = sorted(units.difference(self._index))
        self._index.update(zip(missing, self._table.learn(missing).tolist(), strict=True))
        self._characters += sum(map(len, missing))


def _seen(tokenizer: Tokenizer, cut: Cut | None) -> "Seen | None":
    """The compiled loop for a way of cutting that it knows."""
    spaced = _carries_space(cut)
    if spaced is None:
        return None
    from maskzoo.tokenization.unit_kernel import Seen

    return Seen(spaced=spaced, alone=_alone(tokenizer))


def _alone(tokenizer: Tokenizer) -> str:
    """ASCII signs around which BERT's pre-tokeniser cuts and which stand in no added token."""
    state = json.loads(tokenizer.to_str())
    if state["model"]["type"] != "WordPiece" or (state["pre_tokenizer"] or {}).get("type") != "BertPreTokenizer":
        return ""
    added = [token["content"] for token in state["added_tokens"]]
    # these are looked for in the normalised text, in the form that normalisation gives them
    added += [tokenizer.normalizer.normalize_str(text) for text in added] if tokenizer.normalizer else []
    return "".join(sign for sign in SIGNS if not any(sign in text for text in added))


def _carries_space(cut: Cut | None) -> bool | None:
    """Whether units carry the white space before them; None where neither that nor cutting at white space is known."""
    if cut is str.split:
        return False
    return True if getattr(cut, "__self__", None) is SPACED else None


def wrapping(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """Ids that the tokenizer puts before and after a text."""
    encoding = tokenizer.encode("a", add_special_tokens=True)
    marks = encoding.special_tokens_mask
    front = next((place for place, mark in enumerate(marks) if not mark), len(marks))
    back = next((place for place, mark in enumerate(reversed(marks)) if not mark), 0)
    return encoding.ids[:front], encoding.ids[len(marks) - back :] if back else []
