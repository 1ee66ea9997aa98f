"""Near-duplicates: recall and precision on planted edits, and who is kept."""

from pathlib import Path

import numpy as np
import pytest

from maskzoo.corpus.near_duplicates import SignatureFile, banding, candidates, kept_originals, shingles, signatures
from maskzoo.corpus.words import hashes, words
from maskzoo.recipe.curation import NearDuplicates

from .invented import Writer

SETTINGS = NearDuplicates()


def originals(folder: Path, texts: list[str], threshold: float = SETTINGS.threshold) -> tuple[np.ndarray, np.ndarray]:
    documents = [shingles(hashes(words(text)), SETTINGS.shingle) for text in texts]
    file = folder / "signatures"
    file.write_bytes(signatures(documents, SETTINGS.permutations).tobytes())
    return kept_originals(SignatureFile(file, SETTINGS.permutations), threshold, np.arange(len(texts), dtype=np.int32))


def test_planted_edits_are_found_and_nothing_else(tmp_path: Path) -> None:
    writer = Writer()
    sources = writer.texts(300, words=120)
    halves = [text[: len(text) // 2] + " " + writer.text(60) for text in sources[:100]]  # related, to be kept
    shares = [(0.0, 60), (0.02, 60), (0.04, 60), (0.25, 60)]
    copies = [
        (number, share, writer.edited(sources[number], share))
        for start, (share, count) in zip((0, 60, 120, 180), shares, strict=True)
        for number in range(start, start + count)
    ]
    texts = sources + halves + [text for _, _, text in copies]
    original, similarity = originals(tmp_path, texts)
    recall = {
        share: np.mean([original[400 + at] == number for at, (number, s, _) in enumerate(copies) if s == share])
        for share, _ in shares
    }
    assert recall[0.0] == 1.0
    assert recall[0.02] >= 0.98
    assert recall[0.04] >= 0.9
    assert recall[0.25] == 0.0
    planted = {400 + at: number for at, (number, _, _) in enumerate(copies)}
    dropped = np.flatnonzero(original != np.arange(len(texts)))
    assert np.mean([planted.get(int(at)) == original[at] for at in dropped]) >= 0.98
    assert (similarity[dropped] >= SETTINGS.threshold).all()


def test_similarity_is_not_passed_on_through_a_chain(tmp_path: Path) -> None:
    writer = Writer(1)
    base = writer.text(300).split()
    fresh = writer.text(300).split()
    slid = [" ".join(fresh[:cut] + base[cut:]) for cut in (0, 40, 80, 120)]  # neighbours resemble, the ends do not
    original, _ = originals(tmp_path, slid)
    assert original[1] == 0
    assert original[2] == 2  # resembles only the dropped one, so it stays
    assert original[3] == 2


def test_crowds_are_reduced_to_their_first_member(tmp_path: Path) -> None:
    writer = Writer(2)
    text = writer.text(200)
    crowd = [writer.edited(text, 0.01) for _ in range(200)]
    original, _ = originals(tmp_path, [text, *crowd, writer.text(200)])
    assert (original[1:201] == 0).mean() >= 0.99
    assert original[201] == 201


def test_documents_shorter_than_a_shingle_are_compared_whole(tmp_path: Path) -> None:
    original, _ = originals(tmp_path, ["a b", "a c", "a b", "b"])
    assert original.tolist() == [0, 1, 0, 3]


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.8, 0.95])
def test_the_banding_finds_pairs_at_the_threshold(threshold: float) -> None:
    bands, rows = banding(threshold, 128)
    assert bands * rows <= 128
    assert 1 - (1 - threshold**rows) ** bands >= 0.995
    assert rows == 1 or 1 - (1 - threshold ** (rows + 1)) ** (128 // (rows + 1)) < 0.995  # the most selective one


def test_candidates_grow_linearly_even_when_all_share_a_bucket() -> None:
    alive = np.arange(5000, dtype=np.int32)
    pairs = np.concatenate(list(candidates(np.zeros(5000, dtype=np.uint64), alive)))
    assert len(pairs) < 8 * 5000
    assert (pairs[:, 0] < pairs[:, 1]).all()
