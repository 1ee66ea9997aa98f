"""Tokens a CPU second of maskzoo's pretraining step, beside the stock path of transformers' run_mlm.py.

All sides train the same model on the same text with the same batch size, precision and threads. The stock side is what
run_mlm.py sets up: `Trainer` with `DataCollatorForLanguageModeling` (15 %), AdamW, clipping at 1, and the model's own
loss over all positions. Steps of the sides alternate with each other and with a product of two large matrices, whose
speed is the peak that the last column is a share of; operations are counted by `maskzoo.models.common.flops`.

    python bench/pretraining.py
    python bench/pretraining.py --layers 2 --hidden 128 --steps 30
    python bench/pretraining.py --layers 6 --hidden 384 --vocab 8000
    python bench/pretraining.py --sides "Trainer, dropout 0.1" "maskzoo, dropout 0, compiled"
    python bench/pretraining.py --quick     (that it runs, in seconds; its figures say nothing)
"""

import argparse
import copy
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np
import torch
from machine import described, leave, ratios, spread, table
from transformers import DataCollatorForLanguageModeling, PreTrainedTokenizerFast, Trainer, TrainingArguments
from transformers.utils import logging

from maskzoo import registry
from maskzoo.masking.common.masker import Masker
from maskzoo.models.common.flops import step_flops
from maskzoo.models.common.start import Vocabulary, fresh_model
from maskzoo.objectives.common.batch import TrainingBatch, masked_batch
from maskzoo.objectives.common.objective import Context
from maskzoo.objectives.masks_later import objective as masks_later
from maskzoo.objectives.mlm import objective as mlm
from maskzoo.pretraining.learning_rate import learning_rate
from maskzoo.pretraining.optimiser import optimiser_module, set_learning_rate
from maskzoo.pretraining.phases import Plan
from maskzoo.recipe.training import Masking, Training
from maskzoo.tokenization.windows import Batch, Data, Targets, Windows

WARMING = 2  # first steps, not counted
GOALS = {(4, 256, 30_000): 4.0, (2, 128, 30_000): 8.0, (6, 384, 8_000): 1.5}  # times the Trainer
LATER_GOALS = {(6, 384, 8_000): 2.0}
PEAK_GOAL = 0.7  # from 4 x 256 up
BERTS = Masking(corruption="bert")  # what the stock collator does
LATER = (0.15, 0.4)  # rates at which masks join only the top layers
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def text(vocabulary: int, tokens: int) -> tuple[np.ndarray, np.ndarray]:
    """Zipf-distributed ids in documents of 20 to 400 tokens: flat ids and offsets."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(20, 400, size=tokens // 100)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    ids = 5 + (rng.zipf(1.3, size=offsets[-1]) - 1) % (vocabulary - 5)
    ids[offsets[:-1]], ids[offsets[1:] - 1] = 2, 3
    return ids.astype(np.uint16), offsets


def tokenizer(vocabulary: int) -> PreTrainedTokenizerFast:
    from tokenizers import Tokenizer, models

    words = {token: number for number, token in enumerate([*SPECIALS, *(f"w{n}" for n in range(5, vocabulary))])}
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel(words, unk_token="[UNK]")),
        pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]",
    )  # fmt: skip


def ours(
    model: Any,
    data: Data,
    training: Training,
    *,
    packed: bool = True,
    compiled: bool = False,
    kind: ModuleType = mlm,
    masking: Masking = BERTS,
    seed: int = 0,
) -> Iterator[None]:
    """maskzoo's loop, one step a `next`, without logging and checkpoints."""
    objective = kind.Objective(model, context=Context(data, compiled=compiled))
    optimiser = optimiser_module(training).make(objective, training)
    masker = Masker(masking, data.train, mask_id=data.mask_id, ordinary=data.ordinary)
    plan = Plan.of(training, step_tokens=training.batch_size * training.sequence_length)
    for step in range(training.steps):
        set_learning_rate(optimiser, learning_rate(step, plan, training))
        batch = objective.draw(masker, seed=seed, step=step, size=training.batch_size)
        inputs = batch.tensors(torch.device("cpu"))
        if not packed:
            inputs = replace(inputs, documents=None)
        loss = objective(inputs).total / batch.of_predicted
        loss.backward()
        torch.nn.utils.clip_grad_norm_(objective.parameters(), training.clip)
        optimiser.step()
        optimiser.zero_grad()
        loss.item()
        yield


def stock(
    model: Any, data: Data, training: Training, folder: str, words: PreTrainedTokenizerFast, *, seed: int = 0
) -> Iterator[None]:
    """The Trainer, one step a `next`: its own train() in a thread would not alternate, so a callback hands over."""
    import threading

    from transformers import TrainerCallback
    from transformers.trainer_callback import PrinterCallback

    go, done, steps = threading.Semaphore(0), threading.Semaphore(0), training.steps

    class Alternate(TrainerCallback):
        def on_step_begin(self, *_: Any, **__: Any) -> None:
            go.acquire()

        def on_step_end(self, *_: Any, **__: Any) -> None:
            done.release()

    rows = [
        {"input_ids": row.tolist(), "attention_mask": [1] * len(row)}
        for row in data.train.batch(seed=seed, step=0, size=steps * training.batch_size).ids
    ]
    arguments = TrainingArguments(
        folder, per_device_train_batch_size=training.batch_size, max_steps=steps, learning_rate=training.learning_rate,
        weight_decay=training.weight_decay, report_to=[], save_strategy="no", logging_strategy="no", disable_tqdm=True,
        use_cpu=True, dataloader_num_workers=0, seed=seed,
    )  # fmt: skip
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=rows,
        data_collator=DataCollatorForLanguageModeling(tokenizer=words, mlm_probability=0.15),
        callbacks=[Alternate()],
    )
    trainer.remove_callback(PrinterCallback)
    threads = torch.get_num_threads()

    def work() -> None:
        torch.set_num_threads(threads)
        trainer.train()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    for _ in range(steps):
        go.release()
        done.acquire()
        yield
    thread.join()


def differences(model: Any, data: Data) -> tuple[float, float]:
    """Largest difference of the two losses and of their gradients for the same ids and labels (dropout off)."""
    model = copy.deepcopy(model).eval()
    batch = data.train.batch(seed=1, step=0, size=8)
    masker = Masker(Masking(), data.train, mask_id=data.mask_id, ordinary=data.ordinary)
    drawn = masked_batch(batch, masker, seed=1, step=0)
    inputs, predicted = drawn.tensors(torch.device("cpu")), drawn.targets.predicted
    positions = torch.arange(predicted.shape[1]).expand_as(inputs.positions)
    mine = mlm.Objective(model)(replace(inputs, positions=positions, documents=None)).total
    (mine / predicted.sum()).backward()
    gradients = {name: one.grad for name, one in model.named_parameters()}
    model.zero_grad()
    full = model(input_ids=inputs.ids, labels=torch.from_numpy(np.where(predicted, batch.ids, -100))).loss
    full.backward()
    apart = max(float((gradients[name] - one.grad).abs().max()) for name, one in model.named_parameters())
    return abs(float(mine.detach() / predicted.sum()) - float(full.detach())), apart


def product() -> float:
    """Operations a CPU second of one product of two matrices of 1,024 x 1,024, the best of three."""
    one, spent = torch.rand(1024, 1024), []
    for _ in range(3):
        start = time.process_time()
        one @ one
        spent.append(time.process_time() - start)
    return 2 * 1024**3 / min(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (
        ("layers", 4),
        ("hidden", 256),
        ("vocab", 30_000),
        ("length", 128),
        ("batch", 32),
        ("steps", 15),
    ):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sides", nargs="+", help="only these, the first of them being what the others are held to")
    parser.add_argument("--quick", action="store_true", help="a tiny model and few steps")
    options = parser.parse_args()
    if options.quick:
        parser.set_defaults(layers=2, hidden=64, vocab=500, length=32, batch=4, steps=6)
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
    training = Training(
        steps=options.steps, sequence_length=options.length, batch_size=options.batch, learning_rate=5e-5
    )
    by_muon = training.model_copy(update={"optimiser": registry.settings("optimisers", "muon")})

    def model(dropout: float) -> Any:
        return fresh_model("bert", shape, vocabulary, length=options.length, seed=0, dropout=dropout).train()

    loss, gradient = differences(model(0.0), data)
    print(described("torch", "transformers", "accelerate"))
    print(
        f"BERT {options.layers} x {options.hidden}, {options.vocab:,} words, batch {options.batch} x {options.length},"
        f" fp32, {options.threads} thread(s), {options.steps - WARMING} steps of every side in turns"
    )
    print(f"for the same ids and labels, losses of both sides are {loss:.1e} apart, gradients at most {gradient:.1e}")
    if loss > 1e-5 or gradient > 1e-6:
        sys.exit("THE SIDES DIFFER")
    words = tokenizer(options.vocab)
    with TemporaryDirectory() as folder:
        sides: dict[str, Callable[[], Iterator[None]]] = {
            "Trainer, dropout 0.1": lambda: stock(model(0.1), data, training, folder, words),
            "maskzoo, dropout 0.1, same attention": lambda: ours(model(0.1), data, training, packed=False),
            "maskzoo, dropout 0.1, inside documents": lambda: ours(model(0.1), data, training),
            "Trainer, dropout 0": lambda: stock(model(0.0), data, training, folder, words),
            "maskzoo, dropout 0, same attention": lambda: ours(model(0.0), data, training, packed=False),
            "maskzoo, dropout 0, inside documents": lambda: ours(model(0.0), data, training),
            "maskzoo, dropout 0, compiled": lambda: ours(model(0.0), data, training, compiled=True),
            "maskzoo, dropout 0, by Muon": lambda: ours(model(0.0), data, by_muon),
            **{
                f"maskzoo, dropout 0, masks later, {rate:.0%}": lambda rate=rate: ours(
                    model(0.0), data, training, kind=masks_later, masking=Masking(rate=rate)
                )
                for rate in LATER
            },
        }
        for side in options.sides or []:
            if side not in sides:
                parser.error(f"unknown side {side!r}; expected one of {', '.join(sides)}")
        chosen = options.sides or list(sides)
        running = {name: sides[name]() for name in chosen}
        seconds: dict[str, list[float]] = {name: [] for name in running}
        peaks: list[float] = []
        for _ in range(options.steps):
            for name, steps in running.items():
                start = time.process_time()
                next(steps)
                seconds[name].append(time.process_time() - start)
                peaks.append(product())
    tokens = options.batch * options.length
    counted = {name: spent[WARMING:] for name, spent in seconds.items()}
    done = {name: operations(model(0.0), name, options.batch, options.length) for name in chosen}
    report(counted, tokens, operations=done, peak=statistics.median(peaks))
    judge((options.layers, options.hidden, options.vocab), counted, operations=done, peak=statistics.median(peaks))


def judge(
    shape: tuple[int, int, int], seconds: dict[str, list[float]], *, operations: dict[str, float], peak: float
) -> None:
    """Leave the rows that have a goal."""
    reference = seconds.get("Trainer, dropout 0.1")
    if shape not in GOALS or not reference:
        return
    label = f"pretraining step, {shape[0]} x {shape[1]} / {shape[2] // 1000}k"
    sides = {
        "maskzoo, dropout 0.1, same attention": ("same objective", GOALS[shape]),
        "maskzoo, dropout 0, inside documents": ("dropout 0, attention inside documents", GOALS[shape]),
        "maskzoo, dropout 0, masks later, 40%": ("masks later, 40 %", LATER_GOALS.get(shape)),
    }
    for side, (named, goal) in sides.items():
        if side in seconds and goal:
            leave(f"{label}, {named}", "Trainer", ratios(reference, seconds[side]), goal)
    side = "maskzoo, dropout 0, inside documents"
    if side in seconds and shape[0] >= 4:
        shares = [operations[side] / spent / peak for spent in seconds[side]]
        leave(f"{label}, share of the peak, dropout 0", "matrix product", shares, PEAK_GOAL)


def operations(model: Any, side: str, windows: int, length: int) -> float:
    """Of a step of a side: the Trainer's head looks at every position."""
    tokens = windows * length
    if side.startswith("Trainer"):
        return step_flops(model, windows=windows, length=length, predicted=tokens)
    if "masks later" not in side:
        return step_flops(model, windows=windows, length=length, predicted=round(0.15 * tokens))
    masks = round(float(side.rpartition(" ")[2].rstrip("%")) / 100 * tokens)
    flat = np.arange(tokens).reshape(windows, length)
    shown = Targets(ids=np.where(flat < masks, 4, 5), predicted=flat < masks, labels=flat)
    objective = masks_later.Objective(model)
    objective.mask_id = 4
    return objective.flops(TrainingBatch(Batch(flat, flat, flat, flat < 0, flat), shown))


def report(seconds: dict[str, list[float]], tokens: int, *, operations: dict[str, float], peak: float) -> None:
    """Median speed of each side, how many times the first one's it is, step by step, and its share of the peak."""
    reference = next(iter(seconds.values()))
    rows = [("side", "tokens/CPU s", "times the first (median, spread)", "of the peak")]
    for name, spent in seconds.items():
        middle = statistics.median(spent)
        share = f"{operations[name] / middle / peak:.2f}"
        rows.append((name, f"{tokens / middle:,.0f}", spread(reference, spent), share))
    print(table(rows))
    print(f"peak: {peak / 1e9:.0f} thousand million operations a CPU second")


if __name__ == "__main__":
    main()
