"""Corpus pseudo-perplexity per word (or residue, ...): the same documents and words for every model and tokenizer.

A model is not rewarded for saying «unknown»: a token that the tokenizer could not represent costs, besides the
probability of the unknown token, the spelling of the characters it hides by uniform guesses over the alphabet of the
scored texts (and an end sign). So the sum stays the log-probability of the text, and the alphabet is the same for all.
"""

import hashlib
import heapq
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from maskzoo import materials
from maskzoo.errors import UserError
from maskzoo.materials import Wording
from maskzoo.materials.text import WORDING
from maskzoo.probes.common.kind import Context, Item, Measure, Measured, NotMeasuredError
from maskzoo.recipe.probe import Size, Suite
from maskzoo.recipe.recipe import Recipe

if TYPE_CHECKING:
    from maskzoo.models.common.pseudo_likelihood import Encoded, Predict, VariantName
    from maskzoo.probes.common.subject import Subject

TITLE = "Pseudo-perplexity of the corpus"
MEASURE = Measure("pseudo-perplexity", "lower", "documents", sum="pll", count="words", statistic="perplexity")
NEEDS_DATA = False
NEEDS_CORPUS = True
NEEDS_HEAD = True
LARGEST = math.log(sys.float_info.max)  # nats a unit; a perplexity beyond is no number any more
FIGURES = ("per_word", "per_token", "words", "tokens", "unknown_share", "altered_words", "documents")
RECIPE = ("evaluation.perplexity_documents", "evaluation.perplexity_words", "corpus.material")


class Settings(Suite):
    """Pseudo-perplexity: how much is read of the domain's test documents, and what is hidden with a token."""

    probe: Literal["pseudo_perplexity"] = "pseudo_perplexity"
    documents: int | None = Field(default=None, ge=1, description="default: evaluation.perplexity_documents")
    words: int | None = Field(
        default=None, ge=5, description="taken from the start of each document; default: evaluation.perplexity_words"
    )
    masking: Literal["within_word_l2r", "original"] | None = Field(
        default=None,
        description="hidden with the scored token: the later pieces of its word, so that more pieces are no advantage, "
        "or nothing (default: as fits what the corpus is made of)",
    )


def check(suite: Settings, where: str) -> None:
    """Nothing beyond what the keys themselves refuse, but a limit, which is `documents` here."""
    if suite.limit is not None:
        raise UserError("has no groups of items to limit", where=f"{where}.limit", hint="say documents and words")


def size(suite: Settings, recipe: Recipe) -> Size:
    """So many documents of so many words."""
    items, words = _extent(suite, recipe)
    return Size(items=items, texts=1, words=words)


def questions(suite: Settings, context: Context) -> list["Document"]:
    """The beginnings of test documents; see `chosen_documents`."""
    documents, words = _extent(suite, context.recipe)
    wording = materials.load(context.recipe.corpus.material).WORDING
    return chosen_documents(context.layout.documents, documents=documents, words=words, wording=wording)


def measure(suite: Settings, questions: Sequence["Document"], subject: "Subject", context: Context) -> Measured:
    """Log-likelihoods of the documents, and the figures of the checkpoint as a whole."""
    found = pseudo_perplexity(
        questions,
        subject.tokenizer,
        subject.predict,
        variant=_variant(suite, context),
        max_length=subject.longest,
        progress=True,
    )
    items = tuple(Item(row["id"], {k: v for k, v in row.items() if k != "id"}) for row in found.pop("documents"))
    return Measured(items, {**found, "altered_words": altered_words(questions, subject.tokenizer)})


def summary(suite: Settings, measured: Sequence[Measured], context: Context) -> dict[str, Any]:
    """Means over seeds; documents with the mean of their log-likelihoods."""
    first, seeds = measured[0].figures, len(measured)
    return {
        "per_word": math.fsum(one.figures["per_word"] for one in measured) / seeds,
        "per_token": math.fsum(one.figures["per_token"] for one in measured) / seeds,
        "words": first["words"],
        "tokens": first["tokens"],
        "unknown_share": first["unknown_tokens"] / first["tokens"],
        "altered_words": measured[-1].figures["altered_words"],
        "documents": [
            {**rows[0].as_json(), "pll": math.fsum(row.figures["pll"] for row in rows) / seeds}
            for rows in zip(*(one.items for one in measured), strict=True)
        ],
    }


def described(suite: Settings, context: Context) -> dict[str, Any]:
    """What is hidden with a scored token, and what the material is counted by."""
    wording = materials.load(context.recipe.corpus.material).WORDING
    return {"variant": _variant(suite, context), "unit": wording.unit}


def _extent(suite: Settings, recipe: Recipe) -> tuple[int, int]:
    evaluation = recipe.evaluation
    return suite.documents or evaluation.perplexity_documents, suite.words or evaluation.perplexity_words


def _variant(suite: Settings, context: Context) -> "VariantName":
    within = materials.load(context.recipe.corpus.material).WORDING.within_word
    return suite.masking or ("within_word_l2r" if within else "original")


@dataclass(frozen=True)
class Document:
    """The start of a test document: its id and the words (units of the material) that are scored."""

    id: str
    words: tuple[str, ...]
    joiner: str = " "


def chosen_documents(path: Path, *, documents: int, words: int, wording: Wording = WORDING) -> list[Document]:
    """The first `words` words of `documents` test documents, drawn by a hash of their id; the file is streamed.

    Raises:
        UserError: the corpus was not made, or has no test document.
    """
    import pyarrow.parquet as pq

    if not path.is_file():
        raise UserError("the corpus has not been made", where=str(path), hint="run `maskzoo corpus` first")
    held: list[tuple[int, str, tuple[str, ...]]] = []
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1024, columns=["id", "text", "split"]):
            for name, text, split in zip(*(batch.column(column).to_pylist() for column in range(3)), strict=True):
                start = wording.units(text, words) if split == "test" else ()
                if not start:
                    continue
                # a heap of negated hashes keeps the smallest ones
                entry = (-int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]), name, start)
                (heapq.heappush if len(held) < documents else heapq.heappushpop)(held, entry)
    if not held:
        raise UserError("no document is in the test split", where=str(path), hint="raise corpus.split.test")
    return [Document(name, start, wording.joiner) for _, name, start in sorted(held, reverse=True)]


def pseudo_perplexity(
    documents: Sequence[Document],
    tokenizer: Any,
    predict: "Predict",
    *,
    variant: "VariantName" = "within_word_l2r",
    max_length: int | None = None,
    progress: bool = False,
) -> dict[str, Any]:
    """Per-document and corpus figures of one checkpoint.

    Args:
        max_length: tokens that the model can read; longer texts are cut at word boundaries and scored part by part.

    Returns:
        per_word, per_token, words, tokens, unknown_tokens; documents with id, pll, words, tokens, unknown.

    Raises:
        NotMeasuredError: the figures would be no numbers.
    """
    from maskzoo.models.common.pseudo_likelihood import token_scores

    letters = {letter for document in documents for word in document.words for letter in word}
    guess = math.log(len(letters) + 1)
    parts: list[Encoded] = []
    owner: list[int] = []
    penalty = [0.0] * len(documents)
    unknown = [0] * len(documents)
    for index, document in enumerate(documents):
        for encoded, hidden in _encoded(document.words, document.joiner, tokenizer, max_length):
            parts.append(encoded)
            owner.append(index)
            penalty[index] -= sum((length + 1) * guess for length in hidden)
            unknown[index] += len(hidden)
    scores = token_scores(
        parts,
        predict,
        mask_id=tokenizer.mask_token_id,
        pad_id=tokenizer.pad_token_id or 0,
        variant=variant,
        progress=progress,
    )
    pll = list(penalty)
    tokens = [0] * len(documents)
    for index, values in zip(owner, scores, strict=True):
        pll[index] += float(values.sum())
        tokens[index] += len(values)
    words = [len(document.words) for document in documents]
    return {
        "per_word": _perplexity(pll, words),
        "per_token": _perplexity(pll, tokens),
        "words": sum(words),
        "tokens": sum(tokens),
        "unknown_tokens": sum(unknown),
        "documents": [
            {"id": document.id, "pll": value, "words": count, "tokens": length, "unknown": missing}
            for document, value, count, length, missing in zip(documents, pll, words, tokens, unknown, strict=True)
        ],
    }


def _perplexity(pll: Sequence[float], units: Sequence[int]) -> float:
    nats = -sum(pll) / sum(units)
    if not math.isfinite(nats):
        raise NotMeasuredError("its log-probabilities are no numbers")
    if nats > LARGEST:
        raise NotMeasuredError(f"a unit costs {nats:.0f} nats, and above {LARGEST:.0f} a perplexity is no number")
    return math.exp(nats)


def altered_words(documents: Sequence[Document], tokenizer: Any) -> float:
    """Share of words that the tokenizer's normaliser changes (case, accents): what a model never has to predict."""
    normalizer = tokenizer.backend_tokenizer.normalizer
    words = [word for document in documents for word in document.words]
    if normalizer is None:
        return 0.0
    changed = sum(1 for word in words if normalizer.normalize_str(word).replace("▁", " ").strip() != word)
    return changed / len(words)


def _encoded(
    words: Sequence[str], joiner: str, tokenizer: Any, max_length: int | None
) -> list[tuple["Encoded", list[int]]]:
    """Parts that fit the model, each with the number of characters behind every unknown token."""
    from maskzoo.models.common.pseudo_likelihood import Encoded

    text = joiner.join(words)
    encoding = tokenizer(text, return_special_tokens_mask=True, return_offsets_mapping=True, verbose=False)
    ids = encoding["input_ids"]
    if max_length is not None and len(ids) > max_length and len(words) > 1:
        middle = len(words) // 2
        halves = words[:middle], words[middle:]
        return [part for half in halves for part in _encoded(half, joiner, tokenizer, max_length)]
    numbers = encoding.word_ids()
    special = encoding["special_tokens_mask"]
    # a special token's id in the middle of the text ("[UNK]") is text, what the tokenizer put around it is not
    places = [
        -1 if number is None or (mark and token != tokenizer.unk_token_id) else number
        for number, mark, token in zip(numbers, special, ids, strict=True)
    ]
    hidden = [
        max(1, len(text[start:end].strip()))
        for token, place, (start, end) in zip(ids, places, encoding["offset_mapping"], strict=True)
        if place >= 0 and token == tokenizer.unk_token_id
    ]
    if max_length is not None and len(ids) > max_length:  # one word longer than the model reads: its end is left out
        ids, places = [*ids[: max_length - 1], ids[-1]], [*places[: max_length - 1], places[-1]]
    return [(Encoded(tuple(ids), tuple(places)), hidden)]
