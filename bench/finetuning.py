"""Examples a second of fine-tuning a classifier, beside the Trainer as run_glue.py sets it up.

`python bench/finetuning.py`: the same random BERT, texts, labels, batch size and learning rate on both sides. The stock
side pads every text to 128 tokens, the default of run_glue.py (`pad_to_max_length`). Ours pads a batch to its longest
text and draws batches of like lengths. What padding does to the mathematics is shown first: with the order of the stock
side and without dropout, the losses of both ways of padding are equal step by step.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from machine import described, leave, ratios, spread, table
from pseudo_likelihood import random_bert, words
from transformers import BertForSequenceClassification, Trainer, TrainerCallback, TrainingArguments, set_seed
from transformers.trainer_callback import PrinterCallback
from transformers.utils import logging

from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks.finetune_data import collate
from maskzoo.tasks.finetune_training import tune
from maskzoo.tasks.task_data import PreparedTask, Split
from maskzoo.tasks.types import sequence_classification

LENGTH, VOCABULARY, GOAL = 128, 8000, 1.5
SAME = 1e-4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=320)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a tiny model: that it runs, in seconds")
    options = parser.parse_args()
    if options.quick:
        options.examples, options.layers, options.hidden, options.rounds = 48, 1, 32, 1
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    print(described("torch", "transformers"))
    settings = Finetuning(epochs=1, batch_size=16, learning_rate=1e-4, max_length=LENGTH)
    texts, labels = examples(options.examples)
    with tempfile.TemporaryDirectory() as name:
        checkpoint = Path(name)
        random_bert(options.layers, options.hidden, VOCABULARY).save_pretrained(checkpoint)
        tokenizer = words(VOCABULARY)
        one, other = (
            stock(checkpoint, tokenizer, texts, labels, settings, padded=padded, dropout=0.0)
            for padded in (True, False)
        )
        apart = max(abs(a - b) for a, b in zip(one, other, strict=True))
        print(f"losses of {len(one)} steps with fixed and with dynamic padding, same order: {apart:.1e} apart at most")
        if apart > SAME:
            sys.exit(1)
        spent: dict[str, list[float]] = {"Trainer, fixed padding": [], "maskzoo": []}
        for _ in range(options.rounds):
            for side, times in spent.items():
                began = time.process_time()
                if side == "maskzoo":
                    ours(checkpoint, tokenizer, texts, labels, settings)
                else:
                    stock(checkpoint, tokenizer, texts, labels, settings, padded=True)
                times.append(time.process_time() - began)
    rows = [("", "examples/s", "CPU s", "ratio to the Trainer", "goal")]
    for side, times in spent.items():
        took = statistics.median(times)
        ratio = spread(spent["Trainer, fixed padding"], times) if side == "maskzoo" else ""
        rows.append((side, f"{len(texts) / took:.1f}", f"{took:.2f}", ratio, f"{GOAL}" if ratio else ""))
    print(f"{options.layers} x {options.hidden}, {len(texts)} texts of 4 to 120 words, batch {settings.batch_size}")
    print(table(rows))
    if not options.quick:
        found = ratios(spent["Trainer, fixed padding"], spent["maskzoo"])
        leave("fine-tuning a classifier", "Trainer, fixed padding", found, GOAL)


def examples(count: int) -> tuple[list[str], list[str]]:
    """Texts whose lengths are log-normal around 25 words, as of sentences and short paragraphs, and labels."""
    draw = random.Random(0)
    lengths = [min(120, max(4, round(draw.lognormvariate(3.2, 0.6)))) for _ in range(count)]
    texts = [" ".join(f"w{draw.randrange(5, VOCABULARY)}" for _ in range(length)) for length in lengths]
    return texts, [draw.choice("ab") for _ in texts]


def stock(
    checkpoint: Path,
    tokenizer: Any,
    texts: Sequence[str],
    labels: Sequence[str],
    settings: Finetuning,
    *,
    padded: bool,
    dropout: float | None = None,
) -> list[float]:
    """The losses of run_glue.py's Trainer, with its padding or a batch's own."""
    set_seed(0)
    rates = {} if dropout is None else {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    model = BertForSequenceClassification.from_pretrained(checkpoint, num_labels=2, **rates)
    options = {"padding": "max_length"} if padded else {}
    encoded = tokenizer(list(texts), truncation=True, max_length=LENGTH, return_token_type_ids=False, **options)
    keys = list(encoded.keys()) if padded else ["input_ids"]
    rows = [
        {**{key: encoded[key][number] for key in keys}, "labels": "ab".index(label)}
        for number, label in enumerate(labels)
    ]
    losses: list[float] = []

    class Keep(TrainerCallback):
        def on_log(self, *given: Any, logs: dict[str, float] | None = None, **others: Any) -> None:
            if logs and "loss" in logs:
                losses.append(float(logs["loss"]))

    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder, num_train_epochs=settings.epochs, per_device_train_batch_size=settings.batch_size,
            learning_rate=1e-4, use_cpu=True, save_strategy="no", report_to="none", disable_tqdm=True,
            logging_steps=1 if dropout is not None else 10**9, seed=0,
        )  # fmt: skip
        options = {} if padded else {"data_collator": partial(collate, padding=0)}
        trainer = Trainer(model=model, args=arguments, train_dataset=rows, callbacks=[Keep()], **options)
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    return losses


def ours(checkpoint: Path, tokenizer: Any, texts: Sequence[str], labels: Sequence[str], settings: Finetuning) -> None:
    """One seed of maskzoo's fine-tuning, judged on two examples."""
    names = [str(number) for number in range(len(texts))]
    train, two = Split(names, list(texts), list(labels)), Split(names[:2], list(texts[:2]), ["a", "b"])
    task = PreparedTask("bench", "sequence_classification", "accuracy", ["a", "b"], train, two, two, "")
    task_model = sequence_classification.task_model(task)
    splits = {
        name: task_model.encode(split, tokenizer, limit=LENGTH)
        for name, split in (("train", train), ("validation", two), ("test", two))
    }
    tune(
        checkpoint, task, task_model, splits, settings,
        learning_rate=1e-4, seed=0, padding=0, on_step=lambda: None, where="finetuning",
    )  # fmt: skip


if __name__ == "__main__":
    main()
