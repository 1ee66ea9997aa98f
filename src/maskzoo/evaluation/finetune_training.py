"""One seed of fine-tuning: the transformers Trainer, the best epoch on validation, predictions with probabilities."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_callback import PrinterCallback

from maskzoo.evaluation.finetune_data import IGNORED, Encoded, collate
from maskzoo.evaluation.metrics import scores
from maskzoo.evaluation.tagging import OUTSIDE, to_iob2
from maskzoo.evaluation.task_data import PreparedTask
from maskzoo.recipe.task import Finetuning


@dataclass(frozen=True)
class Answers:
    """Labels (or lists of tags) and their probabilities, an example each, in the order of the split."""

    predicted: list[Any]
    probability: list[Any]


@dataclass(frozen=True)
class Tuned:
    """What one seed of fine-tuning gave."""

    best_epoch: int
    history: list[float]  # the task's metric on validation after every epoch
    validation: Answers
    test: Answers
    seconds: float
    trained_per_second: float
    tested_per_second: float


def load_model(checkpoint: Path, task: PreparedTask) -> Any:
    """The checkpoint's encoder under a new head for the task's labels, in float32."""
    config = AutoConfig.from_pretrained(checkpoint, local_files_only=True)
    config.id2label = dict(enumerate(task.labels))
    config.label2id = {label: number for number, label in enumerate(task.labels)}
    config.problem_type = None if task.tagging else "single_label_classification"
    auto = AutoModelForTokenClassification if task.tagging else AutoModelForSequenceClassification
    return auto.from_pretrained(
        checkpoint, config=config, dtype=torch.float32, local_files_only=True, use_safetensors=True
    )


def tune(
    checkpoint: Path,
    task: PreparedTask,
    splits: dict[str, Encoded],
    settings: Finetuning,
    *,
    learning_rate: float,
    seed: int,
    padding: int,
    on_step: Callable[[], object],
) -> Tuned:
    """Fine-tune `checkpoint` with one seed; the new head, the order of the data and dropout all follow from it."""
    set_seed(seed)
    cuda = torch.cuda.is_available()
    model = load_model(checkpoint, task)
    answer = partial(answers, task=task, padding=padding, batch_size=4 * settings.batch_size)
    best = _KeepBest(lambda: _value(task, answer(model, splits["validation"])), on_step)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="maskzoo-finetune-") as scratch:
        arguments = TrainingArguments(
            output_dir=scratch,
            num_train_epochs=settings.epochs,
            per_device_train_batch_size=settings.batch_size,
            learning_rate=learning_rate,
            weight_decay=settings.weight_decay,
            warmup_steps=settings.warmup,  # below one: a share of all steps
            lr_scheduler_type="linear",
            train_sampling_strategy="group_by_length",
            seed=seed,
            use_cpu=not cuda,
            bf16=cuda,
            dataloader_pin_memory=cuda,
            remove_unused_columns=False,
            save_strategy="no",
            eval_strategy="no",  # under group_by_length the Trainer also evaluates in another order: `answers` keeps it
            logging_strategy="no",
            disable_tqdm=True,
            report_to="none",
        )
        if cuda:
            arguments._n_gpu = 1  # else the Trainer splits batches over all GPUs, and the batch size multiplies
        trainer = Trainer(
            model=model,
            args=arguments,
            train_dataset=splits["train"],
            data_collator=partial(collate, padding=padding),
            callbacks=[best],
            compute_loss_func=balanced_loss(task, splits["train"].labels)
            if settings.class_weights == "balanced"
            else None,
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    seconds = time.perf_counter() - began
    model.load_state_dict(best.weights)
    validation = answer(model, splits["validation"])
    began = time.perf_counter()
    test = answer(model, splits["test"])
    return Tuned(
        best_epoch=best.epoch,
        history=best.history,
        validation=validation,
        test=test,
        seconds=seconds,
        trained_per_second=settings.epochs * len(splits["train"]) / (seconds - best.seconds),
        tested_per_second=len(splits["test"]) / (time.perf_counter() - began),
    )


def balanced_loss(task: PreparedTask, labels: Sequence[Any]) -> Callable[..., torch.Tensor]:
    """Cross-entropy in which class c weighs n / (classes * n_c), so that all classes weigh the same together.

    The weights' mean over the training labels is one. A class without a training label weighs nothing.
    """
    flat = np.concatenate([np.atleast_1d(row) for row in labels])
    counts = np.bincount(flat[flat != IGNORED], minlength=len(task.labels))
    weights = np.divide(counts.sum(), (counts > 0).sum() * counts, out=np.zeros(len(counts)), where=counts > 0)

    def loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        logits = outputs.logits.flatten(end_dim=-2)
        weight = torch.as_tensor(weights, dtype=torch.float32, device=logits.device)
        total = torch.nn.functional.cross_entropy(
            logits.float(), labels.flatten(), weight, ignore_index=IGNORED, reduction="sum"
        )
        return total / (labels != IGNORED).sum() if num_items_in_batch is None else total / num_items_in_batch

    return loss


class _KeepBest(TrainerCallback):
    """Keeps the weights of the epoch with the highest value (the earliest among equals) in memory, none on disk."""

    def __init__(self, value: Callable[[], float], on_step: Callable[[], object]) -> None:
        self.value, self.on_step = value, on_step
        self.history: list[float] = []
        self.weights: dict[str, Any] = {}
        self.epoch = 0
        self.seconds = 0.0

    def on_step_end(self, args: Any, state: Any, control: Any, **context: Any) -> None:
        self.on_step()

    def on_epoch_end(self, args: Any, state: Any, control: Any, **context: Any) -> None:
        began, model = time.perf_counter(), context["model"]
        self.history.append(self.value())
        if len(self.history) == 1 or self.history[-1] > max(self.history[:-1]):
            self.epoch = len(self.history)
            self.weights = {name: value.detach().to("cpu", copy=True) for name, value in model.state_dict().items()}
        model.train()
        self.seconds += time.perf_counter() - began


def _value(task: PreparedTask, found: Answers) -> float:
    return scores(task.metric, task.validation.gold, found.predicted)[task.metric]


def answers(model: Any, split: Encoded, *, task: PreparedTask, padding: int, batch_size: int) -> Answers:
    """Predictions for a split, computed in batches of like lengths and returned in the split's order.

    A word without a token (cut off, or dropped by the tokenizer) is given the tag `O` (the first tag, where there is
    none) with probability 0; chunk tags are mended to valid IOB2.
    """
    order = sorted(range(len(split)), key=lambda place: len(split.input_ids[place]))
    found: list[Any] = [None] * len(split)
    device = model.device
    model.eval()
    for start in range(0, len(order), batch_size):
        places = order[start : start + batch_size]
        batch = collate([split[place] for place in places], padding=padding)
        del batch["labels"]
        cuda = device.type == "cuda"
        with torch.inference_mode(), torch.autocast(device.type, dtype=torch.bfloat16, enabled=cuda):
            logits = model(**{name: tensor.to(device) for name, tensor in batch.items()}).logits
        probability = torch.softmax(logits.float(), dim=-1).cpu().numpy()
        for row, place in enumerate(places):
            found[place] = probability[row]
    if not task.tagging:
        return Answers([task.labels[int(row.argmax())] for row in found], [float(row.max()) for row in found])
    tagged = [_tags(rows, first, task) for rows, first in zip(found, split.first, strict=True)]
    return Answers([tags for tags, _ in tagged], [shares for _, shares in tagged])


def _tags(
    probability: np.ndarray[Any, Any], first: Sequence[int | None], task: PreparedTask
) -> tuple[list[str], list[float]]:
    """Tags and probabilities of the words of one sentence, from those of its tokens `(tokens, classes)`."""
    unseen = OUTSIDE if OUTSIDE in task.labels else task.labels[0]
    choice, share = probability.argmax(axis=-1), probability.max(axis=-1)
    tags = [unseen if place is None else task.labels[int(choice[place])] for place in first]
    shares = [0.0 if place is None else float(share[place]) for place in first]
    return (to_iob2(tags) if task.metric == "entity_f1" else tags), shares
