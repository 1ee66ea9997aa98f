"""F1 of each tag over all words (residues), averaged so that a rare tag weighs as much as a frequent one."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from maskzoo.tasks.significance import Sample, macro_f1

TITLE = "macro F1 of tags"
SEQUENCES = True
BESIDE = ("token_accuracy",)
HUB = "f1"
CITATION = ""
Tags = Sequence[str | None]


def sample(references: Sequence[Tags], predictions: Sequence[Sequence[Tags]]) -> Sample:
    """Per-example hits, predicted and gold words of every tag.

    In 0..1 over the tags that occur in references or predictions.

    Args:
        predictions: (seeds, examples) lists of tags.

    Raises:
        ValueError: references and predictions differ in length.
    """
    pairs = [
        [
            [(a, b) for a, b in zip(gold, found, strict=True) if a is not None]
            for gold, found in zip(references, row, strict=True)
        ]
        for row in predictions
    ]
    tags = sorted({str(tag) for row in pairs for example in row for pair in example for tag in pair})
    column = {tag: number for number, tag in enumerate(tags)}
    size = len(tags)
    parts = np.zeros((len(pairs), len(references), 3 * size))
    for seed, row in enumerate(pairs):
        for place, example in enumerate(row):
            counts: Any = parts[seed, place]
            for gold, found in example:
                counts[column[str(gold)]] += gold == found
                counts[size + column[str(found)]] += 1
                counts[2 * size + column[str(gold)]] += 1
    return Sample(parts, macro_f1)
