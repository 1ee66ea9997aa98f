"""Training a tokenizer from a design: the same text gives the same bytes, whatever the machine's hash order.

The trainers of the `tokenizers` library number what they meet in the order of a randomly seeded hash map, and ties
between equally frequent pairs are decided by those numbers. So the alphabet is collected first and handed over
sorted, and Unigram's scores are rounded above the noise of parallel sums.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from maskzoo.errors import UserError
from maskzoo.tokenization.design import Design, Normaliser
from maskzoo.tokenization.pieces import cutter, portable
from maskzoo.tokenization.plain import Plain

CONTINUING = "##"
KNOWN_CHUNKS = 500_000  # distinct chunks remembered while the alphabet is collected


@dataclass(frozen=True)
class Alphabet:
    """Characters of the normalised words, sorted: all, those seen inside a word, and the rare ones left out."""

    characters: tuple[str, ...]
    continuing: tuple[str, ...]
    dropped: tuple[str, ...]


def train(design: Design, texts: Callable[[], Iterable[str]], *, where: str) -> Plain:
    """Train a tokenizer.

    Args:
        texts: gives the training documents anew each time it is called; they are streamed.
        where: file and key of the design, for errors.

    Raises:
        UserError: there is no text, or the alphabet alone does not fit the vocabulary.
    """
    tokenizer = _untrained(design)
    if design.algorithm == "regex":
        tokenizer.model = _word_level(design, tokenizer, texts, where=where)
        return _finished(design, tokenizer)
    alphabet = collect_alphabet(tokenizer, texts(), limit=design.limit_alphabet)
    if not alphabet.characters:
        raise UserError("the train split holds no text to train a tokenizer on", where=where)
    needed = len(design.special_tokens.names) + _alphabet_size(design, alphabet)
    if design.vocab_size < needed:
        raise UserError(
            f"vocab_size {design.vocab_size} is smaller than the alphabet",
            where=f"{where}: vocab_size",
            expected=f"more than {needed} (special tokens and characters)",
            hint="or a smaller limit_alphabet" if design.algorithm != "bpe" else None,
        )
    build = {"wordpiece": _wordpiece, "bpe": _bpe, "unigram": _unigram}[design.algorithm]
    tokenizer.model = build(design, tokenizer, alphabet, texts)
    return _finished(design, tokenizer)


def collect_alphabet(tokenizer: Tokenizer, texts: Iterable[str], *, limit: int | None) -> Alphabet:
    """Count the characters of all normalised words; keep the `limit` most frequent, ties by code point."""
    seen: Counter[str] = Counter()
    continuing: set[str] = set()
    chunks: Counter[str] = Counter()

    def drain() -> None:
        for chunk, count in chunks.items():
            for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(chunk)):
                for character in word:
                    seen[character] += count
                continuing.update(word[1:])
        chunks.clear()

    for text in texts:
        chunks.update(text.split())
        if len(chunks) > KNOWN_CHUNKS:
            drain()
    drain()
    order = sorted(seen, key=lambda character: (-seen[character], character))
    kept = set(order[:limit] if limit else order)
    return Alphabet(tuple(sorted(kept)), tuple(sorted(continuing & kept)), tuple(sorted(set(order) - kept)))


def _alphabet_size(design: Design, alphabet: Alphabet) -> int:
    if design.algorithm == "bpe":
        return 256
    return len(alphabet.characters) + (len(alphabet.continuing) if design.algorithm == "wordpiece" else 0)


def _untrained(design: Design) -> Tokenizer:
    """An empty model behind the design's normaliser and pre-tokeniser."""
    steps: list[normalizers.Normalizer] = []
    rule = design.normaliser
    if rule.unicode != "none":
        steps.append({"nfc": normalizers.NFC, "nfkc": normalizers.NFKC}[rule.unicode]())
    if design.algorithm == "wordpiece":
        steps.append(
            normalizers.BertNormalizer(
                clean_text=True, handle_chinese_chars=True, strip_accents=rule.strip_accents, lowercase=rule.lowercase
            )
        )
    else:
        if rule.strip_accents:
            steps += [normalizers.NFD(), normalizers.StripAccents()]
        if rule.lowercase:
            steps.append(normalizers.Lowercase())
    if design.algorithm == "unigram":
        steps += [normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip(left=False)]
    empty = {
        "wordpiece": models.WordPiece,
        "bpe": models.BPE,
        "unigram": models.Unigram,
        "regex": models.WordLevel,
    }[design.algorithm]()
    tokenizer = Tokenizer(empty)
    tokenizer.normalizer = normalizers.Sequence(steps)
    before: dict[str, Callable[[], pre_tokenizers.PreTokenizer]] = {
        "wordpiece": pre_tokenizers.BertPreTokenizer,
        "bpe": lambda: pre_tokenizers.ByteLevel(add_prefix_space=False),
        "unigram": lambda: pre_tokenizers.Metaspace(prepend_scheme="first"),
        "regex": lambda: pre_tokenizers.Sequence(
            [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex(design.piece), "isolated")]
        ),
    }
    tokenizer.pre_tokenizer = before[design.algorithm]()
    return tokenizer


def _wordpiece(
    design: Design, tokenizer: Tokenizer, alphabet: Alphabet, texts: Callable[[], Iterable[str]]
) -> models.WordPiece:
    special = list(design.special_tokens.names.values())
    pieces = [CONTINUING + character for character in alphabet.continuing]
    trainer = trainers.WordPieceTrainer(
        vocab_size=design.vocab_size,
        min_frequency=design.min_frequency,
        special_tokens=[*special, *alphabet.characters, *pieces],
        initial_alphabet=list(alphabet.characters),
        limit_alphabet=len(alphabet.characters),
        continuing_subword_prefix=CONTINUING,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(), trainer)
    vocabulary = json.loads(tokenizer.to_str())["model"]["vocab"]
    return models.WordPiece(vocabulary, unk_token=design.special_tokens.unk, max_input_chars_per_word=100)


def _bpe(design: Design, tokenizer: Tokenizer, alphabet: Alphabet, texts: Callable[[], Iterable[str]]) -> models.BPE:
    trainer = trainers.BpeTrainer(
        vocab_size=design.vocab_size,
        min_frequency=design.min_frequency,
        special_tokens=list(design.special_tokens.names.values()),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(), trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return models.BPE(model["vocab"], [tuple(pair) for pair in model["merges"]])


def _unigram(
    design: Design, tokenizer: Tokenizer, alphabet: Alphabet, texts: Callable[[], Iterable[str]]
) -> models.Unigram:
    special = list(design.special_tokens.names.values())
    trainer = trainers.UnigramTrainer(
        vocab_size=design.vocab_size, special_tokens=special, unk_token=design.special_tokens.unk, show_progress=False
    )
    tokenizer.train_from_iterator(_without(alphabet.dropped, texts()), trainer)
    scores = [
        (token, score) for token, score in json.loads(tokenizer.to_str())["model"]["vocab"] if token not in special
    ]
    return models.Unigram(
        [(token, 0.0) for token in special] + settled(scores), special.index(design.special_tokens.unk), False
    )


def _word_level(
    design: Design, tokenizer: Tokenizer, texts: Callable[[], Iterable[str]], *, where: str
) -> models.WordLevel:
    """The pieces of the alphabet, or those seen often enough: the most frequent first, ties by code point."""
    special = list(design.special_tokens.names.values())
    pieces: Sequence[str]
    if design.alphabet is not None:
        pieces = design.alphabet
    else:
        seen = _pieces(design, tokenizer, texts())
        often = [piece for piece, count in seen.items() if count >= design.min_frequency and piece not in special]
        pieces = sorted(often, key=lambda piece: (-seen[piece], piece))[: design.vocab_size - len(special)]
        if not pieces:
            raise UserError(
                f"no piece stands in the train split {design.min_frequency} times", where=f"{where}: min_frequency"
            )
    vocabulary = {token: place for place, token in enumerate([*special, *pieces])}
    return models.WordLevel(vocabulary, unk_token=design.special_tokens.unk)


def _pieces(design: Design, tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[str]:
    """How often each piece stands in the texts."""
    seen: Counter[str] = Counter()
    alike = portable(design.piece) and design.normaliser == Normaliser(unicode=design.normaliser.unicode)
    cut = cutter(design.piece, design.special_tokens.names.values())
    for text in texts:
        pieces = cut(text) if alike and text.isascii() else [text]
        if len(pieces) == 1:  # perhaps one that only the tokenizer may cut
            normal = tokenizer.normalizer.normalize_str(text)
            pieces = [piece for piece, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normal)]
        seen.update(pieces)
    return seen


def settled(scores: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Unigram's pieces with scores that do not depend on hash order, best first.

    Characters kept only so that nothing is unknown get a made-up score just above the lowest one, in hash order:
    here they all get the lowest one. The others carry noise from the order of summation and are rounded above it.
    """
    lowest = min(score for _, score in scores)
    made_up = lowest + 0.0001 * len(scores)
    level = [(token, round(lowest if len(token) == 1 and score < made_up else score, 6)) for token, score in scores]
    return sorted(level, key=lambda piece: (-piece[1], piece[0]))


def _without(dropped: tuple[str, ...], texts: Iterable[str]) -> Iterator[str]:
    """The texts with rare characters turned into spaces, so that they do not take a place in the vocabulary."""
    if not dropped:
        yield from texts
        return
    pattern = re.compile("[" + "".join(re.escape(character) for character in dropped) + "]+")
    for text in texts:
        yield pattern.sub(" ", text)


def _finished(design: Design, trained: Tokenizer) -> Plain:
    """A fresh tokenizer around the trained model, with special tokens, their template and a decoder."""
    special = design.special_tokens.names
    tokenizer = Tokenizer(trained.model)
    tokenizer.normalizer = trained.normalizer
    tokenizer.pre_tokenizer = trained.pre_tokenizer
    spaced = design.algorithm in (
        "bpe",
        "unigram",
    )  # a token carries the space before it, so the mask must swallow that space
    tokenizer.add_special_tokens(
        [
            AddedToken(token, special=True, normalized=False, lstrip=spaced and role == "mask")
            for role, token in special.items()
        ]
    )
    cls, sep = special["cls"], special["sep"]
    template = processors.TemplateProcessing(
        single=[cls, "$A", sep],
        pair=[cls, "$A", sep, "$B", sep],
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in (cls, sep)],
    )
    if design.algorithm == "bpe":
        tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=True), template])
        tokenizer.decoder = decoders.ByteLevel()
    elif design.algorithm == "unigram":
        tokenizer.post_processor = template
        tokenizer.decoder = decoders.Metaspace(prepend_scheme="first")
    elif design.algorithm == "regex":
        tokenizer.post_processor = template
        tokenizer.decoder = decoders.Fuse()
    else:
        tokenizer.post_processor = template
        tokenizer.decoder = decoders.WordPiece(prefix=CONTINUING, cleanup=True)
    return Plain(tokenizer, special, design.max_length)
