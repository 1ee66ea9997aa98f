"""What curation and the tasks make of simulated molecules is what the simulation says it planted."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from maskzoo import materials
from maskzoo.corpus.curate import Origin, curate
from maskzoo.documents.record import Record
from maskzoo.recipe.curation import Curation
from maskzoo.simulate import write
from maskzoo.simulate.domains.smiles import UNFIT

DOCUMENTS = 1000
SMILES = materials.load("smiles")


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("smiles") / "simulated"
    write("smiles", folder, documents=DOCUMENTS, seed=3)
    return folder


@pytest.fixture(scope="module")
def truth(simulated: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((simulated / "truth.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def lines(simulated: Path) -> list[str]:
    return (simulated / "molecules.smi").read_text(encoding="ascii").splitlines()


def table(simulated: Path, task: str) -> list[dict[str, str]]:
    with (simulated / f"{task}.csv").open(encoding="ascii", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def curated(simulated: Path, lines: list[str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Against the first hundred molecules of each task as its evaluation splits."""
    target = tmp_path_factory.mktemp("corpus")
    evaluation = {
        task: {"test": [row["smiles"] for row in table(simulated, task)[:100]]} for task in ("logp", "features")
    }
    records = (Record(line, f"molecules.smi:line {number}", "") for number, line in enumerate(lines, 1))
    settings = Curation.model_validate({"material": "smiles"})
    return target, curate(
        [Origin("molecules", records, "CC0-1.0")], target, curation=settings, evaluation=evaluation, workers=1
    )


def dropped(folder: Path, stage: str) -> dict[int, tuple[str, str]]:
    """Line -> (reason, detail)."""
    import pyarrow.parquet as pq

    rows = pq.read_table(folder / "dropped.parquet").to_pylist()
    return {
        int(row["locator"].rpartition(" ")[2]): (row["reason"], row["detail"]) for row in rows if row["stage"] == stage
    }


def test_the_same_seed_writes_the_same_bytes(simulated: Path, tmp_path: Path) -> None:
    write("smiles", tmp_path / "again", documents=DOCUMENTS, seed=3)
    for file in simulated.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


def test_broken_smiles_and_nothing_else_are_dropped_as_unreadable(
    curated: tuple[Path, dict[str, Any]], truth: dict[str, Any]
) -> None:
    found = dropped(curated[0], "filters")
    planted = {one["document"]: one["kind"] for one in truth["unfit"]}
    assert found.keys() == planted.keys()
    assert set(planted.values()) == set(UNFIT)
    said = {
        "open_ring": "unclosed ring",
        "open_branch": "Parse Error",
        "valence": "Explicit valence",
        "kekule": "Can't kekulize",
        "one_atom": "1 heavy atoms",
    }
    for line, kind in planted.items():
        assert said[kind] in found[line][1]


def test_copies_in_other_spellings_are_found_and_nothing_else(
    curated: tuple[Path, dict[str, Any]], truth: dict[str, Any], lines: list[str]
) -> None:
    found = dropped(curated[0], "exact_duplicates")
    planted = {one["copy"]: one["original"] for one in truth["exact_duplicates"]}
    again = [one["document"] for one in truth["contaminated"] if one["document"] in found]  # planted twice
    assert found.keys() == planted.keys() | set(again)
    respelt = sum(lines[copy - 1] != lines[original - 1] for copy, original in planted.items())
    assert respelt > 0.9 * len(planted)
    for copy, original in planted.items():
        assert found[copy][1].endswith(f"molecules.smi:line {original})")


def test_evaluation_molecules_are_kept_out_and_training_molecules_are_not(
    curated: tuple[Path, dict[str, Any]], truth: dict[str, Any]
) -> None:
    found = dropped(curated[0], "decontamination")
    assert found.keys() == {one["document"] for one in truth["contaminated"] if one["example"] < 100}
    counts = curated[1]["decontamination"]
    for task in ("logp", "features"):
        planted = {one["example"] for one in truth["contaminated"] if one["task"] == task and one["example"] < 100}
        assert counts[task]["texts_found"] == len(planted)


def test_salts_leave_their_parents(curated: tuple[Path, dict[str, Any]], truth: dict[str, Any]) -> None:
    import pyarrow.parquet as pq

    kept = set(pq.read_table(curated[0] / "documents.parquet").column("text").to_pylist())
    assert {one["parent"] for one in truth["salts"]} <= kept
    assert not any("." in text for text in kept)
    assert curated[1]["changes"]["fragments_removed"] >= len(truth["salts"])


def test_labels_are_those_of_the_molecules_and_gaps_are_counted(simulated: Path, truth: dict[str, Any]) -> None:
    rows = table(simulated, "features")
    assert sum(list(row.values()).count("") for row in rows) == truth["missing"]["features"] > 0
    for row in rows:
        if row["aromatic"]:
            assert bool(int(row["aromatic"])) == any(sign in row["smiles"] for sign in "cnos")
    carbons = [row for row in table(simulated, "logp") if set(row["smiles"]) <= set("C()")]
    assert all(float(row["logp"]) > 1 for row in carbons)


def test_a_scaffold_split_of_simulated_molecules_has_groups_of_many_sizes(simulated: Path) -> None:
    groups = SMILES.GROUPINGS["scaffold"]([row["smiles"] for row in table(simulated, "logp")])
    sizes = sorted((groups.count(group) for group in set(groups)), reverse=True)
    assert sizes[0] > 20
    assert sizes[-1] == 1
