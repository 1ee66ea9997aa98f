"""Sentences a second of pseudo-log-likelihood, beside minicons: `python bench/pseudo_likelihood.py`.

Both sides score the same sentences with the same random BERT, one masked copy of a sentence for every token. The
plain side is what minicons does without its bookkeeping: the copies of eight sentences padded together, logits at
every position. minicons itself is measured where `make peers` has put it (its call of a tokenizer method that
transformers 5 no longer has is answered by the method that replaced it). Scores are compared first.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from machine import PEERS, described, leave, ratios, spread, table
from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

from maskzoo.models.common.predictor import predictor
from maskzoo.models.common.pseudo_likelihood import Encoded, token_scores

SHAPES = ((2, 128, 30_000), (6, 384, 8_000))
GOALS = {(2, 128, 30_000): 15.0, (6, 384, 8_000): 2.5}
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
BATCH = 8
SAME = 1e-4  # relative


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    made = PEERS / "minicons"
    parser.add_argument(
        "--minicons",
        type=Path,
        default=made if made.is_dir() else None,
        help="a folder that holds minicons (made by `make peers`)",
    )
    parser.add_argument("--shapes", type=int, nargs="*", default=[0, 1], help="0: 2 x 128 / 30k, 1: 6 x 384 / 8k")
    parser.add_argument("--quick", action="store_true", help="a tiny model: that it runs, in seconds")
    options = parser.parse_args()
    shapes = [SHAPES[number] for number in options.shapes]
    if options.quick:
        shapes, options.sentences, options.rounds, options.minicons = [(1, 32, 500)], 8, 1, None
    torch.set_num_threads(options.threads)
    print(described("torch", "transformers"))
    rows = [("", "sentences/s", "CPU s", "ratio to maskzoo", "goal")]
    for shape in shapes:
        rows += measured(shape, options)
    print(table(rows))


def measured(shape: tuple[int, int, int], options: argparse.Namespace) -> list[tuple[str, ...]]:
    """Rows of one shape, the sides in turns."""
    model, tokenizer = random_bert(*shape), words(shape[2])
    texts = sentences(options.sentences, shape[2])
    sides: dict[str, Callable[[], Sequence[float]]] = {
        "maskzoo": lambda: ours(model, tokenizer, texts),
        "plain transformers": lambda: plain(model, tokenizer, texts),
    }
    if options.minicons:
        sys.path.insert(0, str(options.minicons))
        sides["minicons"] = by_minicons(model, tokenizer, texts)
    spent: dict[str, list[float]] = {name: [] for name in sides}
    scores: dict[str, Sequence[float]] = {}
    for _ in range(options.rounds + (not options.quick)):  # the first round loads and is left out
        for name, run in sides.items():
            began = time.process_time()
            scores[name] = run()
            spent[name].append(time.process_time() - began)
    label = f"{shape[0]} x {shape[1]} / {shape[2] // 1000}k"
    for name, found in scores.items():
        apart = np.max(np.abs(np.array(found) / np.array(scores["maskzoo"]) - 1))
        print(f"{label}: scores of {name} and maskzoo differ by {apart:.1e} at most")
        if apart > SAME:
            sys.exit(1)
    rows = []
    for name, times in spent.items():
        took = statistics.median(times[-options.rounds :])
        ratio = "" if name == "maskzoo" else spread(times[-options.rounds :], spent["maskzoo"][-options.rounds :])
        goal = f"{GOALS[shape]:.1f}" if name == "minicons" else ""
        if goal:
            found = ratios(times[-options.rounds :], spent["maskzoo"][-options.rounds :])
            leave(f"pseudo-log-likelihood, {label}", "minicons", found, GOALS[shape])
        rows.append((f"{label}, {name}", f"{len(texts) / took:.1f}", f"{took:.2f}", ratio, goal))
    return rows


def random_bert(layers: int, hidden: int, vocabulary: int) -> Any:
    """A BERT with random weights."""
    torch.manual_seed(0)
    config = BertConfig(
        num_hidden_layers=layers,
        hidden_size=hidden,
        num_attention_heads=max(1, hidden // 64),
        intermediate_size=4 * hidden,
        vocab_size=vocabulary,
    )
    return BertForMaskedLM(config).eval()


def words(vocabulary: int) -> PreTrainedTokenizerFast:
    """A tokenizer with a token for each word."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    known = {token: number for number, token in enumerate([*SPECIALS, *(f"w{n}" for n in range(5, vocabulary))])}
    backend = Tokenizer(models.WordLevel(known, unk_token="[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]",
    )  # fmt: skip


def sentences(count: int, vocabulary: int) -> list[str]:
    """Sentences of 5 to 40 words."""
    draw = random.Random(0)
    return [" ".join(f"w{draw.randrange(5, vocabulary)}" for _ in range(draw.randint(5, 40))) for _ in range(count)]


def ours(model: Any, tokenizer: Any, texts: list[str]) -> list[float]:
    """Sums of maskzoo's scores."""
    found = []
    for ids in tokenizer(texts)["input_ids"]:
        found.append(Encoded(tuple(ids), (-1, *range(len(ids) - 2), -1)))
    predict = predictor(model)
    scored = token_scores(found, predict, mask_id=tokenizer.mask_token_id, pad_id=0, variant="original")
    return [float(values.sum()) for values in scored]


@torch.inference_mode()
def plain(model: Any, tokenizer: Any, texts: list[str]) -> list[float]:
    """Sums of scores as they are computed without thought: eight sentences' copies, all positions."""
    sums = []
    for start in range(0, len(texts), BATCH):
        batch = tokenizer(texts[start : start + BATCH], padding=True, return_tensors="pt")
        for ids, attention in zip(batch["input_ids"], batch["attention_mask"], strict=True):
            places = torch.arange(1, int(attention.sum()) - 1)
            copies = ids.repeat(len(places), 1)
            copies[torch.arange(len(places)), places] = tokenizer.mask_token_id
            logits = model(input_ids=copies, attention_mask=attention.expand(len(places), -1)).logits
            log_p = logits[torch.arange(len(places)), places].log_softmax(-1)
            sums.append(float(log_p.gather(1, ids[places][:, None]).double().sum()))
    return sums


def by_minicons(model: Any, tokenizer: Any, texts: list[str]) -> Callable[[], Sequence[float]]:
    """What sums minicons' scores."""
    from minicons.scorer import MaskedLMScorer

    if not hasattr(tokenizer, "batch_encode_plus"):
        type(tokenizer).batch_encode_plus = type(tokenizer).__call__
    scorer = MaskedLMScorer(model, "cpu", tokenizer=tokenizer)

    def run() -> list[float]:
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        return [
            float(value)
            for batch in batches
            for value in scorer.sequence_score(batch, reduction=lambda x: x.double().sum(0).item())
        ]

    return run


if __name__ == "__main__":
    main()
