"""Simulated proteins: curated, they give back what was planted; the tasks are as they say."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from maskzoo.corpus.cache import Cache
from maskzoo.corpus.curate import Origin, curate
from maskzoo.corpus.sources import read_source
from maskzoo.materials.protein import mmseqs
from maskzoo.materials.protein.blosum62 import scores
from maskzoo.recipe.curation import Curation
from maskzoo.recipe.source import Source
from maskzoo.simulate import write

DOCUMENTS = 1200


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("protein") / "simulated"
    return folder, write("protein", folder, documents=DOCUMENTS, seed=3)


def records(folder, file="families.fasta", **read):
    source = Source.model_validate(
        {"simulated": file, "licence": "CC0-1.0", "read": {"format": "fasta", "fields": {"id": "id"}, **read}}
    )
    return list(read_source(source, name="t", folder=folder, simulated=folder, cache=Cache(folder / "cache")))


@pytest.fixture(scope="module")
def curated(simulated, tmp_path_factory):
    """The funnel, kept names, and name -> (stage, reason, detail) of what was dropped; whole examples are tested."""
    folder, _ = simulated
    target = tmp_path_factory.mktemp("corpus")
    names = {record.locator: record.fields["id"] for record in records(folder)}
    tested = {
        "family": {"test": [one["text"] for one in lines(folder / "family.jsonl")]},
        "fitness": {"test": [one["text"] for one in lines(folder / "fitness.jsonl")]},
        "structure": {"test": [record.text for record in records(folder, "structure.fasta")]},
    }
    settings = Curation.model_validate({"material": "protein", "protein": {"redundancy": {"tool": "kmers"}}})
    origin = Origin("families", records(folder), "CC0-1.0")
    funnel = curate([origin], target, curation=settings, evaluation=tested, workers=1)
    kept = {names[row["locator"]] for row in pq.read_table(target / "documents.parquet").to_pylist()}
    rows = pq.read_table(target / "dropped.parquet").to_pylist()
    return funnel, kept, {names[row["locator"]]: (row["stage"], row["reason"], row["detail"]) for row in rows}


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_same_seed_gives_the_same_bytes(simulated, tmp_path):
    folder, _ = simulated
    write("protein", tmp_path / "again", documents=DOCUMENTS, seed=3)
    for path in folder.glob("*.*"):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_every_change_is_counted_as_it_was_planted(simulated, curated):
    assert curated[0]["changes"] == dict(sorted(simulated[1]["changes"].items()))


def test_what_is_unfit_goes_for_its_reason(simulated, curated):
    _, _, dropped = curated
    unfit = {entry["document"]: entry["kind"] for entry in simulated[1]["unfit"]}
    assert {name: reason for name, (stage, reason, _) in dropped.items() if stage == "filters"} == unfit


def test_equal_sequences_are_kept_once(simulated, curated):
    _, kept, dropped = curated
    for pair in simulated[1]["exact_duplicates"]:
        assert pair["original"] in kept
        assert dropped[pair["copy"]][:2] == ("exact_duplicates", "same_words"), pair


def test_copies_above_the_identity_go_and_those_below_stay(simulated, curated):
    _, kept, dropped = curated
    for pair in simulated[1]["near_duplicates"]:
        assert pair["original"] in kept
        if pair["identity"] > 0.96:
            assert dropped[pair["copy"]][0] == "near_duplicates", pair
        elif pair["identity"] < 0.85:
            assert pair["copy"] in kept, pair


def test_contaminated_sequences_go_and_no_clean_one(simulated, curated):
    _, _, dropped = curated
    found = {name for name, (stage, _, _) in dropped.items() if stage == "decontamination"}
    assert found == {entry["document"] for entry in simulated[1]["contaminated"]}


@pytest.mark.skipif(mmseqs.version() is None, reason="MMseqs2 is not installed")
def test_mmseqs2_agrees_with_what_was_planted(simulated, tmp_path):
    folder, truth = simulated
    names = {record.locator: record.fields["id"] for record in records(folder)}
    settings = Curation.model_validate({"material": "protein", "protein": {"redundancy": {"tool": "mmseqs2"}}})
    funnel = curate([Origin("families", records(folder), "CC0-1.0")], tmp_path, curation=settings, workers=1)
    assert funnel["redundancy"]["tool"].startswith("MMseqs2")
    kept = {names[row["locator"]] for row in pq.read_table(tmp_path / "documents.parquet").to_pylist()}
    for pair in truth["near_duplicates"]:
        both = {pair["original"], pair["copy"]} <= kept
        assert both == (pair["identity"] < 0.9), pair


def test_fitness_is_the_sum_of_the_planted_effects(simulated):
    folder, truth = simulated
    places = sorted({int(name[1:-1]) for name in truth["effects"]})
    wild = {int(name[1:-1]): name[0] for name in truth["effects"]}
    planted, measured = [], []
    for example in lines(folder / "fitness.jsonl"):
        changed = [(place, example["text"][place - 1]) for place in places if example["text"][place - 1] != wild[place]]
        planted.append(sum(truth["effects"][f"{wild[place]}{place}{letter}"] for place, letter in changed))
        measured.append(example["fitness"])
    noise = np.array(measured) - np.array(planted)
    assert np.abs(noise).max() < 5 * truth["noise"]
    assert noise.std() == pytest.approx(truth["noise"], rel=0.15)


def test_residues_have_their_labels_and_a_mask(simulated):
    folder, _ = simulated
    found = records(folder, "structure.fasta", labels="structure_labels.fasta", mask="structure_mask.fasta")
    helix = [token for record in found for token, tag in zip(record.tokens, record.tags, strict=True) if tag == "H"]
    strand = [token for record in found for token, tag in zip(record.tokens, record.tags, strict=True) if tag == "E"]
    assert any("-" in record.tags for record in found)
    assert helix.count("A") / len(helix) > 2 * strand.count("A") / len(strand)
    assert strand.count("V") / len(strand) > 2 * helix.count("V") / len(helix)


def test_a_binder_answers_to_its_target(simulated):
    folder, _ = simulated
    answers = {}
    for example in lines(folder / "binder.jsonl"):
        ((start, end, kind),) = json.loads(example["spans"])
        assert (end, kind) == (len(example["text"]), "binder")
        for letter, answer in zip(example["text"], example["text"][start:], strict=False):
            assert answers.setdefault(letter, answer) == answer


def test_blosum62_is_symmetric_and_knows_its_extremes():
    matrix = scores()
    assert (matrix == matrix.T).all()
    assert (matrix.max(), matrix.min(), matrix.trace()) == (11, -4, 116)
