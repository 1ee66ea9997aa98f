"""Evaluation texts found in documents: whole texts, and word n-grams that are shared.

Both are looked up by 64-bit hashes of word runs. A hit is not verified against the text: among a million evaluation
n-grams and a billion words of corpus one false hit is expected in some 20,000 corpora.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.corpus.words import Hashes, ngrams, run
from maskzoo.materials.text import lookup as words_of
from maskzoo.recipe.curation import Decontamination

Indices = NDArray[np.int64]
Evaluation = Mapping[str, Mapping[str, Iterable[str]]]  # task -> split -> texts


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
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.values, queries[maybe]), len(self.values) - 1)
        hit = self.values[at] == queries[maybe]
        return maybe[hit], at[hit]


@dataclass(slots=True)
class Hits:
    """What one document shares with the evaluation data: indices of texts and of n-grams."""

    texts: set[int] = field(default_factory=set)
    ngrams: Indices = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def __bool__(self) -> bool:
        return bool(self.texts) or bool(len(self.ngrams))


class EvaluationIndex:
    """Everything of the evaluation splits that a document is checked against. Built once, then only read.

    Args:
        lookup: hashes of the units of a text, as the material of the corpus has them (default: words).
    """

    def __init__(
        self,
        evaluation: Evaluation,
        settings: Decontamination,
        lookup: Callable[[str], Hashes] = words_of,
    ) -> None:
        self.settings = settings
        self.tasks = sorted(evaluation)
        self.text_task: list[int] = []
        self.text_split: list[str] = []
        self.wholes: dict[int, list[int]] = {}  # hash of a whole text -> texts, for documents that are nothing else
        self.starts: dict[int, dict[int, dict[int, list[int]]]] = {}  # first words -> length -> whole text -> texts
        collected: list[Hashes] = []
        for number, task in enumerate(self.tasks):
            for split, texts in evaluation[task].items():
                for text in texts:
                    self._add(number, lookup(text), collected)
                self.text_split += [split] * (len(self.text_task) - len(self.text_split))
        lengths = [len(part) for part in collected]
        self.ngram_table = HashTable(np.concatenate(collected) if collected else np.empty(0, dtype=np.uint64))
        self.start_table = HashTable(np.fromiter(self.starts, dtype=np.uint64, count=len(self.starts)))
        self.whole_table = HashTable(np.fromiter(self.wholes, dtype=np.uint64, count=len(self.wholes)))
        # n-grams of each text as indices into the table, and the tasks of each n-gram as bits
        flat = (
            np.searchsorted(self.ngram_table.values, np.concatenate(collected)) if collected else np.empty(0, np.int64)
        )
        self.text_ngrams = np.split(flat.astype(np.int32), np.cumsum(lengths)[:-1]) if collected else []
        self.ngram_tasks = np.zeros((len(self.ngram_table.values), len(self.tasks)), dtype=bool)
        for task_number, indices in zip(self.text_task, self.text_ngrams, strict=True):
            self.ngram_tasks[indices, task_number] = True

    def _add(self, task: int, text: Hashes, collected: list[Hashes]) -> None:
        if not len(text):
            return
        settings = self.settings
        number = len(self.text_task)
        self.text_task.append(task)
        collected.append(ngrams(text, settings.ngram))
        if settings.sentences:
            whole = run(text)
            self.wholes.setdefault(whole, []).append(number)
            if len(text) >= settings.min_sentence_words:
                start = run(text[: settings.min_sentence_words])
                self.starts.setdefault(start, {}).setdefault(len(text), {}).setdefault(whole, []).append(number)

    def hits_of(self, documents: Sequence[Hashes]) -> list[Hits]:
        """`hits` of each document; those without any, nearly all, are told at once for all of them."""
        from maskzoo.corpus.ngram_kernel import mark

        numbers = [number for number, document in enumerate(documents) if len(document)]
        suspects = np.zeros(len(numbers), dtype=bool)
        if numbers:
            words = np.concatenate([documents[number] for number in numbers])
            ends = np.cumsum([len(documents[number]) for number in numbers])
            searches = [(self.ngram_table, self.settings.ngram)]
            if self.settings.sentences:
                searches += [(self.start_table, self.settings.min_sentence_words), (self.whole_table, 0)]
            for table, length in searches:
                mark(words, ends, length, table.table, table.values, suspects)
        found = {numbers[suspect]: self.hits(documents[numbers[suspect]]) for suspect in np.flatnonzero(suspects)}
        return [found.get(number) or Hits() for number in range(len(documents))]

    def hits(self, document: Hashes) -> Hits:
        """Evaluation texts that the document holds whole (or is, however short), and n-grams that it shares."""
        found = Hits()
        if not len(document):
            return found
        found.ngrams = np.unique(self.ngram_table.find(ngrams(document, self.settings.ngram))[1])
        if self.settings.sentences:
            found.texts.update(self.wholes.get(run(document), ()))
            positions, starts = self.start_table.find(ngrams(document, self.settings.min_sentence_words))
            for position, start in zip(positions, self.start_table.values[starts], strict=True):
                for length, texts in self.starts[int(start)].items():
                    if position + length <= len(document):
                        found.texts.update(texts.get(run(document[position : position + length]), ()))
        return found

    def tasks_of(self, hits: Hits) -> tuple[list[int], list[int]]:
        """Numbers of the tasks whose texts, and whose n-grams, were hit."""
        by_text = sorted({self.text_task[text] for text in hits.texts})
        by_ngram = np.flatnonzero(self.ngram_tasks[hits.ngrams].any(axis=0)).tolist() if len(hits.ngrams) else []
        return by_text, by_ngram

    def verdict(self, hits: Hits) -> tuple[str, str]:
        """(reason, detail) for a document with hits."""
        by_text, by_ngram = self.tasks_of(hits)
        if by_text:
            return "evaluation_text", f"{len(hits.texts)} whole evaluation text(s) of {self._names(by_text)}"
        return "shared_ngram", f"{len(hits.ngrams)} {self.settings.ngram}-gram(s) shared with {self._names(by_ngram)}"

    def _names(self, numbers: list[int]) -> str:
        return ", ".join(self.tasks[number] for number in numbers)


class ContaminationReport:
    """Adds up what was hit, a task at a time."""

    def __init__(self, index: EvaluationIndex) -> None:
        self.index = index
        self.by_task = {
            task: {"sentences": 0, "ngrams": 0, "both": 0, "documents": 0, "evaluation_texts": 0, "texts_found": 0}
            for task in index.tasks
        }
        self.texts = np.zeros(len(index.text_task), dtype=bool)
        self.ngrams = np.zeros(len(index.ngram_table.values), dtype=bool)

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
        """Task -> documents hit by whole texts, by n-grams, by both, by either; evaluation texts, and those found.

        `splits` says the latter of each split, and how many of the texts found are in the corpus word for word.
        """
        result: dict[str, Any] = {task: {**counts, "splits": {}} for task, counts in self.by_task.items()}
        for number, (task, split) in enumerate(zip(self.index.text_task, self.index.text_split, strict=True)):
            counts = result[self.index.tasks[task]]
            empty = {"evaluation_texts": 0, "texts_found": 0, "whole": 0}
            whole = bool(self.texts[number])
            found = whole or bool(self.ngrams[self.index.text_ngrams[number]].any())
            for entry in (counts, counts["splits"].setdefault(split, empty)):
                entry["evaluation_texts"] += 1
                entry["texts_found"] += found
            counts["splits"][split]["whole"] += whole
        return result
