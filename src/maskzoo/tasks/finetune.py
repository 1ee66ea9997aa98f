"""Fine-tuning of one model on one task over all seeds; a seed that is already done is not done again."""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError
from maskzoo.files import read_json, sha256_of, write_json
from maskzoo.processes import refuse_several
from maskzoo.progress import Progress
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks import types
from maskzoo.tasks.common.task_model import TaskModel
from maskzoo.tasks.judging import by_target, judge
from maskzoo.tasks.predictions import NoNumbersError
from maskzoo.tasks.results import SeedResult, predictions_table, write_results, write_table, write_without
from maskzoo.tasks.splitting import SPLITS
from maskzoo.tasks.task_data import PreparedTask

FORMAT = 3  # raised when what a seed's files mean changes, so that old ones are not taken up
CHECKPOINT_FILES = ("config.json", "*.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt", "*.model")
BESIDE = ("adapter/*.json", "adapter/*.safetensors", "prepared/*")  # what adaptation left beside the weights


@dataclass(frozen=True)
class Start:
    """Where a fine-tuning seed starts from: a checkpoint's folder, and the seed that it was pretrained with."""

    folder: Path
    pretraining_seed: int | None


def finetune(
    model: str,
    task: PreparedTask,
    settings: Finetuning,
    starts: Mapping[int, Start],
    folder: Path,
    *,
    threads: int | None = None,
    texts: Sequence[str] = (),
    where: str | None = None,
) -> dict[str, Any]:
    """Fine-tune for every seed in `starts` and write results.json and predictions.parquet; returns the former.

    A finished seed is kept in `folder/seeds` and taken up again while checkpoint, task and settings are the same.
    Where a checkpoint cannot do the task at all, results.json says why in `reason` and has no seeds.

    Args:
        threads: of torch on the CPU (default: torch's own choice).
        texts: of the domain, for settings that mix in masked language modeling.
        where: key of the settings, for messages (default: that of the task).

    Raises:
        UserError: a checkpoint is missing or cannot be used for the task, training diverged with every learning rate,
            or this is one of several processes.
    """
    refuse_several()
    if settings.epochs and not task.trained_on:
        raise UserError(f"task {task.name!r} has nothing to train on", where=where, expected="epochs: 0")
    checksums = {start.folder: checkpoint_sha256(start.folder) for start in starts.values()}
    first = next(iter(starts))
    reason = types.load(task.type).task_model(task).objection(starts[first].folder)
    if reason is not None:
        inputs = {"task": task.sha256, "checkpoint": checksums[starts[first].folder]}
        return write_without(folder, model=model, task=task, reason=reason, inputs=inputs)
    # where the first seed chooses the learning rate, the others depend on what it started from
    chooser = [first, checksums[starts[first].folder]] if len(settings.learning_rates) > 1 else []
    if settings.mixed is not None:
        chooser.append(hashlib.sha256("\0".join(texts).encode()).hexdigest())
    prints = {
        seed: _fingerprint(seed, checksums[start.folder], task, settings, start, chooser)
        for seed, start in starts.items()
    }
    todo = {seed: start for seed, start in starts.items() if not _finished(folder, seed, prints[seed])}
    if todo:
        where = where or f"tasks.{task.name}.finetuning"
        _run(task, settings, todo, folder, prints, threads, first=first, where=where, texts=texts)
    results, tables, sums = [], [], {}
    for seed, start in starts.items():
        results.append(SeedResult(**read_json(_part(folder, seed, "json"))["result"]))
        tables.append(_table(_part(folder, seed, "parquet")))
        sums[f"checkpoint of seed {seed}"] = checksums[start.folder]
    return write_results(
        folder, model=model, task=task, seeds=results, tables=tables, inputs={"task": task.sha256, **sums}
    )


def checkpoint_sha256(folder: Path) -> str:
    """One checksum over configuration, weights and tokenizer of a checkpoint.

    Raises:
        UserError: the folder is no checkpoint.
    """
    if not (folder / "config.json").is_file():
        raise UserError(f"no checkpoint in {folder}", expected="config.json, safetensors weights and a tokenizer")
    files = sorted({path for pattern in (*CHECKPOINT_FILES, *BESIDE) for path in folder.glob(pattern)})
    lines = [f"{path.relative_to(folder).as_posix()} {sha256_of(path)}" for path in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _run(
    task: PreparedTask,
    settings: Finetuning,
    todo: Mapping[int, Start],
    folder: Path,
    prints: Mapping[int, str],
    threads: int | None,
    *,
    first: int,
    where: str,
    texts: Sequence[str] = (),
) -> None:
    """Train the seeds that are not done; each leaves its part when it is.

    The `first` seed tries every learning rate of the settings; the others take its best on validation.
    """
    import torch
    from transformers.utils import logging

    from maskzoo.loading import load_config, load_tokenizer
    from maskzoo.tasks.finetune_data import Encoded, length_limit
    from maskzoo.tasks.finetune_training import Tuned, tune
    from maskzoo.tasks.mixed import text_loss

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    if threads is not None:
        torch.set_num_threads(threads)
    task_model = types.load(task.type).task_model(task)
    encoded: dict[Path, tuple[dict[str, Encoded], int, int]] = {}
    runs = len(todo) + (len(settings.learning_rates) - 1 if first in todo else 0)
    with Progress(f"{folder.name} on {task.name}", unit="step") as bar:
        for seed, start in todo.items():
            if start.folder not in encoded:
                encoded.clear()
                tokenizer = load_tokenizer(start.folder)
                _check_tokenizer(tokenizer, task_model, start.folder)
                config = load_config(start.folder)
                limit = length_limit(settings.max_length, tokenizer, config)
                there = {name: split for name in SPLITS if len(split := getattr(task, name))}
                splits = {name: task_model.encode(split, tokenizer, limit=limit) for name, split in there.items()}
                padding = next(n for n in (tokenizer.pad_token_id, config.pad_token_id, 0) if n is not None)
                encoded[start.folder] = (splits, limit, padding)
                # an example may be asked about several times, so what is trained on is counted, not what is read
                steps = -(-len(splits["train"]) // settings.batch_size) * settings.epochs if settings.epochs else 0
                bar.expect(steps * runs)
            splits, limit, padding = encoded[start.folder]
            rates = (
                settings.learning_rates[: None if settings.epochs else 1]
                if seed == first
                else (_chosen_rate(folder, first),)
            )
            tried: dict[float, Tuned] = {}
            diverged: dict[float, int] = {}
            for rate in rates:
                try:
                    tried[rate] = tune(
                        start.folder,
                        task,
                        task_model,
                        splits,
                        settings,
                        learning_rate=rate,
                        seed=seed,
                        padding=padding,
                        on_step=bar.advance,
                        where=where,
                        text=text_loss(texts, tokenizer, limit=limit, padding=padding, seed=seed)
                        if settings.mixed
                        else None,
                    )
                except NoNumbersError as error:
                    diverged[rate] = error.epoch
            _say_diverged(diverged, tried, seed, start.folder, where)
            rate = max(tried, key=lambda rate: tried[rate].value)
            tuned = tried[rate]
            device = "cuda" if torch.cuda.is_available() else "cpu"
            result = SeedResult(
                seed=seed,
                pretraining_seed=start.pretraining_seed,
                validation=judge(task, task.validation, tuned.validation, through_evaluate=True)
                if tuned.validation
                else {},
                test=judge(task, task.test, tuned.test, through_evaluate=True),
                best_epoch=tuned.best_epoch,
                seconds=round(tuned.seconds, 3),
                examples_per_second=round(tuned.tested_per_second, 1),
                hyperparameters={**settings.model_dump(mode="json"), "learning_rate": rate, "max_length": limit},
                details={
                    "validation_by_epoch": tuned.history,
                    "test_by_target": by_target(task, task.test, tuned.test),
                    "validation_by_learning_rate": {str(r): task.sign * t.value for r, t in tried.items()},
                    "training_examples_per_second": round(tuned.trained_per_second, 1),
                    "truncated": {name: split.truncated for name, split in splits.items()},
                    "trained_parameters": tuned.trained,
                    "device": device,
                    "precision": "bf16" if device == "cuda" else "fp32",
                    **({"adaptation": tuned.adaptation} if tuned.adaptation else {}),
                    **({"diverged_in_epoch": {str(r): epoch for r, epoch in diverged.items()}} if diverged else {}),
                },
            )
            table = predictions_table(seed, task, tuned.test)
            write_table(table, _part(folder, seed, "parquet"))
            write_json(_part(folder, seed, "json"), {"fingerprint": prints[seed], "result": asdict(result)})
            bar.show(**{task.metric: f"{(result.validation or result.test)[task.metric]:.3f}"})


def _say_diverged(
    diverged: Mapping[float, int], tried: Mapping[float, Any], seed: int, checkpoint: Path, where: str
) -> None:
    """Tell which learning rates are out of the choice.

    Raises:
        UserError: all of them are.
    """
    if not diverged:
        return
    said = ", ".join(f"learning rate {rate:g} in epoch {epoch}" for rate, epoch in diverged.items())
    if not tried:
        untrained = not any(diverged.values())
        raise UserError(
            f"the predictions are no numbers: seed {seed}, {f'{checkpoint} as it is' if untrained else said}",
            where=where,
            hint="the checkpoint is broken" if untrained else "lower learning_rate",
        )
    print(f"maskzoo: warning: {where}: seed {seed} diverged with {said}; left out of the choice", file=sys.stderr)


def _chosen_rate(folder: Path, first: int) -> float:
    """The learning rate that the first seed found best."""
    return float(read_json(_part(folder, first, "json"))["result"]["hyperparameters"]["learning_rate"])


def _check_tokenizer(tokenizer: Any, task_model: TaskModel, folder: Path) -> None:
    if task_model.FAST and not tokenizer.is_fast:
        raise UserError(
            f"the tokenizer {type(tokenizer).__name__} in {folder} does not say which characters a token covers",
            expected="a fast tokenizer (tokenizer.json) for this type of task",
        )


def _fingerprint(
    seed: int, checkpoint: str, task: PreparedTask, settings: Finetuning, start: Start, chooser: list[Any]
) -> str:
    values = [FORMAT, seed, start.pretraining_seed, checkpoint, task.sha256, settings.model_dump(mode="json"), *chooser]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _part(folder: Path, seed: int, suffix: str) -> Path:
    return folder / "seeds" / f"seed{seed}.{suffix}"


def _finished(folder: Path, seed: int, fingerprint: str) -> bool:
    """Whether the seed's part is there and was made from the same; the JSON is written last, so it vouches for both."""
    part = _part(folder, seed, "json")
    return (
        part.is_file()
        and _part(folder, seed, "parquet").is_file()
        and bool(read_json(part)["fingerprint"] == fingerprint)
    )


def _table(path: Path) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(path)
