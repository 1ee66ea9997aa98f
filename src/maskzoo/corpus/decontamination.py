"""Evaluation texts found in documents: whole texts, runs that are shared, and documents that are a part of a text.

All are looked up by 64-bit hashes of runs of units. In text a unit is a letter, so that it makes no difference how
either side was cut into words (`maskzoo.documents.letters`), and a length that the recipe gives in words is that many
times the letters of a word in the script of the evaluation text. A hit is not verified against the text: among ten
million runs of evaluation texts and ten billion letters of corpus one false hit is expected in some 200 corpora.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.documents.letters import letters, letters_a_word, words_in
from maskzoo.documents.words import Hashes, ngrams, run
from maskzoo.recipe.curation import Decontamination

Indices = NDArray[np.int64]
# task -> split -> texts; a text may be written in several ways, the first of which is the one that is counted
Evaluation = Mapping[str, Mapping[str, Iterable[str | tuple[str, ...]]]]
NONE: Indices = np.empty(0, dtype=np.int64)


class HashTable:
    """Sorted unique hashes with a bit table before them that rejects nearly all strangers in one look."""

    def __init__(self, values: Hashes) -> None:
        self.values = np.unique(values)
        self.mask = np.uint64((1 << max(10, (len(self.values) * 16).bit_length())) - 1)
        self.table = np.zeros(int(self.mask) + 1, dtype=bool)
        self.table[self.values & self.mask] = True

    def find(self, queries: Hashes) -> tuple[Indices, Indices]:
        """(positions in `queries`, indices into `values`) of the queries that are in the table."""
        maybe = np.flatnonzero(self.table[queries & self.mask])
        if not len(maybe) or not len(self.values):
            return NONE, NONE
        at = np.minimum(np.searchsorted(self.values, queries[maybe]), len(self.values) - 1)
        hit = self.values[at] == queries[maybe]
        return maybe[hit], at[hit]


@dataclass(slots=True)
class Hits:
    """What one document shares with the evaluation data.

    Attributes:
        texts: numbers of the texts that it holds whole (or is, however short).
        ngrams: numbers of the long runs that it shares.
        inside: numbers of the tasks in a text of which the whole document stands.
    """

    texts: set[int] = field(default_factory=set)
    ngrams: Indices = field(default_factory=lambda: NONE)
    inside: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.texts) or bool(len(self.ngrams)) or bool(self.inside)


@dataclass(frozen=True, slots=True)
class Text:
    """An evaluation text in one of the ways in which it is written.

    Attributes:
        number, task: of the text.
        units: hashes of its units, `(units,)`.
        long: whether it is looked for within documents; shorter ones are too common to condemn.
    """

    number: int
    task: int
    units: Hashes
    long: bool


class RunTable:
    """Hashes of the runs of `size` units of some texts, and in which tasks and texts each stands."""

    def __init__(self, texts: Sequence[Text], size: int, tasks: int) -> None:
        """
        Args:
            texts: in all ways in which they are written.
            size: units in a run.
            tasks: how many there are.
        """
        self.size = size
        runs = [ngrams(text.units, size) for text in texts]
        flat = np.concatenate(runs) if runs else np.empty(0, dtype=np.uint64)
        self.table = HashTable(flat)
        places = np.split(np.searchsorted(self.table.values, flat).astype(np.int32), np.cumsum([*map(len, runs)])[:-1])
        self.tasks = np.zeros((len(self.table.values), tasks), dtype=bool)
        self.of_text: dict[int, list[NDArray[np.int32]]] = {}  # one for each way in which a text is written
        for text, place in zip(texts, places, strict=bool(runs)):
            self.of_text.setdefault(text.number, []).append(place)
            self.tasks[place, text.task] = True


class StartTable:
    """Texts by the hash of their first units, to be found whole in a longer document."""

    def __init__(self, texts: Sequence[Text], size: int) -> None:
        """
        Args:
            texts: of at least `size` units each.
            size: units that they are told by before they are compared whole.
        """
        self.size = size
        self.starts: dict[int, dict[int, dict[int, list[int]]]] = {}  # first units -> length -> whole text -> texts
        for text in texts:
            by_length = self.starts.setdefault(run(text.units[:size]), {})
            by_length.setdefault(len(text.units), {}).setdefault(run(text.units), []).append(text.number)
        self.table = HashTable(np.fromiter(self.starts, dtype=np.uint64, count=len(self.starts)))

    def within(self, document: Hashes) -> set[int]:
        """Numbers of the texts that the document holds."""
        found: set[int] = set()
        positions, starts = self.table.find(ngrams(document, self.size))
        for position, start in zip(positions, self.table.values[starts], strict=True):
            for length, texts in self.starts[int(start)].items():
                if position + length <= len(document):
                    found.update(texts.get(run(document[position : position + length]), ()))
        return found


class ScaledIndex:
    """The evaluation texts in which a word has the same number of units, with the lengths that follow from it."""

    def __init__(self, texts: Sequence[Text], settings: Decontamination, *, scale: int, tasks: int) -> None:
        """
        Args:
            texts: in all ways in which they are written.
            settings: the recipe's, in words.
            scale: units in a word.
            tasks: how many there are.
        """
        self.floor = settings.min_sentence_words * scale
        self.runs = RunTable(texts, settings.ngram * scale, tasks)
        self.wholes: dict[int, list[int]] = {}  # hash of a whole text -> texts, for documents that are nothing else
        self.starts: list[StartTable] = []
        self.parts: RunTable | None = None
        if settings.sentences:
            for text in texts:
                self.wholes.setdefault(run(text.units), []).append(text.number)
            usual = [text for text in texts if text.long and len(text.units) >= self.floor]
            # texts of short words: told by fewer units
            few = [text for text in texts if text.long and len(text.units) < self.floor]
            shortest = min((len(text.units) for text in few), default=0)
            self.starts = [StartTable(some, size) for some, size in ((usual, self.floor), (few, shortest)) if some]
            # a document shorter than a shared run may still be a part of a text: only where letters are compared
            if scale > 1 and self.floor < self.runs.size:
                self.parts = RunTable(texts, self.floor, tasks)
        self.whole_table = HashTable(np.fromiter(self.wholes, dtype=np.uint64, count=len(self.wholes)))

    def mark(self, units: Hashes, ends: Indices, suspects: NDArray[np.bool_]) -> None:
        """Set `suspects` of the documents that may have hits.

        Args:
            units: of all documents, one after the other.
            ends: where each document ends, `(documents,)`.
            suspects: `(documents,)`.
        """
        from maskzoo.documents.ngram_kernel import mark

        searches = [(self.runs.table, self.runs.size), *((one.table, one.size) for one in self.starts)]
        for table, length in (*searches, (self.whole_table, 0)):
            if len(table.values):
                mark(units, ends, length, table.table, table.values, suspects)
        if self.parts is not None:
            lengths = np.diff(ends, prepend=0)
            suspects |= (lengths >= self.floor) & (lengths < self.runs.size)

    def add_hits(self, document: Hashes, found: Hits, offset: int) -> None:
        """Put what the document shares into `found`; numbers of runs begin at `offset`."""
        shared = np.unique(self.runs.table.find(ngrams(document, self.runs.size))[1])
        found.ngrams = np.concatenate([found.ngrams, shared + offset])
        found.texts.update(self.wholes.get(run(document), ()))
        for table in self.starts:
            found.texts |= table.within(document)
        if self.parts is not None and self.floor <= len(document) < self.runs.size and not found.texts:
            own = ngrams(document, self.floor)
            at, entries = self.parts.table.find(own)
            if len(at) == len(own):
                found.inside.update(np.flatnonzero(self.parts.tasks[entries].all(axis=0)).tolist())


class EvaluationIndex:
    """Everything of the evaluation splits that a document is checked against. Built once, then only read.

    Attributes:
        text_task, text_split: of every text.
        looked_up: of every text, whether it is long enough to be found within a document.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        settings: Decontamination,
        lookup: Callable[[str], Hashes] = letters,
        scale: Callable[[str], int] = letters_a_word,
    ) -> None:
        """
        Args:
            evaluation: the texts.
            settings: the recipe's.
            lookup: hashes of the units of a text, as the material of the corpus has them (default: letters).
            scale: units in a word of a text.
        """
        self.settings = settings
        self.tasks = sorted(evaluation)
        self.text_task: list[int] = []
        self.text_split: list[str] = []
        self.looked_up: list[bool] = []
        by_scale: dict[int, list[Text]] = {}
        for task, name in enumerate(self.tasks):
            for split, texts in evaluation[name].items():
                for text in texts:
                    self._add(task, split, (text,) if isinstance(text, str) else text, lookup, scale, by_scale)
        self.scaled = [
            ScaledIndex(texts, settings, scale=size, tasks=len(self.tasks)) for size, texts in sorted(by_scale.items())
        ]
        counts = [len(one.runs.table.values) for one in self.scaled]
        self.offsets = np.cumsum([0, *counts]).tolist()
        self.ngram_tasks = (
            np.concatenate([one.runs.tasks for one in self.scaled])
            if self.scaled
            else np.zeros((0, len(self.tasks)), dtype=bool)
        )

    def _add(
        self,
        task: int,
        split: str,
        ways: tuple[str, ...],
        lookup: Callable[[str], Hashes],
        scale: Callable[[str], int],
        by_scale: dict[int, list[Text]],
    ) -> None:
        """One evaluation text in all ways in which it is written, alike ones once."""
        spelled = {units.tobytes(): (units, way) for way in ways if len(units := lookup(way))}
        if not spelled:
            return
        number = len(self.text_task)
        self.text_task.append(task)
        self.text_split.append(split)
        least, found = self.settings.min_sentence_words, False
        for units, way in spelled.values():
            size = scale(way)
            long = len(units) >= least * size or (size > 1 and words_in(way) >= least)
            by_scale.setdefault(size, []).append(Text(number, task, units, long))
            found |= long
        self.looked_up.append(found)

    @property
    def runs(self) -> int:
        """How many runs of evaluation texts there are to be shared."""
        return int(self.offsets[-1])

    def runs_of(self, text: int) -> list[Indices]:
        """Numbers of the runs of a text, in each of the ways in which it is written."""
        return [
            places.astype(np.int64) + offset
            for one, offset in zip(self.scaled, self.offsets, strict=False)
            for places in one.runs.of_text.get(text, ())
        ]

    def hits_of(self, documents: Sequence[Hashes]) -> list[Hits]:
        """`hits` of each document; those without any, nearly all, are told at once for all of them."""
        numbers = [number for number, document in enumerate(documents) if len(document)]
        suspects = np.zeros(len(numbers), dtype=bool)
        if numbers:
            units = np.concatenate([documents[number] for number in numbers])
            ends = np.cumsum([len(documents[number]) for number in numbers])
            for one in self.scaled:
                one.mark(units, ends, suspects)
        found = {numbers[suspect]: self.hits(documents[numbers[suspect]]) for suspect in np.flatnonzero(suspects)}
        return [found.get(number) or Hits() for number in range(len(documents))]

    def hits(self, document: Hashes) -> Hits:
        """What the document shares with evaluation texts."""
        found = Hits()
        if len(document):
            for one, offset in zip(self.scaled, self.offsets, strict=False):
                one.add_hits(document, found, offset)
        return found

    def tasks_of(self, hits: Hits) -> tuple[list[int], list[int]]:
        """Numbers of the tasks whose texts, and whose runs, were hit; a part of a text is a run of it."""
        by_text = sorted({self.text_task[text] for text in hits.texts})
        by_ngram = np.flatnonzero(self.ngram_tasks[hits.ngrams].any(axis=0)).tolist() if len(hits.ngrams) else []
        return by_text, sorted({*by_ngram, *hits.inside})

    def verdict(self, hits: Hits) -> tuple[str, str]:
        """(reason, detail) for a document with hits."""
        by_text, by_ngram = self.tasks_of(hits)
        if by_text:
            return "evaluation_text", f"{len(hits.texts)} whole evaluation text(s) of {self._names(by_text)}"
        if not len(hits.ngrams):
            return "part_of_evaluation_text", f"stands within an evaluation text of {self._names(by_ngram)}"
        return "shared_ngram", f"shares {self.settings.ngram} words in a row with {self._names(by_ngram)}"

    def _names(self, numbers: list[int]) -> str:
        return ", ".join(self.tasks[number] for number in numbers)


class ContaminationReport:
    """Adds up what was hit, a task at a time."""

    def __init__(self, index: EvaluationIndex) -> None:
        self.index = index
        counts = ("sentences", "ngrams", "both", "documents", "evaluation_texts", "texts_found", "too_short")
        self.by_task = {task: dict.fromkeys(counts, 0) for task in index.tasks}
        self.texts = np.zeros(len(index.text_task), dtype=bool)
        self.ngrams = np.zeros(index.runs, dtype=bool)

    def add(self, hits: Hits) -> None:
        self.texts[list(hits.texts)] = True
        self.ngrams[hits.ngrams] = True
        by_text, by_ngram = (set(numbers) for numbers in self.index.tasks_of(hits))
        for number in by_text | by_ngram:
            counts = self.by_task[self.index.tasks[number]]
            counts["documents"] += 1
            counts["sentences"] += number in by_text
            counts["ngrams"] += number in by_ngram
            counts["both"] += number in by_text and number in by_ngram

    def result(self) -> dict[str, Any]:
        """Task -> documents hit by whole texts, by shared runs, by both, by either; evaluation texts, those found, and
        those that are too short to be found within a document (`too_short`).

        `splits` says the latter of each split, and how many of the texts found are in the corpus letter for letter.
        """
        index = self.index
        result: dict[str, Any] = {task: {**counts, "splits": {}} for task, counts in self.by_task.items()}
        for number, (task, split) in enumerate(zip(index.text_task, index.text_split, strict=True)):
            counts = result[index.tasks[task]]
            empty = {"evaluation_texts": 0, "texts_found": 0, "whole": 0, "too_short": 0}
            whole = bool(self.texts[number])
            found = whole or any(bool(self.ngrams[runs].any()) for runs in index.runs_of(number))
            for entry in (counts, counts["splits"].setdefault(split, empty)):
                entry["evaluation_texts"] += 1
                entry["texts_found"] += found
                entry["too_short"] += not index.looked_up[number]
            counts["splits"][split]["whole"] += whole
        return result
