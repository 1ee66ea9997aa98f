"""Micro-averaged F1 over whole entities, strict IOB2: span and type must both be right (seqeval, strict mode)."""

import warnings
from collections.abc import Sequence

from maskzoo.tasks.metrics.common.parts import parts
from maskzoo.tasks.significance import Sample, micro_f1

SEQUENCES = True
TITLE = "entity F1"
HUB = "f1"
BESIDE = ("token_accuracy",)
Tags = Sequence[str | None]
CITATION = (
    "Nakayama 2018, seqeval: a Python framework for sequence labeling evaluation; "
    "Tjong Kim Sang and De Meulder 2003, CoNLL-2003 shared task"
)


def score(references: Sequence[Tags], predictions: Sequence[Sequence[str]]) -> dict[str, float]:
    """`{"entity_f1", "entity_precision", "entity_recall"}` in 0..1; 0 where there is no entity."""
    from seqeval.metrics.v1 import precision_recall_fscore_support
    from seqeval.scheme import IOB2

    if [len(tags) for tags in references] != [len(tags) for tags in predictions]:
        raise ValueError("references and predictions differ in length")
    both = [_counted(gold, predicted) for gold, predicted in zip(references, predictions, strict=True)]
    gold, predicted = [tags for tags, _ in both], [tags for _, tags in both]
    if not any(tag != "O" for tags in gold + predicted for tag in tags):
        return {"entity_f1": 0.0, "entity_precision": 0.0, "entity_recall": 0.0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # types without a prediction: zero_division says what they count as
        precision, recall, f1, _ = precision_recall_fscore_support(
            gold, predicted, average="micro", scheme=IOB2, zero_division=0
        )
    return {"entity_f1": float(f1), "entity_precision": float(precision), "entity_recall": float(recall)}


def sample(references: Sequence[Tags], predictions: Sequence[Sequence[Sequence[str]]]) -> Sample:
    """The metric of several seeds, `predictions` (seeds, examples), for resampling."""
    return Sample(parts(references, predictions, _counts), micro_f1)


def _counts(gold: Tags, predicted: Sequence[str]) -> tuple[int, int, int]:
    true, found = (entities(tags) for tags in _counted(gold, predicted))
    return len(true & found), len(found), len(true)


def _counted(gold: Tags, predicted: Sequence[str]) -> tuple[list[str], list[str]]:
    """Both with `O` where no gold tag counts, so that no entity is found or missed there."""
    return ["O" if tag is None else tag for tag in gold], [
        "O" if tag is None else found for tag, found in zip(gold, predicted, strict=True)
    ]


def entities(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """(start, end, type) of the entities in strict IOB2: an `I-` that continues nothing belongs to no entity."""
    found: set[tuple[int, int, str]] = set()
    start, kind = 0, ""
    for position, tag in enumerate((*tags, "O")):
        if kind and tag != f"I-{kind}":
            found.add((start, position, kind))
            kind = ""
        if tag.startswith("B-"):
            start, kind = position, tag[2:]
    return found
