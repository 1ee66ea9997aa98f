"""Files found by checksum: in the content-addressed cache, or in a mirror folder; never used unverified."""

import csv
import hashlib
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from maskzoo.errors import UserError
from maskzoo.files import disk_error, sha256_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that a source needs: its path within the source, and how to know and get it."""

    path: str
    sha256: str
    url: str | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A verified file on this machine and where it came from: `cache`, `mirror` or `network`."""

    path: Path
    origin: str


@dataclass(slots=True)
class Search:
    """Where a file was looked for in vain (`the cache at ...`), and files that claimed to be it but were not."""

    places: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


class Mirrors:
    """Trees whose folders may hold a `manifest.csv` with columns path, sha256: an index from checksum to files.

    The trees are walked once, when something is first asked for. Rows that point outside their manifest's folder are
    ignored.
    """

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.folders = folders
        self._index: dict[str, list[tuple[str, str]]] | None = None
        self._lock = threading.Lock()

    def candidates(self, sha256: str) -> Iterator[Path]:
        """Files that claim this checksum (not verified), in the order of the mirrors."""
        for folder, name in self._indexed().get(sha256, ()):
            if _stays_inside(name):
                yield Path(folder, name)

    def described(self) -> list[str]:
        """One phrase per mirror, for the error that says where a file was looked for."""
        return [f"the mirror at {folder}" + ("" if folder.is_dir() else " (no such folder)") for folder in self.folders]

    def _indexed(self) -> dict[str, list[tuple[str, str]]]:
        with self._lock:
            if self._index is None:
                self._index = {}
                for folder in self.folders:
                    for root, subfolders, names in os.walk(folder):
                        subfolders.sort()
                        if "manifest.csv" in names:
                            self._add(root)
            return self._index

    def _add(self, folder: str) -> None:
        assert self._index is not None
        try:
            with open(os.path.join(folder, "manifest.csv"), newline="", encoding="utf-8-sig") as file:
                rows = csv.reader(file)
                header = next(rows, [])
                if "path" not in header or "sha256" not in header:
                    return  # somebody else's manifest
                path, sha256 = header.index("path"), header.index("sha256")
                for row in rows:
                    if len(row) > max(path, sha256):
                        self._index.setdefault(row[sha256], []).append((folder, row[path]))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise UserError(
                f"cannot read the mirror's manifest: {error}",
                where=os.path.join(folder, "manifest.csv"),
                hint="mend it, or take the folder out of MASKZOO_MIRRORS",
            ) from None


class Cache:
    """`<folder>/sha256/ab/abcdef...`, and the mirrors that are looked at after it."""

    def __init__(self, folder: Path, mirrors: tuple[Path, ...] = ()) -> None:
        self.folder = folder
        self.mirrors = Mirrors(mirrors)
        self._verified: dict[str, Found] = {}

    @classmethod
    def default(cls) -> "Cache":
        """The cache in MASKZOO_CACHE (else `cache/` in the current folder) with the mirrors of MASKZOO_MIRRORS."""
        mirrors = os.environ.get("MASKZOO_MIRRORS", "").split(":")
        return cls(Path(os.environ.get("MASKZOO_CACHE") or "cache"), tuple(Path(name) for name in mirrors if name))

    def path(self, sha256: str) -> Path:
        """Where the cache keeps (or would keep) the file with this checksum."""
        return self.folder / "sha256" / sha256[:2] / sha256

    def find(self, wanted: Wanted, search: Search | None = None) -> Found | None:
        """The verified file, from the cache or a mirror, or None; where it was not is added to `search`.

        A damaged file in the cache is removed, so that it is brought anew; a mirror's is left alone and passed over.
        """
        known = self._verified.get(wanted.sha256)
        if known is not None:
            return known
        search = search or Search()
        place = self.path(wanted.sha256)
        found = None
        if place.is_file():
            if self._right(place, wanted, "cache", search):
                found = Found(place, "cache")
            else:
                place.unlink(missing_ok=True)
        else:
            search.places.append(f"the cache at {self.folder}")
        if found is None:
            for candidate in self.mirrors.candidates(wanted.sha256):
                if self._right(candidate, wanted, "mirror", search):
                    found = Found(candidate, "mirror")
                    break
            else:
                search.places.extend(self.mirrors.described())
        return found and self.trust(wanted, found)

    def trust(self, wanted: Wanted, found: Found) -> Found:
        """Remember for this process that `found` was verified."""
        self._verified[wanted.sha256] = found
        return found

    def copy(self, wanted: Wanted, source: Path) -> Path:
        """Copy a file into the cache, verified while it is copied.

        Raises:
            UserError: the bytes are not the wanted ones, or the disk is full.
        """
        target = self.path(wanted.sha256)
        part = target.with_name(f"{target.name}.{os.getpid()}-{threading.get_ident()}.copy")
        digest = hashlib.sha256()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with source.open("rb") as reading, part.open("wb") as writing:
                while block := reading.read(1 << 20):
                    digest.update(block)
                    writing.write(block)
            if digest.hexdigest() != wanted.sha256:
                raise wrong_checksum(wanted, digest.hexdigest(), str(source))
            os.replace(part, target)
        except OSError as error:
            raise disk_error(error, target) from error
        finally:
            part.unlink(missing_ok=True)
        return target

    @staticmethod
    def _right(path: Path, wanted: Wanted, kind: str, search: Search) -> bool:
        try:
            got = sha256_of(path)
        except OSError as error:
            search.damaged.append(f"{kind} file {path} cannot be read ({error.strerror})")
            return False
        if got == wanted.sha256:
            return True
        note = f"{kind} file {path} is damaged: its sha256 is {got}, not {wanted.sha256}"
        print(f"maskzoo: warning: {note}", file=sys.stderr)
        search.damaged.append(note)
        return False


def wrong_checksum(wanted: Wanted, got: str, source: str) -> UserError:
    """The error for bytes that are not what the recipe promised: both sums, and where they came from."""
    return UserError(
        f"wrong checksum of {source}: sha256 is {got}",
        where=wanted.path,
        expected=wanted.sha256,
        hint="the file was changed at its source, or the recipe's checksum is wrong; nothing was kept",
    )


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
