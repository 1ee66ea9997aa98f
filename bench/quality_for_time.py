"""CPU seconds until maskzoo's loop is as good as the stock script is after a budget, at the stock script's best rate.

Both sides train the same fresh BERT on the same windows of the same tokens. The stock side is run_mlm.py's Trainer
and collator with dropout 0.1 and a linear decay; maskzoo trains without dropout, with Muon, for a quarter of the
budget. Both choose with a seed that is then not used again (`--choosing-seed`): the stock side the rate with the
least loss after `--budget` CPU seconds, maskzoo rate and batch size with the least loss after its quarter. What they
chose then runs for each of `--seeds`. Held-out loss is that of the frozen 15 % mask for both, measured outside the
clock. Each side plans as many steps as its budget has room for, judging by its first ones.

    python bench/quality_for_time.py                                  (a minute a run)
    python bench/quality_for_time.py --budget 300 --write docs        (the goal's five minutes; an hour in all)
    python bench/quality_for_time.py --quick                          (that it runs; its figures say nothing)

Text: `--text FILES`, or the books and Wikipedia of the `general` domain from a mirror (MASKZOO_MIRRORS), or invented.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from machine import described, leave, table
from pretraining import ours, stock, tokenizer
from transformers.utils import logging

from maskzoo.models.common.start import Vocabulary, fresh_model
from maskzoo.pretraining.evaluate import validate
from maskzoo.pretraining.world import World
from maskzoo.recipe.training import Training
from maskzoo.tokenization.windows import Data, Windows

SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
HELD_OUT = 0.05  # of every document, its end
TIMED = slice(2, 6)  # steps that tell how many more there are time for
LOOKS = 12  # times that the loss is measured on the way
GOAL = 4.0


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

    def stock(self, rate: float, seed: int, steps: int) -> "Run":
        """A run of the Trainer."""
        model = self.model(seed, 0.1)
        settings = Training(steps=steps, sequence_length=128, batch_size=self.batch, learning_rate=rate)
        return Run(model, stock(model, self.data, settings, self.folder, self.words, seed=seed), steps)

    def ours(self, choice: "Choice", seed: int, steps: int) -> "Run":
        """A run of maskzoo's loop."""
        model = self.model(seed, 0.0)
        settings = Training(
            steps=steps, sequence_length=128, batch_size=choice.batch, learning_rate=choice.rate,
            optimiser=choice.optimiser,
        )  # fmt: skip
        return Run(model, ours(model, self.data, settings, seed=seed), steps)

    def curve(self, run: "Run") -> "Curve":
        """Held-out losses on the way of a run and at its end, outside the clock."""
        looks = {max(1, round(run.steps * look / LOOKS)) for look in range(1, LOOKS + 1)}
        seconds, curve = 0.0, []
        for step in range(1, run.steps + 1):
            seconds += spent(run.going)
            if step in looks:
                curve.append((seconds, self.loss(run.model)))
        return curve


Curve = list[tuple[float, float]]  # CPU seconds, held-out loss


@dataclass(frozen=True)
class Run:
    """A model and the steps that train it."""

    model: Any
    going: Iterator[None]
    steps: int


@dataclass(frozen=True)
class Choice:
    """Settings of maskzoo's side."""

    rate: float
    batch: int
    optimiser: str


def spent(steps: Iterator[None]) -> float:
    """CPU seconds of one step."""
    start = time.process_time()
    next(steps)
    return time.process_time() - start


def affordable(begun: Callable[[int], Run], seconds: float) -> int:
    """How many steps there are in so many CPU seconds, by the first few of a run that is then given up."""
    going = begun(TIMED.stop).going
    times = [spent(going) for _ in range(TIMED.stop)]
    return max(TIMED.stop, int(seconds / statistics.median(times[TIMED])))


def reached(curve: Curve, target: float) -> float | None:
    """CPU seconds after which the loss was at most the target; None: never."""
    return next((seconds for seconds, loss in curve if loss <= target), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", type=float, default=60.0, help="CPU seconds of a stock run")
    parser.add_argument("--share", type=float, default=1 / GOAL, help="of the budget, for maskzoo")
    parser.add_argument(
        "--rates", type=float, nargs="+", default=[5e-4, 1e-3, 2e-3, 4e-3], help="tried for the stock side"
    )
    parser.add_argument("--our-rates", type=float, nargs="+", default=[5e-3, 1e-2, 2e-2], help="tried for maskzoo")
    parser.add_argument("--our-batches", type=int, nargs="+", default=[16, 32], help="sequences a step, tried, too")
    parser.add_argument("--optimiser", default="muon", help="maskzoo's")
    parser.add_argument("--choosing-seed", type=int, default=9)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--text", type=Path, nargs="+", default=[])
    parser.add_argument("--write", type=Path, help="folder for quality_for_time.json and .svg")
    for name, value in (("layers", 2), ("hidden", 128), ("vocab", 8000), ("batch", 32)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="a tiny model, invented text and a budget of a second")
    options = parser.parse_args()
    if options.quick:
        os.environ.pop("MASKZOO_MIRRORS", None)
        parser.set_defaults(budget=1.0, rates=[1e-3], our_rates=[1e-2], our_batches=[4], seeds=[0, 1])
        parser.set_defaults(layers=1, hidden=64, vocab=500, batch=4)
        options = parser.parse_args()
    torch.set_num_threads(options.threads)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    print(described("torch", "transformers"))
    train, held, size = encoded(documents(options.text), options.vocab)
    data = Data(train=train, validation=held, mask_id=4, ordinary=np.arange(5, size))
    said = (
        f"BERT {options.layers} x {options.hidden}, {size:,} words, {len(train.tokens):,} tokens; stock: batch"
        f" {options.batch} x 128, {options.budget:.0f} CPU seconds a run, {options.threads} thread(s)"
    )
    print(said, flush=True)
    with TemporaryDirectory() as folder:
        bench = Bench(data, size, layers=options.layers, hidden=options.hidden, batch=options.batch, folder=folder)
        stock_steps, rate = chosen_rate(bench, options)
        our_steps, choice = chosen(bench, options)
        curves = []
        for seed in options.seeds:
            theirs = bench.curve(bench.stock(rate, seed, stock_steps))
            mine = bench.curve(bench.ours(choice, seed, our_steps))
            print(f"seed {seed}: stock {theirs[-1][1]:.3f}, maskzoo {mine[-1][1]:.3f}", flush=True)
            curves.append({"seed": seed, "stock": theirs, "maskzoo": mine})
    ratios = report(curves)
    if not options.quick:
        what = f"CPU time to the loss that stock reaches in {options.budget:.0f} s, {len(ratios)} seeds"
        peer = f"Trainer, batch {options.batch}, best of {len(options.rates)} rates"
        leave(what, peer, [ratio or 0.0 for ratio in ratios], GOAL)
    if options.write:
        found = {
            "machine": described("torch", "transformers"), "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "command": " ".join(["python", *sys.argv]), "said": said, "stock": {"rate": rate, "steps": stock_steps},
            "maskzoo": {**asdict(choice), "steps": our_steps}, "ratios": ratios, "curves": curves,
        }  # fmt: skip
        write(options.write, found)


def chosen_rate(bench: Bench, options: argparse.Namespace) -> tuple[int, float]:
    """Steps of a stock run, and its best rate."""
    seed = options.choosing_seed
    steps = affordable(lambda few: bench.stock(options.rates[0], seed, few), options.budget)
    tried: dict[float, float] = {}
    for rate in options.rates:
        seconds, tried[rate] = bench.curve(bench.stock(rate, seed, steps))[-1]
        print(f"stock, rate {rate:g}: loss {tried[rate]:.3f} after {seconds:.0f} s, {steps} steps", flush=True)
    return steps, min(tried, key=tried.__getitem__)


def chosen(bench: Bench, options: argparse.Namespace) -> tuple[int, Choice]:
    """Steps of maskzoo's run, and the settings with the least loss."""
    seed, budget = options.choosing_seed, options.share * options.budget
    tried: dict[tuple[int, Choice], float] = {}
    for batch in options.our_batches:
        first = Choice(options.our_rates[0], batch, options.optimiser)
        steps = affordable(lambda few, first=first: bench.ours(first, seed, few), budget)  # type: ignore[misc]
        for rate in options.our_rates:
            choice = Choice(rate, batch, options.optimiser)
            seconds, tried[steps, choice] = bench.curve(bench.ours(choice, seed, steps))[-1]
            print(f"{choice}: loss {tried[steps, choice]:.3f} after {seconds:.0f} s, {steps} steps", flush=True)
    return min(tried, key=tried.__getitem__)


def report(curves: list[dict[str, Any]]) -> list[float | None]:
    """The table; stock's seconds over maskzoo's for each seed, None where its loss was not reached."""
    rows = [("seed", "stock's loss", "stock, s", "maskzoo's s to reach it", "ratio", "maskzoo's last loss", "after, s")]
    ratios: list[float | None] = []
    for one in curves:
        (seconds, target), (all_of, last) = one["stock"][-1], one["maskzoo"][-1]
        when = reached(one["maskzoo"], target)
        ratios.append(None if when is None else seconds / when)
        rows.append(
            (
                str(one["seed"]),
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
        print(f"ratio: {statistics.median(found):.2f} ({found[0]:.2f} to {found[-1]:.2f}), goal {GOAL:g}")
    print(f"reached by {len(found)} of {len(ratios)} seeds")
    return ratios


def write(folder: Path, found: dict[str, Any]) -> None:
    """The curves and their picture."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "maskzoo"
    import matplotlib.pyplot as plt
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    (folder / "quality_for_time.json").write_text(json.dumps(found, indent=1) + "\n")
    figure, axes = plt.subplots(figsize=(6.5, 3.8), layout="constrained")
    looks = {"stock": ("0.45", f"Trainer, rate {found['stock']['rate']:g}"), "maskzoo": ("C0", "maskzoo")}
    for side, (colour, label) in looks.items():
        for number, one in enumerate(found["curves"]):
            seconds, losses = zip(*one[side], strict=True)
            axes.plot(seconds, losses, color=colour, marker=".", lw=1.2, label=None if number else label)
    for one in found["curves"]:
        axes.axhline(one["stock"][-1][1], color="0.45", lw=0.6, ls=":")
    axes.set(xlabel="CPU seconds", ylabel="held-out loss, frozen 15 % mask", xscale="log", title="Quality for time")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.legend(frameon=False, fontsize="small")
    axes.grid(alpha=0.3)
    figure.savefig(folder / "quality_for_time.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
