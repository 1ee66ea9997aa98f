"""Which files the data of a task were read from, for provenance."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from maskzoo.documents.record import Record


@dataclass
class SourceFiles:
    """Checksums of files, noted while their records are read; simulated and Hub data have none.

    Attributes:
        of: split that a source serves -> SHA-256 of its files, each once, in the order in which they were read.
    """

    of: dict[str, dict[str, None]] = field(default_factory=dict)

    def noted(self, part: str, records: Iterable[Record]) -> Iterator[Record]:
        """The records, unchanged."""
        sums = self.of.setdefault(part, {})
        for record in records:
            if record.sha256:
                sums[record.sha256] = None
            yield record

    def checksums(self) -> dict[str, str]:
        """Split -> SHA-256 of its file; `train (3 files)` -> SHA-256 of their checksums, a line each."""
        found = {}
        for part, sums in self.of.items():
            if len(sums) == 1:
                found[part] = next(iter(sums))
            elif sums:
                listed = "".join(f"{one}\n" for one in sums)
                found[f"{part} ({len(sums)} files)"] = hashlib.sha256(listed.encode()).hexdigest()
        return found
