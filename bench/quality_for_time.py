"""CPU seconds until maskzoo's loop is as good as the stock script is after a budget, at the stock script's best rate.

Both sides train the same fresh BERT on the same windows of the same tokens. The stock side is run_mlm.py's Trainer and
collator with dropout 0.1 and a linear decay, at each of `--rates` with the first seed; the best of them after
`--budget` CPU seconds is then its rate for every seed. maskzoo trains without dropout, with Muon, for a quarter of that
budget. Held-out loss is that of the frozen 15 % mask for both, measured outside the clock. Each side plans as many
steps as its budget has room for, judging by its first ones.

    python bench/quality_for_time.py                   (a minute a run)
    python bench/quality_for_time.py --budget 300      (the goal's five minutes; an hour in all)
    python bench/quality_for_time.py --quick           (that it runs; its figures say nothing)

Text: `--text FILES`, or the books and Wikipedia of the `general` domain from a mirror (MASKZOO_MIRRORS), or invented.
"""

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from machine import described, table
from pretraining import ours, stock, tokenizer
from transformers.utils import logging

from maskzoo.pretraining.data import Windows
from maskzoo.pretraining.evaluate import validate
from maskzoo.pretraining.loop import Data
from maskzoo.pretraining.models import Vocabulary, fresh_model
from maskzoo.pretraining.world import World
from maskzoo.recipe.training import Training

SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
HELD_OUT = 0.05  # of every document, its end
SHARE = 0.25  # of the budget, for maskzoo
TIMED = slice(2, 6)  # steps that tell how many more there are time for
LOOKS = 12  # times that maskzoo's loss is measured on the way


def documents(files: list[Path]) -> list[str]:
    """Whole books and whole articles, so that hardly a window is of two."""
    if files:
        return [path.read_text(encoding="utf-8") for path in files]
    for mirror in os.environ.get("MASKZOO_MIRRORS", "").split(":"):
        folder = Path(mirror) / "general"
        found = [*sorted(folder.glob("classic_books/*.md")), *folder.glob("wikitext2/valid.txt")]
        if mirror and found:
            return [path.read_text(encoding="utf-8") for path in found]
    rng = np.random.default_rng(0)
    return [" ".join(f"w{word}" for word in rng.zipf(1.3, size=30_000) % 3000) for _ in range(4)]


def encoded(texts: list[str], vocabulary: int) -> tuple[Windows, Windows, int]:
    """Windows to train on and held out, of a WordPiece vocabulary trained on the former; and its size."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    words = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    words.normalizer, words.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    cuts = [int(len(text) * (1 - HELD_OUT)) for text in texts]
    train = [text[:cut] for text, cut in zip(texts, cuts, strict=True)]
    held = [text[cut:] for text, cut in zip(texts, cuts, strict=True)]
    words.train_from_iterator(train, trainers.WordPieceTrainer(vocab_size=vocabulary, special_tokens=SPECIALS))

    def windows(part: list[str]) -> Windows:
        ids = [np.asarray([2, *found.ids, 3]) for found in words.encode_batch(part)]
        offsets = np.cumsum([0, *map(len, ids)])
        return Windows(np.concatenate(ids).astype(np.uint16), offsets, special_ids=[0, 1, 2, 3, 4], length=128)

    return windows(train), windows(held), words.get_vocab_size()


class Bench:
    """What all runs share: model shape, data, and how a run is timed."""

    def __init__(self, data: Data, vocabulary: int, *, layers: int, hidden: int, batch: int, folder: str) -> None:
        self.data, self.batch, self.folder = data, batch, folder
        self.words = tokenizer(vocabulary)
        self.vocabulary = Vocabulary(size=vocabulary, pad_id=0, mask_id=4, cls_id=2, sep_id=3)
        self.shape = {
            "hidden_size": hidden, "num_hidden_layers": layers, "intermediate_size": 4 * hidden,
            "num_attention_heads": max(1, hidden // 64),
        }  # fmt: skip

    def model(self, seed: int, dropout: float) -> Any:
        return fresh_model("bert", self.shape, self.vocabulary, length=128, seed=seed, dropout=dropout).train()

    def loss(self, model: Any) -> float:
        """Held-out loss under the frozen mask, the same windows for every model."""
        return validate(model, self.data.validation, mask_id=4, batches=8, batch_size=32, world=World()).loss

    def training(self, steps: int, rate: float, **more: Any) -> Training:
        return Training(steps=steps, sequence_length=128, batch_size=self.batch, learning_rate=rate, **more)

    def stock_steps(self, model: Any, steps: int, rate: float, seed: int) -> Iterator[None]:
        return stock(model, self.data, self.training(steps, rate), self.folder, self.words, seed=seed)

    def our_steps(self, model: Any, steps: int, rate: float, seed: int, optimiser: str, batch: int) -> Iterator[None]:
        settings = self.training(steps, rate, optimiser=optimiser).model_copy(update={"batch_size": batch})
        return ours(model, self.data, settings, seed=seed)


def spent(steps: Iterator[None]) -> float:
    """CPU seconds of one step."""
    start = time.process_time()
    next(steps)
    return time.process_time() - start


def affordable(steps: Iterator[None], seconds: float) -> int:
    """How many steps there are in so many CPU seconds, by the first few of a run that is then given up."""
    times = [spent(steps) for _ in range(TIMED.stop)]
    return max(TIMED.stop, int(seconds / statistics.median(times[TIMED])))


def stock_loss(bench: Bench, steps: int, rate: float, seed: int) -> tuple[float, float]:
    """Held-out loss after a stock run, and its CPU seconds."""
    model = bench.model(seed, 0.1)
    running = bench.stock_steps(model, steps, rate, seed)
    seconds = sum(spent(running) for _ in range(steps))
    return bench.loss(model), seconds


def reached(
    bench: Bench, target: float, steps: int, rate: float, seed: int, optimiser: str, batch: int
) -> tuple[float | None, float, float]:
    """CPU seconds after which maskzoo's loss was at most the target (None: never); its last loss; all its seconds."""
    model = bench.model(seed, 0.0)
    running = bench.our_steps(model, steps, rate, seed, optimiser, batch)
    looks = {max(1, round(steps * look / LOOKS)) for look in range(1, LOOKS + 1)}
    seconds, when, loss = 0.0, None, float("inf")
    for step in range(1, steps + 1):
        seconds += spent(running)
        if step in looks:
            loss = bench.loss(model)
            when = seconds if when is None and loss <= target else when
    return when, loss, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=float, default=60.0, help="CPU seconds of a stock run")
    parser.add_argument(
        "--rates", type=float, nargs="+", default=[2e-4, 5e-4, 1e-3, 2e-3], help="tried for the stock side"
    )
    parser.add_argument("--rate", type=float, default=1e-2, help="maskzoo's")
    parser.add_argument("--optimiser", default="muon", help="maskzoo's")
    parser.add_argument("--our-batch", type=int, help="maskzoo's sequences a step, where not the stock side's")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--text", type=Path, nargs="+", default=[])
    for name, value in (("layers", 2), ("hidden", 128), ("vocab", 8000), ("batch", 32)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="a tiny model, invented text and a budget of a second")
    options = parser.parse_args()
    if options.quick:
        os.environ.pop("MASKZOO_MIRRORS", None)
        parser.set_defaults(budget=1.0, rates=[1e-3], seeds=[0, 1], layers=1, hidden=64, vocab=500, batch=4)
        options = parser.parse_args()
    torch.set_num_threads(options.threads)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    print(described("torch", "transformers"))
    train, held, size = encoded(documents(options.text), options.vocab)
    data = Data(train=train, validation=held, mask_id=4, ordinary=np.arange(5, size))
    print(
        f"BERT {options.layers} x {options.hidden}, {size:,} words, {len(train.tokens):,} tokens; stock: batch"
        f" {options.batch} x 128, {options.budget:.0f} CPU seconds a run, {options.threads} thread(s)"
    )
    batch = options.our_batch or options.batch
    with TemporaryDirectory() as folder:
        bench = Bench(data, size, layers=options.layers, hidden=options.hidden, batch=options.batch, folder=folder)
        first, seeds = options.seeds[0], options.seeds
        trial = bench.stock_steps(bench.model(first, 0.1), TIMED.stop, options.rates[0], first)
        steps = affordable(trial, options.budget)
        tried = {rate: stock_loss(bench, steps, rate, first) for rate in options.rates}
        for rate, (loss, seconds) in tried.items():
            print(
                f"stock, rate {rate:g}, seed {first}: loss {loss:.3f} after {seconds:.0f} s, {steps} steps", flush=True
            )
        best = min(tried, key=lambda rate: tried[rate][0])
        trial = bench.our_steps(bench.model(first, 0.0), TIMED.stop, options.rate, first, options.optimiser, batch)
        our_steps = affordable(trial, SHARE * options.budget)
        print(
            f"maskzoo: {options.optimiser}, rate {options.rate:g}, batch {batch} x 128, {our_steps} steps", flush=True
        )
        rows = [
            ("seed", "stock's loss", "stock, s", "maskzoo's s to reach it", "ratio", "maskzoo's last loss", "after, s")
        ]
        ratios = []
        for seed in seeds:
            target, seconds = tried[best] if seed == first else stock_loss(bench, steps, best, seed)
            when, last, all_of = reached(bench, target, our_steps, options.rate, seed, options.optimiser, batch)
            ratios.append(seconds / when if when is not None else None)
            rows.append(
                (
                    str(seed),
                    f"{target:.3f}",
                    f"{seconds:.0f}",
                    "not reached" if when is None else f"{when:.1f}",
                    "-" if when is None else f"{seconds / when:.2f}",
                    f"{last:.3f}",
                    f"{all_of:.1f}",
                )
            )
    print(table(rows))
    found = sorted(ratio for ratio in ratios if ratio is not None)
    if found:
        print(f"ratio: {statistics.median(found):.2f} ({found[0]:.2f} to {found[-1]:.2f}), goal 4")
    print(f"reached by {len(found)} of {len(ratios)} seeds")


if __name__ == "__main__":
    main()
