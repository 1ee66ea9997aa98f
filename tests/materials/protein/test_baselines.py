"""Baselines of proteins find what was planted for them, and a split by identity keeps families apart."""

from collections import Counter
from importlib import import_module

import numpy as np
import pytest

from maskzoo.corpus.cache import Cache
from maskzoo.corpus.sources import read_source
from maskzoo.materials.protein import mmseqs
from maskzoo.recipe.task import task_from
from maskzoo.simulate import write
from maskzoo.tasks import baselines
from maskzoo.tasks.baselines import blosum_positions, composition_boosting
from maskzoo.tasks.judging import value
from maskzoo.tasks.task_data import prepare_task, read_task

OPEN = {"licence": "CC0-1.0"}
TASKS = {
    "family": {
        "title": "t",
        "type": "sequence_classification",
        "label": "label",
        "metric": "macro_f1",
        "data": {
            "all": {
                **OPEN,
                "simulated": "family.jsonl",
                "read": {"format": "jsonl", "text": ["text"], "fields": {"label": "label"}},
            }
        },
    },
    "fitness": {
        "title": "t",
        "type": "regression",
        "label": "fitness",
        "unit": "fitness",
        "metric": "spearman",
        "data": {
            "all": {
                **OPEN,
                "simulated": "fitness.jsonl",
                "read": {"format": "jsonl", "text": ["text"], "fields": {"fitness": "fitness"}},
            }
        },
    },
    "structure": {
        "title": "t",
        "type": "token_classification",
        "tokens_are": "residues",
        "ignore": ["-"],
        "metric": "token_accuracy",
        "split": {"by": "identity"},
        "data": {
            "all": {
                **OPEN,
                "simulated": "structure.fasta",
                "read": {"format": "fasta", "labels": "structure_labels.fasta", "mask": "structure_mask.fasta"},
            }
        },
    },
}


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    """The tasks of a simulation, split by k-mers where that is asked for: what every machine has."""
    folder = tmp_path_factory.mktemp("protein")
    write("protein", folder / "simulated", documents=60, seed=1)
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mmseqs, "version", lambda: None)
        for name, raw in TASKS.items():
            task = task_from({**raw, "material": "protein"})

            def read(part, source):
                place = folder / "simulated"
                return read_source(source, name=part, folder=place, simulated=place, cache=Cache(folder / "cache"))

            prepare_task(task, read, folder / name, where=name)
            found[name] = read_task(folder / name)
    return found


def reached(task, name):
    module = import_module(f"maskzoo.tasks.baselines.{name}")
    return value(task, task.test, module.fit(task).predict(task.test))


def test_each_type_has_baselines_of_its_own():
    assert {"kmer_linear", "composition_boosting", "blosum_positions"} <= set(
        baselines.names_for("regression", "protein")
    )
    assert "blosum_positions" not in baselines.names_for("sequence_classification", "protein")
    assert "residue_window" in baselines.names_for("token_classification", "protein")
    assert "kmer_linear" not in baselines.names_for("regression", "text")


def test_families_are_told_by_their_kmers_and_worse_by_their_composition(tasks):
    kmers, composition = (reached(tasks["family"], name) for name in ("kmer_linear", "composition_boosting"))
    assert kmers > 0.85
    assert 0.3 < composition < kmers


def test_additive_fitness_is_told_by_its_positions(tasks):
    assert reached(tasks["fitness"], "blosum_positions") > 0.8
    assert reached(tasks["fitness"], "blosum_positions") > reached(tasks["fitness"], "composition_boosting")


def test_structure_is_told_by_a_window_of_residues(tasks):
    task = tasks["structure"]
    tags = Counter(tag for row in task.test.gold for tag in row if tag is not None)
    assert reached(task, "residue_window") > max(tags.values()) / tags.total() + 0.15


def test_masked_residues_have_no_label_and_are_not_scored(tasks):
    assert tasks["structure"].labels == ["C", "E", "H"]
    assert any(None in row for row in tasks["structure"].test.gold)


def test_no_family_stands_on_two_sides_of_a_split_by_identity(tasks):
    task = tasks["structure"]
    sides = [{"".join(tokens) for tokens in split.tokens} for split in (task.train, task.validation, task.test)]
    assert all(sides)
    # members of a family are equally long and alike at nearly half of their places
    for first, second in ((0, 1), (0, 2), (1, 2)):
        for one in sides[first]:
            for other in sides[second]:
                if len(one) == len(other):
                    assert np.mean([a == b for a, b in zip(one, other, strict=True)]) < 0.6


def test_a_bound_is_fitted_as_the_value(tasks):
    task = tasks["fitness"]
    hidden = task.train.gold.copy()
    hidden[::2] = np.nan
    bounds = np.where(np.isnan(hidden), task.train.gold, np.nan)
    bounded = type(task.train)(
        task.train.ids, task.train.texts, hidden, parts={"bounds": bounds, "sides": np.sign(bounds)}
    )
    other = type(task)(**{**vars(task), "train": bounded})
    assert reached(other, "blosum_positions") == pytest.approx(reached(task, "blosum_positions"))


def test_peptides_of_several_lengths_are_aligned_at_both_ends():
    found = blosum_positions.encoded(["MKT", "MKTAY"], 4, 0).reshape(2, 8, 20)
    assert (found[0, 0] == found[1, 0]).all()
    assert (found[0, 3] == 0).all()
    assert (found[0, 7] != found[1, 7]).any()
    assert (found[0, 4] == 0).all()


def test_composition_is_shares_and_length():
    shares = composition_boosting.composition("AACD")
    assert (shares[0], shares[1], shares[2]) == (0.5, 0.25, 0.25)
    assert shares[-1] == pytest.approx(np.log(4))
