"""Fingerprint baselines learn what a fingerprint can see, of every type of task, around missing labels."""

import random
from typing import Any

import numpy as np
import pytest

from maskzoo.tasks import baselines
from maskzoo.tasks.baselines.common.fingerprints import fingerprints
from maskzoo.tasks.judging import judge
from maskzoo.tasks.task_data import PreparedTask, Split

NAMES = ["morgan_boosting", "morgan_forest"]


def molecules(count: int, seed: int) -> list[str]:
    """Chains with or without a ring, an acid and a chlorine."""
    draw = random.Random(seed)
    ends = ["Cl", "C", "F", "O", "N", "C(=O)O"]
    return [
        draw.choice(["c1ccccc1", "C1CCCCC1", "CC", "CCO"]) + "C" * draw.randint(1, 6) + draw.choice(ends)
        for _ in range(count)
    ]


def features(smiles: str) -> list[float]:
    return [float("c1" in smiles), float(smiles.endswith("Cl")), 1.0]


def task(kind: str, metric: str) -> PreparedTask:
    def split(name: str, count: int, seed: int) -> Split:
        texts = molecules(count, seed)
        gold: Any
        if kind == "sequence_classification":
            gold = ["ring" if features(text)[0] else "chain" for text in texts]
        else:
            gold = np.array([features(text) for text in texts])
            if kind == "regression":
                gold = gold[:, :2] * [3.0, -1.0] + [[len(text) / 10] * 2 for text in texts]
            gold[::7, 0] = np.nan
        return Split([f"{name}-{number}" for number in range(count)], texts, gold, {})

    labels = {
        "sequence_classification": ["chain", "ring"],
        "multi_label": ["aromatic", "chlorine", "always"],
        "regression": ["a", "b"],
    }
    return PreparedTask(
        name="made_up",
        type=kind,
        metric=metric,
        labels=labels[kind],
        train=split("train", 150, 0),
        validation=split("validation", 60, 1),
        test=split("test", 60, 2),
        sha256="0" * 64,
        material="smiles",
        unit="kcal/mol" if kind == "regression" else None,
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("kind", "metric", "bound"),
    [("sequence_classification", "roc_auc", 0.95), ("multi_label", "roc_auc", 0.95), ("regression", "rmse", 0.6)],
)
def test_it_learns_what_neighbourhoods_of_atoms_say(name: str, kind: str, metric: str, bound: float) -> None:
    asked = task(kind, metric)
    assert name in baselines.names_for(kind, "smiles")
    assert name not in baselines.names_for(kind, "text")
    fitted = baselines.load(name, material="smiles").fit(asked)
    reached = judge(asked, asked.test, fitted.predict(asked.test))[metric]
    assert reached < bound if metric == "rmse" else reached > bound
    assert fitted.hyperparameters["bits"] == 2048


def test_fingerprints_are_of_the_molecule_and_not_of_its_spelling() -> None:
    one, other, another, broken = fingerprints(("CC(=O)Oc1ccccc1C(=O)O", "OC(=O)c1ccccc1OC(C)=O", "CCO", "CC("))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, another)
    assert set(np.unique(one)) == {0, 1}
    assert broken.sum() == 0
