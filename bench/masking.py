"""What drawing masks costs: for every policy its share of a pretraining step.

The step is maskzoo's own (forward, backward, clipping, AdamW) of a BERT of 4 layers and 256 dimensions, vocabulary
30,000, on 32 windows of 128 tokens; a policy's time is that of choosing, filling and counting the masks, and of
learning from the losses where it does. Masks of all policies and steps are drawn in turns. CPU time, so that other
work on the machine matters less.

    python bench/masking.py --threads 1
    python bench/masking.py --quick     (that it runs, in seconds; its figures say nothing)
"""

import argparse
import statistics
import time
from typing import Any

import numpy as np
import torch
from machine import described, leave, table

from maskzoo import registry
from maskzoo.masking.common.masker import Masked, Masker
from maskzoo.masking.common.spans import MOST_KINDS
from maskzoo.masking.common.tables import Tables
from maskzoo.models.common.start import Vocabulary, fresh_model
from maskzoo.objectives.common.batch import TrainingBatch
from maskzoo.objectives.mlm.objective import Objective
from maskzoo.optimisers import adamw
from maskzoo.recipe.masking import Masking
from maskzoo.recipe.training import Training
from maskzoo.tokenization.windows import Batch, Targets, Windows

GOAL = 0.05
NEEDED: dict[str, dict[str, Any]] = {  # settings that a policy cannot be without
    "linguistic_entity": {"taggers": [{"lexicon": "none"}]},
    "part_of_speech": {"tagger": {"lexicon": "none"}},
}
SPECIAL = [0, 1, 2, 3, 4]


def text(vocabulary: int, tokens: int) -> tuple[np.ndarray, np.ndarray]:
    """Zipf-distributed ids in documents of 20 to 400 tokens: flat ids and offsets."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(20, 400, size=max(2, tokens // 200))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    ids = 5 + (rng.zipf(1.3, size=offsets[-1]) - 1) % (vocabulary - 5)
    ids[offsets[:-1]], ids[offsets[1:] - 1] = 2, 3
    return ids.astype(np.uint16), offsets


def tables(ids: np.ndarray, vocabulary: int) -> Tables:
    """Random tables with the shares that real ones have: 1.4 tokens a word, every eighth token in a span."""
    rng = np.random.default_rng(1)
    spans = np.zeros(len(ids), dtype=np.uint8)
    begins = np.flatnonzero(rng.random(len(ids) - 3) < 0.06)
    kinds = rng.integers(1, min(17, MOST_KINDS), size=len(begins)).astype(np.uint8)
    for later in (2, 1):
        spans[begins + later] = 2 * kinds
    spans[begins] = 2 * kinds + 1
    columns = {
        "words": (rng.random(len(ids)) < 0.7).astype(np.uint8),
        "ngrams": (rng.random(len(ids)) < 0.85).astype(np.uint8),
        "spans": spans,
        "listed": (rng.random(len(ids)) < 0.2).astype(np.uint8),
    }
    counts = np.bincount(ids, minlength=vocabulary).astype(np.float64)
    entries = {"counts": counts, "idf": np.log1p(1000 / (1 + counts)), "informativeness": rng.random(vocabulary) * 0.3}
    return Tables(columns, entries)


def step(objective: Objective, optimiser: torch.optim.Optimizer, batch: Batch, masked: Masked, clip: float) -> None:
    """One optimiser step."""
    drawn = TrainingBatch(batch, Targets(ids=masked.ids, predicted=masked.predicted, labels=batch.ids))
    loss = objective(drawn.tensors(torch.device("cpu"))).total / drawn.of_predicted
    loss.backward()
    torch.nn.utils.clip_grad_norm_(objective.parameters(), clip)
    optimiser.step()
    optimiser.zero_grad()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=8, help="training steps, and rounds of masks a policy")
    parser.add_argument("--quick", action="store_true", help="a tiny model and two steps")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    rounds = 2 if options.quick else options.steps
    vocabulary, layers, hidden = (500, 1, 32) if options.quick else (30_000, 4, 256)
    ids, offsets = text(vocabulary, 20_000 if options.quick else 400_000)
    windows = Windows(ids, offsets, special_ids=SPECIAL, length=128)
    ordinary = np.arange(5, vocabulary)
    shape = {"hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": max(1, hidden // 64)}
    model = fresh_model(
        "bert",
        {**shape, "intermediate_size": 4 * hidden},
        Vocabulary(vocabulary, 0, 4),
        length=128,
        seed=0,
        dropout=0.1,
    )
    training, objective = Training(), Objective(model)
    optimiser = adamw.make(objective, training)
    opened = tables(ids, vocabulary)
    maskers = {}
    for name in registry.names("masking"):
        masking = Masking.model_validate({"policy": name, "corruption": "bert", **NEEDED.get(name, {})})
        maskers[name] = Masker(masking, windows, mask_id=4, ordinary=ordinary, tables=opened)
    draws: dict[str, list[float]] = {name: [] for name in maskers}
    steps = []
    for number in range(rounds + 1):  # the first of each is not counted
        batch = windows.batch(seed=0, step=number, size=32)
        drawn = {}
        for name, masker in maskers.items():
            began = time.process_time()
            drawn[name] = masker.draw(batch, seed=0, step=number, done=number / rounds)
            if masker.learns:
                predicted = int(drawn[name].predicted.sum())
                losses = np.random.default_rng(number).random(predicted) * 8
                masker.learn(drawn[name], losses, losses < 2)
            draws[name].append(time.process_time() - began)
        began = time.process_time()
        step(objective, optimiser, batch, drawn["uniform"], training.clip)
        steps.append(time.process_time() - began)
    whole = statistics.median(steps[1:])
    print(described("torch", "numpy"))
    print(f"a step of BERT {layers} x {hidden}, {vocabulary:,} words, 32 x 128: {whole * 1000:.0f} ms of CPU time")
    rows = [["policy", "ms", "share of a step", "realised rate"]]
    for name, masker in maskers.items():
        own = statistics.median(draws[name][1:])
        rate = masker.rates.figures()["mask_rate"]
        rows.append([name, f"{own * 1000:.2f}", f"{own / whole:.2%}", f"{rate:.3f}"])
    print(table(rows))
    worst = max(statistics.median(times[1:]) for times in draws.values()) / whole
    if not options.quick:
        leave("drawing masks, the most expensive policy", "a training step", [worst], GOAL, at_most=True)
    print(f"the most expensive: {worst:.2%}; goal: at most {GOAL:.0%}")


if __name__ == "__main__":
    main()
