"""What becomes tokens where it is not simply the corpus: texts of a task, or documents with metadata before them.

Task-adaptive pretraining (Gururangan et al. 2020, "Don't Stop Pretraining", https://arxiv.org/abs/2004.10964,
section 4) trains on the texts that a task is trained on. Its validation and test texts are never read; the validation
and test splits stay those of the corpus, so that losses under the frozen mask are of the same text as every variant's.

Metadata before the text (Beelen and van Strien 2022, "Metadata Might Make Language Models Better",
https://arxiv.org/abs/2211.10086) ties language to where and when it was written: `1861 [DATE] london [SOURCE] text`.
Values are ordinary words and hidden like any other; the separators are special tokens, which no policy hides. Documents
are cut into pieces of some words, each with its prefix, so that no window is without one.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from maskzoo.corpus.store import ParquetStream, rows
from maskzoo.errors import UserError
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.training import Metadata

COLUMNS = ("text", "split")


def separator(field: str) -> str:
    """The special token behind the value of a field."""
    return f"[{field.upper()}]"


@contextmanager
def arranged(recipe: Recipe, layout: Layout, tokens: str) -> Iterator[Path]:
    """The documents that tokens are made from: those of the corpus, or arranged ones while the context lasts.

    Args:
        tokens: the name of a tokenizer, or of a tokenizer and a task, `<tokenizer>.<task>`.
    """
    tokenizer, _, task = tokens.partition(".")
    metadata = recipe.tokenizers[tokenizer].metadata
    with TemporaryDirectory() as scratch:
        target = Path(scratch) / "documents.parquet"
        if task:
            yield of_task(layout.documents, layout.task(task), target)
        elif metadata is not None:
            where = f"{recipe.folder / 'domain.yaml'}: tokenizers.{tokenizer}.metadata"
            yield with_metadata(layout.documents, metadata, target, domain=recipe.name, where=where)
        else:
            yield layout.documents


def of_task(documents: Path, task: Path, target: Path) -> Path:
    """Write the training texts of a task as the train split, beside the corpus's own validation and test splits.

    Args:
        documents: of the corpus.
        task: folder that `maskzoo tasks` wrote; only its training split is opened.
        target: a parquet file.

    Raises:
        UserError: the task was not prepared.
    """
    train = task / "train.parquet"
    if not train.is_file():
        raise UserError("the task is not prepared", where=str(train), hint="run `maskzoo tasks` first")
    with ParquetStream(target, COLUMNS) as stream:
        for (text,) in rows(train, ("text",)):
            stream.add(text, "train")
        for text, split in rows(documents, COLUMNS):
            if split != "train":
                stream.add(text, split)
    return target


def with_metadata(documents: Path, metadata: Metadata, target: Path, *, domain: str, where: str | None = None) -> Path:
    """Write the documents in pieces with their metadata in front.

    Args:
        documents: of the corpus.
        metadata: which fields, and how long a piece is.
        target: a parquet file.
        domain: what the field `domain` says.
        where: file and key of the settings, for messages.

    Raises:
        UserError: no document has the date that is asked for.
    """
    found = 0
    with ParquetStream(target, COLUMNS) as stream:
        for text, split, source, language, locator in rows(
            documents, ("text", "split", "source", "language", "locator")
        ):
            known = {"domain": domain, "source": source, "language": language, "date": metadata.date_in(locator)}
            found += known["date"] is not None
            before = prefix({name: known[name] for name in metadata.fields})
            for piece in pieces(text, metadata.words):
                stream.add(f"{before}{piece}", split)
    if "date" in metadata.fields and not found:
        raise UserError(
            f"no document of the corpus has a date: {metadata.date!r} is found in none of their paths",
            where=where and f"{where}.date",
            expected="a regular expression whose first group is the date",
        )
    return target


def prefix(values: dict[str, str | None]) -> str:
    """`1861 [DATE] london [SOURCE] `; a value that a document lacks is left out with its separator."""
    return "".join(f"{value} {separator(name)} " for name, value in values.items() if value)


def pieces(text: str, words: int | None) -> Iterator[str]:
    """A text in pieces of at most `words` words with the white space between them; the whole text for None."""
    if words is None:
        yield text
        return
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    start = 0
    for end in [*ends[words - 1 : -1 : words], len(text)]:
        if text[start:end].strip():
            yield text[start:end].strip()
        start = end
