"""The release folder: files copied, files written, and the checks that keep it plain, portable and private."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskzoo.checkpoint_files import is_discriminator
from maskzoo.errors import UserError
from maskzoo.files import read_json, sha256_of

GENERATOR = "generator"  # folder of the masked language model that a discriminator was trained with
ORIGIN = "how_it_was_made.json"
MODEL_FILES = ("*.safetensors", "*.safetensors.index.json", "config.json")
TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "*.model",
)
TEXT = {".json", ".md", ".txt", ".cff"}
# a POSIX path of two or more parts that starts at the root; addresses (https://...) have a slash or colon before it
ABSOLUTE = re.compile(r"(?<![\w/:.~\\<])/(?:[\w.+@-]+/)+[\w.+@-]*|(?<![\w/])[A-Za-z]:\\[\w\\.+-]+")
PATH_KEYS = {"_name_or_path", "name_or_path"}


def copy_model(source: Path, target: Path) -> None:
    """Copy weights, config and tokenizer of a checkpoint, without the paths that transformers notes in them.

    Raises:
        UserError: there is no checkpoint, it is pickled, has code of its own, has no MLM head, or its copy answers
            otherwise.
    """
    if not (source / "config.json").is_file():
        raise UserError("no checkpoint to release", where=str(source), hint="run `maskzoo pretrain` first")
    config = read_json(source / "config.json")
    if "auto_map" in config:
        raise UserError(
            "the checkpoint needs code of its own", where=str(source), expected="a plain transformers model"
        )
    masked = any(name.endswith("ForMaskedLM") for name in config.get("architectures") or ())
    if not masked and not is_discriminator(source):
        raise UserError(
            "the checkpoint has no masked-language-modeling head",
            where=str(source / "config.json"),
            expected="architectures: [...ForMaskedLM]",
        )
    if not any(source.glob("*.safetensors")):
        raise UserError("no safetensors weights", where=str(source), hint="pickled weights are never released")
    for pattern in (*MODEL_FILES, *TOKENIZER_FILES):
        for file in sorted(source.glob(pattern)):
            if file.name in ("config.json", "tokenizer_config.json"):
                _write_json(target / file.name, {k: v for k, v in read_json(file).items() if k not in PATH_KEYS})
            else:
                shutil.copyfile(file, target / file.name)
    if not (target / "tokenizer.json").is_file():
        raise UserError("the checkpoint has no tokenizer.json beside it", where=str(source))
    _check_read_back(source, target)
    if (source / GENERATOR / "config.json").is_file():
        (target / GENERATOR).mkdir()
        copy_model(source / GENERATOR, target / GENERATOR)


def _check_read_back(source: Path, target: Path) -> None:
    """Refuse a copy that plain transformers loads as another model."""
    from transformers import AutoModelForMaskedLM, AutoModelForTokenClassification
    from transformers.utils import logging

    from maskzoo.loading import load_model
    from maskzoo.models.common.read_back import check_model

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    auto = AutoModelForTokenClassification if is_discriminator(source) else AutoModelForMaskedLM
    check_model(load_model(auto, source)[0], target)


def mask_token(folder: Path) -> str:
    """The mask token that a tokenizer's files name."""
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        found = read_json(folder / name).get("mask_token") if (folder / name).is_file() else None
        if found is not None:
            return str(found["content"] if isinstance(found, dict) else found)
    raise UserError("the tokenizer has no mask token", where=str(folder))


def without_paths(value: Any) -> Any:
    """JSON values with absolute paths cut to their last name, so that nothing tells where a release was made."""
    if isinstance(value, Mapping):
        return {key: without_paths(item) for key, item in value.items() if key not in PATH_KEYS}
    if isinstance(value, (list, tuple)):
        return [without_paths(item) for item in value]
    if isinstance(value, str):
        return ABSOLUTE.sub(lambda found: re.split(r"[/\\]", found[0].rstrip("/\\"))[-1], value)
    return value


def check(folder: Path) -> None:
    """Refuse a folder that holds an absolute path, or a file that is neither safetensors nor text."""
    for file in files_to_upload(folder):
        if file.suffix not in TEXT and not file.name.endswith((".safetensors", ".model", ".svg")):
            raise UserError("a release holds only safetensors and text", where=file.name)
        found = told_path(file)
        if found:
            hint = "a release must not tell where it was made; take it out of the recipe or the domain's README.md"
            raise UserError(f"absolute path {found!r}", where=file.name, hint=hint)


def told_path(file: Path) -> str | None:
    """The first absolute path that a text file tells. The vocabulary is not searched: any string may be a token."""
    if file.suffix not in TEXT or file.name.startswith(("tokenizer.json", "vocab", "merges", "added_tokens")):
        return None
    found = ABSOLUTE.search(file.read_text(encoding="utf-8"))
    return found[0] if found else None


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of the folder by name."""
    return {file.relative_to(folder).as_posix(): sha256_of(file) for file in files_to_upload(folder)}


def files_to_upload(folder: Path) -> list[Path]:
    """The files of a release that a publisher sends, in a fixed order: all but hidden ones."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
