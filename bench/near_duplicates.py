"""Near-duplicate removal against rensa and datatrove, in turns: `python bench/near_duplicates.py`.

Documents are made of 20 to 400 words drawn by rank (Zipf). For each share of edited words, copies of some documents are
planted after all originals, with that share of their words replaced. Recall is the share of copies that are dropped
while their original stays; precision the share of dropped documents that are planted copies. A second row of
originals, each sharing half of its sentences with another one, must stay: it is what precision is tested on.

rensa gets the same shingles as strings, the same number of permutations and the same bands, and verifies what shares a
band as we do. datatrove runs with its own settings where `make peers` has made its environment
(bench/peers/datatrove_minhash.py). Before anything is timed, what we keep is held against a plain search that compares
every pair of the first documents.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from machine import PEERS, cpu, described, leave, ratios, spread, table

from maskzoo.documents.minhash import signatures
from maskzoo.documents.near_duplicates import SignatureFile, banding, kept_originals
from maskzoo.documents.words import read, words
from maskzoo.recipe.curation import NearDuplicates

EDITS = (0.0, 0.02, 0.04, 0.10)
GOALS = {"rensa, same settings": 5.0, "datatrove, its settings": 30.0}
RECALL_GOAL = 0.9  # at 4 % of words edited
Kept = set[int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=4000)
    parser.add_argument("--copies", type=int, default=400, help="planted copies for each share of edits")
    parser.add_argument("--threshold", type=float, default=NearDuplicates().threshold)
    parser.add_argument("--shingle", type=int, default=NearDuplicates().shingle)
    parser.add_argument("--permutations", type=int, default=NearDuplicates().permutations)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compared", type=int, default=1500, help="documents of the plain search (every pair)")
    made = PEERS / "datatrove" / "bin" / "python"
    parser.add_argument(
        "--datatrove",
        type=Path,
        default=made if made.exists() else None,
        help="the Python of an environment that has datatrove (made by `make peers`)",
    )
    parser.add_argument("--quick", action="store_true", help="few documents: that it runs, in seconds")
    options = parser.parse_args()
    if options.quick:
        options.documents, options.copies, options.rounds, options.compared, options.datatrove = 400, 40, 1, 200, None
    settings = NearDuplicates(threshold=options.threshold, shingle=options.shingle, permutations=options.permutations)
    print(described("numba", "rensa", "numpy"))
    texts, original_of, edits_of = planted(options.documents, options.copies, seed=0)
    size = sum(len(text) for text in texts) / 1e6
    bands, rows = banding(settings.threshold, settings.permutations)
    print(f"{len(texts):,} documents, {size:.1f} MB; {settings.shingle}-word shingles, threshold {settings.threshold}")
    print(f"{settings.permutations} permutations in {bands} bands of {rows}; medians of {options.rounds}")
    few = texts[-options.compared :] + texts[: options.compared]  # the copies stand at the end
    same = ours(few, settings) == every_pair(few, settings)
    print(f"what stays of {len(few):,} documents equals a plain search of every pair: {'yes' if same else 'NO'}")
    if not same:
        sys.exit(1)
    signing: list[float] = []
    sides: dict[str, Callable[[], Kept]] = {
        "maskzoo": lambda: ours(texts, settings, signing),
        "rensa, same settings": lambda: by_rensa(texts, settings),
    }
    if options.datatrove:
        sides["datatrove, its settings"] = lambda: by_datatrove(texts, options.datatrove)
    spent: dict[str, list[float]] = {name: [] for name in sides}
    kept: dict[str, Kept] = {}
    for _ in range(options.rounds):
        for name, run in sides.items():
            began = cpu()
            kept[name] = run()
            spent[name].append(cpu() - began)
    lines = [("", *(f"recall {share:.0%}" for share in EDITS), "precision", "CPU s", "MB/s", "ratio to maskzoo")]
    for name, times in spent.items():
        took = statistics.median(times)
        found = quality(kept[name], len(texts), original_of, edits_of)
        shown = [f"{value:.3f}" for value in found]
        lines.append((name, *shown, f"{took:.2f}", f"{size / took:.2f}", spread(times, spent["maskzoo"])))
        if name in GOALS and not options.quick:
            leave("near-duplicate removal", name, ratios(times, spent["maskzoo"]), GOALS[name])
        if name == "maskzoo" and not options.quick:
            leave("near-duplicates, recall at 4 % of words edited", "planted copies", [found[2]], RECALL_GOAL)
            leave("near-duplicates, precision", "planted copies", [found[-1]], 0.99)
    print(table(lines))
    signed = statistics.median(signing)
    terabyte(len(texts), size, signed, statistics.median(spent["maskzoo"]) - signed, settings, bands)


def terabyte(
    documents: int, size: float, signing: float, searching: float, settings: NearDuplicates, bands: int
) -> None:
    """What these rates come to for 10**12 bytes of such documents: signing is shared out, the search follows."""
    many = 1e6 * documents / size
    print(
        f"signing {size / signing:.0f} MB/s, search {searching / documents * 1e6:.1f} us a document, of one core\n"
        f"1 TB is {many / 1e6:.0f} million documents of {1e6 * size / documents:.0f} bytes: "
        f"{1e6 / (size / signing) / 3600:.1f} core hours to sign, {many * searching / documents / 3600:.1f} to search; "
        f"on disk {many * settings.permutations * 4 / 1e9:.0f} GB of signatures, {many * bands * 8 / 1e9:.0f} GB of "
        f"keys; in memory {many * 12 / 1e9:.1f} GB and a bucket of keys"
    )


def quality(kept: Kept, documents: int, original_of: dict[int, int], edits_of: dict[int, float]) -> list[float]:
    """Recall at each share of edits, and precision."""
    found = []
    for share in EDITS:
        copies = [number for number, edits in edits_of.items() if edits == share]
        found.append(sum(number not in kept and original_of[number] in kept for number in copies) / len(copies))
    dropped = set(range(documents)) - kept
    return [*found, sum(number in original_of for number in dropped) / max(1, len(dropped))]


def ours(texts: list[str], settings: NearDuplicates, signing: list[float] | None = None) -> Kept:
    """What maskzoo keeps: from text to the answer, signatures on disk. `signing` gets the CPU seconds until those."""
    with tempfile.TemporaryDirectory() as folder:
        began = cpu()
        file = Path(folder) / "signatures"
        with file.open("wb") as stream:
            for start in range(0, len(texts), 1000):
                documents = [read(text).hashes for text in texts[start : start + 1000]]
                stream.write(signatures(documents, settings.permutations, settings.shingle).tobytes())
        if signing is not None:
            signing.append(cpu() - began)
        everything = np.arange(len(texts), dtype=np.int32)
        found, _ = kept_originals(SignatureFile(file, settings.permutations), settings.threshold, everything)
    return set(np.flatnonzero(found == everything).tolist())


def every_pair(texts: list[str], settings: NearDuplicates) -> Kept:
    """What a plain search keeps: each document is compared with all that were kept before."""
    rows = signatures([read(text).hashes for text in texts], settings.permutations, settings.shingle)
    kept: list[int] = []
    for number, row in enumerate(rows):
        if not kept or (rows[kept] == row).mean(axis=1).max() < settings.threshold:
            kept.append(number)
    return set(kept)


def by_rensa(texts: list[str], settings: NearDuplicates) -> Kept:
    """What rensa keeps: signatures of sets of strings, an index of bands, similarity of what shares one."""
    from rensa import RMinHash, RMinHashLSH

    bands, rows = banding(settings.threshold, settings.permutations)
    index = RMinHashLSH(settings.threshold, bands * rows, bands)
    signed = {}
    for number, text in enumerate(texts):
        found = words(text)
        signature = RMinHash(bands * rows, 42)
        signature.update(
            [" ".join(found[at : at + settings.shingle]) for at in range(len(found) - settings.shingle + 1)]
        )
        if not any(signature.jaccard(signed[other]) >= settings.threshold for other in index.query(signature)):
            index.insert(number, signature)
            signed[number] = signature
    return set(signed)


def by_datatrove(texts: list[str], python: Path) -> Kept:
    """What datatrove keeps, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.jsonl", Path(folder) / "kept.json"
        with source.open("w") as file:
            file.writelines(json.dumps({"text": text, "id": str(number)}) + "\n" for number, text in enumerate(texts))
        script = Path(__file__).parent / "peers" / "datatrove_minhash.py"
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        command = [str(python), str(script), str(source), str(target)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        return set(map(int, json.loads(target.read_text())))


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
