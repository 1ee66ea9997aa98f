"""Peptides too short to be aligned are compared residue by residue, on tasks of short peptides and of both lengths."""

import numpy as np
import pytest

from maskzoo import materials
from maskzoo.materials.protein import mmseqs, peptides

LONG = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQVKVK"


def slowly(query: str, target: str) -> int:
    """Most agreeing residues of any placement without gaps, the obvious way."""
    most = 0
    for start in range(-len(query), len(target) + 1):
        pairs = ((start + offset, residue) for offset, residue in enumerate(query))
        most = max(most, sum(0 <= place < len(target) and target[place] == residue for place, residue in pairs))
    return most


def test_a_peptide_is_related_where_the_obvious_way_says_so():
    generator = np.random.default_rng(0)
    drawn = ["".join(generator.choice(list("ACDE"), size=size)) for size in generator.integers(8, 13, size=60)]
    queries, targets = drawn[:30], drawn[30:]
    expected = [max(slowly(q, t) for t in targets) >= peptides.threshold(len(q), 0.7) for q in queries]
    assert peptides.with_relatives(queries, targets, 0.7).tolist() == expected
    assert 0 < sum(expected) < len(expected)


def test_seven_of_nine_are_near_and_six_are_not():
    assert peptides.with_relatives(["SIINFEKLA"], ["SIINFEKGG"], 0.7).tolist() == [True]
    assert peptides.with_relatives(["SIINFEKLA"], ["SIINFEGGG"], 0.7).tolist() == [False]
    assert peptides.with_relatives(["SIINFEKLA"], ["SIINFEGGG"], 0.3).tolist() == [False], "a third agrees by chance"


def test_no_placement_reaches_from_one_sequence_into_the_next():
    assert not peptides.with_relatives(["SIINFEKLA"], ["SIINF", "EKLA"], 0.9).any()


def test_a_peptide_is_found_inside_a_protein():
    assert peptides.with_relatives([LONG[20:29]], [LONG], 0.9).all()
    pairs = peptides.pairs([LONG, LONG[20:29], LONG[:9], "WWWWWWWWW"], np.array([False, True, True, True]), 0.9)
    assert sorted(map(tuple, pairs.tolist())) == [(1, 0), (2, 0)]


@pytest.mark.parametrize("length", [9, 12, 13])
def test_tasks_of_short_peptides_are_grouped_and_their_leaks_counted(length):
    generator = np.random.default_rng(length)
    texts = ["".join(generator.choice(list("ACDEFGHIKLMNPQRSTVWY"), size=length)) for _ in range(40)]
    changed = ["W" + text[1:] for text in texts[:10]]
    protein = materials.load("protein")
    groups = protein.GROUPINGS["identity_70"](texts + changed)
    assert groups[:10] == groups[40:]
    assert len(set(groups)) == 40
    assert all(group.startswith("peptides-") for group in groups)
    found = protein.leaks(texts, changed + texts[20:])
    assert (found["test"], found["with_relative_in_train"]) == (30, 30)
    assert (found["identity"], found["coverage"]) == (0.7, None)
    assert protein.leaks(texts[:10], texts[20:])["with_relative_in_train"] == 0


@pytest.mark.parametrize("tool", ["kmers", "mmseqs2"])
def test_peptides_and_proteins_stand_in_one_task(tool, monkeypatch):
    if tool == "kmers":
        monkeypatch.setattr(mmseqs, "version", lambda: None)
    elif mmseqs.version() is None:
        pytest.skip("MMseqs2 is not installed")
    other = "".join(np.random.default_rng(5).choice(list("ACDEFGHIKLMNPQRSTVWY"), size=60))
    texts = [LONG, other, LONG[20:29], "SIINFEKLA", LONG[:50] + "AAAAAAAAAA"]
    groups = materials.load("protein").GROUPINGS["identity_70"](texts)
    assert groups[0] == groups[2] == groups[4]
    assert len(set(groups)) == 3
    found = materials.load("protein").leaks([LONG], texts[1:])
    assert found["with_relative_in_train"] == 2
    assert "without gaps for 2 below 14 residues" in found["tool"]
