"""Where the time of a pretraining step goes: every operation of a step, in groups, with its share.

The profiler's clock is the wall's, and other work on the machine interrupts long operations. So the same step is
profiled several times and every operation counts with its shortest time; what is printed is the sum of these.

    python bench/step_profile.py
    python bench/step_profile.py --layers 2 --hidden 128
    python bench/step_profile.py --quick     (that it runs, in seconds; its figures say nothing)
"""

import argparse
import time
from collections import defaultdict
from typing import Any

import numpy as np
import torch
from machine import described, table
from pretraining import text
from torch.profiler import ProfilerActivity, profile

from maskzoo.masking.common.masker import Masker
from maskzoo.models.common.start import Vocabulary, fresh_model
from maskzoo.objectives.common.objective import Context
from maskzoo.objectives.mlm import objective as mlm
from maskzoo.pretraining.optimiser import optimiser_module
from maskzoo.recipe.training import Masking, Training
from maskzoo.tokenization.windows import Data, Windows

WARMING = 2


def group(name: str, shapes: list[Any], vocabulary: int) -> str:
    """What an operation is counted under."""
    name = name.removeprefix("aten::").rstrip("_")
    words = any(vocabulary in shape for shape in shapes if shape)
    table = any(list(shape[:1]) == [vocabulary] and len(shape) == 2 for shape in shapes if shape)
    if name in ("mm", "addmm", "bmm"):
        return "products with the vocabulary" if words else "products of layers and head"
    if "scaled_dot_product" in name:
        return "attention"
    if "adamw" in name:
        return "AdamW"
    if words:
        return "table of words: its gradient" if table else "logits between the products"
    if "gelu" in name:
        return "GELU"
    if "layer_norm" in name:
        return "norms"
    if name in ("add", "sum"):
        return "additions and sums (residuals, biases)"
    return "copies" if name in ("copy", "fill", "index_select", "index_add", "cat") else "everything else"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = {"layers": 4, "hidden": 256, "vocab": 30_000, "length": 128, "batch": 32, "steps": 8}
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--quick", action="store_true", help="a tiny model and few steps")
    options = parser.parse_args()
    if options.quick:
        parser.set_defaults(layers=2, hidden=64, vocab=500, length=32, batch=4, steps=3)
        options = parser.parse_args()
    torch.set_num_threads(1)
    shape = {
        "hidden_size": options.hidden, "num_hidden_layers": options.layers, "intermediate_size": 4 * options.hidden,
        "num_attention_heads": max(1, options.hidden // 64),
    }  # fmt: skip
    vocabulary = Vocabulary(size=options.vocab, pad_id=0, mask_id=4, cls_id=2, sep_id=3)
    flat, offsets = text(options.vocab, 40 * options.batch * options.length)
    windows = Windows(flat, offsets, special_ids=[0, 1, 2, 3, 4], length=options.length)
    data = Data(train=windows, validation=windows, mask_id=4, ordinary=np.arange(5, options.vocab))
    training = Training(steps=options.steps, sequence_length=options.length, batch_size=options.batch)
    model = fresh_model("bert", shape, vocabulary, length=options.length, seed=0, dropout=0.0).train()
    objective = mlm.Objective(model, context=Context(data))
    optimiser = optimiser_module(training).make(objective, training)
    masker = Masker(Masking(corruption="bert"), windows, mask_id=4, ordinary=data.ordinary)

    def drawn() -> tuple[Any, int]:
        # always the same step, operation by operation
        batch = objective.draw(masker, seed=0, step=0, size=options.batch)
        return batch.tensors(torch.device("cpu")), batch.of_predicted

    def step(inputs: Any, number: int) -> None:
        loss = objective(inputs).total / number
        loss.backward()
        torch.nn.utils.clip_grad_norm_(objective.parameters(), training.clip)
        optimiser.step()
        optimiser.zero_grad()

    drawing, whole, seen = [], [], []
    for number in range(WARMING + options.steps):
        start = time.process_time()
        given = drawn()
        drawing.append(time.process_time() - start)
        start = time.process_time()
        step(*given)
        whole.append(time.process_time() - start)
        if number >= WARMING:
            with profile(activities=[ProfilerActivity.CPU], record_shapes=True) as profiler:
                step(*given)
            seen.append([(one.name, one.input_shapes, one.self_cpu_time_total) for one in profiler.events() or ()])
    alike = [events for events in seen if [event[0] for event in events] == [event[0] for event in seen[0]]]
    spent: dict[str, float] = defaultdict(float)
    for same in zip(*alike, strict=True):
        name, shapes, _ = same[0]
        spent[group(name, shapes, options.vocab)] += min(event[2] for event in same) / 1e6
    spent["batch and masks"] = min(drawing)
    total = sum(spent.values())
    print(described("torch", "transformers"))
    print(
        f"BERT {options.layers} x {options.hidden}, {options.vocab:,} words, batch {options.batch} x {options.length},"
        f" fp32, one thread, dropout 0; shortest times of {len(alike)} steps"
    )
    rows = [("what", "ms", "share")]
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        rows.append((name, f"{1e3 * seconds:.1f}", f"{seconds / total:.1%}"))
    print(table(rows))
    print(f"sum: {total:.3f} s; CPU seconds of a step without the profiler: {min(whole) + min(drawing):.3f} at best")


if __name__ == "__main__":
    main()
