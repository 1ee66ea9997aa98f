"""What a repository on the Hub holds, and what would have to change for it to hold a folder."""

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskzoo.files import sha256_of
from maskzoo.release.package import ORIGIN

if TYPE_CHECKING:
    from huggingface_hub import HfApi

OWN_TO_THE_HUB = {".gitattributes"}  # made with the repository and never removed
IDENTITY = ("domain", "scale", "variant")


@dataclass(frozen=True)
class Remote:
    """A repository at one commit.

    Attributes:
        head: the commit.
        sums: path -> (`sha256` of a large file, or `git` for the id that git gives a small one; the sum).
        tags: name -> commit.
    """

    head: str
    private: bool
    sums: Mapping[str, tuple[str, str]]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Changes:
    """Paths to send, and paths to remove."""

    sent: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sent or self.removed)


def read_remote(api: "HfApi", repository: str) -> Remote:
    """The main branch of a repository.

    Raises:
        HfHubHTTPError: there is no such repository, or the Hub did not answer.
    """
    info = api.model_info(repository)
    refs = api.list_repo_refs(repository)
    head = str(info.sha)
    return Remote(
        head=head,
        private=bool(info.private),
        sums=read_sums(api, repository, head),
        tags={tag.name: tag.target_commit for tag in refs.tags},
    )


def read_sums(api: "HfApi", repository: str, revision: str) -> dict[str, tuple[str, str]]:
    """Path -> (kind, sum) of all files at a revision, as in `Remote.sums`."""
    from huggingface_hub.hf_api import RepoFile

    return {
        file.path: ("sha256", file.lfs.sha256) if file.lfs is not None else ("git", file.blob_id)
        for file in api.list_repo_tree(repository, recursive=True, revision=revision)
        if isinstance(file, RepoFile)
    }


def changes(folder: Path, files: Sequence[Path], sums: Mapping[str, tuple[str, str]]) -> Changes:
    """What makes a repository with these sums hold exactly these files of a folder, and the Hub's own."""
    local = {file.relative_to(folder).as_posix(): file for file in files}
    sent = tuple(
        path for path, file in local.items() if path not in sums or sum_of(file, sums[path][0]) != sums[path][1]
    )
    return Changes(sent, tuple(sorted(set(sums) - set(local) - OWN_TO_THE_HUB)))


def sum_of(file: Path, kind: str) -> str:
    """The checksum of a file: `sha256`, or `git` for the SHA-1 that git names a blob by."""
    if kind == "sha256":
        return sha256_of(file)
    digest = hashlib.sha1(b"blob %d\0" % file.stat().st_size, usedforsecurity=False)
    with file.open("rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def identity(made: Mapping[str, Any]) -> tuple[str, ...]:
    """Of what how_it_was_made.json holds: the domain, scale and variant that a repository belongs to."""
    return tuple(str(made.get(key, "")) for key in IDENTITY)


def read_identity(api: "HfApi", repository: str, remote: Remote) -> tuple[str, ...] | None:
    """Domain, scale and variant of what a repository holds; None where it holds nothing, () where something else."""
    if not set(remote.sums) - OWN_TO_THE_HUB:
        return None
    if ORIGIN not in remote.sums:
        return ()
    with tempfile.TemporaryDirectory() as folder:  # the user's cache would get a snapshot with one file in it
        file = api.hf_hub_download(repository, ORIGIN, revision=remote.head, cache_dir=folder)
        try:
            made = json.loads(Path(file).read_text(encoding="utf-8"))
        except ValueError:
            return ()
    return identity(made) if isinstance(made, dict) else ()
