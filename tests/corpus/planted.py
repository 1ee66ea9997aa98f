"""Texts with one of each thing that curation is to find."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from maskzoo.recipe.curation import DocumentSplit

from .invented import Writer

SPLIT = DocumentSplit(validation=0.2, test=0.2)


def rows(path: Path) -> list[dict[str, Any]]:
    """Of a Parquet file."""
    return pq.read_table(path).to_pylist()


def planted(seed: int = 0) -> tuple[list[str], list[str]]:
    """Texts with one of each thing to find, and the texts of an evaluation split."""
    writer = Writer(seed)
    evaluation = writer.texts(20, words=25)
    texts = writer.texts(200)
    texts[10] = "too short"
    texts[11] = "".join(f"{number} " for number in range(200))
    texts[20] = texts[5].upper() + "!"
    texts[30] = writer.edited(texts[6], 0.02)
    texts[40] = f"{writer.text(30)} {evaluation[3]} {writer.text(30)}"
    texts[41] = f"{writer.text(30)} {' '.join(evaluation[4].split()[:15])} {writer.text(30)}"
    texts[50] += " Write to jane@example.org or +1 202 555 0143."
    texts[12] = "mail bob@example.org"  # dropped, and scrubbed all the same
    return texts, evaluation
