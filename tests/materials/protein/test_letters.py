"""Sequences cleaned: what is altered is counted, what is no protein is dropped with its reason."""

from collections import Counter

import pytest
from pydantic import ValidationError

from maskzoo import materials
from maskzoo.materials import Unread
from maskzoo.materials.protein import letters
from maskzoo.materials.protein.settings import Settings as Protein
from maskzoo.recipe.curation import Curation

LOOSE = Protein(min_length=1)


def one(text, settings=LOOSE):
    result = letters.cleaned([text], settings)
    return result.texts[0], result.verdicts[0], result.changes.get(0, Counter())


@pytest.mark.parametrize(
    ("raw", "clean", "changes"),
    [
        ("MKTAYIAKQR", "MKTAYIAKQR", {}),
        ("mktayIAKQR", "MKTAYIAKQR", {}),
        ("MKT-AY..IA", "MKTAYIA", {"gap_removed": 3}),
        ("MKTAYIAK*", "MKTAYIAK", {"stop_removed": 1}),
        ("MKT AYI\nAK*\n", "MKTAYIAK", {"stop_removed": 1, "space_removed": 1}),
        ("MUKoJ", "MCKKX", {"U_to_C": 1, "O_to_K": 1, "J_to_X": 1}),
        ("MBZXKAAAAAA", "MBZXKAAAAAA", {}),
    ],
)
def test_what_is_altered_is_counted(raw, clean, changes):
    text, verdict, counted = one(raw, Protein(min_length=1, max_unknown=0.5))
    assert (text, verdict) == (clean, None)
    assert {name: n for name, n in counted.items() if name != "space_removed"} == {
        name: n for name, n in changes.items() if name != "space_removed"
    }


@pytest.mark.parametrize(
    ("raw", "reason", "detail"),
    [
        ("MKT1YIAKQRMM", "outside_alphabet", r"'1' at character 4 is no amino acid"),
        ("MKTAYIαKQRMM", "outside_alphabet", r"'α' at character 7 is no amino acid"),
        ("MKTA*YIAKQRMM", "inner_stop", r"a stop at residue 5 of 13"),
        ("MKTAYI", "too_short", r"6 residues, fewer than 10"),
        ("--------------", "too_short", r"0 residues, fewer than 10"),
        ("MKTAYIAKQRMKTAYIAKQRM", "too_long", r"21 residues, more than 20"),
        ("MKTXXXAKQRMM", "unknown_residues", r"3 of 12 residues are X"),
    ],
)
def test_what_is_no_protein_is_dropped_with_its_reason(raw, reason, detail):
    assert one(raw, Protein(max_length=20))[1] == (reason, detail)


def test_sequences_of_a_chunk_do_not_mix():
    raw = ["MKT-AYI*", "", "AC1DE", "GGUGG*", "AAAA", "MK\nTA"]
    result = letters.cleaned(raw, LOOSE)
    alone = [one(text) for text in raw]
    assert result.texts == [text for text, _, _ in alone]
    assert result.verdicts == [verdict for _, verdict, _ in alone]
    assert [dict(result.changes.get(number, {})) for number in range(len(raw))] == [dict(c) for _, _, c in alone]


def test_rare_letters_stay_where_the_recipe_says_so():
    assert one("MUKO", Protein(min_length=1, map={"J": "X"}))[0] == "MUKO"
    assert one("MJK", Protein(min_length=1, map={}))[1] == ("outside_alphabet", "'J' at character 2 is no amino acid")


@pytest.mark.parametrize("mapping", [{"u": "C"}, {"U": "c"}, {"U": "1"}, {"UO": "C"}])
def test_a_mapping_to_no_amino_acid_is_refused(mapping):
    with pytest.raises(ValidationError, match="map:"):
        Protein(map=mapping)


def prepared(*texts):
    documents = [Unread(text, "a", f"a#{number}", "", False) for number, text in enumerate(texts)]
    settings = Curation.model_validate({"material": "protein"})
    return materials.load("protein").prepare(documents, settings=settings, boilerplate=frozenset())


def test_equal_sequences_have_one_identity_however_they_were_written():
    first, second, third = prepared("MKTAYIAKQR", "mkt--ayiakqr*", "MKTAYIAKQK")
    assert first.identity == second.identity != third.identity
    assert (first.bytes_read, second.bytes_read) == (10, 13)


def test_lookup_of_an_evaluation_text_is_that_of_the_corpus():
    (document,) = prepared("mktay-IAKQR*")
    assert materials.load("protein").lookup("MKTAYIAKQR").tolist() == document.lookup.tolist()
    assert len(document.units) == 10


def test_a_dropped_sequence_is_kept_as_it_was_read():
    (document,) = prepared("MKT1-ayiakqr")
    assert document.verdict[0] == "outside_alphabet"
    assert document.text == "MKT1-ayiakqr"


def test_a_task_reads_the_cleaned_sequence_and_nothing_else():
    protein = materials.load("protein")
    assert protein.task_text("mk-UT*") == protein.key("MKCT") == "MKCT"
    assert protein.task_text("MK1T") is None
