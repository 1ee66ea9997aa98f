"""`maskzoo pretrain`: train one variant of a domain, or go on where it was stopped.

Asked to stop by SIGTERM or SIGUSR1 it exits with 128 + the number of the signal, 143 or 138, and leaves a checkpoint.
"""

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError, unknown_name
from maskzoo.paths import Layout
from maskzoo.pretraining.stopping import Stopped, StopSignal, listening
from maskzoo.processes import Launch, cores
from maskzoo.recipe.recipe import Recipe

NEARLY_ALL = 0.9  # share of hidden tokens from which it is said


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--variant", required=True, help="which variant of the recipe")
    parser.add_argument(
        "--seed", type=int, default=0, help="of data order, masks, dropout and new weights (default: 0)"
    )
    parser.add_argument(
        "--threads", type=int, default=None, help="CPU threads, of all processes (default: all that there are)"
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=None,
        metavar="N",
        help="start so many on this machine, which train together (default: training.processes of the recipe)",
    )
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "gpu"),
        default="auto",
        help="gpu: stop where there is none; cpu: leave it alone (default: a GPU if there is one)",
    )


def run(options: argparse.Namespace) -> int:
    recipe, layout = recipe_and_layout(options)
    where = f"{recipe.folder / 'domain.yaml'}: variants"
    if options.variant not in recipe.variants:
        raise unknown_name("variant", options.variant, recipe.variants, where=where)
    if options.threads is not None and options.threads < 1:
        raise UserError(f"{options.threads} threads", where="--threads", expected="at least 1")
    variant = recipe.variants[options.variant]
    tokens = layout.tokens(variant.tokens)
    if not (tokens / "meta.json").is_file():
        raise UserError(
            f"no tokens in {tokens}",
            hint=f"run: maskzoo tokens {options.domain} --tokenizer {variant.tokenizer} --scale {recipe.scale}"
            + (f" --task {variant.texts_of}" if variant.texts_of else ""),
        )

    processes = options.processes if options.processes is not None else variant.training.processes
    if processes < 1:
        raise UserError(f"{processes} processes", where="--processes", expected="at least 1")
    launch = Launch.of()
    if launch.size == 1 and processes > 1:
        from maskzoo.pretraining.launch import start

        return start(processes, options.arguments)
    if options.processes is not None and options.processes != launch.local_size:
        raise UserError(
            f"{options.processes} processes, in one of {launch.local_size} that were started already on this node",
            where="--processes",
            hint="leave it out under torchrun or accelerate launch",
        )

    with listening() as stop:
        try:
            return _train(options, recipe, layout, launch, stop)
        except Stopped as stopped:
            if not launch.rank:
                print(f"maskzoo: {stopped}", file=sys.stderr)
            return stopped.code


def _train(options: argparse.Namespace, recipe: Recipe, layout: Layout, launch: Launch, stop: StopSignal) -> int:
    """In this process, alone or one of several."""
    import torch

    from maskzoo.bases import base_folder
    from maskzoo.pretraining.run import pretrain
    from maskzoo.pretraining.world import joined

    variant = recipe.variants[options.variant]
    torch.set_num_threads(max(1, min(options.threads or cores(), cores()) // launch.local_size))
    base = recipe.bases[variant.base]
    with joined(options.device) as world:
        result = pretrain(
            base=base,
            base_folder=None if base.fresh else base_folder(recipe, variant.base, layout, seed=options.seed),
            tokens=layout.tokens(variant.tokens),
            tokenizer=layout.tokenizer(variant.tokenizer),
            masking=variant.masking,
            objective=variant.objective,
            training=variant.training,
            adaptation=variant.adaptation,
            seed=options.seed,
            folder=layout.run(options.variant, options.seed),
            tables=layout.masking(options.variant),
            world=world,
            stop=stop,
            where=f"{recipe.folder / 'domain.yaml'}: variants.{options.variant}",
        )
    if launch.rank:
        return 0
    print(
        f"{layout.run(options.variant, options.seed)}: {result['steps']} steps, {result['tokens']:,} tokens"
        f" at {result['tokens_per_second']:,.0f} a second, validation loss {result['validation_loss']:.3f}"
    )
    odd = odd_masking(result)
    if odd is not None:
        print(f"warning: the masking of {options.variant} {odd}", file=sys.stderr)
    return 0


def odd_masking(result: Mapping[str, Any]) -> str | None:
    """What is said of a masking that hid nearly every token, or none at all; None where it did what one expects."""
    rate, drew = result.get("mask_rate") or 0.0, any(one is not None for one in result.get("mask_rate_by_decile", ()))
    if rate > NEARLY_ALL:
        return f"hid {rate:.0%} of the tokens: there is nearly nothing left to predict them from"
    return "hid no token at all: nothing was learned from it" if drew and not rate and result["steps"] else None
