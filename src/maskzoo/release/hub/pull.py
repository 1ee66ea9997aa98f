"""A published release back onto this machine: into the client's cache, where `from_pretrained` finds it offline."""

from dataclasses import dataclass
from pathlib import Path

from maskzoo.errors import UserError
from maskzoo.files import read_json, sha256_of
from maskzoo.release.hub.access import quiet
from maskzoo.release.hub.errors import explained, lost
from maskzoo.release.hub.retry import Patience
from maskzoo.release.package import ORIGIN


@dataclass(frozen=True)
class Pulled:
    """
    Attributes:
        commit: the commit of the snapshot.
        folder: the snapshot in the client's cache.
        files: how many files there are, all of the sums they should have.
    """

    repository: str
    commit: str
    folder: Path
    files: int


def pull(repository: str, *, revision: str | None = None, patience: Patience | None = None) -> Pulled:
    """Download a repository, or find it in the cache where there is no network, and verify every file.

    Args:
        revision: a version, branch or commit; None: the main branch.

    Raises:
        UserError: no such repository or revision, no network and nothing in the cache, or a file that is not what was
            published; that file is taken out of the cache.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import IncompleteSnapshotError, LocalEntryNotFoundError

    quiet()
    at = f"{repository} at {revision or 'main'}"
    with explained(f"pulling {at}"):
        try:
            folder = Path((patience or Patience())(lambda: snapshot_download(repository, revision=revision)))
        except (LocalEntryNotFoundError, IncompleteSnapshotError) as error:
            if lost(error) or _offline():
                raise UserError(
                    f"cannot reach the Hub, and {at} is not in the local cache",
                    expected="network, or to have pulled it before on this machine",
                ) from None
            raise
    files = verified(folder, repository)
    return Pulled(repository, folder.name, folder, files)


def verified(folder: Path, repository: str) -> int:
    """Compare every file of a snapshot with the SHA-256 that the release wrote down; the number of files.

    Raises:
        UserError: a release that wrote none down, a file that is missing, or one that differs.
    """
    origin = folder / ORIGIN
    if not origin.is_file():
        raise UserError(f"{repository} holds no {ORIGIN}", expected="a repository that `maskzoo publish` made")
    sums: dict[str, str] = read_json(origin)["files"]
    for name, expected in sums.items():
        file = folder / name
        if not file.is_file():
            raise UserError(f"{name} is missing", where=repository, hint="publish the release again")
        actual = sha256_of(file)
        if actual != expected:
            file.resolve().unlink()
            file.unlink(missing_ok=True)
            raise UserError(
                f"sha256 {actual}",
                where=f"{repository}: {name}",
                expected=expected,
                hint="the file was taken out of the cache; pull again",
            )
    return len(sums) + 1


def _offline() -> bool:
    from huggingface_hub import is_offline_mode

    return is_offline_mode()
