"""Training a tokenizer, beside the trainers of the `tokenizers` library: `python bench/tokenizer_training.py`.

Both sides get the same documents, normaliser, pre-tokeniser, special tokens and size, and train in turns; CPU seconds
of all threads are counted (the library runs on one, sentencepiece on four).
BPE must come out the same, token for token and merge for merge. Unigram is trained by other code on our side, so the
pieces differ: what is compared is how many of them a word of documents kept apart takes, and how probable those are.

    python bench/tokenizer_training.py                    (50 MB; eleven minutes)
    python bench/tokenizer_training.py --megabytes 5 --rounds 1
    python bench/tokenizer_training.py --quick            (that it runs, in seconds; its figures say nothing)

Text: what a mirror (MASKZOO_MIRRORS) holds of laws, books, articles and sentences in many languages, or invented.
"""

import argparse
import json
import os
import random
import re
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

os.environ["RAYON_NUM_THREADS"] = "1"  # before the library's threads begin

from machine import cpu, described, leave, ratios, spread, table
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from maskzoo.tokenization.design import Design, SpecialTokens
from maskzoo.tokenization.train import train, untrained
from maskzoo.tokenization.word_counts import counted

GOALS = {"bpe": 1.0, "unigram": 3.0}
FILES = (
    *("legal/**/*.xml", "legal/**/*.md", "general/**/*.md", "general/**/*.txt"),
    *("low_resource/**/*.txt", "clinical/**/*.xml", "security/**/*.md"),
)
PIECE = 20_000  # characters of a document
HELD_OUT = 20  # one document in so many
TAG = re.compile(r"<[^>]+>")
Scores = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=50.0)
    parser.add_argument("--vocab", type=int, default=16_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--algorithms", nargs="+", choices=list(GOALS), default=list(GOALS))
    parser.add_argument("--quick", action="store_true", help="a little invented text")
    options = parser.parse_args()
    if options.quick:
        os.environ.pop("MASKZOO_MIRRORS", None)
        options.megabytes, options.vocab, options.rounds = 0.3, 600, 1
    print(described("tokenizers", "sentencepiece"))
    documents = texts(options.megabytes)
    kept_apart = documents[::HELD_OUT]
    documents = [text for number, text in enumerate(documents) if number % HELD_OUT]
    size = sum(len(text.encode()) for text in documents) / 1e6
    print(f"{len(documents):,} documents, {size:.1f} MB; {options.vocab:,} tokens, {options.rounds} round(s)")
    rows = [("", "CPU s", "MB/s", "ratio to tokenizers", "goal")]
    for algorithm in options.algorithms:
        # the library's trainer knows no limit of the alphabet
        design = Design(
            algorithm=algorithm, vocab_size=options.vocab, special_tokens=SpecialTokens(), limit_alphabet=None
        )
        sides: dict[str, Callable[[], Tokenizer]] = {
            "tokenizers": lambda design=design: peer(design, documents),  # type: ignore[misc]
            "maskzoo": lambda design=design: train(design, lambda: documents, where="bench").tokenizer,  # type: ignore[misc]
        }
        spent: dict[str, list[float]] = {side: [] for side in sides}
        made: dict[str, Tokenizer] = {}
        for _ in range(options.rounds):
            for side, run in sides.items():
                began = cpu()
                made[side] = run()
                spent[side].append(cpu() - began)
        compared(algorithm, made, kept_apart, design)
        for side, times in spent.items():
            took = statistics.median(times)
            ratio = spread(spent["tokenizers"], times) if side == "maskzoo" else ""
            goal = f"{GOALS[algorithm]:g}" if ratio else ""
            if ratio and not options.quick:
                found = ratios(spent["tokenizers"], times)
                leave(f"training a tokenizer, {algorithm}", "tokenizers' trainer", found, GOALS[algorithm])
            rows.append((f"{algorithm}, {side}", f"{took:.1f}", f"{size / took:.2f}", ratio, goal))
    print(table(rows))


def peer(design: Design, documents: list[str]) -> Tokenizer:
    """What the library's trainer makes of the documents, as its documentation calls it."""
    tokenizer = untrained(design)
    special = list(design.special_tokens.names.values())
    common = {"vocab_size": design.vocab_size, "special_tokens": special, "show_progress": False}
    if design.algorithm == "bpe":
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        trainer = trainers.BpeTrainer(min_frequency=design.min_frequency, initial_alphabet=alphabet, **common)
    else:
        trainer = trainers.UnigramTrainer(unk_token=design.special_tokens.unk, **common)
    tokenizer.train_from_iterator(documents, trainer)
    return tokenizer


def compared(algorithm: str, made: dict[str, Tokenizer], kept_apart: list[str], design: Design) -> None:
    """Prove BPE equal; say what both sides' Unigram makes of other documents."""
    if algorithm == "bpe":
        one, other = (json.loads(tokenizer.to_str())["model"] for tokenizer in made.values())
        same = one["vocab"] == other["vocab"] and one["merges"] == other["merges"]
        print(f"bpe: vocabularies and merges of both sides are {'equal' if same else 'NOT EQUAL'}")
        if not same:
            sys.exit(1)
        return
    for side, tokenizer in made.items():
        pieces, likelihood = judged(tokenizer, kept_apart, design)
        size = tokenizer.get_vocab_size()
        print(
            f"unigram of {side}: {size:,} pieces; {pieces:.3f} a word of other documents, {likelihood:.3f} nats a word"
        )


def judged(tokenizer: Tokenizer, texts: list[str], design: Design) -> tuple[float, float]:
    """Pieces a word, and the mean log probability of a word's best cut under piece probabilities that sum to 1."""
    special = set(design.special_tokens.names.values())
    scores: Scores = {
        token: score for token, score in json.loads(tokenizer.to_str())["model"]["vocab"] if token not in special
    }
    model = models.Unigram([("<unk>", 0.0), *scores.items()], 0, False)
    words = pieces = 0
    total = 0.0
    lowest = min(scores.values()) - 10  # as both libraries charge what they do not know
    for word, count in counted(tokenizer, texts):
        cut = [token.value for token in model.tokenize(word)]
        words, pieces = words + count, pieces + count * len(cut)
        total += count * sum(scores.get(piece, lowest) for piece in cut)
    return pieces / words, total / words


def texts(megabytes: float) -> list[str]:
    """Documents of at most 20,000 characters, drawn from the mirror, or invented where there is none."""
    found: list[str] = []
    for mirror in filter(None, os.environ.get("MASKZOO_MIRRORS", "").split(":")):
        for pattern in FILES:
            for file in sorted(Path(mirror).glob(pattern)):
                text = file.read_text(encoding="utf-8", errors="ignore")
                text = TAG.sub(" ", text) if file.suffix == ".xml" else text
                found += [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    draw = random.Random(0)
    if not found:
        letters = "abcdefghijklmnopqrstuvwxyz"
        known = ["".join(draw.choices(letters, k=draw.randint(2, 10))) for _ in range(20_000)]
        weights = [1 / (rank + 1) for rank in range(len(known))]
        found = [" ".join(draw.choices(known, weights, k=300)) for _ in range(round(megabytes * 1e6 / 2000))]
    draw.shuffle(found)
    kept, size = [], 0
    for text in found:
        if size < megabytes * 1e6:
            kept.append(text)
            size += len(text.encode())
    return kept


if __name__ == "__main__":
    main()
