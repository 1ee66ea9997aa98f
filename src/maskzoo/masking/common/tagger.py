"""Taggers: who says which stretches of a text are nouns, names or dates. Three ways, one of which needs nothing ready.

* a `task` of the recipe with a tag a word: the project's own linear tagger is fitted on its training examples;
* a `lexicon` of words and phrases with their tags;
* a `folder` with a token-classification model of transformers.
"""

import csv
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from maskzoo import registry
from maskzoo.documents.words import word_pattern
from maskzoo.errors import UserError, unknown_name
from maskzoo.strict import Strict

Span = tuple[int, int, str]  # first character, the one after the last, kind
Tagging = Callable[[Sequence[str]], list[list[Span]]]  # of texts

BASELINE = "window_linear"  # of tasks with a tag a word
WORD = re.compile(rf"{word_pattern().pattern}|[^\w\s]")
SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)|[.!?\n]+")


class Tagger(Strict):
    """Exactly one of: `task`, `lexicon`, `folder`."""

    task: str | None = Field(
        default=None, description="a token_classification task of the recipe; a linear tagger is fitted on it"
    )
    lexicon: str | None = Field(
        default=None, description="a CSV without header beside domain.yaml: word or phrase, kind"
    )
    folder: str | None = Field(default=None, description="a token-classification model that transformers can load")

    @model_validator(mode="after")
    def _one_way(self) -> "Tagger":
        ways = [name for name in ("task", "lexicon", "folder") if getattr(self, name) is not None]
        if len(ways) != 1:
            raise ValueError(f"exactly one of task, lexicon, folder, got {', '.join(ways) or 'none'}")
        return self

    @property
    def source(self) -> str:
        """Its name among the files that tables are made from."""
        if self.task is not None:
            return f"task:{self.task}"
        return f"file:{self.lexicon}" if self.lexicon is not None else f"folder:{self.folder}"

    def tagging(self, where: Path) -> Tagging:
        """A function from texts to their spans, in order.

        Args:
            where: the prepared task, the lexicon or the model.
        """
        if self.lexicon is not None:
            return by_lexicon(where)
        if self.folder is not None:
            return _by_words(_of_folder(where))
        return _by_words(_of_task(where))

    def check(self, recipe: Any, where: str) -> None:
        """Refuse a tagger that this recipe does not have.

        Raises:
            UserError: no such task, file or folder, or a task without a tag a word.
        """
        if self.task is not None:
            if self.task not in recipe.tasks:
                raise unknown_name("task", self.task, recipe.tasks, where=f"{where}.task")
            task = recipe.tasks[self.task]
            if task.type != "token_classification" or task.own("tokens_are") != "words":
                raise UserError(
                    f"{self.task!r} is a task of {task.type}",
                    where=f"{where}.task",
                    expected="a task of token_classification with a tag a word",
                )
        if self.lexicon is not None and not (recipe.folder / self.lexicon).is_file():
            raise UserError(f"no file {self.lexicon!r} in {recipe.folder}", where=f"{where}.lexicon")
        if self.folder is not None and not (Path(self.folder) / "config.json").is_file():
            raise UserError(
                f"no model in {self.folder!r}", where=f"{where}.folder", expected="a folder with config.json"
            )


def by_lexicon(file: Path) -> Tagging:
    """The longest phrases of a lexicon, from the left; spelling and case as they stand.

    Raises:
        UserError: a line that is not a phrase and its kind, or none at all.
    """
    phrases: dict[tuple[str, ...], str] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines), start=1):
            if not row:
                continue
            words = tuple(WORD.findall(row[0])) if len(row) == 2 else ()
            if not words or not row[-1].strip():
                raise UserError(f"line {number}: {','.join(row)[:60]!r}", where=str(file), expected="phrase,kind")
            phrases[words] = row[1].strip()
    if not phrases:
        raise UserError("no phrases", where=str(file), expected="lines of phrase,kind")
    longest = max(map(len, phrases))

    def tag(texts: Sequence[str]) -> list[list[Span]]:
        return [_matches([(m[0], m.start(), m.end()) for m in WORD.finditer(text)]) for text in texts]

    def _matches(words: list[tuple[str, int, int]]) -> list[Span]:
        found: list[Span] = []
        place = 0
        while place < len(words):
            for length in range(min(longest, len(words) - place), 0, -1):
                kind = phrases.get(tuple(word for word, _, _ in words[place : place + length]))
                if kind is not None:
                    found.append((words[place][1], words[place + length - 1][2], kind))
                    place += length
                    break
            else:
                place += 1
        return found

    return tag


def spans_of(words: Sequence[tuple[int, int]], tags: Sequence[str | None]) -> list[Span]:
    """Spans from a tag a word: chunks of B- and I- tags are one span, other tags (but O) a span a word.

    Args:
        words: first and last character of every word.
        tags: of the same words; None is as O.
    """
    found: list[Span] = []
    inside: str | None = None  # kind of the chunk that the last word belongs to
    for (start, end), tag in zip(words, tags, strict=True):
        prefix, dash, kind = (tag or "O").partition("-")
        if not dash or prefix not in ("B", "I"):
            inside = None
            if tag is not None and tag != "O":
                found.append((start, end, tag))
        elif prefix == "I" and inside == kind:
            found[-1] = (found[-1][0], end, kind)
        else:
            inside = kind
            found.append((start, end, kind))
    return found


def _by_words(tag_words: Callable[[list[list[str]]], list[Sequence[str | None]]]) -> Tagging:
    """A tagger of sentences cut into words as one of texts."""

    def tag(texts: Sequence[str]) -> list[list[Span]]:
        sentences: list[list[tuple[str, int, int]]] = []
        owner: list[int] = []
        for number, text in enumerate(texts):
            for sentence in SENTENCE.finditer(text):
                words = [(m[0], m.start(), m.end()) for m in WORD.finditer(text, sentence.start(), sentence.end())]
                if words:
                    sentences.append(words)
                    owner.append(number)
        found: list[list[Span]] = [[] for _ in texts]
        tags = tag_words([[word for word, _, _ in words] for words in sentences])
        for number, words, own in zip(owner, sentences, tags, strict=True):
            found[number] += spans_of([(start, end) for _, start, end in words], own)
        return found

    return tag


def _of_task(folder: Path) -> Callable[[list[list[str]]], list[Sequence[str | None]]]:
    """The linear tagger that such tasks have as a baseline, fitted on a prepared task."""
    found: Callable[[list[list[str]]], list[Sequence[str | None]]] = registry.load("baselines", BASELINE).tagger(folder)
    return found


def _of_folder(folder: Path) -> Callable[[list[list[str]]], list[Sequence[str | None]]]:
    """A token-classification model: the tag of a word is that of its first token; words beyond its length get none."""
    import torch
    from transformers import AutoModelForTokenClassification

    from maskzoo import models
    from maskzoo.loading import load_model, load_tokenizer

    tokenizer = load_tokenizer(folder)
    model = load_model(AutoModelForTokenClassification, folder)[0].eval()
    length = min(tokenizer.model_max_length, models.of(model).longest_sequence(model.config))

    def tag(sentences: list[list[str]]) -> list[Sequence[str | None]]:
        found: list[Sequence[str | None]] = []
        for first in range(0, len(sentences), 32):
            some = sentences[first : first + 32]
            batch = tokenizer(
                some, is_split_into_words=True, truncation=True, max_length=length, padding=True, return_tensors="pt"
            )
            with torch.inference_mode():
                best = model(**batch).logits.argmax(dim=-1).tolist()
            for row, words in enumerate(some):
                tags: list[str | None] = [None] * len(words)
                for place, word in enumerate(batch.word_ids(row)):
                    if word is not None and tags[word] is None:
                        tags[word] = model.config.id2label[best[row][place]]
                found.append(tags)
        return found

    return tag
