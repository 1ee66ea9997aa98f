"""What every architecture can do, found out by doing it on tiny models; `python -m tests.models.table` prints it."""

import contextlib
import math
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers.utils import logging

from maskzoo import models, registry
from maskzoo.adaptation.common.adapter import adapt
from maskzoo.errors import UserError
from maskzoo.models.common.attention import encode
from maskzoo.models.common.supported import REFUSED_ALWAYS
from maskzoo.pretraining.run import pretrain
from maskzoo.pretraining.stopping import Stopped, StopSignal
from maskzoo.probes.common.subject import load_subject
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.recipe.masking import Masking
from maskzoo.recipe.training import Base, Training
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.task_data import PreparedTask, Split
from tests.models.tiny import CONFIGS_OF_ALL, tiny
from tests.pretraining.conftest import WORDS, write_shards, write_tokenizer

YES, NO = "yes", "no"
METHODS = [name for name in registry.names("adaptation") if name != "winning_ticket"]
HEAD = """# Architectures

Every masked language model of the installed transformers, and what it can do here. Found out by doing it on tiny models
with random weights (`python -m tests.models.table > docs/architectures.md`): pretrained for six steps, stopped after
the first one, gone on with to the same bits, asked for pseudo-perplexity, fine-tuned, and put under every adapter.

How documents of one window are kept apart: *own module*: `maskzoo.models` knows how, and for all but DistilBERT and
DeBERTa computes the last layer only where something is predicted; *mask*: a block mask, seen to give what one document
at a time gives; *rows*: a document a row, filled up; *rows of one length*: filling up would change what comes out, so
every length is computed apart, which is slow.

| model type | documents apart | pretrain | resume | score | fine-tune | adapters |
| --- | --- | --- | --- | --- | --- | --- |
"""
REFUSALS = """
## Refused

`maskzoo check` says so from config.json, before anything runs.

| model type or config | why |
| --- | --- |
"""
CONFIGS_REFUSED = {
    "any with `is_decoder: true`": "is a decoder, whose tokens do not see what comes after them",
    "any with `auto_map` that transformers does not know": "needs code of its own, which is never run",
    "any with pickled weights alone": "pickled weights are never loaded",
    "any with fewer positions than `sequence_length`": "has too few positions",
    "deberta-v2 with `conv_kernel_size`": "has a convolution over neighbouring tokens, which looks across documents",
    "nystromformer with fewer landmarks than `segment_means_seq_len`": "can read nothing but full rows",
    "xlm, flaubert with `asm: true`": "has an adaptive softmax instead of a projection to the vocabulary",
    "ibert with a tokenizer that extends it": "its vocabulary cannot grow in transformers",
    "any other model type": "has no masked language model in transformers",
}


def page() -> str:
    """The whole page."""
    rows = [f"| {' | '.join(row(name))} |" for name in CONFIGS_OF_ALL if name in models.trainable()]
    refused = {**REFUSED_ALWAYS, **CONFIGS_REFUSED}
    return HEAD + "\n".join(rows) + "\n" + REFUSALS + "".join(f"| {name} | {why} |\n" for name, why in refused.items())


def row(name: str) -> list[str]:
    """The cells of one architecture."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        words = [f"w{number}" for number in range(WORDS)]
        write_tokenizer(folder / "tokenizer", words)
        write_shards(folder / "tokens")
        tiny(name).save_pretrained(folder / "base")
        write_tokenizer(folder / "base", words)
        whole, trained = _done(lambda: _train(folder, "whole"))
        return [
            name,
            _apart(name),
            whole,
            _done(lambda: _same_bits(folder, trained))[0],
            _done(lambda: _score(folder / "whole" / "model", words))[0],
            _done(lambda: _finetune(folder, words))[0],
            _adapters(name),
        ]


def _done(what: Callable[[], Any]) -> tuple[str, Any]:
    try:
        return YES, what()
    except (UserError, AssertionError) as error:
        return f"{NO}: {error}", None


def _train(folder: Path, into: str, stop: StopSignal | None = None) -> dict[str, Any]:
    return pretrain(
        base=Base(folder=str(folder / "base")),
        base_folder=folder / "base",
        tokens=folder / "tokens",
        tokenizer=folder / "tokenizer",
        masking=Masking(),
        objective="mlm",
        training=Training(steps=6, sequence_length=16, batch_size=4, evaluate_every=3, dropout=0.1),
        seed=0,
        folder=folder / into,
        stop=stop,
    )


def _same_bits(folder: Path, whole: dict[str, Any] | None) -> None:
    assert whole is not None, "it was not trained"
    with contextlib.suppress(Stopped):
        _train(folder, "stopped", StopSignal(15))
    assert not (folder / "stopped" / "run.json").exists()
    assert _train(folder, "stopped")["model_sha256"] == whole["model_sha256"], "other bits"


def _score(model: Path, words: list[str]) -> None:
    subject, reason = load_subject(model)
    assert subject is not None, reason
    texts = [subject.encoded(" ".join(words[:number])) for number in (3, 9)]
    together = subject.token_scores(texts, variant="within_word_l2r")
    alone = subject.token_scores(texts[:1], variant="within_word_l2r")
    assert all(math.isfinite(value) for scores in together for value in scores)
    assert max(abs(together[0] - alone[0])) < 1e-4, "scores depend on what is scored beside"


def _finetune(folder: Path, words: list[str]) -> None:
    texts = [" ".join(words[start : start + 4]) for start in range(0, 40, 2)]
    gold: list[Any] = ["a" if number % 2 else "b" for number in range(len(texts))]
    split = Split([str(number) for number in range(len(texts))], texts, gold, [])
    task = PreparedTask("t", "sequence_classification", "accuracy", ["a", "b"], split, split, split, "")
    settings = Finetuning(epochs=1, max_length=16, batch_size=8)
    finetune("m", task, settings, {0: Start(folder / "whole" / "model", 0)}, folder / "tuned", threads=1)


def _adapters(name: str) -> str:
    there = []
    for method in METHODS:
        model = tiny(name)
        settings = registry.settings("adaptation", {"method": method, **_SMALL.get(method, {})})
        try:
            adapter = adapt(model, settings, seed=0, head_is_trained=False, new_rows=[], where=None)
        except UserError:
            continue
        place = torch.arange(32).expand(2, -1)
        encode(adapter.model, place + 5, place % 16, place // 16).sum().backward()
        assert any(one.grad is not None for one in adapter.model.parameters() if one.requires_grad), method
        there.append(method)
    return ", ".join(there) if len(there) < len(METHODS) else "all"


_SMALL: dict[str, dict[str, Any]] = {
    "lora": {"rank": 2},
    "bottleneck": {"reduction": 4},
    "invertible": {"reduction": 4},
    "language_adapter": {"reduction": 4},
    "prompt": {"length": 2},
}


def _apart(name: str) -> str:
    model = tiny(name)
    known = models.of(model)
    if not hasattr(known, "packing"):
        return "own module"
    how = known.packing(model, 32)
    return "mask" if how.form is not None else "rows" if how.pads else "rows of one length"


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.set_verbosity_error()
    torch.set_num_threads(1)
    only = sys.argv[1:]
    print("\n".join(" | ".join(row(name)) for name in only) if only else page(), end="\n" if only else "")
