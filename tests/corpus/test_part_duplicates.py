"""Documents made of parts of earlier ones are found; those that share a part, or copy a dropped one, stay."""

import numpy as np

from maskzoo.corpus.part_duplicates import repeated_documents
from maskzoo.documents.minhash import signatures
from maskzoo.documents.near_duplicates import SignatureFile

PARTS = {
    name: np.random.default_rng(seed).integers(0, 2**63, 60).astype(np.uint64) for seed, name in enumerate("abcdef")
}


def found(tmp_path, documents, *, extra=None, alive=None, share=0.6):
    """Repeats among documents written as strings of part names; `extra`: units of each that stand in no part."""
    parts = [(number, PARTS[name]) for number, names in enumerate(documents) for name in names]
    (tmp_path / "parts").write_bytes(signatures([part for _, part in parts], 64).tobytes())
    counts = [60 * len(names) for names in documents]
    return repeated_documents(
        SignatureFile(tmp_path / "parts", 64),
        np.array([number for number, _ in parts], dtype=np.int32),
        np.array([len(part) for _, part in parts], dtype=np.int32),
        np.array(counts, dtype=np.int32) + np.array(extra or [0] * len(documents), dtype=np.int32),
        np.ones(len(documents), dtype=bool) if alive is None else np.array(alive),
        threshold=0.8,
        share=share,
    )


def test_a_document_of_copied_parts_names_the_one_that_gave_most(tmp_path):
    repeats = found(tmp_path, ["ab", "cd", "acd"])
    assert repeats.original.tolist() == [0, 1, 1]
    assert repeats.repeated.tolist() == [0, 0, 3]
    assert repeats.share.tolist() == [0, 0, 1]


def test_one_shared_part_of_several_is_no_reason(tmp_path):
    assert found(tmp_path, ["ab", "acd"]).original.tolist() == [0, 1]
    assert found(tmp_path, ["ab", "acd"], share=0.3).original.tolist() == [0, 0]


def test_what_stands_outside_of_parts_counts_too(tmp_path):
    assert found(tmp_path, ["ab", "ab"], extra=[0, 100]).original.tolist() == [0, 1]


def test_a_dropped_document_gives_no_part(tmp_path):
    # 1 is dropped for 0; 2 shares only what 1 had besides, which is nowhere in the corpus any more
    repeats = found(tmp_path, ["abc", "abcd", "d"])
    assert repeats.original.tolist() == [0, 0, 2]


def test_copies_of_whole_documents_take_no_part(tmp_path):
    repeats = found(tmp_path, ["ab", "ab", "cab"], alive=[True, False, True])
    assert repeats.original.tolist() == [0, 1, 0]


def test_a_document_that_repeats_itself_stays(tmp_path):
    assert found(tmp_path, ["aa", "b"]).original.tolist() == [0, 1]
