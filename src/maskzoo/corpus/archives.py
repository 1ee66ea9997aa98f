"""Members of zip, tar and gz files as guarded streams: nothing is unpacked to disk, sizes are counted, not believed."""

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, Protocol, cast

from maskzoo.errors import UserError

BROKEN: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,  # and with it NotImplementedError: a compression that Python does not know
)


class Readable(Protocol):
    """All that is asked of a packed stream."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may unpack to, in bytes.

    Attributes:
        ratio: unpacked bytes per packed byte of the archive, once more than `free` came out (text packs about 1:4, its
            most repetitive kinds 1:100; a bomb reaches 1:1000 and more).
        free: bytes to which the ratio is not applied.
        member, total: absolute limits for one member and for all that is read.
    """

    ratio: int = 250
    free: int = 32 << 20
    member: int = 16 << 30
    total: int = 256 << 30


class _Meter:
    """Counts what came out of one archive."""

    def __init__(self, name: str, packed: int, limits: Limits) -> None:
        self.name, self.packed, self.limits, self.total = name, packed, limits, 0

    def count(self, size: int, member: str, so_far: int) -> None:
        self.total += size
        limits = self.limits
        if self.total > limits.free and self.total > limits.ratio * self.packed:
            raise self.bomb(f"unpacks to more than {limits.ratio} times its {self.packed} bytes", member)
        if so_far > limits.member:
            raise self.bomb(f"one member is larger than {limits.member} bytes", member)
        if self.total > limits.total:
            raise self.bomb(f"unpacks to more than {limits.total} bytes", member)

    def bomb(self, what: str, member: str) -> UserError:
        return UserError(
            what, where=f"{self.name}: {member}", hint="it looks like a decompression bomb and was not read"
        )


class _Guarded(io.RawIOBase):
    """A stream whose bytes are counted and whose damage becomes a `UserError`."""

    def __init__(self, stream: Readable, meter: _Meter, member: str) -> None:
        self.stream, self.meter, self.member, self.so_far = stream, meter, member, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            block = self.stream.read(len(buffer))
        except BROKEN as error:
            raise _corrupt(self.meter.name, error, self.member) from None
        self.so_far += len(block)
        self.meter.count(len(block), self.member, self.so_far)
        buffer[: len(block)] = block
        return len(block)


def guarded(stream: Readable, meter: _Meter, member: str) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Guarded(stream, meter, member), 1 << 17))


@contextmanager
def opened(path: Path, name: str, limits: Limits | None = None) -> Iterator[tuple[str, BinaryIO]]:
    """A plain file's name and stream; where `name` ends in .gz, the name without it and the unpacked stream.

    Raises:
        UserError: while reading: the file is damaged or unpacks to more than `limits`.
    """
    with path.open("rb") as file:
        if not name.endswith(".gz"):
            yield name, file
            return
        meter = _Meter(name, path.stat().st_size, limits or Limits())
        with gzip.GzipFile(fileobj=file) as unpacked, guarded(unpacked, meter, name) as stream:
            yield name.removesuffix(".gz"), stream


def members(
    path: Path, name: str, pattern: str, limits: Limits | None = None
) -> Generator[tuple[str, BinaryIO], None, None]:
    """Name and stream of each member of an archive that matches `pattern`, in the archive's order.

    The kind (zip, tar, tar.gz, tar.bz2, tar.xz, or one gz file) is read from the bytes. A member
    named *.gz is unpacked too.
    Each stream is good until the next member is asked for.

    Raises:
        UserError: no archive, damaged, a member that points outside or is a link, too large, or none matches.
    """
    meter = _Meter(name, path.stat().st_size, limits or Limits())
    seen: list[str] = []
    matched = False
    try:
        for member, plain, stream in _all_members(path, name, meter):
            pure = PurePosixPath(member.replace("\\", "/"))
            if pure.is_absolute() or ".." in pure.parts or member[1:2] == ":":
                raise UserError(f"member {member!r} points outside the archive", where=name, hint="it was not read")
            if len(seen) < 5:
                seen.append(member)
            if not fnmatchcase(member, pattern):
                continue
            if not plain or stream is None:
                raise UserError(f"member {member!r} is a link or a device", where=name, expected="plain files")
            matched = True
            with guarded(stream, meter, member) as counted:
                if member.endswith(".gz"):
                    with gzip.GzipFile(fileobj=counted) as inner, guarded(inner, meter, member) as unpacked:
                        yield member.removesuffix(".gz"), unpacked
                else:
                    yield member, counted
    except BROKEN as error:
        raise _corrupt(name, error) from None
    if not matched:
        raise UserError(
            f"no member matches {pattern!r}", where=name, expected="a pattern for members such as " + ", ".join(seen)
        )


def _all_members(path: Path, name: str, meter: _Meter) -> Iterator[tuple[str, bool, Readable | None]]:
    """(name, is a plain file, stream) of everything but folders."""
    with path.open("rb") as file:
        head = file.read(8)
        file.seek(0)
        if head.startswith(b"PK"):
            yield from _zip(file)
            return
        unpacked: Readable = file
        if head.startswith(b"\x1f\x8b"):
            unpacked = gzip.GzipFile(fileobj=file)
        elif head.startswith(b"BZh"):
            unpacked = bz2.BZ2File(file)
        elif head.startswith(b"\xfd7zXZ\x00"):
            unpacked = lzma.LZMAFile(file)  # noqa: SIM115 (closed with `file`)
        # what a packed tar skips counts too; the members that are read are counted once more, on their own
        outer = _Meter(name, meter.packed, meter.limits)
        stream = cast(io.BufferedReader, guarded(unpacked, outer, "its packed stream"))
        if stream.peek(512)[257:262] == b"ustar":
            yield from _tar(stream)
        elif head.startswith(b"\x1f\x8b"):
            yield Path(name).name.removesuffix(".gz"), True, stream
        else:
            raise UserError("is no known archive", where=name, expected="zip, tar, tar.gz, tar.bz2, tar.xz or gz")


def _zip(file: IO[bytes]) -> Iterator[tuple[str, bool, Readable | None]]:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            mode = member.external_attr >> 16
            plain = not stat.S_IFMT(mode) or stat.S_ISREG(mode)
            if not plain:
                yield member.filename, False, None
                continue
            with _Lazy(archive, member) as stream:
                yield member.filename, True, stream


class _Lazy(io.RawIOBase):
    """A zip member that is opened at its first read, so that members nobody wants cost nothing."""

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        self.archive, self.member = archive, member
        self.stream: IO[bytes] | None = None

    def read(self, size: int = -1) -> bytes:
        if self.stream is None:
            self.stream = self.archive.open(self.member)
        return self.stream.read(size)

    def close(self) -> None:
        if self.stream is not None:
            self.stream.close()
        super().close()


def _tar(stream: IO[bytes]) -> Iterator[tuple[str, bool, Readable | None]]:
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            if member.isdir():
                continue
            plain = member.isreg() and not member.issparse()
            yield member.name, plain, archive.extractfile(member) if plain else None
            cast(Any, archive).members = []  # the list would grow with the archive


def _corrupt(name: str, error: BaseException, member: str | None = None) -> UserError:
    place = name if member is None or member == name else f"{name}: {member}"
    return UserError(
        f"damaged archive ({error or type(error).__name__})", where=place, hint="fetch it again or check its checksum"
    )
