"""Redundancy, groups and leaks against planted identities, with MMseqs2 where it is and with k-mers everywhere."""

import numpy as np
import pytest

from maskzoo import materials
from maskzoo.errors import UserError
from maskzoo.materials.protein import kmers, mmseqs, relatives
from maskzoo.materials.protein.settings import Redundancy
from maskzoo.simulate.evolution import changed, descendant, family, letters

INSTALLED = mmseqs.version() is not None
TOOLS = [pytest.param("mmseqs2", marks=pytest.mark.skipif(not INSTALLED, reason="MMseqs2 is not installed")), "kmers"]


@pytest.fixture
def without_mmseqs(monkeypatch):
    monkeypatch.setattr(mmseqs, "version", lambda: None)


def planted(identities, *, originals=30, seed=0):
    """Unrelated proteins, and after them copies of the first ones, some of each identity: texts, identity of each."""
    generator = np.random.default_rng(seed)
    sources = [family(generator, shortest=150, longest=250).ancestor for _ in range(originals)]
    copies = []
    for number, codes in enumerate(sources[: 5 * len(identities)]):
        identity = identities[number % len(identities)]
        copies.append((changed(generator, codes, round((1 - identity) * len(codes))), identity, number))
    return [letters(c) for c in sources], [(letters(codes), identity, number) for codes, identity, number in copies]


@pytest.mark.parametrize("tool", TOOLS)
def test_copies_above_the_identity_go_and_others_stay(tool):
    originals, copies = planted((0.97, 0.94, 0.8, 0.6))
    texts = [*originals, *(text for text, _, _ in copies)]
    found = dropped(texts, Redundancy(identity=0.9, tool=tool))
    for place, (_, identity, original) in enumerate(copies, len(originals)):
        pair = {place, original}
        assert len(pair & found) == (1 if identity > 0.9 else 0), identity


def dropped(texts, asked):
    """Numbers of the texts that repeat another, through the same road as curation."""
    how = relatives.redundancy(asked)
    if how.find is not None:
        stands_for = how.find(iter(texts), 1)
    else:
        import tempfile
        from pathlib import Path

        from maskzoo.documents.near_duplicates import SignatureFile, kept_originals

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "signatures"
            kmers.signed(texts, how.near).tofile(path)
            alive = np.arange(len(texts), dtype=np.int32)
            stands_for, _ = kept_originals(SignatureFile(path, how.near.permutations), how.near.threshold, alive)
    return {number for number, other in enumerate(stands_for.tolist()) if number != other}


@pytest.mark.skipif(not INSTALLED, reason="MMseqs2 is not installed")
def test_a_fragment_goes_and_the_whole_stays():
    originals, _ = planted((0.9,))
    texts = [originals[0][20:120], *originals]
    assert dropped(texts, Redundancy()) == {0}


def test_what_ran_is_said(without_mmseqs):
    said = relatives.redundancy(Redundancy()).said
    assert said["fallback"] == "MMseqs2 is not installed"
    assert "no alignment" in said["tool"]
    assert "fallback" not in relatives.redundancy(Redundancy(tool="kmers")).said


@pytest.mark.skipif(not INSTALLED, reason="MMseqs2 is not installed")
def test_mmseqs2_says_its_version():
    assert relatives.redundancy(Redundancy()).said["tool"] == f"MMseqs2 {mmseqs.version()} easy-linclust"


def test_a_tool_that_is_not_there_is_an_error(without_mmseqs):
    with pytest.raises(UserError, match=r"MMseqs2 is not installed.*kmers"):
        relatives.redundancy(Redundancy(tool="mmseqs2"))


@pytest.mark.skipif(not INSTALLED, reason="MMseqs2 is not installed")
def test_a_failure_of_mmseqs2_shows_what_it_said():
    with pytest.raises(UserError, match=r"mmseqs easy-linclust failed.*kmers"):
        mmseqs.representatives(["MKT" * 20], identity=7.0, coverage=0.8, threads=1)


@pytest.mark.parametrize("tool", TOOLS)
def test_groups_by_identity_hold_families_together(tool, monkeypatch):
    if tool == "kmers":
        monkeypatch.setattr(mmseqs, "version", lambda: None)
    generator = np.random.default_rng(1)
    families = [family(generator, shortest=100, longest=160) for _ in range(6)]
    members = [(n, letters(descendant(generator, origin, 0.8))) for n, origin in enumerate(families) for _ in range(4)]
    groups = materials.load("protein").GROUPINGS["identity"]([text for _, text in members])
    assert all(group.startswith(tool) for group in groups)
    of_family = {}
    for (number, _), group in zip(members, groups, strict=True):
        of_family.setdefault(number, set()).add(group)
    assert all(len(found) == 1 for found in of_family.values())
    assert len(set().union(*of_family.values())) == len(families)


@pytest.mark.parametrize("tool", TOOLS)
def test_leaks_are_counted(tool, monkeypatch):
    if tool == "kmers":
        monkeypatch.setattr(mmseqs, "version", lambda: None)
    originals, copies = planted((0.7,), originals=20)
    test = [text for text, _, _ in copies] + originals[10:]
    found = materials.load("protein").leaks(originals[:10], test)
    assert (found["test"], found["with_relative_in_train"]) == (15, 5)
    assert found["tool"].startswith("MMseqs2" if tool == "mmseqs2" else "residue k-mers")


def test_the_jaccard_of_an_identity_is_that_of_its_shared_kmers():
    near = kmers.settings(0.9)
    assert near.shingle == 5
    assert near.threshold == pytest.approx(0.9**5 / (2 - 0.9**5))
    assert kmers.settings(0.3).threshold == kmers.settings(0.6).threshold  # below, chance would count
