"""What the files of a checkpoint must be before a library opens them: whole, of sane size, in their folder, no pickle.

Nothing here imports torch or transformers, so a recipe's check can ask, too. `maskzoo.loading` asks before it loads.
"""

import json
import struct
from functools import lru_cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from maskzoo.errors import UserError

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
ADAPTER_CONFIG, ADAPTER_WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
PICKLED = "pickled weights are never loaded; convert them to safetensors with transformers' save_pretrained"
AGAIN = "copy or download it again"
LARGEST_JSON = 16 << 20  # bytes; a config with names of 20,000 labels has one megabyte
LARGEST_TOKENIZER = 256 << 20  # bytes; a vocabulary of a million words has 50
LARGEST_HEADER = 100_000_000  # bytes, as safetensors has it
IDS = 1 << 22  # token ids are below; the largest published vocabularies have a million
TOKENIZER_FILES = ("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")
VOCABULARY_FILES = ("tokenizer.json", "vocab.json", "vocab.txt", "merges.txt", "*.model")
# labels of the head of a discriminator of replaced tokens: no head for anything else
DISCRIMINATES = {"original": 0, "replaced": 1}


def read_config(folder: Path, *, where: str | None = None) -> dict[str, Any]:
    """The values of config.json.

    Raises:
        UserError: it is not there, too large, no JSON object, or names a vocabulary beyond all bounds.
    """
    file = folder / "config.json"
    if not file.is_file():
        raise UserError(
            f"{folder} holds no config.json",
            where=where,
            expected="a folder that transformers can load: config.json, safetensors weights and a tokenizer",
        )
    values = read_object(file, LARGEST_JSON, where=where)
    size = values.get("vocab_size")
    if size is not None and not (isinstance(size, int) and 0 < size <= IDS):
        raise UserError(f"{file}: vocab_size {size!r:.40}", where=where, expected=f"a number from 1 to {IDS:,}")
    return values


def is_discriminator(folder: Path) -> bool:
    """Whether a folder holds an encoder that was trained to tell replaced tokens, with the head that tells them."""
    values = read_config(folder) if (folder / "config.json").is_file() else {}
    named = any(name.endswith("ForTokenClassification") for name in values.get("architectures") or ())
    return named and values.get("label2id") == DISCRIMINATES


def check_tokenizer(folder: Path, *, where: str | None = None) -> None:
    """Sizes of a tokenizer's files, and the ids in tokenizer.json.

    Raises:
        UserError: a file is too large or no JSON, or a token has an id that no vocabulary can have.
    """
    for name in TOKENIZER_FILES:
        if (folder / name).is_file():
            read_object(folder / name, LARGEST_JSON, where=where)
    for pattern in VOCABULARY_FILES:
        for file in folder.glob(pattern):
            _check_size(file, LARGEST_TOKENIZER, where)
    file = folder / "tokenizer.json"
    if file.is_file():
        check_tokenizer_json(file, where=where)


def check_tokenizer_json(file: Path, *, where: str | None = None) -> None:
    """Refuse a tokenizer.json that is no JSON object, or has an id that no vocabulary can have.

    Raises:
        UserError: so it is.
    """
    _check_size(file, LARGEST_TOKENIZER, where)
    stat = file.stat()
    wrong = _wrong_id(file, stat.st_size, stat.st_mtime_ns, where)
    if wrong is not None:
        token, number = wrong
        raise UserError(
            f"{file}: token {token!r:.40} has the id {number!r:.40}", where=where, expected=f"ids from 0 to {IDS - 1:,}"
        )


@lru_cache(maxsize=64)
def _wrong_id(file: Path, size: int, changed: int, where: str | None) -> tuple[str, Any] | None:
    """The first token of a file, as it was then, whose id is none."""
    values = read_object(file, LARGEST_TOKENIZER, where=where)
    model = values.get("model")
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    ids: list[tuple[Any, Any]] = list(vocabulary.items()) if isinstance(vocabulary, dict) else []
    if isinstance(vocabulary, list) and len(vocabulary) > IDS:
        return "the last", len(vocabulary)
    added = values.get("added_tokens")
    for token in added if isinstance(added, list) else ():
        if isinstance(token, dict):
            ids.append((token.get("content"), token.get("id")))
    return next(((str(token), id) for token, id in ids if not (type(id) is int and 0 <= id < IDS)), None)


def check_weights(folder: Path, *, where: str | None = None) -> list[Path]:
    """The safetensors files of a model, each of them whole.

    Raises:
        UserError: there are none, one is cut off, or the index names files that are not there or outside the folder.
    """
    if (folder / ADAPTER_CONFIG).is_file():
        raise UserError(
            f"{folder} is an adapter, no model", where=where, expected="the folder of its base, or of the merged model"
        )
    if (folder / WEIGHTS).is_file():
        files = [folder / WEIGHTS]
    elif (folder / INDEX).is_file():
        files = _of_index(folder / INDEX, where)
    else:
        pickled = next((file.name for file in sorted(folder.glob("*.bin"))), None)
        raise UserError(
            f"{folder} holds no safetensors weights" + (f", only {pickled}" if pickled else ""),
            where=where,
            hint=PICKLED,
        )
    for file in files:
        check_tensors(file, where=where)
    return files


def _of_index(index: Path, where: str | None) -> list[Path]:
    """The files that the index of split weights names."""
    named = read_object(index, LARGEST_TOKENIZER, where=where).get("weight_map")
    if not isinstance(named, dict) or not named:
        raise UserError(f"{index} names no weights", where=where, hint=AGAIN)
    files = []
    for name in dict.fromkeys(map(str, named.values())):
        plain = PurePosixPath(name).name == name == PureWindowsPath(name).name and name not in ("", ".", "..")
        if not plain or not name.endswith(".safetensors"):
            raise UserError(
                f"{index} names {name!r:.80}", where=where, expected="names of safetensors files in the same folder"
            )
        if not (index.parent / name).is_file():
            raise UserError(f"{index} names {name}, which is not there", where=where, hint="copy or download it, too")
        files.append(index.parent / name)
    return files


def check_tensors(file: Path, *, where: str | None = None) -> None:
    """Refuse a safetensors file that is cut off or whose header cannot be read; its numbers are not looked at.

    Raises:
        UserError: so it is.
    """
    size = file.stat().st_size
    with file.open("rb") as opened:
        start = opened.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if len(start) < 8 or (length <= LARGEST_HEADER and 8 + length > size):
            raise UserError(f"{file} is cut off after {size:,} bytes", where=where, hint=AGAIN)
        try:
            header: Any = json.loads(opened.read(length)) if length <= LARGEST_HEADER else None
            ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
            whole = 8 + length + max(ends, default=0)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            raise UserError(f"{file} is no safetensors file", where=where, hint=AGAIN) from None
    if size < whole:
        raise UserError(f"{file} is cut off after {size:,} of {whole:,} bytes", where=where, hint=AGAIN)
    if size > whole:
        raise UserError(f"{file} has {size - whole:,} bytes behind its end", where=where, hint=AGAIN)


def read_object(file: Path, largest: int, *, where: str | None = None) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        UserError: the file is larger than `largest` bytes, or no JSON object.
    """
    _check_size(file, largest, where)
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except RecursionError:
        raise UserError(f"{file} is nested too deeply", where=where) from None
    except ValueError as error:  # UnicodeDecodeError is one
        raise UserError(f"{file} is no JSON: {str(error)[:120]}", where=where, hint=AGAIN) from None
    if not isinstance(values, dict):
        raise UserError(f"{file} holds a {type(values).__name__}", where=where, expected="a JSON object")
    return values


def _check_size(file: Path, largest: int, where: str | None) -> None:
    size = file.stat().st_size
    if size > largest:
        raise UserError(f"{file} has {size:,} bytes", where=where, expected=f"at most {largest:,}")
