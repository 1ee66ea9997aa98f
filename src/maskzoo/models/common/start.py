"""The model that a run starts from: fresh weights, or a base's checkpoint fitted to the tokenizer."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from maskzoo import models
from maskzoo.errors import UserError, unknown_name
from maskzoo.files import read_json
from maskzoo.loading import load_config, load_model, load_tokenizer_json
from maskzoo.models.common.attention import longest_sequence
from maskzoo.models.common.heads import projection


@dataclass(frozen=True)
class Vocabulary:
    """What a model must know of the tokenizer."""

    size: int
    pad_id: int
    mask_id: int
    cls_id: int | None = None
    sep_id: int | None = None
    folder: Path | None = None


def fresh_model(
    architecture: str,
    config: dict[str, Any],
    vocabulary: Vocabulary,
    *,
    length: int,
    seed: int,
    dropout: float | None = None,
    where: str | None = None,
) -> Any:
    """A `...ForMaskedLM` of the given shape with random weights that follow from the seed.

    Raises:
        UserError: a config value that this architecture does not have or cannot have.
    """
    from transformers import AutoConfig, AutoModelForMaskedLM

    known = set(AutoConfig.for_model(architecture).to_dict())
    for name in config:
        if name not in known:
            raise unknown_name(f"{architecture} setting", name, known, where=where)
    ids = {
        "pad_token_id": vocabulary.pad_id,
        "bos_token_id": vocabulary.cls_id,
        "eos_token_id": vocabulary.sep_id,
        **{
            name: value
            for name, value in {
                "cls_token_id": vocabulary.cls_id,
                "sep_token_id": vocabulary.sep_id,
                "mask_token_id": vocabulary.mask_id,
            }.items()
            if name in known
        },
    }
    torch.manual_seed(seed)
    try:
        shape = AutoConfig.for_model(architecture, **{"vocab_size": vocabulary.size, **ids, **config})
        if "max_position_embeddings" not in config:
            models.of(shape).make_room(shape, length)
        _check_length(shape, length, where)
        with override_dropout(shape, dropout):
            model = AutoModelForMaskedLM.from_config(shape, dtype=torch.float32)  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, RuntimeError) as error:
        raise UserError(f"not a {architecture}: {str(error).strip().splitlines()[-1]}", where=where) from error
    models.of(model).prove(model, length)
    return model


def base_model(
    folder: Path,
    vocabulary: Vocabulary,
    *,
    length: int,
    seed: int,
    dropout: float | None = None,
    where: str | None = None,
) -> tuple[Any, bool]:
    """A base's checkpoint as a `...ForMaskedLM` in float32, with rows for every token of the tokenizer.

    Rows for words that `extend` added are the mean of the rows of the pieces they replace. A checkpoint without a head
    for masked language modeling gets a new one that follows from the seed.

    Returns:
        The model, and whether its head is new.

    Raises:
        UserError: the base cannot be loaded, knows other tokens, or has too few positions.
    """
    from transformers import AutoModelForMaskedLM

    torch.manual_seed(seed)
    config = load_config(folder, where=where)
    objection = models.objection(config)
    if objection is not None:
        raise UserError(f"{folder} {objection}", where=where)
    _check_length(config, length, where)
    if (folder / "adapter" / "adapter_config.json").is_file():
        raise UserError(
            f"{folder} holds a base and an adapter that cannot be merged into it, so nothing can be trained further",
            where=where,
            expected="a variant of a method that merges, such as lora",
        )
    with override_dropout(config, dropout):
        model, report = load_model(AutoModelForMaskedLM, folder, config=config, where=where)
    prefix = f"{model.base_model_prefix}."
    lost = sorted(name for name in report["missing_keys"] if name.startswith(prefix))
    if lost:
        raise UserError(f"{folder} lacks weights of its encoder: {', '.join(lost[:3])}", where=where)
    _fit_vocabulary(model, folder, vocabulary, where)
    models.of(model).prove(model, length)
    return model, bool(report["missing_keys"])


def expect_frequencies(model: Any, counts: Tensor) -> None:
    """Let a new head begin at the frequencies of the corpus instead of at "all words alike": bias = log frequency.

    Args:
        model: a `...ForMaskedLM`.
        counts: how often each id occurs, (vocabulary,).
    """
    _, bias = projection(model)
    if bias is not None:
        smoothed = counts.double() + 1
        with torch.no_grad():
            bias[: len(counts)] = (smoothed / smoothed.sum()).log().to(bias.dtype)


class override_dropout:  # noqa: N801 - reads as a verb
    """While a model is built from `config`, every dropout of the encoder is `value`; then the config says its own.

    Modules read their dropout when they are made, so the saved config never shows what pretraining used.
    """

    def __init__(self, config: Any, value: float | None) -> None:
        self.config, self.value = config, value
        self.own = {name: getattr(config, name) for name in models.of(config).dropouts(config)}

    def __enter__(self) -> None:
        for name in self.own if self.value is not None else ():
            setattr(self.config, name, self.value)

    def __exit__(self, *_: object) -> None:
        for name, value in self.own.items():
            setattr(self.config, name, value)


def add_rows(model: Any, size: int, pieces: dict[int, list[int]]) -> None:
    """Grow the vocabulary to `size`; each new row (embedding, projection, bias) is the mean of its pieces' rows.

    Args:
        model: a `...ForMaskedLM`.
        size: rows that the embeddings must have at the end.
        pieces: new id -> ids that the word was cut into before.
    """
    tables = models.of(model).grow(model, size)
    with torch.no_grad():
        for table in tables:
            for new, parts in pieces.items():
                table[new] = table[parts].mean(dim=0)


def _fit_vocabulary(model: Any, folder: Path, vocabulary: Vocabulary, where: str | None) -> None:
    rows = len(model.get_input_embeddings().weight)
    if vocabulary.folder is not None:
        _check_same_ids(folder, vocabulary.folder, where)
    listed = (vocabulary.folder or folder) / "new_tokens.json"
    added = read_json(listed)["added"] if listed.is_file() else []
    pieces = {int(token["id"]): [int(piece) for piece in token["pieces"]] for token in added}
    missing = [row for row in range(rows, vocabulary.size) if row not in pieces]
    if missing:
        raise UserError(
            f"the tokenizer has {vocabulary.size} tokens and the base {rows}",
            where=where,
            expected="the base's own tokenizer (`reuse`), or that one with new words (`extend`)",
        )
    if pieces:  # some or all may fall into rows that the base has to spare, which mean nothing yet
        add_rows(model, max(vocabulary.size, rows), pieces)


def _check_same_ids(base: Path, tokenizer: Path, where: str | None) -> None:
    """Every token of the base must have the same id in the tokenizer, or the base's embeddings mean nothing."""
    if not (tokenizer / "tokenizer.json").is_file():
        return
    from maskzoo.tokenization import plain

    if (base / "tokenizer.json").is_file():
        known = load_tokenizer_json(base / "tokenizer.json", where=where)
    else:
        try:
            known = plain.load(base).tokenizer  # from vocab.txt and the like
        except UserError:
            return  # a base without a tokenizer cannot be held against one
    theirs = known.get_vocab(with_added_tokens=True)
    ours = load_tokenizer_json(tokenizer / "tokenizer.json", where=where).get_vocab(with_added_tokens=True)
    moved = [token for token, number in theirs.items() if ours.get(token) != number]
    if moved:
        raise UserError(
            f"{len(moved)} of the base's {len(theirs)} tokens have another id in the tokenizer, like {min(moved)!r}",
            where=where,
            expected="the base's own tokenizer (`reuse`), or that one with new words (`extend`)",
        )


def _check_length(config: Any, length: int, where: str | None) -> None:
    longest = longest_sequence(config)
    if length > longest:
        raise UserError(
            f"sequence_length {length} is more than the {longest} positions of this {config.model_type}",
            where=where,
            expected=f"at most {longest}",
        )
