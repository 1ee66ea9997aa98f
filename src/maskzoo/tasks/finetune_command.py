"""`maskzoo finetune`: one model on one task, over all seeds of the recipe."""

import argparse
import sys
from pathlib import Path

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError, unknown_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)
    parser.add_argument("--model", required=True, help="a variant, or the name of a base that variants start from")
    parser.add_argument("--task", required=True, help="a task of the recipe")
    parser.add_argument("--threads", type=int, help="CPU threads (default: torch's own choice)")


def run(args: argparse.Namespace) -> int:
    from maskzoo.bases import base_folder
    from maskzoo.tasks.finetune import Start, finetune
    from maskzoo.tasks.task_data import read_task

    recipe, layout = recipe_and_layout(args)
    file = recipe.folder / "domain.yaml"
    if args.task not in recipe.tasks:
        raise unknown_name("task", args.task, recipe.tasks, where=f"{file}: tasks")
    if args.model not in recipe.compared:
        raise unknown_name("model", args.model, recipe.compared, where=f"{file}: variants and bases")
    if args.threads is not None and args.threads < 1:
        raise UserError(f"--threads {args.threads}", expected="at least 1")

    def start(seed: int) -> Start:
        pretraining_seed = recipe.pretraining_seed(seed)
        if args.model in recipe.variants:
            return Start(
                _trained(layout.model(args.model, pretraining_seed), args.domain, args.model), pretraining_seed
            )
        ours = recipe.bases[args.model].domain is not None  # trained by the zoo, so it has a seed that we know
        folder = base_folder(recipe, args.model, layout, seed=pretraining_seed)
        return Start(folder, pretraining_seed if ours else None)

    task = read_task(layout.task(args.task))
    starts = {seed: start(seed) for seed in recipe.seeds.finetuning}
    folder = layout.evaluated(args.task, args.model)
    settings = recipe.finetuning(args.task, args.model)
    texts = _texts(layout.documents, settings.mixed.documents) if settings.mixed else ()
    where = f"tasks.{args.task}.finetuning"
    if args.model in recipe.variants and recipe.variants[args.model].finetuning is not None:
        where = f"variants.{args.model}.finetuning over {where}"
    results = finetune(args.model, task, settings, starts, folder, threads=args.threads, texts=texts, where=where)
    if "reason" in results:
        print(f"{args.task}: {args.model}: {results['reason']} -> {folder}", file=sys.stderr)
        return 0
    values = [entry["test"][task.metric] for entry in results["seeds"]]
    print(
        f"{args.task}: {args.model}: test {task.metric} {sum(values) / len(values):.3f}"
        f" ({', '.join(f'{value:.3f}' for value in values)}) over {len(values)} seeds,"
        f" {results['examples_per_second']:.0f} examples/s -> {folder}",
        file=sys.stderr,
    )
    return 0


def _texts(documents: Path, number: int) -> list[str]:
    """A fixed random sample of the training documents of the domain."""
    from maskzoo.tokenization.documents import fraction, size
    from maskzoo.tokenization.documents import texts as read

    share = number / max(1, size(documents, ["train"])[0])
    return [text for text in read(documents, ["train"]) if fraction(text) < share]


def _trained(folder: Path, domain: str, variant: str) -> Path:
    if not (folder / "config.json").is_file():
        raise UserError(
            f"variant {variant!r} is not trained: no {folder / 'config.json'}",
            hint=f"run: maskzoo pretrain {domain} --variant {variant}",
        )
    return folder
