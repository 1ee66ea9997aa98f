"""One seed of fine-tuning: the transformers Trainer, the best epoch on validation, predictions with probabilities."""

import math
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForMaskedLM,
    PreTrainedModel,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_callback import PrinterCallback

from maskzoo.adaptation.common.adapter import trainable
from maskzoo.adaptation.common.checkpoint import PREPARED
from maskzoo.errors import UserError
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks.common.task_model import TaskModel
from maskzoo.tasks.depths import Depths, Unfreeze, optimiser
from maskzoo.tasks.finetune_data import Encoded
from maskzoo.tasks.judging import value
from maskzoo.tasks.mixed import TextLoss, mixed_loss, validation_loss
from maskzoo.tasks.predictions import NoNumbersError, Predictions
from maskzoo.tasks.task_data import PreparedTask


@dataclass(frozen=True)
class Tuned:
    """What one seed of fine-tuning gave."""

    best_epoch: int
    history: list[float]  # the task's metric on validation after every epoch
    value: float  # that of the best epoch, its sign such that larger is better
    validation: Predictions | None  # None where there are no such examples
    test: Predictions
    seconds: float
    trained_per_second: float
    tested_per_second: float
    trained: int  # numbers that some epoch moved
    adaptation: dict[str, Any] | None = None  # what was trained and would be kept, where that is an adapter


def tune(
    checkpoint: Path,
    task: PreparedTask,
    task_model: TaskModel,
    splits: dict[str, Encoded],
    settings: Finetuning,
    *,
    learning_rate: float,
    seed: int,
    padding: int,
    on_step: Callable[[], object],
    where: str,
    text: TextLoss | None = None,
) -> Tuned:
    """Fine-tune `checkpoint` with one seed; the new head, the order of the data and dropout all follow from it.

    With no epochs at all the model answers as it was pretrained. With `text` the loss is a mixed one, and so is what
    an epoch is chosen by.

    Args:
        where: key of the settings, for messages.

    Raises:
        NoNumbersError: training diverged; says in which epoch.
    """
    set_seed(seed)
    cuda = torch.cuda.is_available()
    model = task_model.model(checkpoint)
    adapter = _adapter(model, settings, checkpoint, seed=seed, where=where) if settings.adaptation else None
    adapted = _facts(model, adapter) if adapter else None
    depths = Depths(model) if _by_depth(settings) else None
    if depths is not None:
        depths.freeze(settings.frozen_blocks, where=f"{where}.frozen_blocks")

    def answer(name: str) -> Predictions:
        split = task.validation if name == "validation" else task.test
        return task_model.answers(model, split, splits[name], padding=padding, batch_size=4 * settings.batch_size)

    best = _KeepBest(lambda: value(task, task.validation, answer("validation")), on_step)
    if text is not None and settings.mixed is not None:
        mixed, loss_of = settings.mixed, partial(validation_loss, model, splits["validation"], text)
        text.attach(model, task_model.with_head(AutoModelForMaskedLM, checkpoint))
        best = _KeepBest(
            lambda: -loss_of(mixed, task_model.collate, padding=padding), on_step, patience=settings.mixed.patience
        )
    began = time.perf_counter()
    if settings.epochs:
        _train(
            model,
            task_model,
            splits["train"],
            settings,
            depths,
            learning_rate=learning_rate,
            seed=seed,
            padding=padding,
            best=best,
            text=text,
        )
        model.load_state_dict(best.weights)
    elif cuda:
        model.to("cuda")
    if text is not None:
        text.detach()
    seconds = time.perf_counter() - began
    validation = answer("validation") if "validation" in splits else None
    began = time.perf_counter()
    test = answer("test")
    return Tuned(
        best_epoch=best.epoch,
        history=[task.sign * found for found in best.history],
        value=max(best.history) if best.history else value(task, task.validation, validation) if validation else 0.0,
        validation=validation,
        test=test,
        seconds=seconds,
        trained_per_second=settings.epochs * len(task.train) / max(seconds - best.seconds, 1e-9),
        tested_per_second=len(splits["test"]) / (time.perf_counter() - began),
        trained=best.trained,
        adaptation=adapted,
    )


def _by_depth(settings: Finetuning) -> bool:
    """Whether anything depends on how deep a parameter lies."""
    return bool(settings.layer_decay or settings.frozen_blocks or settings.head_epochs or settings.unfreeze_every)


def _adapter(model: Any, settings: Finetuning, checkpoint: Path, *, seed: int, where: str) -> Any:
    """The adapter of the settings on the transformers model that a task's model is or holds."""
    from maskzoo.adaptation.common.adapter import adapt

    assert settings.adaptation is not None
    inner = next(module for module in model.modules() if isinstance(module, PreTrainedModel))
    headed = not type(inner).__name__.endswith("ForMaskedLM")  # whose head was trained already
    try:
        return adapt(
            inner,
            settings.adaptation,
            seed=seed,
            head_is_trained=headed,
            prepared=checkpoint / PREPARED,
            where=f"{where}.adaptation",
        )
    except ValueError as error:  # of PEFT, such as for an adapter on layers that have one already
        raise UserError(str(error).splitlines()[0], where=f"{where}.adaptation") from error


def _facts(model: Any, adapter: Any) -> dict[str, Any]:
    """How much is trained, and how much would be kept."""
    from maskzoo.adaptation.common.adapter import stored

    with tempfile.TemporaryDirectory(prefix="maskzoo-adapter-") as scratch:
        adapter.save(Path(scratch) / "adapter", base=None)
        kept = stored(Path(scratch) / "adapter")
    return {
        "method": adapter.settings.method,
        "trainable_parameters": trainable(model),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "stored": kept,
    }


def _train(
    model: Any,
    task_model: TaskModel,
    train: Encoded,
    settings: Finetuning,
    depths: Depths | None,
    *,
    learning_rate: float,
    seed: int,
    padding: int,
    best: "_KeepBest",
    text: TextLoss | None = None,
) -> None:
    """All epochs by the Trainer; `best` holds the weights to keep."""
    cuda = torch.cuda.is_available()
    loss = task_model.loss(train, settings)
    if text is not None and settings.mixed is not None:
        loss = mixed_loss(text, settings.mixed, settings.batch_size)
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
            train_dataset=train,
            data_collator=partial(task_model.collate, padding=padding),
            callbacks=[best],
            compute_loss_func=loss,
            optimizers=(optimiser(depths, settings, learning_rate) if depths else None, None),
        )
        if depths is not None and (settings.head_epochs or settings.unfreeze_every):
            trainer.add_callback(Unfreeze(depths, head_epochs=settings.head_epochs, every=settings.unfreeze_every))
        trainer.remove_callback(PrinterCallback)
        trainer.train()
        # else the model computes in bfloat16 for good, and not only in training
        trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False)


class _KeepBest(TrainerCallback):
    """Keeps the weights of the epoch with the highest value (the earliest among equals) in memory, none on disk."""

    def __init__(
        self, value: Callable[[], float], on_step: Callable[[], object], *, patience: int | None = None
    ) -> None:
        self.value, self.on_step, self.patience = value, on_step, patience
        self.history: list[float] = []
        self.weights: dict[str, Any] = {}
        self.epoch = 0
        self.seconds = 0.0
        self.trained = 0  # numbers, in the epoch that moved most

    def on_step_end(self, args: Any, state: Any, control: Any, **context: Any) -> None:
        self.on_step()

    def on_epoch_end(self, args: Any, state: Any, control: Any, **context: Any) -> None:
        began, model = time.perf_counter(), context["model"]
        self.trained = max(self.trained, trainable(model))
        try:
            found = self.value()
        except NoNumbersError:
            found = math.nan
        if not math.isfinite(found):
            raise NoNumbersError(len(self.history) + 1)
        self.history.append(found)
        if len(self.history) == 1 or self.history[-1] > max(self.history[:-1]):
            self.epoch = len(self.history)
            self.weights = {name: value.detach().to("cpu", copy=True) for name, value in model.state_dict().items()}
        if self.patience is not None and len(self.history) - self.epoch >= self.patience:
            control.should_training_stop = True
        model.train()
        self.seconds += time.perf_counter() - began
