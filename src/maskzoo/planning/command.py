"""`maskzoo plan`: what pretraining a domain takes, before anything runs."""

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import asdict

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.devices import Device, device
from maskzoo.paths import Layout
from maskzoo.planning.estimate import Run, cost_class
from maskzoo.planning.probes import planned_probes, rows
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.training import Training


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--gpu", default="cpu", metavar="DEVICE", help="h200, h100, a100, l4 or cpu (default: cpu)")
    parser.add_argument("--json", action="store_true", help="the same for programs")


def run(options: argparse.Namespace) -> int:
    recipe, layout = recipe_and_layout(options)
    where = device(options.gpu)
    runs, sources = planned(recipe, layout, where)
    seeds = len(recipe.seeds.pretraining)
    hours = seeds * sum(one.hours for one in runs)
    asked = planned_probes(recipe, layout, where)
    if options.json:
        plan = {"device": asdict(where), "seeds": seeds, "hours": hours, "runs": [asdict(one) for one in runs]}
        plan |= {"probes": [asdict(one) for one in asked]}
        print(json.dumps({**plan, "shapes": sources, "class": cost_class(hours)}, indent=2))
        return 0
    print(f"{recipe.folder} at {recipe.scale}, pretraining on {where.title} ({where.precision})\n")
    print("\n".join(_table(runs)))
    storage = seeds * sum(one.storage for one in runs)
    too_large = [one.variant for one in runs if one.memory > where.memory]
    print(
        f"\nall of it, with {seeds} seed(s): {sum(one.tokens for one in runs) * seeds:,} tokens, "
        f"{sum(one.flops for one in runs) * seeds:.2e} FLOPs, {_time(hours)} on one device, "
        f"{storage / 1e9:.1f} GB of checkpoints and models\ncost class {cost_class(hours)}"
    )
    if asked:
        times = [_time(one.hours) if one.hours is not None else "" for one in asked]
        print("\nprobes, without fine-tuning, all checkpoints together\n")
        print("\n".join(_columns([(*row, one) for row, one in zip(rows(asked), ("time", *times), strict=True)])) + "\n")
    if too_large:
        print(
            f"does not fit into {where.memory / 1e9:.0f} GB: {', '.join(too_large)}; "
            "lower training.micro_batch_size or training.sequence_length"
        )
    for line in (*where.provenance, *(f"shape of {name}: {source}" for name, source in sources.items())):
        print(f"  {line}")
    print(
        "  phases count as steps of the first one's masking, adapters as if every weight were trained: an upper bound"
    )
    print("  fine-tuning and baselines come on top; their share grows with the number of tasks and seeds")
    return 0


def planned(recipe: Recipe, layout: Layout, where: Device) -> tuple[list[Run], dict[str, str]]:
    """A run of every variant, and where the shape of each base was read.

    Raises:
        UserError: a base whose shape cannot be known here.
    """
    runs, sources = [], {}
    for name, variant in recipe.variants.items():
        one, sources[variant.base] = planned_variant(recipe, name, layout, where)
        runs.append(one)
    return runs, sources


def planned_variant(recipe: Recipe, name: str, layout: Layout, where: Device) -> tuple[Run, str]:
    """A run of one variant, and where the shape of its base was read.

    Raises:
        UserError: a base whose shape cannot be known here.
    """
    from maskzoo.models.common.cross_entropy import ROWS
    from maskzoo.models.common.flops import step_flops
    from maskzoo.planning.estimate import run as estimated
    from maskzoo.planning.shapes import empty_model, shape, vocabulary
    from maskzoo.pretraining.optimiser import optimiser_module

    variant = recipe.variants[name]
    training = variant.training
    found = shape(recipe, variant.base, layout)
    model = empty_model(found, vocabulary(recipe, variant.tokenizer, layout))
    windows, length = training.batch_size, training.sequence_length
    at_once = training.micro_batch_size or windows
    predicted = round(variant.maskings[0].rate * windows * length)
    flops = step_flops(model, windows=windows, length=length, predicted=predicted)
    flops += optimiser_module(training).flops(model)
    rows = predicted * at_once // windows if where.precision == "bf16" else min(predicted, ROWS)
    run = estimated(
        name,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        hidden=model.config.hidden_size,
        layers=model.config.num_hidden_layers,
        steps=steps_of(training, flops, where.rate(model.config.hidden_size)),
        step_tokens=windows * length,
        kept_tokens=at_once * length,
        kept_logits=rows * model.config.vocab_size,
        step_flops=flops,
        device=where,
    )
    return run, found.source


def steps_of(training: Training, flops: float, rate: float) -> int:
    """Steps of a run; where its budget is tokens, operations or seconds, those that use it up.

    Args:
        flops: of a step.
        rate: operations a second.
    """
    budget = training.budget
    if budget is None:
        return training.steps
    if budget.tokens:
        return math.ceil(budget.tokens / (training.batch_size * training.sequence_length))
    return math.ceil((budget.flops or (budget.seconds or 0) * rate) / flops)


def _table(runs: Sequence[Run]) -> list[str]:
    head = ("variant", "parameters", "steps", "tokens", "FLOPs", "time a seed", "memory", "storage")
    rows = [head] + [
        (
            one.variant,
            f"{one.parameters / 1e6:.1f} M",
            f"{one.steps:,}",
            f"{one.tokens / 1e6:,.1f} M",
            f"{one.flops:.2e}",
            _time(one.hours),
            f"{one.memory / 1e9:.1f} GB",
            f"{one.storage / 1e9:.1f} GB",
        )
        for one in runs
    ]
    return _columns(rows)


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]


def _time(hours: float) -> str:
    if hours < 1 / 60:
        return f"{hours * 3600:.0f} s"
    return f"{hours * 60:.0f} min" if hours < 1 else f"{hours:.1f} h"
