"""Recall at planted edits, precision, and speed of near-duplicate removal: `python bench/near_duplicates.py`.

Documents are made of 20 to 400 words drawn by rank (Zipf). For each share of edited words, copies of some documents are
planted after all originals, with that share of their words replaced. Recall is the share of copies that are dropped in
favour of their own original; precision the share of dropped documents that are planted copies. A second row of
originals, each sharing half of its sentences with another one, must stay: it is what precision is tested on.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

import numpy as np
from machine import described

from maskzoo.corpus.near_duplicates import SignatureFile, banding, kept_originals, shingles, signatures
from maskzoo.corpus.words import hashes, words
from maskzoo.recipe.curation import NearDuplicates

EDITS = (0.0, 0.02, 0.04, 0.10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=4000)
    parser.add_argument("--copies", type=int, default=400, help="planted copies for each share of edits")
    parser.add_argument("--threshold", type=float, default=NearDuplicates().threshold)
    parser.add_argument("--shingle", type=int, default=NearDuplicates().shingle)
    parser.add_argument("--permutations", type=int, default=NearDuplicates().permutations)
    parser.add_argument("--quick", action="store_true", help="few documents: that it runs, in seconds")
    options = parser.parse_args()
    if options.quick:
        options.documents, options.copies = 400, 40
    print(described("rensa", "numpy"))
    texts, original_of, edits_of = planted(options.documents, options.copies, seed=0)
    size = sum(len(text) for text in texts)

    clock = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "signatures"
        with file.open("wb") as stream:
            for start in range(0, len(texts), 1000):
                documents = [shingles(hashes(words(text)), options.shingle) for text in texts[start : start + 1000]]
                stream.write(signatures(documents, options.permutations).tobytes())
        signed = time.process_time() - clock
        everything = np.arange(len(texts), dtype=np.int32)
        found, _ = kept_originals(SignatureFile(file, options.permutations), options.threshold, everything)
    seconds = time.process_time() - clock

    bands, rows = banding(options.threshold, options.permutations)
    print(
        f"{len(texts):,} documents, {size / 1e6:.1f} MB; {options.shingle}-word shingles, threshold {options.threshold}"
    )
    print(f"{options.permutations} permutations in {bands} bands of {rows}")
    for share in EDITS:
        copies = [number for number, edits in edits_of.items() if edits == share]
        recall = sum(found[number] == original_of[number] for number in copies) / len(copies)
        print(f"recall at {share:4.0%} edited words: {recall:.3f}")
    dropped = np.flatnonzero(found != everything)
    right = sum(original_of.get(int(number), -1) == found[number] for number in dropped)
    print(f"precision: {right / max(1, len(dropped)):.4f} ({len(dropped)} dropped)")
    print(f"speed: {size / 1e6 / seconds:.1f} MB/s per core (signatures alone {size / 1e6 / signed:.1f})")


def planted(documents: int, copies: int, *, seed: int) -> tuple[list[str], dict[int, int], dict[int, float]]:
    """Texts, original of each planted copy, and share of its words that was edited."""
    draw = random.Random(seed)
    vocabulary = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 10))) for _ in range(30_000)]
    weights = np.cumsum(1 / np.arange(1, len(vocabulary) + 1)).tolist()
    originals = [draw.choices(vocabulary, cum_weights=weights, k=draw.randint(20, 400)) for _ in range(documents // 2)]
    related = [
        text[: len(text) // 2] + draw.choices(vocabulary, cum_weights=weights, k=len(text) - len(text) // 2)
        for text in originals
    ]
    texts = originals + related
    original_of: dict[int, int] = {}
    edits_of: dict[int, float] = {}
    chosen = draw.sample(range(len(texts)), copies * len(EDITS))
    for position, original in enumerate(chosen):
        share = EDITS[position % len(EDITS)]
        copy = list(texts[original])
        for place in draw.sample(range(len(copy)), round(share * len(copy))):
            copy[place] = draw.choice(vocabulary)
        original_of[len(texts)], edits_of[len(texts)] = original, share
        texts.append(copy)
    return [" ".join(text) for text in texts], original_of, edits_of


if __name__ == "__main__":
    main()
