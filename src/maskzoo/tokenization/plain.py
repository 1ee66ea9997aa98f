"""A tokenizer as a folder that plain `transformers` loads: tokenizer.json and tokenizer_config.json."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.loading import load_tokenizer, load_tokenizer_json
from maskzoo.tokenization import esm

ROLES = ("pad", "unk", "cls", "sep", "mask")
FILES = ("tokenizer.json", "tokenizer_config.json")
USUAL = {  # where a base's files do not say which token has which role
    "pad": ("[PAD]", "<pad>"),
    "unk": ("[UNK]", "<unk>"),
    "cls": ("[CLS]", "<s>", "<cls>"),
    "sep": ("[SEP]", "</s>", "<eos>"),
    "mask": ("[MASK]", "<mask>"),
}
LONGEST = 1_000_000  # a model_max_length above this means that nobody set one


@dataclass(frozen=True)
class Plain:
    """A tokenizer of the `tokenizers` library with what `transformers` keeps beside it.

    Attributes:
        special: role (pad, unk, cls, sep, mask) -> token; a role may be missing in a base's tokenizer.
        max_length: tokens that the model takes, or None when unknown.
        type_ids: whether the model takes token_type_ids (BERT does; most others do not).
    """

    tokenizer: Tokenizer
    special: dict[str, str]
    max_length: int | None
    type_ids: bool = False

    def ids(self) -> dict[str, int]:
        """Role -> id of the special tokens."""
        found: dict[str, int] = {}
        for role, token in self.special.items():
            id = self.tokenizer.token_to_id(token)
            assert id is not None, token  # `load` and training keep only tokens that have an id
            found[role] = id
        return found

    def save(self, folder: Path) -> None:
        """Write the two files into an existing folder."""
        clean = Tokenizer.from_str(self.tokenizer.to_str())
        clean.no_truncation()
        clean.no_padding()
        clean.save(str(folder / "tokenizer.json"))
        inputs = ["input_ids", "token_type_ids", "attention_mask"] if self.type_ids else ["input_ids", "attention_mask"]
        config = {
            "tokenizer_class": "PreTrainedTokenizerFast",
            **{f"{role}_token": token for role, token in self.special.items()},
            **({} if self.max_length is None else {"model_max_length": self.max_length}),
            "model_input_names": inputs,
            "clean_up_tokenization_spaces": False,
        }
        (folder / "tokenizer_config.json").write_text(
            json.dumps(config, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def load(folder: Path) -> Plain:
    """The tokenizer in a folder: one of ours, or a base's with whatever settings it was published with.

    Truncation and padding saved in tokenizer.json (sentence encoders do that) are switched off.

    Raises:
        UserError: the folder holds no tokenizer, or none with the special tokens that masked language models need.
    """
    file = folder / "tokenizer.json"
    tokenizer = load_tokenizer_json(file) if file.is_file() else _converted(folder)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    config = {**_json(folder / "special_tokens_map.json"), **_json(folder / "tokenizer_config.json")}
    special = {role: token for role in ROLES if (token := _content(config.get(f"{role}_token"))) is not None}
    special = {role: token for role, token in special.items() if tokenizer.token_to_id(token) is not None}
    for role, guesses in USUAL.items():
        found = [token for token in guesses if tokenizer.token_to_id(token) is not None]
        if role not in special and found:
            special[role] = found[0]
    for role in ("pad", "cls", "sep", "mask"):
        if role not in special:
            raise UserError(
                f"the tokenizer has no {role} token", where=str(folder), hint="a masked language model needs one"
            )
    model = _json(folder / "config.json")
    return Plain(tokenizer, special, _max_length(config, model), type_ids=_takes_type_ids(config, model))


def with_tokenizer(plain: Plain, tokenizer: Tokenizer) -> Plain:
    """The same settings around another tokenizer."""
    return replace(plain, tokenizer=tokenizer)


def _converted(folder: Path) -> Tokenizer:
    """The fast tokenizer that transformers makes of older files (vocab.txt, vocab.json, sentencepiece)."""
    if not any((folder / name).is_file() for name in ("vocab.txt", "vocab.json", "tokenizer_config.json")) and not any(
        folder.glob("*.model")
    ):
        raise UserError(
            "no tokenizer in the base's folder",
            where=str(folder),
            expected="tokenizer.json or an older vocabulary file",
        )
    if esm.holds(folder):
        return esm.converted(folder)
    backend = getattr(load_tokenizer(folder), "backend_tokenizer", None)
    if backend is None:
        raise UserError("the tokenizer works in Python alone", where=str(folder), expected="one with a tokenizer.json")
    return Tokenizer.from_str(backend.to_str())


def _json(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    value = json.loads(file.read_text(encoding="utf-8"))
    return value if isinstance(value, dict) else {}


def _content(token: Any) -> str | None:
    """A special token as transformers writes it: a string, or a mapping with `content`."""
    value = token.get("content") if isinstance(token, dict) else token
    return value if isinstance(value, str) else None


def _max_length(config: dict[str, Any], model: dict[str, Any]) -> int | None:
    stated = config.get("model_max_length")
    if isinstance(stated, (int, float)) and stated < LONGEST:
        return int(stated)
    positions = model.get("max_position_embeddings")
    if not isinstance(positions, int):
        return None
    length: int = registry.package("models").readable(model)
    return length


def _takes_type_ids(config: dict[str, Any], model: dict[str, Any]) -> bool:
    named = config.get("model_input_names")
    if isinstance(named, list):
        return "token_type_ids" in named
    types = model.get("type_vocab_size")
    return isinstance(types, int) and types > 1
