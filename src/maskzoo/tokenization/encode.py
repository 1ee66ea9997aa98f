"""Documents to packed shards in one streaming pass: row groups on all cores, written in the file's order."""

import hashlib
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo import materials, provenance
from maskzoo.errors import UserError
from maskzoo.files import atomic_folder, sha256_of, write_json
from maskzoo.processes import cores
from maskzoo.progress import Progress
from maskzoo.tokenization import plain
from maskzoo.tokenization.documents import BATCH, SPLITS, open_documents, texts
from maskzoo.tokenization.words import Encoder

PROOF_DOCUMENTS = 64  # compared both ways before the fast way is trusted
SMALL = 8_000_000  # bytes of parquet below which starting processes costs more than it saves


@dataclass(frozen=True)
class Spellings:
    """Other ways of writing every training document, drawn by its material: packed behind it as documents of their own.

    Attributes:
        count: how many to draw; repeats are left out, so there may be fewer.
    """

    material: str
    count: int
    seed: int = 0

    def of(self, text: str) -> list[str]:
        """What stands in the train split for one document: itself and its other spellings."""
        own = int.from_bytes(hashlib.blake2b(f"{self.seed} {text}".encode(), digest_size=4).digest(), "big")
        found: list[str] = materials.load(self.material).spellings(text, self.count, seed=own)  # type: ignore[attr-defined]
        return [text, *found]


@dataclass(frozen=True)
class Part:
    """One batch of one split, encoded."""

    split: str
    ids: NDArray[Any]
    counts: NDArray[np.int64]
    bytes: int


def pack(
    documents: Path,
    tokenizer: Path,
    target: Path,
    *,
    workers: int | None = None,
    cached: bool = True,
    spellings: Spellings | None = None,
    separators: Sequence[str] = (),
) -> dict[str, Any]:
    """Encode all documents and write the folder of shards that `Shards.open` reads; returns its meta.json.

    Args:
        workers: processes; None decides by the size of the file and the cores. The result does not depend on it.
        cached: look repeated words up where that is proven to be the same.
        spellings: further spellings of the training documents.
        separators: tokens that are special beside those of the tokenizer's roles.

    Raises:
        UserError: no documents, no tokenizer, or no token in the train split.
    """
    loaded = plain.load(tokenizer)
    ids = loaded.ids()
    vocabulary = loaded.tokenizer.get_vocab(with_added_tokens=True)
    size = max(vocabulary.values()) + 1  # some vocabularies have gaps
    dtype = np.dtype(np.uint16 if size <= 2**16 else np.uint32)
    with open_documents(documents) as parquet:
        groups = parquet.num_row_groups
        total = parquet.metadata.num_rows
    encoder = Encoder(loaded.tokenizer, cached=cached)
    cached = encoder.proven(list(islice(texts(documents, SPLITS), PROOF_DOCUMENTS)))
    if workers is None:
        workers = 1 if documents.stat().st_size < SMALL else min(cores(), groups)
    counts = {split: {"documents": 0, "tokens": 0, "bytes": 0} for split in SPLITS}
    with atomic_folder(target) as folder:
        with ExitStack() as stack:
            files = {split: stack.enter_context((folder / f"{split}.bin").open("wb")) for split in SPLITS}
            lengths: dict[str, list[NDArray[np.int64]]] = {split: [] for split in SPLITS}
            bar = stack.enter_context(Progress("tokens", unit="document", total=total))
            for part in stack.enter_context(
                _parts(encoder, documents, tokenizer, groups, dtype.str, workers, spellings)
            ):
                part.ids.tofile(files[part.split])
                lengths[part.split].append(part.counts)
                counts[part.split]["documents"] += len(part.counts)
                counts[part.split]["tokens"] += len(part.ids)
                counts[part.split]["bytes"] += part.bytes
                bar.advance(len(part.counts))
        if counts["train"]["tokens"] == 0:
            raise UserError(
                "the train split holds no tokens",
                where=str(documents),
                hint="look at the corpus funnel for what was dropped",
            )
        for split in SPLITS:
            offsets = np.zeros(counts[split]["documents"] + 1, np.uint64)
            offsets[1:] = np.cumsum(np.concatenate([np.empty(0, np.int64), *lengths[split]]))
            np.save(folder / f"{split}.documents.npy", offsets)
        meta = {
            "dtype": dtype.name,
            "vocab_size": size,
            "special_ids": sorted({*ids.values(), *(vocabulary[one] for one in separators)}),
            **{f"{role}_id": ids.get(role) for role in ("mask", "pad", "cls", "sep", "unk")},
            "splits": counts,
            "words_cached": cached,
            "spellings": spellings.count if spellings else 0,
            "tokenizer_sha256": sha256_of(tokenizer / "tokenizer.json"),
            "provenance": provenance.stamp(inputs={"documents": sha256_of(documents)}),
        }
        write_json(folder / "meta.json", meta)
    return meta


@contextmanager
def _parts(
    encoder: Encoder,
    documents: Path,
    tokenizer: Path,
    groups: int,
    dtype: str,
    workers: int,
    spellings: Spellings | None,
) -> Iterator[Iterator[Part]]:
    """All parts in the order of the file, from this process or from several."""
    if workers <= 1:
        yield (part for group in range(groups) for part in _encode_group(encoder, documents, group, dtype, spellings))
        return
    context = multiprocessing.get_context("spawn")
    settings = (documents, tokenizer, dtype, encoder.cut is not None, spellings)
    with context.Pool(workers, _start_worker, settings) as pool:
        yield (part for parts in pool.imap(_work, range(groups)) for part in parts)


_WORKER: tuple[Encoder, Path, str, Spellings | None] | None = None


def _start_worker(documents: Path, tokenizer: Path, dtype: str, cached: bool, spellings: Spellings | None) -> None:
    global _WORKER
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # the processes are the parallelism
    _WORKER = Encoder(plain.load(tokenizer).tokenizer, cached=cached), documents, dtype, spellings


def _work(group: int) -> list[Part]:
    assert _WORKER is not None
    encoder, documents, dtype, spellings = _WORKER
    return list(_encode_group(encoder, documents, group, dtype, spellings))


def _encode_group(
    encoder: Encoder, documents: Path, group: int, dtype: str, spellings: Spellings | None
) -> Iterator[Part]:
    """One row group, a batch of documents at a time."""
    with open_documents(documents) as parquet:
        for batch in parquet.iter_batches(batch_size=BATCH, columns=["text", "split"], row_groups=[group]):
            found: dict[str, list[str]] = {split: [] for split in SPLITS}
            for text, split in zip(batch.column("text").to_pylist(), batch.column("split").to_pylist(), strict=True):
                if split not in found:
                    raise UserError(
                        f"unknown split {split!r}", where=str(documents), expected="train, validation or test"
                    )
                found[split] += spellings.of(text) if spellings and split == "train" else [text]
            for split, chosen in found.items():
                if chosen:
                    ids, counts = encoder.encode(chosen)
                    yield Part(split, ids.astype(dtype), counts, sum(map(_bytes, chosen)))


def _bytes(text: str) -> int:
    """UTF-8 bytes of a text."""
    return len(text) if text.isascii() else len(text.encode())
