"""Simulated notes: what is planted stands where the truth says, plain notes identify nobody, labels are known."""

import json
import random
from collections import Counter

import pytest

from maskzoo.simulate.clinical_identifiers import KINDS, with_decoys, with_personal_data
from maskzoo.simulate.domains import clinical
from maskzoo.simulate.simulation import write


@pytest.fixture(scope="module")
def notes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zoo") / "clinical"
    truth = write("clinical", folder, documents=400, seed=3)
    documents = map(json.loads, (folder / "documents.jsonl").read_text().splitlines())
    return {document["id"]: document["text"] for document in documents}, truth


def test_every_planted_piece_stands_where_the_truth_says(notes):
    documents, truth = notes
    assert {entry["kind"] for entry in truth["personal_data"]} == set(KINDS)
    for entry in truth["personal_data"]:
        text = documents[entry["document"]]
        assert text[entry["start"] : entry["start"] + len(entry["text"])] == entry["text"]
        assert "\ue000" not in text
        assert "{" not in text


def test_decoys_are_in_their_notes_and_a_plain_note_has_sections_of_one_kind(notes):
    documents, truth = notes
    assert truth["decoys"]
    for entry in truth["decoys"]:
        assert entry["text"] in documents[entry["document"]]
    note = clinical.document(random.Random(1))
    assert len(note.split("\n")) == 5
    assert all(line.split(":")[0].isupper() for line in note.split("\n"))


def test_the_same_seed_gives_the_same_lines():
    for plant in (with_personal_data, with_decoys):
        assert plant(random.Random(4), "One.\nTwo.") == plant(random.Random(4), "One.\nTwo.")
        assert plant(random.Random(4), "One.\nTwo.") != plant(random.Random(5), "One.\nTwo.")


def test_sections_are_of_equal_size_and_findings_are_tagged_by_context():
    tasks = clinical.tasks(random.Random(0))
    sizes = Counter(example["label"] for example in tasks["section"])
    assert len(sizes) == 10
    assert len(set(sizes.values())) == 1
    tagged, untagged = Counter(), Counter()
    for example in tasks["findings"]:
        assert len(example["tokens"]) == len(example["tags"])
        for token, tag in zip(example["tokens"], example["tags"], strict=True):
            (untagged if tag == "O" else tagged)[token] += 1
    # the same word is a finding here and a denied one there: no list of words solves the task
    assert tagged["melanoma"] > 10
    assert untagged["melanoma"] > 10
