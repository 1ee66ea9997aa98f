"""A tokenizer design: one YAML of `tokenizers/`, read into a frozen model that says what is wrong with it."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from maskzoo.errors import unknown_name
from maskzoo.recipe.yaml_file import read_mapping
from maskzoo.strict import Strict
from maskzoo.validation import validated

Algorithm = Literal["wordpiece", "bpe", "unigram", "regex"]
PreTokeniser = Literal["bert", "byte_level", "metaspace", "pattern"]
OWN_PRE_TOKENISER: dict[str, PreTokeniser] = {
    "wordpiece": "bert",
    "bpe": "byte_level",
    "unigram": "metaspace",
    "regex": "pattern",
}


class Normaliser(Strict):
    """What is done to the text before it is cut into words."""

    unicode: Literal["nfc", "nfkc", "none"] = "nfc"
    lowercase: bool = False
    strip_accents: bool = False


class SpecialTokens(Strict):
    """The tokens that are not text; they take the first ids, in this order."""

    pad: str = Field(default="[PAD]", min_length=1)
    unk: str = Field(default="[UNK]", min_length=1)
    cls: str = Field(default="[CLS]", min_length=1)
    sep: str = Field(default="[SEP]", min_length=1)
    mask: str = Field(default="[MASK]", min_length=1)

    @model_validator(mode="after")
    def _distinct(self) -> "SpecialTokens":
        if len(set(self.names.values())) < len(self.names):
            raise ValueError("two special tokens are the same string")
        return self

    @property
    def names(self) -> dict[str, str]:
        """Role (pad, unk, cls, sep, mask) -> token, in the order of their ids."""
        return {role: getattr(self, role) for role in type(self).model_fields}


class Design(Strict):
    """How a tokenizer is trained. Sizes are in tokens (vocabulary), characters (alphabet) and bytes."""

    algorithm: Algorithm
    title: str | None = None
    vocab_size: int = Field(default=8000, ge=64, description="special tokens and alphabet included")
    min_frequency: int = Field(
        default=2, ge=1, description="wordpiece, bpe: a pair seen less often is not merged; regex: a piece, unknown"
    )
    pattern: str | None = Field(
        default=None,
        description="regex: what one piece is, white space apart (default: any character); groups as (?:...)",
    )
    alphabet: tuple[str, ...] | None = Field(
        default=None, description="regex: the pieces of the vocabulary, in the order of their ids; none: learned"
    )
    normaliser: Normaliser = Normaliser()
    pre_tokeniser: PreTokeniser | None = Field(
        default=None, description="how words are cut (default: the algorithm's own)"
    )
    special_tokens: SpecialTokens = SpecialTokens()
    limit_alphabet: int | None = Field(
        default=1000,
        ge=1,
        description="wordpiece, unigram: the most frequent characters are kept; bpe starts from 256 bytes",
    )
    max_training_bytes: int | None = Field(
        default=200_000_000,
        ge=1000,
        description="of the train split, documents drawn by a hash of their text; none: all",
    )
    max_length: int = Field(default=512, ge=8, description="written as the tokenizer's model_max_length")

    @model_validator(mode="after")
    def _fits(self) -> "Design":
        own = OWN_PRE_TOKENISER[self.algorithm]
        if self.pre_tokeniser is not None and self.pre_tokeniser != own:
            raise ValueError(f"pre_tokeniser {self.pre_tokeniser} does not go with {self.algorithm}, which needs {own}")
        if self.algorithm == "bpe" and self.vocab_size < 256 + len(self.special_tokens.names):
            raise ValueError(f"vocab_size {self.vocab_size} is smaller than the 256 bytes and the special tokens")
        if self.algorithm != "regex":
            for key in ("pattern", "alphabet"):
                if getattr(self, key) is not None:
                    raise ValueError(f"{key} belongs to the algorithm regex, not to {self.algorithm}")
        return self

    @field_validator("pattern")
    @classmethod
    def _cuts(cls, pattern: str | None) -> str | None:
        if pattern is None:
            return None
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression ({error})") from None
        if compiled.groups:
            raise ValueError("a group that captures; write (?:...)")
        if compiled.match(""):
            raise ValueError("matches an empty piece")
        return pattern

    @property
    def piece(self) -> str:
        """The pattern of one piece of the algorithm `regex`."""
        return self.pattern or "."

    @model_validator(mode="after")
    def _reachable(self) -> "Design":
        """Every entry of the alphabet must be what the pattern cuts, or it would never be used."""
        if self.alphabet is None:
            return self
        compiled = re.compile(self.piece)
        seen = set(self.special_tokens.names.values())
        for entry in self.alphabet:
            if entry in seen:
                raise ValueError(f"alphabet: {entry!r} is given twice")
            seen.add(entry)
            found = compiled.match(entry)
            if found is None or found.group() != entry:
                raise ValueError(f"alphabet: the pattern does not cut {entry!r} as one piece")
        if self.vocab_size < len(seen):
            raise ValueError(f"vocab_size {self.vocab_size} is smaller than the alphabet and the special tokens")
        return self


def read_design(file: Path, *, vocab_size: int | None = None) -> Design:
    """The design in a YAML file; `vocab_size` replaces the file's.

    Raises:
        UserError: names file, key, value, and the nearest known name.
    """
    if not file.is_file():
        known = [path.stem for path in file.parent.glob("*.yaml")]
        raise unknown_name("tokenizer design", file.stem, known, where=str(file.parent))
    raw = read_mapping(file)
    if vocab_size is not None:
        raw["vocab_size"] = vocab_size
    return validated(Design, raw, where=str(file))
