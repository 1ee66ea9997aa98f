"""How well a tokenizer fits a domain: measured on documents held out from training, beside references."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from maskzoo import provenance
from maskzoo.documents.words import word_pattern
from maskzoo.errors import UserError
from maskzoo.files import sha256_of, write_json
from maskzoo.tokenization.documents import fraction, open_documents, rows, size
from maskzoo.tokenization.extend import written

SAMPLE_BYTES = 4_000_000
EXAMPLES = 20
LETTER = r"[^\W\d_]"
FEWEST = 5  # documents below which a language gets no measures of its own


@dataclass(frozen=True)
class Measures:
    """What the audit says about one tokenizer on one set of documents.

    Attributes:
        fertility: tokens per word; a word is a run of letters and digits, encoded after a space (Rust et al. 2021).
        continued_word_share: share of words that are more than one token.
        unknown_rate: unknown tokens per token of the documents.
        unknown_characters: share of the characters, white space apart, that stand behind an unknown token.
        bytes_per_token: UTF-8 bytes per token, special tokens not counted.
        tokens_per_document: mean length, special tokens counted.
    """

    documents: int
    words: int
    fertility: float
    continued_word_share: float
    unknown_rate: float
    unknown_characters: float
    bytes_per_token: float
    tokens_per_document: float


def measure(tokenizer: Tokenizer, documents: Sequence[str], *, unknown: int | None) -> Measures:
    """Measure a tokenizer on some documents.

    Args:
        unknown: id of the unknown token, None where nothing is ever unknown.
    """
    words = Counter(word for text in documents for word in word_pattern().findall(text))
    lengths = {word: len(pieces) for word, pieces in cuts(tokenizer, list(words)).items()}
    total = sum(words.values())
    pieces = sum(count * lengths[word] for word, count in words.items())
    continued = sum(count for word, count in words.items() if lengths[word] > 1)
    wrapped = tokens = unknowns = hidden = 0
    for start in range(0, len(documents), 256):
        for encoding in tokenizer.encode_batch_fast(list(documents[start : start + 256])):
            marks = sum(encoding.special_tokens_mask)
            wrapped += len(encoding.ids)
            tokens += len(encoding.ids) - marks
            unknowns += encoding.ids.count(unknown) if unknown is not None else 0
        if unknowns:
            hidden += _behind(tokenizer, documents[start : start + 256], unknown)
    return Measures(
        documents=len(documents),
        words=total,
        fertility=_ratio(pieces, total),
        continued_word_share=_ratio(continued, total),
        unknown_rate=_ratio(unknowns, tokens),
        unknown_characters=_ratio(hidden, sum(len("".join(text.split())) for text in documents)),
        bytes_per_token=_ratio(sum(len(text.encode()) for text in documents), tokens),
        tokens_per_document=_ratio(wrapped, len(documents)),
    )


def _behind(tokenizer: Tokenizer, texts: Sequence[str], unknown: int | None) -> int:
    """How many characters stand behind the unknown tokens of some texts: a token may hide one or thousands."""
    return sum(
        len("".join(text[start:end].split()))
        for text, encoding in zip(texts, tokenizer.encode_batch(list(texts), add_special_tokens=False), strict=True)
        for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True)
        if token == unknown
    )


def cuts(tokenizer: Tokenizer, words: Sequence[str]) -> dict[str, list[str]]:
    """The tokens of each word as it stands inside a text, after a space."""
    encoded = tokenizer.encode_batch_fast([" " + word for word in words], add_special_tokens=False)
    return {
        word: [str(tokenizer.id_to_token(id)) for id in found.ids] for word, found in zip(words, encoded, strict=True)
    }


def overlap(one: Tokenizer, other: Tokenizer) -> dict[str, float]:
    """How many entries two vocabularies share, whatever sign they use for the start or the inside of a word."""
    mine, theirs = _entries(one), _entries(other)
    shared = len(mine & theirs)
    return {"shared": shared, "share_of_this": _ratio(shared, len(mine)), "jaccard": _ratio(shared, len(mine | theirs))}


def examples(
    this: Tokenizer, reference: Tokenizer, documents: Sequence[str], *, most: int = EXAMPLES
) -> list[dict[str, Any]]:
    """The words on which the documents become shortest by using this tokenizer: how each tokenizer cuts them."""
    letters = word_pattern(LETTER)
    words = Counter(word for text in documents for word in word_pattern().findall(text) if letters.fullmatch(word))
    after, before = cuts(this, list(words)), cuts(reference, list(words))
    gain = {word: count * (len(before[word]) - len(after[word])) for word, count in words.items()}
    best = sorted((word for word in words if gain[word] > 0), key=lambda word: (-gain[word], word))[:most]
    return [
        {"word": word, "count": words[word], "saved": gain[word], "before": before[word], "after": after[word]}
        for word in best
    ]


def sample(documents: Path, *, limit: int = SAMPLE_BYTES) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """(language, text) of a fixed sample of the validation and test documents, and how it was drawn.

    The train split stands in where the corpus is too small to have others.
    """
    splits = ["validation", "test"]
    count, total = size(documents, splits)
    if not count:
        splits = ["train"]
        count, total = size(documents, splits)
    if not count:
        raise UserError("the corpus holds no document to audit on", where=str(documents))
    share = min(1.0, limit / max(total, 1))
    with open_documents(documents) as parquet:
        known = "language" in parquet.schema_arrow.names
    columns = ("text", "language") if known else ("text", "text")
    chosen = [
        (language if known else "", text)
        for text, language in rows(documents, splits, columns)
        if share >= 1 or fraction(text) < share
    ]
    return chosen, {
        "splits": splits,
        "documents": len(chosen),
        "share": round(share, 6),
        "drawn_by": "hash of the text",
    }


def audit(
    name: str,
    this: Tokenizer,
    references: Mapping[str, Tokenizer],
    documents: Path,
    target: Path,
    *,
    made: dict[str, Any],
    inputs: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Measure a tokenizer and its references, write audit.json, and return what is in it.

    Args:
        inputs: name -> SHA-256 of the tokenizers, for provenance.
    """
    chosen, how = sample(documents)
    everything = [text for _, text in chosen]
    languages = Counter(language for language, _ in chosen if language)  # a source need not name one
    several = sorted(language for language, count in languages.items() if count >= FEWEST) if len(languages) > 1 else []
    measures: dict[str, Any] = {}
    for label, tokenizer in {name: this, **{f"{base} (base)": found for base, found in references.items()}}.items():
        unknown = unknown_id(tokenizer)
        measures[label] = {
            "vocabulary": tokenizer.get_vocab_size(with_added_tokens=True),
            **asdict(measure(tokenizer, everything, unknown=unknown)),
            "by_language": {
                language: asdict(
                    measure(tokenizer, [text for found, text in chosen if found == language], unknown=unknown)
                )
                for language in several
            },
        }
    value = {
        "tokenizer": name,
        "made": made,
        "sample": how,
        "measures": measures,
        "vocabulary_overlap": {base: overlap(this, found) for base, found in references.items()},
        "examples": {base: examples(this, found, everything) for base, found in references.items()},
        "provenance": provenance.stamp(inputs={"documents": sha256_of(documents), **(inputs or {})}),
    }
    write_json(target, value)
    return value


def unknown_id(tokenizer: Tokenizer) -> int | None:
    """The id that the model gives to what it cannot cut."""
    model = json.loads(tokenizer.to_str())["model"]
    if model["type"] == "Unigram":
        unknown: int | None = model.get("unk_id")
        return unknown
    token = model.get("unk_token")
    return None if token is None else tokenizer.token_to_id(token)


def _entries(tokenizer: Tokenizer) -> set[tuple[bool, str]]:
    """(starts a word, text) of the entries that are not special tokens."""
    kind = json.loads(tokenizer.to_str())["model"]["type"].lower()
    special = {token.content for token in tokenizer.get_added_tokens_decoder().values() if token.special}
    entries = set()
    for token in tokenizer.get_vocab(with_added_tokens=True):
        if token in special:
            continue
        if kind == "wordpiece":
            entries.add((not token.startswith("##"), token.removeprefix("##")))
        else:
            text = written(token, kind)
            entries.add((token.startswith(("Ġ", "▁")), token if text is None else text))
    return entries


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 6) if whole else 0.0
