"""Training a tokenizer from a design: the same text gives the same bytes, whatever the machine's hash order.

The trainers of the `tokenizers` library number what they meet in the order of a randomly seeded hash map, and ties
between equally frequent pairs are decided by those numbers. So WordPiece's alphabet is collected first and handed over
sorted; that of BPE is the 256 bytes. Unigram is trained elsewhere (unigram.py).
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from maskzoo.errors import UserError
from maskzoo.tokenization.design import Design, Normaliser
from maskzoo.tokenization.pieces import cutter, portable
from maskzoo.tokenization.plain import Plain
from maskzoo.tokenization.unigram import MARK, RESERVED, train_pieces
from maskzoo.tokenization.word_counts import counted

CONTINUING = "##"
LONGEST = 1000  # characters without white space that are trained on as one
RUN = re.compile(rf"\S{{{LONGEST}}}(?=\S)")


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
    tokenizer = untrained(design)
    if design.algorithm != "regex":
        texts = partial(with_gaps, texts)
    build = {"wordpiece": _wordpiece, "bpe": _bpe, "unigram": _unigram, "regex": _word_level}[design.algorithm]
    tokenizer.model = build(design, tokenizer, texts, where=where)
    return _finished(design, tokenizer)


def with_gaps(texts: Callable[[], Iterable[str]]) -> Iterator[str]:
    """The texts with a space in every run of letters that is far longer than any word (a genome, data in base 64): what
    training costs grows with the square of the longest word."""
    for text in texts():
        yield RUN.sub(r"\g<0> ", text) if any(len(word) > LONGEST for word in text.split()) else text


def alphabet_of(design: Design, words: Iterable[tuple[str, int]], *, where: str) -> Alphabet:
    """The characters of counted words: the `limit_alphabet` most frequent ones, ties by code point.

    Raises:
        UserError: there is no word, or the alphabet alone does not fit the vocabulary.
    """
    seen: Counter[str] = Counter()
    continuing: set[str] = set()
    for word, count in words:
        for character in word:
            seen[character] += count
        continuing.update(word[1:])
    if not seen:
        raise UserError("the train split holds no text to train a tokenizer on", where=where)
    order = sorted(seen, key=lambda character: (-seen[character], character))
    kept = set(order[: design.limit_alphabet] if design.limit_alphabet else order)
    found = Alphabet(tuple(sorted(kept)), tuple(sorted(continuing & kept)), tuple(sorted(set(order) - kept)))
    inside = len(found.continuing) if design.algorithm == "wordpiece" else 0
    needed = len(design.special_tokens.names) + len(found.characters) + inside
    if design.vocab_size < needed:
        raise UserError(
            f"vocab_size {design.vocab_size} is smaller than the alphabet",
            where=f"{where}: vocab_size",
            expected=f"more than {needed} (special tokens and characters)",
            hint="or a smaller limit_alphabet",
        )
    return found


def untrained(design: Design) -> Tokenizer:
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
    design: Design, tokenizer: Tokenizer, texts: Callable[[], Iterable[str]], *, where: str
) -> models.WordPiece:
    alphabet = alphabet_of(design, counted(tokenizer, texts()), where=where)
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


def _bpe(design: Design, tokenizer: Tokenizer, texts: Callable[[], Iterable[str]], *, where: str) -> models.BPE:
    if not any(text.strip() for text in texts()):
        raise UserError("the train split holds no text to train a tokenizer on", where=where)
    trainer = trainers.BpeTrainer(
        vocab_size=design.vocab_size,
        min_frequency=design.min_frequency,
        special_tokens=list(design.special_tokens.names.values()),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    whole = tokenizer.normalizer
    tokenizer.normalizer = normalizers.Sequence([])  # it would follow every character of every text
    tokenizer.train_from_iterator(_normalised(design, whole, texts()), trainer)
    tokenizer.normalizer = whole
    model = json.loads(tokenizer.to_str())["model"]
    return models.BPE(model["vocab"], [tuple(pair) for pair in model["merges"]])


def _normalised(design: Design, normaliser: normalizers.Normalizer, texts: Iterable[str]) -> Iterator[str]:
    """The texts as the normaliser leaves them; those that it would not change are not handed to it."""
    rule = design.normaliser
    form: Any = rule.unicode.upper()
    for text in texts:
        same = form == "NONE" or unicodedata.is_normalized(form, text)
        yield text if same and not rule.lowercase and not rule.strip_accents else normaliser.normalize_str(text)


def _unigram(design: Design, tokenizer: Tokenizer, texts: Callable[[], Iterable[str]], *, where: str) -> models.Unigram:
    words: Counter[str] = Counter()
    for word, count in counted(tokenizer, texts()):
        words[word] += count
    words = _without((RESERVED,), words)
    alphabet = alphabet_of(design, words.items(), where=where)
    special = list(design.special_tokens.names.values())
    pieces = train_pieces(_without(alphabet.dropped, words), design.vocab_size - len(special))
    if not pieces:
        raise UserError("no word is left of the train split's text", where=f"{where}: limit_alphabet")
    scores = [(token, 0.0) for token in special] + [piece for piece in pieces if piece[0] not in special]
    return models.Unigram(scores, special.index(design.special_tokens.unk), False)


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


def _without(dropped: tuple[str, ...], words: Counter[str]) -> Counter[str]:
    """The words cut where one of the characters stands, which then take no place in the vocabulary."""
    if not dropped:
        return words
    pattern = re.compile("[" + "".join(re.escape(character) for character in dropped) + "]+")
    kept: Counter[str] = Counter()
    for word, count in words.items():
        for part in pattern.split(word):
            if part:
                kept[part if part.startswith(MARK) else MARK + part] += count
    return kept


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
