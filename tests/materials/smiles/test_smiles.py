"""Molecules are parsed, freed of salts, written in one way and known in any spelling; what cannot be read says why."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskzoo import materials
from maskzoo.corpus.curate import Origin, curate
from maskzoo.documents.record import Record
from maskzoo.materials import Prepared, Unread
from maskzoo.recipe.curation import Curation

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
SMILES = materials.load("smiles")


def prepared(*texts: str, **settings: object) -> list[Prepared]:
    chosen = Curation.model_validate({"material": "smiles", "smiles": settings})
    documents = [Unread(text, "here", f"list:line {number}", "", False) for number, text in enumerate(texts, 1)]
    return SMILES.prepare(documents, settings=chosen, boilerplate=frozenset())


def one(text: str, **settings: object) -> Prepared:
    return prepared(text, **settings)[0]


@pytest.mark.parametrize("spelling", ["OCC", "C(O)C", "[CH3][CH2][OH]", "[H]OCC", "CCO ethanol"])
def test_spellings_of_one_molecule_become_the_same_document(spelling: str) -> None:
    found = one(spelling)
    assert found.text == "CCO"
    assert found.identity == one("CCO").identity
    assert found.changes["written_anew"] == 1
    assert not one("CCO").changes


def test_mirror_images_are_two_molecules() -> None:
    left, right, unknown = prepared("C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O", "CC(N)C(=O)O")
    assert len({left.identity, right.identity, unknown.identity}) == 3
    assert "@" in left.text


def test_tautomers_of_one_inchi_are_one_molecule_though_their_smiles_differ() -> None:
    keto, enol = prepared("O=c1cccc[nH]1", "Oc1ccccn1")
    assert keto.text != enol.text
    assert keto.identity == enol.identity


@pytest.mark.parametrize(
    ("salt", "left"),
    [
        ("CC(=O)[O-].[Na+]", "CC(=O)[O-]"),
        ("Cl.CCN", "CCN"),
        ("[O-]S(=O)(=O)[O-].CN", "CN"),  # carbon before size
        ("CCO.CCO", "CCO"),
        ("CC.CO", "CO"),  # as many atoms: the heavier
    ],
)
def test_of_a_salt_the_largest_part_with_carbon_stays(salt: str, left: str) -> None:
    found = one(salt)
    assert found.text == left
    assert found.changes["fragments_removed"] == 1
    assert "." in one(salt, largest_fragment=False).text


def test_charges_stay_unless_neutralisation_is_asked_for() -> None:
    assert one("CC(=O)[O-]").text == "CC(=O)[O-]"
    neutral = one("CC(=O)[O-]", neutralise=True)
    assert neutral.text == "CC(=O)O"
    assert neutral.changes["neutralised"] == 1
    assert one("C[N+](C)(C)C", neutralise=True).changes["neutralised"] == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("C(C)(C)(C)(C)C", "Explicit valence for atom # 0 C, 5, is greater than permitted"),
        ("c1ccccc", "unclosed ring"),
        ("c1cccc1", "Can't kekulize"),
        ("CC(", "syntax error"),
        ("", "an empty SMILES"),
        ("C" * 6000, "6000 characters"),
    ],
)
def test_what_cannot_be_read_is_dropped_in_rdkit_s_words_with_its_text(text: str, why: str) -> None:
    verdict = one(text).verdict
    assert verdict is not None
    assert verdict[0] == "unreadable_smiles"
    assert why in verdict[1]
    assert text[:50] in verdict[1]
    assert len(verdict[1]) < 600


@pytest.mark.parametrize(("text", "reason"), [("O", "too_few_atoms"), ("C" * 101, "too_many_atoms"), ("*", "too_few")])
def test_molecules_outside_of_the_sizes_are_dropped(text: str, reason: str) -> None:
    verdict = one(text).verdict
    assert verdict is not None
    assert verdict[0].startswith(reason)


def test_rdkit_says_nothing_on_the_console() -> None:
    program = (
        "from tests.materials.smiles.test_smiles import prepared, SMILES\n"
        "prepared('CC(', 'c1cc', 'F/C=C/[C@H](Cl)Br', '*', 'c1cccc1', 'CCO.Cl')\n"
        "print(SMILES.task_text('CC('), SMILES.GROUPINGS['scaffold'](['c1cc', 'CC(']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout == "None ['c1cc', 'CC(']\n"


def test_another_stereoisomer_or_charge_of_an_evaluation_molecule_is_found() -> None:
    wanted = SMILES.lookup("C[C@H](N)C(=O)O")
    assert wanted.shape == (1,)
    for text in ("C[C@@H](N)C(=O)O", "CC(N)C(=O)O", "CC([NH3+])C(=O)[O-]", "CC(N)C(=O)O.Cl"):
        assert np.array_equal(one(text).lookup, wanted)
    assert not np.array_equal(one("CC(N)CC(=O)O").lookup, wanted)
    assert len(SMILES.lookup("CC(")) == 0


def test_tasks_see_molecules_as_the_corpus_does() -> None:
    assert SMILES.task_text("OC(=O)c1ccccc1OC(C)=O.[Na+]") == ASPIRIN
    assert SMILES.task_text("CC(") is None
    assert SMILES.key("OC(=O)c1ccccc1OC(C)=O") == SMILES.key(ASPIRIN) == "BSYNRYMUTXBXSQ-UHFFFAOYSA-N"
    assert SMILES.key(" CC( ") == "CC("


def test_scaffolds_are_rings_and_linkers_and_molecules_without_a_ring_are_one_group() -> None:
    groups = SMILES.GROUPINGS["scaffold"](
        [ASPIRIN, "Cc1ccccc1", "CCO", "CCCC", "C[C@H]1CCCCN1", "c1ccc(CCc2ccccc2)cc1"]
    )
    assert groups == ["c1ccccc1", "c1ccccc1", "acyclic", "acyclic", "C1CCNCC1", "c1ccc(CCc2ccccc2)cc1"]


def curated(tmp_path: Path, texts: Sequence[str], **more: Any) -> dict[str, Any]:
    records = (Record(text, f"list:line {number}", "") for number, text in enumerate(texts, 1))
    settings = Curation.model_validate({"material": "smiles", "split": {"validation": 0.1, "test": 0.1}})
    return curate([Origin("here", records, "CC0-1.0")], tmp_path, curation=settings, workers=1, **more)


def kept(folder: Path) -> list[str]:
    import pyarrow.parquet as pq

    texts: list[str] = pq.read_table(folder / "documents.parquet").column("text").to_pylist()
    return texts


def test_a_corpus_holds_each_molecule_once_and_no_molecule_of_an_evaluation_split(tmp_path: Path) -> None:
    chains = ["C" * number + "O" for number in range(2, 30)]
    found = curated(
        tmp_path,
        [*chains, "OCC", "CC(", "OC(=O)c1ccccc1OC(C)=O"],
        evaluation={"toxicity": {"test": [ASPIRIN, "unreadable("]}},
    )
    assert kept(tmp_path) == chains
    dropped = [
        (reason, counts["documents"]) for stage in found["stages"] for reason, counts in stage["reasons"].items()
    ]
    assert dropped == [("unreadable_smiles", 1), ("evaluation_text", 1), ("same_words", 1)]
    assert "list:line 30" in str(found["stages"])
    assert found["changes"] == {"written_anew": 2}


def test_curation_does_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    texts = ["C" * (2 + number % 60) + "O" + "N" * (number % 7 > 5) for number in range(2500)] + ["CC("]
    for workers in (1, 2):
        (tmp_path / str(workers)).mkdir()
        records = (Record(text, f"l:line {number}", "") for number, text in enumerate(texts, 1))
        settings = Curation.model_validate({"material": "smiles"})
        curate([Origin("here", records, "CC0-1.0")], tmp_path / str(workers), curation=settings, workers=workers)
    for name in ("documents.parquet", "dropped.parquet"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_the_known_counts_of_a_real_set(tmp_path: Path) -> None:
    """The mirror's manifest says: 2,050 rows, 11 that do not parse, 1,975 distinct."""
    import csv

    mirrors = [Path(folder) for folder in os.environ.get("MASKZOO_MIRRORS", "").split(":") if folder]
    file = next((found for folder in mirrors if (found := folder / "smiles/bbbp/bbbp.csv").is_file()), None)
    if file is None:
        pytest.skip("no mirror with the BBBP set (MASKZOO_MIRRORS)")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = prepared(*(row["smiles"] for row in csv.DictReader(lines)))
    unread = [one for one in rows if one.verdict and one.verdict[0] == "unreadable_smiles"]
    assert len(rows) == 2050
    assert len(unread) == 11
    assert all("valence" in one.verdict[1] for one in unread if one.verdict)


def test_scaffolds_that_training_shows_are_counted_among_the_tested():
    found = materials.load("smiles").leaks(["CCO", "c1ccccc1CC"], ["c1ccccc1O", "CCCC", "c1ccncc1", "Oc1ccccc1Cl"])
    assert (found["test"], found["with_relative_in_train"]) == (4, 2)
    assert "scaffold" in found["near"]


def test_a_complex_without_carbon_keeps_its_ligands() -> None:
    assert one("N.N.Cl[Pt]Cl", min_heavy_atoms=1).text == "N.N.[Cl][Pt][Cl]"
    assert one("CC(=O)[O-].[Na+]", min_heavy_atoms=1).text == "CC(=O)[O-]"


def test_what_stands_in_an_extension_is_dropped_and_counted() -> None:
    found = one("C[C@H](N)C(=O)O |r| rac-alanine")
    assert found.changes["cxsmiles_extensions_dropped"] == 1
    assert not one("C[C@H](N)C(=O)O alanine").changes["cxsmiles_extensions_dropped"]
