"""Packed shards: flat memory-mapped token ids of each split, with the offsets at which documents start."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.errors import UserError, unknown_name
from maskzoo.files import read_json, reading


@dataclass(frozen=True)
class Shards:
    """A folder that `maskzoo tokens` wrote.

    Attributes:
        meta: meta.json: dtype, vocab_size, special_ids, mask_id, pad_id, cls_id, sep_id, splits, tokenizer_sha256.
    """

    folder: Path
    meta: dict[str, Any]

    @classmethod
    def open(cls, folder: Path) -> "Shards":
        """Read the description of a folder of shards.

        Raises:
            UserError: the folder holds no shards, or files that do not have the sizes it states.
        """
        if not (folder / "meta.json").is_file():
            raise UserError(
                "no packed tokens", where=str(folder), hint="run `maskzoo tokens` for this domain and tokenizer first"
            )
        shards = cls(folder, read_json(folder / "meta.json"))
        for split, counts in shards.meta["splits"].items():
            file = folder / f"{split}.bin"
            expected = counts["tokens"] * np.dtype(shards.meta["dtype"]).itemsize
            if not file.is_file() or file.stat().st_size != expected:
                raise UserError(
                    "is not as long as meta.json says" if file.is_file() else "is missing",
                    where=str(file),
                    hint="run `maskzoo tokens` again",
                )
        return shards

    def tokens(self, split: str) -> NDArray[Any]:
        """Ids of all documents of a split, in order, each with its special tokens: `(tokens,)`, read-only."""
        dtype = np.dtype(self.meta["dtype"])
        if self._counts(split)["tokens"] == 0:  # an empty file cannot be mapped
            empty = np.empty(0, dtype)
            empty.flags.writeable = False
            return empty
        return np.memmap(self.folder / f"{split}.bin", dtype=dtype, mode="r")

    def documents(self, split: str) -> NDArray[np.uint64]:
        """Where each document starts in `tokens(split)`, and the total at the end: `(documents + 1,)`."""
        self._counts(split)
        file = self.folder / f"{split}.documents.npy"
        with reading(file):
            offsets: NDArray[np.uint64] = np.load(file, allow_pickle=False)
        if not len(offsets) or offsets[-1] != self._counts(split)["tokens"]:
            raise UserError("does not end where the tokens do", where=str(file), hint="run `maskzoo tokens` again")
        return offsets

    def _counts(self, split: str) -> dict[str, int]:
        if split not in self.meta["splits"]:
            raise unknown_name("split", split, self.meta["splits"], where=str(self.folder))
        counts: dict[str, int] = self.meta["splits"][split]
        return counts
