"""A small paper and a small record, to be changed at will."""

import copy

import pytest
import yaml

from maskzoo.papers.ours import OurRun
from maskzoo.papers.read import read_paper

PAPER = {
    "title": "PetBERT",
    "cite": "Somebody 2020",
    "says": "Pets.",
    "domain": "pets",
    "scales": ["full", "small"],
    "tasks": {
        "breed": {
            "title": "Breed",
            "metric": "accuracy, %",
            "percent": True,
            "ours": {"task": "breed"},
            "tolerance": 2,
        },
        "weight": {
            "title": "Weight",
            "metric": "RMSE",
            "lower_is_better": True,
            "ours": {"task": "weight"},
            "tolerance": 0.5,
        },
        "loss": {
            "title": "Loss",
            "metric": "nats",
            "lower_is_better": True,
            "ours": {"loss_of": "adapted"},
            "differs": "another vocabulary",
        },
        "song": {"title": "Song", "metric": "F1", "without": "its recordings are not at hand"},
    },
    "models": {
        "PetBERT": {"kind": "encoder", "ours": {"full": "adapted", "small": ["gone", "adapted"]}},
        "BERT": {"kind": "encoder", "ours": "base"},
        "Trees": {"kind": "baseline", "ours": "forest"},
        "GPT": {"kind": "other", "without": "decoders are not here"},
    },
    "tables": {
        "main": {
            "known": "read",
            "where": "the readme",
            "rows": {
                "PetBERT": {"breed": 80.0, "weight": 3.0, "loss": 1.2, "song": 0.5},
                "BERT": {
                    "breed": 75.0,
                    "weight": {"value": 3.5, "known": "unverified", "where": "recalled"},
                    "loss": 2.4,
                },
                "Trees": {"breed": 81.0},
                "GPT": {"breed": 90.0},
            },
        }
    },
    "contrasts": {
        "gain": {"title": "adapting helps", "task": "breed", "model": "PetBERT", "over": "BERT", "expect": "ahead"},
        "half": {
            "title": "half the loss",
            "task": "loss",
            "model": "PetBERT",
            "over": "BERT",
            "reduction": 0.5,
            "tolerance": 0.1,
        },
        "lower": {"title": "a lower loss", "task": "loss", "model": "PetBERT", "over": "BERT", "expect": "ahead"},
    },
}


def model(name, role, mean, low, high, **differences):
    """One model of a comparison; `differences`: other model -> (difference, corrected p)."""
    return {
        "name": name,
        "role": role,
        "mean": mean,
        "interval": [low, high],
        "parameters": None if role == "baseline" else 4_700_000,
        "base": "base" if role == "adapted" else None,
        "by_target": {"cats": {"accuracy": mean - 0.1}},
        "differences": {other: {"value": value, "p_holm": p} for other, (value, p) in differences.items()},
    }


def made_record(scale="full"):
    """breed: 0.70 for trees, 0.75 base, 0.79 adapted; weight: 3.4 and 3.2; the loss falls from 4 to 3."""
    breed = [
        model("forest", "baseline", 0.70, 0.66, 0.74),
        model("base", "base", 0.75, 0.71, 0.78, forest=(0.05, 0.2)),
        model("adapted", "adapted", 0.79, 0.76, 0.83, base=(0.04, 0.01), forest=(0.09, 0.001)),
    ]
    weight = [model("base", "base", 3.4, 3.3, 3.5), model("adapted", "adapted", 3.2, 2.9, 3.45)]
    return {
        "domain": "pets",
        "scale": scale,
        "command": "snakemake",
        "machine": "a machine",
        "date": "2026-01-02",
        "minutes": 3,
        "maskzoo": "0",
        "commit": None,
        "from": "results files",
        "tasks": {"breed": {"counts": {"train": 1000}}},
        "pretraining": [
            {
                "variant": "adapted",
                "parameters": 4_700_000,
                "first": {"validation_loss": 4.0},
                "last": {"validation_loss": 3.0},
            }
        ],
        "comparison": {
            "tasks": {
                "breed": {"title": "Breed", "metric": "accuracy", "models": breed, "best_baseline": "forest"},
                "weight": {
                    "title": "Weight",
                    "metric": "rmse",
                    "lower_is_better": True,
                    "models": weight,
                    "best_baseline": None,
                },
            }
        },
    }


class Shop:
    """Writes papers below a folder, and reads them."""

    def __init__(self, folder):
        self.folder = folder
        self.raw = copy.deepcopy(PAPER)

    def read(self):
        (self.folder / "pets.yaml").write_text(yaml.safe_dump(self.raw, sort_keys=False))
        return read_paper("pets", self.folder)


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


@pytest.fixture
def run():
    """A run of ours at a scale."""
    return lambda scale="full", **changes: OurRun(made_record(scale), "results/pets.full.md", **changes)
