"""The tokenizer stage: train a design, reuse a base's tokenizer, or extend it, for plain transformers."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError
from maskzoo.files import atomic_folder, read_json, sha256_of, write_json
from maskzoo.tokenization import plain
from maskzoo.tokenization.design import Design
from maskzoo.tokenization.documents import fraction, size, texts


def make_trained(design: Design, documents: Path, target: Path, *, where: str) -> dict[str, Any]:
    """Train `design` on the train split; returns how it was made, for the audit.

    Raises:
        UserError: no train split, or the alphabet does not fit the vocabulary.
    """
    from maskzoo.tokenization.train import train

    count, total = _train_size(documents)
    cap = design.max_training_bytes
    share = 1.0 if cap is None or total <= cap else cap / total

    def sampled() -> Iterable[str]:
        return (text for text in texts(documents, ["train"]) if share >= 1 or fraction(text) < share)

    trained = train(design, sampled, where=where)
    with atomic_folder(target) as folder:
        trained.save(folder)
    return {
        "way": "trained",
        "design": design.model_dump(mode="json"),
        "training": {
            "documents": count,
            "bytes": total,
            "sampled_share": round(share, 6),
            "sampled_by": "hash of the text",
        },
        "documents_sha256": sha256_of(documents),
    }


def make_reused(base: Path, name: str, target: Path) -> dict[str, Any]:
    """Copy a base's tokenizer, without the truncation and padding that it may have been saved with."""
    loaded = plain.load(base)
    with atomic_folder(target) as folder:
        loaded.save(folder)
    return {"way": "reused", "base": name}


def make_extended(base: Path, name: str, documents: Path, target: Path, *, add: int, min_count: int) -> dict[str, Any]:
    """Extend a base's tokenizer with words of the train split.

    Raises:
        UserError: no train split, or a tokenizer that words cannot be added to without disturbing others.
    """
    from maskzoo.tokenization.extend import extend

    count, total = _train_size(documents)
    loaded = plain.load(base)
    extended = extend(loaded, texts(documents, ["train"]), add=add, min_count=min_count, where=name)
    with atomic_folder(target) as folder:
        plain.with_tokenizer(loaded, extended.tokenizer).save(folder)
        extended.write(folder / "new_tokens.json")
    return {
        "way": "extended",
        "base": name,
        "added": len(extended.added),
        "asked": add,
        "min_count": min_count,
        "candidates": extended.candidates,
        "left_out": extended.left_out,
        "training": {"documents": count, "bytes": total},
        "documents_sha256": sha256_of(documents),
    }


def add_separators(target: Path, separators: Sequence[str]) -> list[str]:
    """Add special tokens that stand behind values of metadata to the tokenizer in `target`; returns those.

    Their rows in a base begin as the mean of the pieces of their names, as those of new words do.
    """
    from tokenizers import AddedToken

    loaded = plain.load(target)
    tokenizer = loaded.tokenizer
    named = {one: tokenizer.encode(one.strip("[]").lower(), add_special_tokens=False).ids for one in separators}
    tokenizer.add_special_tokens([AddedToken(one, special=True, normalized=False) for one in separators])
    listed = target / "new_tokens.json"
    added = read_json(listed)["added"] if listed.is_file() else []
    added += [{"token": one, "id": tokenizer.token_to_id(one), "pieces": ids} for one, ids in named.items()]
    with atomic_folder(target) as folder:
        plain.with_tokenizer(loaded, tokenizer).save(folder)
        write_json(folder / "new_tokens.json", {"added": added})
    return [*separators]


def _train_size(documents: Path) -> tuple[int, int]:
    """Documents and bytes of the train split, of which there must be some."""
    count, total = size(documents, ["train"])
    if not count:
        raise UserError(
            "the train split holds no document",
            where=str(documents),
            hint="look at the corpus funnel for what was dropped",
        )
    return count, total
