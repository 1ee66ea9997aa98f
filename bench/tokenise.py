"""Tokenise and pack: `maskzoo tokens` against run_mlm.py's preprocessing, same tokenizer, text and cores.

    python bench/tokenise.py [--megabytes 50] [--repeats 3] [--design wordpiece]
    python bench/tokenise.py --quick        (that it runs, in seconds; its figures say nothing)

The peer is what run_mlm.py does with a raw text data set: `datasets.map(tokenizer(...,
return_special_tokens_mask=True))` in batches, then `datasets.map(group_texts)` to sequences of 128. Both sides run
in turns, each in processes of its own, so that what other programs do to the machine hits both. Before any time is
printed, the ids of every document are compared.

Text: what a mirror (MASKZOO_MIRRORS) holds of laws, books, articles and sentences in many languages, or invented.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import cpu

LENGTH = 128
GOAL = 5.0


def peer(tokenizer_folder: Path, documents: Path, cache: Path, cores: int) -> None:
    """The preprocessing of run_mlm.py without --line_by_line."""
    import datasets
    from transformers import AutoTokenizer

    datasets.disable_progress_bars()
    tokenizer = AutoTokenizer.from_pretrained(str(tokenizer_folder), model_max_length=10**9)
    raw = datasets.Dataset.from_parquet(str(documents), columns=["text"], cache_dir=str(cache))
    began = time.perf_counter(), cpu()
    tokenised = raw.map(
        lambda batch: tokenizer(batch["text"], return_special_tokens_mask=True),
        batched=True,
        remove_columns=["text"],
        num_proc=cores if cores > 1 else None,
        load_from_cache_file=False,
    )

    def group_texts(batch: dict[str, list[list[int]]]) -> dict[str, list[list[int]]]:
        joined = {key: [value for row in rows for value in row] for key, rows in batch.items()}
        total = len(joined["input_ids"]) // LENGTH * LENGTH
        return {
            key: [values[start : start + LENGTH] for start in range(0, total, LENGTH)] for key, values in joined.items()
        }

    tokenised.map(group_texts, batched=True, num_proc=cores if cores > 1 else None, load_from_cache_file=False)
    report(began)
    if cores == 1:
        import numpy as np

        np.save(cache / "peer.npy", np.concatenate([np.asarray(ids, np.uint16) for ids in tokenised["input_ids"]]))


def ours(tokenizer_folder: Path, documents: Path, cache: Path, cores: int) -> None:
    """`maskzoo tokens`, proof and writing included."""
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401  (imports are not what is measured, on either side)

    import maskzoo.tokenization.unit_kernel  # noqa: F401
    from maskzoo.tokenization.encode import pack

    began = time.perf_counter(), cpu()
    pack(documents, tokenizer_folder, cache / "tokens", workers=1 if cores == 1 else None)
    report(began)


def report(began: tuple[float, float]) -> None:
    print(f"measured {time.perf_counter() - began[0]} {cpu() - began[1]}")


def measured(side: str, tokenizer: Path, documents: Path, cache: Path, cores: int) -> tuple[float, float]:
    """Wall and CPU seconds of one side in a process of its own, imports not counted."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "RAYON_NUM_THREADS": str(cores), "OMP_NUM_THREADS": "1"}
    if cores > 1:
        environment["TOKENIZERS_PARALLELISM"] = "false"  # the processes are the parallelism, on both sides
    command = [
        sys.executable,
        __file__,
        "--side",
        side,
        "--paths",
        str(tokenizer),
        str(documents),
        str(cache),
        "--cores",
        str(cores),
    ]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode:
        sys.exit(answer.stderr)
    line = next(line for line in answer.stdout.splitlines() if line.startswith("measured"))
    wall, used = line.split()[1:]
    return float(wall), float(used)


def corpus(folder: Path, megabytes: float) -> tuple[Path, int]:
    """documents.parquet with the text of bench/tokenizer_training.py, and its bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from tokenizer_training import texts

    found = texts(megabytes)
    table = pa.table({"text": found, "split": ["train"] * len(found)})
    pq.write_table(
        table, folder / "documents.parquet", compression="zstd", row_group_size=max(1, min(1000, len(found) // 8))
    )
    return folder / "documents.parquet", sum(len(text.encode()) for text in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--design", default="wordpiece", help="a name under tokenizers/")
    parser.add_argument("--quick", action="store_true", help="little text, one core")
    parser.add_argument("--side", choices=("peer", "ours"), help=argparse.SUPPRESS)
    parser.add_argument("--paths", nargs=3, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--cores", type=int, default=1, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        {"peer": peer, "ours": ours}[options.side](*options.paths, options.cores)
        return
    if options.quick:
        options.megabytes, options.repeats = 0.2, 1

    import numpy as np
    from machine import described as machine
    from machine import leave, ratios, spread, table

    from maskzoo.processes import cores as available
    from maskzoo.tokenization.design import read_design
    from maskzoo.tokenization.make import make_trained
    from maskzoo.tokenization.shards import Shards

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents, size = corpus(folder, options.megabytes)
        design = read_design(Path(__file__).parents[1] / "tokenizers" / f"{options.design}.yaml")
        make_trained(design, documents, folder / "tokenizer", where=options.design)
        print(machine("tokenizers", "transformers", "datasets"))
        print(
            f"{size / 1e6:.1f} MB, tokenizer {options.design} ({design.vocab_size:,} entries), "
            f"medians of {options.repeats}"
        )
        rows = [("", "MB/s", "s", "s of CPU", "ratio by wall time", "ratio by CPU time")]
        for cores in [1] if options.quick else sorted({1, available()}):
            seconds: dict[str, list[tuple[float, float]]] = {"peer": [], "ours": []}
            for _ in range(options.repeats):
                for side, found in seconds.items():
                    found.append(measured(side, folder / "tokenizer", documents, folder, cores))
            if cores == 1:
                same = np.array_equal(np.load(folder / "peer.npy"), Shards.open(folder / "tokens").tokens("train"))
                print("ids of all documents are equal on both sides" if same else "THE IDS DIFFER")
                if not same:
                    sys.exit(1)
            wall, used = ({side: [times[k] for times in found] for side, found in seconds.items()} for k in (0, 1))
            if not options.quick:
                what = f"tokenise and pack, {cores} core(s), CPU time"
                leave(what, "datasets.map + group_texts", ratios(used["peer"], used["ours"]), GOAL)
            for side, label in (("peer", "run_mlm.py"), ("ours", "maskzoo tokens")):
                took, cpu_took = statistics.median(wall[side]), statistics.median(used[side])
                rows.append(
                    (
                        f"{label}, {cores} core(s)",
                        *(f"{size / 1e6 / took:.2f}", f"{took:.2f}", f"{cpu_took:.2f}"),
                        *(spread(spent["peer"], spent[side]) for spent in (wall, used)),
                    )
                )
        print(table(rows))


if __name__ == "__main__":
    main()
