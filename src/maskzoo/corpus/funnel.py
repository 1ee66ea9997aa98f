"""What entered each stage of curation, what left it, and what was dropped for which reason."""

from dataclasses import dataclass, field
from typing import Any

STAGES = ("cleaning", "privacy", "filters", "decontamination", "exact_duplicates", "near_duplicates")


@dataclass(slots=True)
class Stage:
    """Counts of one stage. `documents_in` always equals `documents_out` plus the dropped ones.

    Bytes are UTF-8. Only `cleaning` and `privacy` change a text, and they drop none; elsewhere bytes add up too.
    """

    documents_in: int = 0
    documents_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    reasons: dict[str, dict[str, Any]] = field(default_factory=dict)


class Funnel:
    """Counts documents through the stages, in order."""

    def __init__(self) -> None:
        self.stages = {name: Stage() for name in STAGES}

    def passed(self, stage: str, bytes_in: int, bytes_out: int, documents: int = 1) -> None:
        """So many documents went through a stage."""
        counts = self.stages[stage]
        counts.documents_in += documents
        counts.documents_out += documents
        counts.bytes_in += bytes_in
        counts.bytes_out += bytes_out

    def dropped(self, stage: str, reason: str, size: int, example: str) -> None:
        """One document of `size` bytes was dropped; `example` says where it stands and why, never what it says."""
        counts = self.stages[stage]
        counts.documents_in += 1
        counts.bytes_in += size
        entry = counts.reasons.setdefault(reason, {"documents": 0, "bytes": 0, "example": example})
        entry["documents"] += 1
        entry["bytes"] += size

    def as_list(self) -> list[dict[str, Any]]:
        """The stages as JSON values, the most frequent reason first."""
        return [
            {
                "stage": name,
                "documents_in": counts.documents_in,
                "documents_out": counts.documents_out,
                "bytes_in": counts.bytes_in,
                "bytes_out": counts.bytes_out,
                "reasons": dict(sorted(counts.reasons.items(), key=lambda item: (-item[1]["documents"], item[0]))),
            }
            for name, counts in self.stages.items()
        ]

    def losses(self) -> str:
        """One line for people: which stage dropped how many documents, and why."""
        parts = [
            f"{stage['stage'].replace('_', ' ')} dropped {entry['documents']} ({reason.replace('_', ' ')})"
            for stage in self.as_list()
            for reason, entry in stage["reasons"].items()
        ]
        return ", ".join(parts) or "nothing was dropped"
