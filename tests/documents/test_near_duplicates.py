"""Near-duplicates: recall and precision on planted edits, and who is kept."""

from pathlib import Path

import numpy as np
import pytest

from maskzoo.documents import spill
from maskzoo.documents.minhash import permutation, signatures
from maskzoo.documents.near_duplicates import SignatureFile, banding, candidates, kept_originals, similar_pairs
from maskzoo.documents.words import read
from maskzoo.recipe.curation import NearDuplicates
from tests.corpus.invented import Writer

SETTINGS = NearDuplicates()


def originals(folder: Path, texts: list[str], threshold: float = SETTINGS.threshold) -> tuple[np.ndarray, np.ndarray]:
    documents = [read(text).hashes for text in texts]
    file = folder / "signatures"
    file.write_bytes(signatures(documents, SETTINGS.permutations, SETTINGS.shingle).tobytes())
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
    pairs = np.concatenate(list(candidates(np.arange(5000, dtype=np.uint64))))
    assert len(pairs) < 8 * 5000
    assert (pairs[:, 0] < pairs[:, 1]).all()


def plain_hash(word: str) -> int:
    value = 0xCBF29CE484222325
    for byte in word.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return plain_mixed(value)


def plain_mixed(value: int) -> int:
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = (value ^ value >> shift) * factor % 2**64
    return value ^ value >> 31


def plain_signature(text: str, size: int, permutations: int) -> list[int]:
    found = [plain_hash(word) for word in text.split()]
    shingles = set()
    for start in range(max(1, len(found) - size + 1)):
        value = 0
        for word in found[start : start + size]:
            value = (value * 0x9E3779B97F4A7C15 + word) % 2**64
        shingles.add(plain_mixed(value) >> 32)
    factors, summands = (numbers.tolist() for numbers in permutation(permutations))
    return [min((a * x + b) % 2**32 for x in shingles) for a, b in zip(factors, summands, strict=True)]


def test_signatures_are_those_of_plain_integers() -> None:
    texts = ["one two three four five", "one two", "a b c a b c a b c", "naïve café naïve résumé"]
    signed = signatures([read(text).hashes for text in texts], 16, 3)
    assert signed.tolist() == [plain_signature(text, 3, 16) for text in texts]
    assert (signatures([read("").hashes], 16, 3) == 2**32 - 1).all()


def test_estimates_of_jaccard_are_unbiased_and_as_sharp_as_128_draws() -> None:
    generator = np.random.default_rng(0)
    errors = []
    for _ in range(300):
        units = generator.integers(0, 2**63, 300).astype(np.uint64)
        one, other = signatures([units[:200], units[100:]], 128)  # 100 of 300 in common
        errors.append((one == other).mean() - 1 / 3)
    expected = (1 / 3 * 2 / 3 / 128) ** 0.5
    assert abs(np.mean(errors)) < 3 * expected / 300**0.5
    assert np.std(errors) < 1.15 * expected


def greedy(texts: list[str], threshold: float) -> list[int]:
    """What comparing every document with all that were kept before keeps."""
    rows = np.array([plain_signature(text, SETTINGS.shingle, 32) for text in texts])
    kept: list[int] = []
    for number, row in enumerate(rows):
        if not kept or (rows[kept] == row).mean(axis=1).max() < threshold:
            kept.append(number)
    return kept


@pytest.mark.parametrize("bucket", [64, 1 << 22])
def test_what_stays_is_what_a_plain_search_of_every_pair_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: int
) -> None:
    monkeypatch.setattr(spill, "BUCKET_NUMBERS", bucket)
    monkeypatch.setattr(spill, "BUFFERED", 500)
    writer = Writer(3)
    sources = writer.texts(60, words=60)
    texts = sources + [writer.edited(text, share) for text in sources[:30] for share in (0.0, 0.03)]
    signed = signatures([read(text).hashes for text in texts], 32, SETTINGS.shingle)
    (tmp_path / "signatures").write_bytes(signed.tobytes())
    everything = np.arange(len(texts), dtype=np.int32)
    original, _ = kept_originals(SignatureFile(tmp_path / "signatures", 32), 0.7, everything)
    assert np.flatnonzero(original == everything).tolist() == greedy(texts, 0.7)
    assert [path.name for path in tmp_path.iterdir()] == ["signatures"], "the buckets are gone"


def test_shards_change_neither_pairs_nor_their_order_and_keep_owners_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = np.random.default_rng(1)
    units = generator.integers(0, 2**63, (50, 40)).astype(np.uint64)
    signed = signatures([units[number] for number in generator.integers(0, 50, 300)], 32)
    (tmp_path / "signatures").write_bytes(signed.tobytes())
    owners = np.repeat(np.arange(30, dtype=np.int32), 10)
    alive = np.flatnonzero(generator.random(300) < 0.9).astype(np.int32)

    def found() -> list[tuple[np.ndarray, np.ndarray]]:
        return list(similar_pairs(SignatureFile(tmp_path / "signatures", 32), 0.7, alive, owners))

    (whole,) = found()
    monkeypatch.setattr(spill, "BUCKET_NUMBERS", 200)
    parts = found()
    assert len(parts) > 5
    assert np.concatenate([pairs for pairs, _ in parts]).tolist() == whole[0].tolist()
    assert (np.diff(whole[0][:, 1]) >= 0).all()
    seen = [set(owners[pairs[:, 1]].tolist()) for pairs, _ in parts]
    assert sum(map(len, seen)) == len(set.union(*seen)), "no owner in two parts"
    assert set(whole[0].ravel().tolist()) <= set(alive.tolist())
