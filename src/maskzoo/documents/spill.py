"""Numbers sorted in bounded memory: written into buckets on disk, read back a bucket at a time."""

from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]

BUCKET_NUMBERS = 1 << 22  # wanted in a bucket, 32 MB
MOST_BUCKETS = 256  # files open at once; beyond 10**9 numbers buckets grow instead
BUFFERED = 1 << 20  # numbers held before they are written, over all buckets


def buckets_for(numbers: int) -> int:
    """How many buckets so many numbers are best written into."""
    return min(MOST_BUCKETS, max(1, -(-numbers // BUCKET_NUMBERS)))


class Buckets:
    """Numbers in several files that are removed in the end; a single bucket stays in memory.

    Args:
        folder: where the files are made.
        count: of buckets.
    """

    def __init__(self, folder: Path, name: str, count: int) -> None:
        self.paths = [folder / f"{name}{number}" for number in range(count)] if count > 1 else []
        self._files: list[IO[bytes]] = [path.open("w+b") for path in self.paths]
        self._held: list[tuple[Numbers, NDArray[np.uint16]]] = []
        self._count = 0

    def add(self, numbers: Numbers, buckets: NDArray[np.uint16]) -> None:
        """Add each number to a bucket; both arrays `(numbers,)`."""
        self._held.append((numbers, buckets))
        self._count += len(numbers)
        if self._files and self._count >= BUFFERED:
            self._flush()

    def sorted_unique(self, bucket: int) -> Numbers:
        """What was added to a bucket, ascending, each number once."""
        if not self._files:
            numbers = np.concatenate([held for held, _ in self._held] or [np.empty(0, dtype=np.uint64)])
        else:
            self._flush()
            self._files[bucket].seek(0)
            numbers = np.fromfile(self._files[bucket], dtype=np.uint64)
        numbers.sort()
        return numbers[np.append(True, numbers[1:] != numbers[:-1])] if len(numbers) else numbers

    def _flush(self) -> None:
        if not self._held:
            return
        numbers, buckets = (np.concatenate(parts) for parts in zip(*self._held, strict=True))
        self._held, self._count = [], 0
        order = np.argsort(buckets, kind="stable")
        ends = np.cumsum(np.bincount(buckets, minlength=len(self._files)))
        for file, part in zip(self._files, np.split(numbers[order], ends[:-1]), strict=True):
            if len(part):
                file.seek(0, 2)
                part.tofile(file)

    def __enter__(self) -> "Buckets":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file, path in zip(self._files, self.paths, strict=True):
            file.close()
            path.unlink()
