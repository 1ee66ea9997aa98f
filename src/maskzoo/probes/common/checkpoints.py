"""The checkpoints of a compared model, and a checksum of what is in one."""

import hashlib
from pathlib import Path

from maskzoo.bases import WANTED, base_folder
from maskzoo.errors import UserError
from maskzoo.files import sha256_of
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe

WEIGHED = tuple(pattern for pattern in WANTED if pattern != "README.md")


def checkpoints(recipe: Recipe, model: str, layout: Layout) -> list[tuple[int | None, Path]]:
    """(pretraining seed, folder) of every checkpoint of a model; a downloaded base has one and no seed.

    Raises:
        UserError: a checkpoint is not there yet.
    """
    if model in recipe.variants:
        folders: list[tuple[int | None, Path]] = [
            (seed, layout.model(model, seed)) for seed in recipe.seeds.pretraining
        ]
    elif recipe.bases[model].domain is not None:
        folders = [(seed, base_folder(recipe, model, layout, seed=seed)) for seed in recipe.seeds.pretraining]
    else:
        folders = [(None, base_folder(recipe, model, layout))]
    for seed, folder in folders:
        if not (folder / "config.json").is_file():
            made = f"run `maskzoo pretrain --variant {model} --seed {seed}`" if model in recipe.variants else None
            raise UserError(f"no checkpoint of {model!r}", where=str(folder), hint=made)
    return folders


def checksum(folder: Path) -> str:
    """SHA-256 over the names and checksums of a checkpoint's weights, configuration and tokenizer, adapters too."""
    files = sorted({path for pattern in WEIGHED for path in folder.rglob(pattern) if path.is_file()})
    lines = (f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
