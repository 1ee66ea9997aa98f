"""What a step of every adaptation method costs in time and memory, beside a step that trains every weight.

All sides train the same BERT on the same text with the same batches, step by step in turns, so that a busy machine
slows all of them. Optimiser and gradients are counted from the tensors that are there after a step; the peak is that
of a process of its own that makes the model and takes a few steps, less what it held before.

    python bench/adaptation.py --threads 1
    python bench/adaptation.py --layers 2 --hidden 128 --vocab 8000 --steps 12
    python bench/adaptation.py --quick     (that it runs, in seconds; its figures say nothing)
"""

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from machine import described, spread, table
from pretraining import text
from transformers.utils import logging

from maskzoo.adaptation import (
    binary_mask,
    bitfit,
    bottleneck,
    ia3,
    invertible,
    language_adapter,
    ln_tuning,
    lora,
    prompt,
    winning_ticket,
)
from maskzoo.adaptation.common.adapter import adapt, trainable
from maskzoo.masking.common.masker import Masker
from maskzoo.models.common.start import Vocabulary, fresh_model
from maskzoo.objectives.common.objective import Context
from maskzoo.objectives.mlm import objective as mlm
from maskzoo.optimisers import adamw
from maskzoo.pretraining.optimiser import memory
from maskzoo.recipe.method import Method
from maskzoo.recipe.training import Masking, Training
from maskzoo.tokenization.windows import Data, Windows

WARMING = 2  # first steps, not counted
FULL = "full"
METHODS: dict[str, Method | None] = {
    FULL: None,
    "bitfit": bitfit.Settings(),
    "lora": lora.Settings(),
    "lora, all places": lora.Settings(places=("query", "key", "value", "attention_output", "ffn_in", "ffn_out")),
    "dora": lora.Settings(dora=True),
    "ia3": ia3.Settings(),
    "ln_tuning": ln_tuning.Settings(),
    "bottleneck, pfeiffer": bottleneck.Settings(),
    "bottleneck, houlsby": bottleneck.Settings(placement="houlsby"),
    "bottleneck, parallel": bottleneck.Settings(placement="parallel"),
    "invertible": invertible.Settings(),
    "language_adapter": language_adapter.Settings(),
    "prompt": prompt.Settings(),
    "binary_mask": binary_mask.Settings(),
    "winning_ticket": winning_ticket.Settings(ticket="random"),
}


def side(model: Any, method: Method | None, data: Data, training: Training) -> Iterator[tuple[int, int, int]]:
    """maskzoo's loop under a method, one step a `next`: bytes of optimiser and gradients, numbers that are trained."""
    if method is not None:
        adapt(model, method, seed=0)
    model.train()
    objective = mlm.Objective(model, context=Context(data))
    optimiser = adamw.make(objective, training)
    masker = Masker(Masking(), data.train, mask_id=data.mask_id, ordinary=data.ordinary)
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    for step in range(training.steps):
        batch = objective.draw(masker, seed=0, step=step, size=training.batch_size)
        (objective(batch.tensors(torch.device("cpu"))).total / batch.of_predicted).backward()
        torch.nn.utils.clip_grad_norm_(parameters, training.clip)
        optimiser.step()
        gradients = sum(p.grad.numel() * p.grad.element_size() for p in parameters if p.grad is not None)
        optimiser.zero_grad()
        yield memory(optimiser), gradients, trainable(model)


def peak(make: Any) -> int:
    """Bytes that a process of its own needed beyond what it began with."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        before = _resident()
        for _ in make():
            pass
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        os.write(writer, str(max(0, after - before)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return int(answer or 0)


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("layers", 4), ("hidden", 256), ("vocab", 8000), ("length", 128), ("batch", 16), ("steps", 10)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="a tiny model and few steps")
    options = parser.parse_args()
    if options.quick:
        parser.set_defaults(layers=1, hidden=64, vocab=500, length=32, batch=4, steps=4)
        options = parser.parse_args()
    torch.set_num_threads(options.threads)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    shape = {
        "hidden_size": options.hidden, "num_hidden_layers": options.layers, "intermediate_size": 4 * options.hidden,
        "num_attention_heads": max(1, options.hidden // 64),
    }  # fmt: skip
    vocabulary = Vocabulary(size=options.vocab, pad_id=0, mask_id=4, cls_id=2, sep_id=3)
    flat, offsets = text(options.vocab, 2 * options.steps * options.batch * options.length)
    windows = Windows(flat, offsets, special_ids=[0, 1, 2, 3, 4], length=options.length)
    data = Data(train=windows, validation=windows, mask_id=4, ordinary=np.arange(5, options.vocab))
    training = Training(steps=options.steps, sequence_length=options.length, batch_size=options.batch)

    def start(method: Method | None, steps: int) -> Iterator[tuple[int, int, int]]:
        model = fresh_model("bert", shape, vocabulary, length=options.length, seed=0, dropout=0.0)
        return side(model, method, data, training.model_copy(update={"steps": steps}))

    print(described("torch", "transformers", "peft"))
    print(
        f"BERT {options.layers} x {options.hidden}, {options.vocab:,} words, batch {options.batch} x {options.length},"
        f" fp32, {options.threads} thread(s), {options.steps - WARMING} steps of every side in turns",
        flush=True,
    )
    peaks = {name: peak(lambda method=method: start(method, WARMING)) for name, method in METHODS.items()}
    running = {name: start(method, options.steps) for name, method in METHODS.items()}
    seconds: dict[str, list[float]] = {name: [] for name in running}
    held: dict[str, tuple[int, int, int]] = {}
    for _ in range(options.steps):
        for name, steps in running.items():
            began = time.perf_counter()
            held[name] = next(steps)
            seconds[name].append(time.perf_counter() - began)
    full = seconds[FULL][WARMING:]
    rows = [("method", "trained", "step", "times full's step", "optimiser", "gradients", "peak")]
    slower = []
    for name, spent in seconds.items():
        spent = spent[WARMING:]
        optimiser, gradients, numbers = held[name]
        rows.append((
            name, f"{numbers:,}", f"{1000 * statistics.median(spent):,.0f} ms", spread(spent, full),
            f"{optimiser / 1e6:,.2f} MB", f"{gradients / 1e6:,.2f} MB", f"{peaks[name] / 1e6:,.0f} MB",
        ))  # fmt: skip
        if statistics.median(a / b for a, b in zip(spent, full, strict=True)) > 1:
            slower.append(name)
    print(table(rows))
    if slower and not options.quick:
        print(f"slower than full tuning here: {', '.join(slower)}")
    wrong = [
        name for name, (optimiser, _, numbers) in held.items() if not 8 * numbers <= optimiser <= 8 * numbers + 4096
    ]
    if wrong:
        sys.exit(f"THE OPTIMISER HOLDS MORE THAN TWO MOMENTS OF WHAT IS TRAINED: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
