"""How far a plan is from a run: `python bench/plan.py`.

`maskzoo plan` is asked what a domain's first variant without a base takes on this CPU; then steps of that very model
are trained on Zipf-distributed ids, and the CPU seconds of a step compared. One thread, as planned for one core.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

import numpy as np
import torch
from machine import described
from pretraining import WARMING, ours, text

from maskzoo.devices import device
from maskzoo.models.common.start import Vocabulary, fresh_model
from maskzoo.paths import Layout
from maskzoo.planning.command import planned
from maskzoo.planning.shapes import vocabulary
from maskzoo.recipe.load import read_recipe
from maskzoo.tokenization.windows import Data, Windows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--domain", type=Path, default=Path(__file__).parents[1] / "domains" / "general")
    parser.add_argument("--scale", default="small")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--quick", action="store_true", help="the demo's model and few steps")
    options = parser.parse_args()
    if options.quick:
        options.scale, options.steps = "demo", 5
    torch.set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])  # the plan counts the cores that may be used
    print(described("torch", "transformers"))
    recipe = read_recipe(options.domain, options.scale)
    layout = Layout(Path("results"), recipe.scale, recipe.name)
    name = next(name for name, variant in recipe.variants.items() if recipe.bases[variant.base].fresh)
    where = device("cpu")
    (plan,) = (run for run in planned(recipe, layout, where)[0] if run.variant == name)
    variant, training = recipe.variants[name], recipe.variants[name].training
    base, size = recipe.bases[variant.base], vocabulary(recipe, variant.tokenizer, layout)
    words = Vocabulary(size=size, pad_id=0, mask_id=4, cls_id=2, sep_id=3)
    model = fresh_model(
        base.architecture, base.config, words, length=training.sequence_length, seed=0, dropout=training.dropout
    ).train()
    flat, offsets = text(size, 2 * options.steps * training.batch_size * training.sequence_length)
    windows = Windows(flat, offsets, special_ids=[0, 1, 2, 3, 4], length=training.sequence_length)
    data = Data(train=windows, validation=windows, mask_id=4, ordinary=np.arange(5, size))
    spent = []
    began = time.process_time()
    for _ in ours(model, data, training.model_copy(update={"steps": options.steps}), packed=True):
        now = time.process_time()
        spent.append(now - began)
        began = now
    measured, expected = statistics.median(spent[WARMING:]), plan.hours * 3600 / plan.steps
    print(
        f"{recipe.folder.name} at {recipe.scale}, {name}: {plan.parameters / 1e6:.1f} M parameters, "
        f"{plan.flops / plan.steps / 1e9:.1f} GFLOP a step, peak {where.peak / 1e9:.0f} GFLOP/s"
    )
    print(
        f"planned {expected:.3f} s a step, measured {measured:.3f} CPU s (median of {options.steps - WARMING}): "
        f"the plan is {expected / measured - 1:+.0%} off"
    )


if __name__ == "__main__":
    main()
