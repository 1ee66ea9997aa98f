"""Adding domain words to a base's tokenizer so that nothing else changes: old ids stay, other words are cut as before.

A new vocabulary entry must be used for the whole word only. Merely appending it to the vocabulary would not do:
WordPiece takes the longest prefix (`plaintiff` would change `plaintiffs`), Unigram the most probable path. So each
algorithm has its own way:

* WordPiece: an added token that is matched in the normalised text between non-word characters.
* Byte-level BPE: an entry without merges, and `ignore_merges`, by which a pre-token that is itself an entry is
  taken whole. The space in front belongs to the entry, as everywhere in such vocabularies.
* Unigram: an added token with its mark in front. The normaliser writes the mark before every word, so that the
  token is found only where the word follows white space; the model sees the same pieces as before.

What was built is then held against the base on every word of the training text; a word that disturbs another one is
left out.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer

from maskzoo.documents.words import word_pattern
from maskzoo.errors import UserError
from maskzoo.files import write_json
from maskzoo.tokenization.plain import Plain
from maskzoo.tokenization.words import MARK, MARKING, unit_cut

KNOWN_UNITS = 300_000
KNOWN_WORDS = 1_500_000
SAMPLE = 200  # documents on which whole encodings are compared
LETTER = r"[^\W\d_]"


@dataclass(frozen=True)
class NewToken:
    """A word that became one token.

    Attributes:
        token: the entry as it stands in the vocabulary (with `Ġ` or `▁` where the vocabulary has them).
        word: the word as a person writes it.
        pieces: ids in the base tokenizer of what the word was cut into.
        count: how often the word stands in the training text.
    """

    token: str
    id: int
    word: str
    pieces: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class Extended:
    tokenizer: Tokenizer
    added: tuple[NewToken, ...]
    candidates: int
    left_out: tuple[str, ...]

    def write(self, file: Path) -> None:
        """new_tokens.json, from which pretraining initialises the new rows."""
        rows = [
            {"token": new.token, "id": new.id, "pieces": list(new.pieces), "word": new.word, "count": new.count}
            for new in self.added
        ]
        write_json(file, {"added": rows})


@dataclass(frozen=True)
class _Candidate:
    token: str
    word: str
    pieces: tuple[int, ...]
    count: int

    @property
    def saved(self) -> int:
        """Tokens that the training text becomes shorter by."""
        return self.count * (len(self.pieces) - 1)


def extend(base: Plain, texts: Iterable[str], *, add: int, min_count: int, where: str) -> Extended:
    """Add the at most `add` words, seen at least `min_count` times, that save the most tokens.

    Raises:
        UserError: the pipeline of the base's tokenizer is none of the three that are understood.
    """
    kind = _kind(base.tokenizer, where)
    sample: list[str] = []
    counts = word_counts(base.tokenizer, _copied(texts, sample), kind)
    candidates = _candidates(base.tokenizer, counts, kind, min_count)
    left_out: list[str] = []
    chosen = candidates[:add]
    waiting = candidates[add:]
    while True:
        tokenizer = _built(base.tokenizer, kind, [candidate.token for candidate in chosen])
        harmful = disturbing(base.tokenizer, tokenizer, counts, kind, {candidate.token for candidate in chosen})
        if not harmful:
            break
        left_out += sorted(harmful)
        kept = [candidate for candidate in chosen if candidate.token not in harmful]
        if len(kept) == len(chosen):
            raise UserError(
                "words cannot be added without changing others", where=where, hint=f"for example {left_out[-1]!r}"
            )
        refill = len(chosen) - len(kept)
        chosen, waiting = kept + waiting[:refill], waiting[refill:]
    ids = tokenizer.get_vocab(with_added_tokens=True)
    added = tuple(NewToken(one.token, ids[one.token], one.word, one.pieces, one.count) for one in chosen)
    _check(base.tokenizer, tokenizer, added, sample if kind != "unigram" else [], where)
    return Extended(tokenizer, added, len(candidates), tuple(left_out))


def word_counts(tokenizer: Tokenizer, texts: Iterable[str], kind: str) -> Counter[str]:
    """How often each pre-token of the base stands in the texts; the rarest are forgotten when there are too many.

    Unigram's pre-tokens hold punctuation: `_leading` finds the word in them.
    """
    cut = unit_cut(tokenizer) or (str.split if kind == "unigram" else None)
    units: Counter[str] = Counter()
    words: Counter[str] = Counter()

    def drain() -> None:
        for unit, count in units.items():
            normal = tokenizer.normalizer.normalize_str(unit) if tokenizer.normalizer else unit
            for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normal):
                words[word] += count
        units.clear()
        if len(words) > KNOWN_WORDS:
            for word in [word for word, count in words.items() if count == 1]:
                del words[word]

    for text in texts:
        units.update(cut(text) if cut else [text])
        if len(units) > (KNOWN_UNITS if cut else 1000):
            drain()
    drain()
    return words


def disturbing(base: Tokenizer, extended: Tokenizer, words: Iterable[str], kind: str, added: set[str]) -> set[str]:
    """Added tokens that turn up in, or change, the cut of a word that is not one of them."""
    others = [word for word in words if word not in added and not (kind == "unigram" and _leading(word) in added)]
    harmful: set[str] = set()
    for start in range(0, len(others), 50_000):
        part = others[start : start + 50_000]
        if kind == "bpe":
            pairs = [([piece.id for piece in base.model.tokenize(w)], extended.model.tokenize(w)) for w in part]
            changed = [
                [piece.value for piece in after] for before, after in pairs if before != [piece.id for piece in after]
            ]
        else:
            spaced = [word.replace(MARK, " ") for word in part] if kind == "unigram" else part
            before = base.encode_batch_fast(spaced, add_special_tokens=False)
            after = extended.encode_batch_fast(spaced, add_special_tokens=False)
            pairs_of_ids = ((old.ids, new.ids) for old, new in zip(before, after, strict=True))
            changed = [[extended.id_to_token(id) for id in new] for old, new in pairs_of_ids if old != new]
        for tokens in changed:
            found = added.intersection(tokens)
            harmful |= found or {"".join(tokens)}
    return harmful


def _copied(texts: Iterable[str], sample: list[str]) -> Iterable[str]:
    """Pass the texts through and keep the first ones."""
    stream = iter(texts)
    for text in islice(stream, SAMPLE):
        sample.append(text)
        yield text
    yield from stream


def _kind(tokenizer: Tokenizer, where: str) -> str:
    """wordpiece, bpe or unigram, where the rest of the pipeline is one that whole words can be matched in."""
    state = json.loads(tokenizer.to_str())
    before = _steps(state["pre_tokenizer"])
    model = state["model"]["type"]
    if model == "WordPiece" and before == ["BertPreTokenizer"]:
        return "wordpiece"
    if model == "BPE" and before and before[-1] == "ByteLevel":
        return "bpe"
    if model == "Unigram" and before in (["Metaspace"], ["WhitespaceSplit", "Metaspace"]):
        return "unigram"
    raise UserError(
        f"cannot extend a {model} tokenizer behind {' + '.join(before) or 'no pre-tokeniser'}",
        where=where,
        expected="WordPiece behind BertPreTokenizer, BPE behind ByteLevel, or Unigram behind Metaspace",
    )


def _steps(pre_tokeniser: dict[str, Any] | None) -> list[str]:
    if pre_tokeniser is None:
        return []
    if pre_tokeniser["type"] == "Sequence":
        return [step for inner in pre_tokeniser["pretokenizers"] for step in _steps(inner)]
    return [pre_tokeniser["type"]]


def _candidates(tokenizer: Tokenizer, counts: Counter[str], kind: str, min_count: int) -> list[_Candidate]:
    """Words that the base cuts, the most worthwhile first."""
    if kind == "unigram":
        leading: Counter[str] = Counter()
        for word, count in counts.items():
            if token := _leading(word):
                leading[token] += count
        counts = leading
    found = []
    for token, count in counts.items():
        text = written(token, kind) if count >= min_count else None
        if text is None or len(text) < 2 or not word_pattern(LETTER).fullmatch(text):
            continue
        pieces = tuple(piece.id for piece in tokenizer.model.tokenize(token))
        if len(pieces) > 1 and tokenizer.token_to_id(token) is None:
            found.append(_Candidate(token, text, pieces, count))
    return sorted(found, key=lambda candidate: (-candidate.saved, candidate.token))


def _leading(word: str) -> str | None:
    """`▁plaintiff` of the pre-token `▁plaintiff,`; None where more word characters follow the letters."""
    match = word_pattern(LETTER).match(word, len(MARK)) if word.startswith(MARK) else None
    whole = match is not None and match.end() - match.start() > 1 and not re.match(r"\w", word[match.end() :])
    return word[: match.end()] if match is not None and whole else None


def written(token: str, kind: str) -> str | None:
    """A vocabulary entry as a person writes it."""
    if kind == "wordpiece":
        return token
    if kind == "unigram":
        return token.removeprefix(MARK)
    try:
        return bytes(_BYTE_OF[character] for character in token).decode().removeprefix(" ")
    except (KeyError, UnicodeDecodeError):
        return None


def _byte_of() -> dict[str, int]:
    """The printable character that byte-level vocabularies write for each byte, inverted."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(others)}


_BYTE_OF = _byte_of()


def _built(base: Tokenizer, kind: str, tokens: list[str]) -> Tokenizer:
    """A copy of the base with new entries after its last id."""
    state = json.loads(base.to_str())
    if kind == "bpe":
        vocabulary = state["model"]["vocab"]
        for token in state["added_tokens"]:  # else the library numbers them anew, behind the new words
            vocabulary.setdefault(token["content"], token["id"])
        following = max(vocabulary.values()) + 1
        vocabulary.update({token: following + place for place, token in enumerate(tokens)})
        state["model"]["ignore_merges"] = True
        return Tokenizer.from_str(json.dumps(state))
    if kind == "unigram":
        state["normalizer"] = _marking(state["normalizer"])
        metaspace = {"type": "Metaspace", "replacement": MARK, "prepend_scheme": "never", "split": True}
        state["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace]}
    extended = Tokenizer.from_str(json.dumps(state))
    swallow = kind == "unigram"  # the white space before the mark
    extended.add_tokens([AddedToken(token, single_word=True, normalized=True, lstrip=swallow) for token in tokens])
    return extended


def _marking(normaliser: dict[str, Any] | None) -> dict[str, Any]:
    """The base's normaliser, followed by a mark before every word."""
    return {"type": "Sequence", "normalizers": [*([] if normaliser is None else [normaliser]), *MARKING]}


def _check(base: Tokenizer, extended: Tokenizer, added: tuple[NewToken, ...], sample: list[str], where: str) -> None:
    """Old ids are unchanged, new ones follow them, and documents differ only where pieces became one token."""
    old = base.get_vocab(with_added_tokens=True)
    new = extended.get_vocab(with_added_tokens=True)
    last = max(old.values())
    ids = sorted(token.id for token in added)
    if any(new[token] != id for token, id in old.items()) or ids != list(range(last + 1, last + 1 + len(added))):
        raise UserError("the base's vocabulary has gaps that new words would fall into", where=where)
    pieces = {token.id: token.pieces for token in added}
    before = base.encode_batch_fast(sample)
    after = extended.encode_batch_fast(sample)
    for one, two in zip(before, after, strict=True):
        if one.ids != [piece for id in two.ids for piece in pieces.get(id, (id,))]:
            raise UserError("extending the tokenizer would change how other text is cut", where=where)
