"""FASTA: headers and sequences however they are wrapped, fields of headers, labels of residues in files beside it."""

import gzip
import io
import re
import zipfile

import pytest

from maskzoo.corpus.readers import fasta
from maskzoo.errors import UserError

PLAIN = (
    ">P1 d.104.1.1 Kinase OS=Homo sapiens OX=9606\nMKT\nAYI*\n\n"
    ">P2 b.1.1.2 Lyase OS=Mus musculus\r\nac-d\r\n>P3 no more\n"
)


def test_sequences_are_joined_and_stay_as_they_were_written(records, put):
    put("a.fasta", PLAIN)
    found = records({"format": "fasta"})
    assert [record.text for record in found] == ["MKTAYI*", "ac-d", ""]
    assert [record.locator for record in found] == ["data/a.fasta#1", "data/a.fasta#2", "data/a.fasta#3"]


def test_a_packed_file_reads_the_same(records, put):
    put("a.fasta.gz", gzip.compress(PLAIN.encode()))
    assert [record.text for record in records({"format": "fasta"})] == ["MKTAYI*", "ac-d", ""]


@pytest.mark.parametrize("block", [1, 2, 3, 5, 7, 64])
def test_entries_do_not_depend_on_where_blocks_end(monkeypatch, block):
    monkeypatch.setattr(fasta, "BLOCK", block)
    raw = b"\n>a x=1\r\nAB\r\nC-D\r\n>b\n\n>c > d\nEF*\n\n>\nG"
    expected = [(b"a x=1", b"ABC-D"), (b"b", b""), (b"c > d", b"EF*"), (b"", b"G")]
    assert list(fasta.entries(io.BytesIO(raw), "a")) == expected


def test_fields_are_parts_of_the_header(records, put):
    put("a.fasta", PLAIN)
    wanted = {"id": "id", "about": "description", "family": r"\s([a-g](?:\.\d+)+)\s", "organism": "OS", "taxon": "OX"}
    first, second, third = (record.fields for record in records({"format": "fasta", "fields": wanted}))
    assert (first["id"], first["family"], first["organism"], first["taxon"]) == (
        "P1",
        "d.104.1.1",
        "Homo sapiens",
        "9606",
    )
    assert second["about"] == "b.1.1.2 Lyase OS=Mus musculus"
    assert (second["organism"], second["taxon"]) == ("Mus musculus", "")
    assert (third["id"], third["family"]) == ("P3", "")


def labelled(put, *, labels=">p SET=train\nHHC\n>q SET=test\nCC\n"):
    parts = {"sequences": ">p\nMKT\n>q\nAY\n>r\nGG\n", "labels": labels, "mask": ">p\n110\n>q\n01\n"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(f"splits/{name}.fasta", content)
    put("a.zip", packed.getvalue())


def test_labels_and_mask_stand_in_members_beside_the_sequences(records, put):
    labelled(put)
    read = {"format": "fasta", "labels": "splits/labels.fasta", "mask": "splits/mask.fasta", "fields": {"set": "SET"}}
    first, second, third = records(read, glob="data/a.zip", archive="splits/sequences.fasta")
    assert (first.tokens, first.tags, first.fields["set"]) == (("M", "K", "T"), ("H", "H", "-"), "train")
    assert (second.tags, second.fields["set"]) == (("-", "C"), "test")
    assert (third.tokens, third.tags) == (("G", "G"), ())


def test_labels_may_be_a_file_of_the_same_folder(records, put):
    put("a.fasta", ">p\nMKT\n")
    put("b.labels", ">p\nHHC\n")
    (found,) = records({"format": "fasta", "labels": "b.labels"}, glob="data/*.fasta")
    assert found.tags == ("H", "H", "C")


def test_labels_of_another_length_are_refused(records, put):
    labelled(put, labels=">p\nHHCC\n")
    with pytest.raises(UserError, match=re.escape("#1 (p): 3 residues but 4 labels")):
        records(
            {"format": "fasta", "labels": "splits/labels.fasta"}, glob="data/a.zip", archive="splits/sequences.fasta"
        )


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("MKTAYI\n>p\nMK\n", {}, r"a\.fasta: starts with 'MKTAYI'.*starts with `>`"),
        (PLAIN, {"fields": {"target": "TARGET"}}, r"no header has 'TARGET'.*>P1 d\.104"),
        (PLAIN, {"fields": {"family": r"d\.\d+"}}, r"has no group.*in parentheses"),
        (PLAIN, {"fields": {"family": "d.("}}, r"a regular expression"),
        (PLAIN, {"labels": "c.fasta"}, r"no file 'c\.fasta' beside it"),
    ],
)
def test_what_cannot_be_read_is_named(records, put, content, options, message):
    put("a.fasta", content)
    with pytest.raises(UserError, match=message):
        records({"format": "fasta", **options})


def test_undecodable_bytes_mark_their_record_only(records, put):
    put("a.fasta", b">p\nMK\xe9\n>q\nMK\n")
    found = records({"format": "fasta", "max_undecodable": 1})
    assert [record.undecodable for record in found] == [True, False]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(records, put, end):
    put("a.fasta", end.join([">one", "MKT", "AYI", ">two", "ACD", ""]))
    assert [one.text for one in records({"format": "fasta"})] == ["MKTAYI", "ACD"]


def test_comments_are_no_residues(records, put):
    put("a.fasta", "; a bank of two\n;of them\n>one\nMKT\n; the active site\nAYI\n>two\n;nothing\nACD\n")
    assert [one.text for one in records({"format": "fasta"})] == ["MKTAYI", "ACD"]


def test_blocks_may_end_anywhere(records, put, monkeypatch):
    text = ">one\r\nMKT\r\n;c\r\nAYI\r\n>two\r\nACD\r\n"
    wanted = ["MKTAYI", "ACD"]
    put("a.fasta", text)
    for size in range(1, len(text) + 1):
        monkeypatch.setattr(fasta, "BLOCK", size)
        assert [one.text for one in records({"format": "fasta"})] == wanted, size
