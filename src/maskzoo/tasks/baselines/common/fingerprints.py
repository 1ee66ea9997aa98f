"""What the baselines for molecules share: Morgan fingerprints, a model a target, and a choice on validation.

Morgan fingerprints of radius 2, folded to 2,048 bits (Rogers and Hahn 2010, doi:10.1021/ci100050t): a bit says that a
certain neighbourhood of up to two bonds around an atom occurs. The counterpart of what MoleculeNet calls ECFP4.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskzoo.materials.smiles.molecules import quietly, read
from maskzoo.tasks.baselines import Fitted, Predictions
from maskzoo.tasks.judging import value
from maskzoo.tasks.task_data import PreparedTask, Split

RADIUS, BITS = 2, 2048
TYPES = ("sequence_classification", "multi_label", "regression")
Make = Callable[[dict[str, Any], bool], Any]  # settings, whether a classifier -> an unfitted model


def best(task: PreparedTask, make: Make, grid: Sequence[dict[str, Any]]) -> Fitted:
    """The entry of the grid that is best on validation; every target has a model of its own, fitted where it is known.

    Censored values are fitted as they stand: a bound is the nearest that the value can be.
    """
    chosen: tuple[float, Callable[[Split], Predictions], dict[str, Any]] | None = None
    inputs = fingerprints(tuple(task.train.texts))
    for settings in grid:
        predict = _fitted(task, inputs, partial(make, settings))
        reached = value(task, task.validation, predict(task.validation))
        if chosen is None or reached > chosen[0]:
            chosen = (reached, predict, settings)
    assert chosen is not None, "a grid has an entry"
    return Fitted(chosen[1], {**chosen[2], "radius": RADIUS, "bits": BITS})


def _fitted(
    task: PreparedTask, inputs: NDArray[np.uint8], make: Callable[[bool], Any]
) -> Callable[[Split], Predictions]:
    if task.type == "sequence_classification":
        model = make(True).fit(inputs, task.train.gold)
        order = [task.labels.index(label) for label in model.classes_]

        def classes(split: Split) -> Predictions:
            scores = np.zeros((len(split), len(task.labels)))
            scores[:, order] = model.predict_proba(fingerprints(tuple(split.texts)))
            answers = scores.argmax(axis=1)
            return Predictions([task.labels[answer] for answer in answers], scores.max(axis=1).tolist(), scores)

        return classes
    gold = np.asarray(task.train.gold, dtype=np.float64)
    models = [_one(inputs, target, make, classes=task.type == "multi_label") for target in gold.T]

    def targets(split: Split) -> Predictions:
        rows = fingerprints(tuple(split.texts))
        answers = np.stack([model(rows) for model in models], axis=1)
        if task.type == "regression":
            return Predictions(answers.tolist())
        return Predictions((answers >= 0.5).astype(np.int64).tolist(), scores=answers)

    return targets


def _one(
    inputs: NDArray[np.uint8], target: NDArray[np.float64], make: Callable[[bool], Any], *, classes: bool
) -> Callable[[NDArray[np.uint8]], NDArray[np.float64]]:
    """A function from fingerprints to values, or to probabilities; the only value seen where there is no other."""
    known = ~np.isnan(target)
    values = target[known]
    if len(set(values)) < 2:
        constant = float(values[0]) if len(values) else 0.0
        return lambda rows: np.full(len(rows), constant)
    model = make(classes).fit(inputs[known], values.astype(np.int64) if classes else values)
    if classes:
        return lambda rows: np.asarray(model.predict_proba(rows)[:, 1], dtype=np.float64)
    return lambda rows: np.asarray(model.predict(rows), dtype=np.float64)


@lru_cache(maxsize=8)
def fingerprints(texts: tuple[str, ...]) -> NDArray[np.uint8]:
    """Bits of each molecule, zeros where the SMILES cannot be read: `(molecules, 2048)`."""
    from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator

    generator = GetMorganGenerator(radius=RADIUS, fpSize=BITS)
    bits = np.zeros((len(texts), BITS), dtype=np.uint8)
    with quietly():
        for row, mol in enumerate(_molecules(texts)):
            if mol is not None:
                bits[row] = generator.GetFingerprintAsNumPy(mol)
    return bits


def _molecules(texts: Iterable[str]) -> Iterable[Any]:
    return map(read, texts)
