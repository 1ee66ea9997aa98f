"""Members of zip, tar and gz files as guarded streams: nothing is unpacked to disk, sizes are counted, not believed."""

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
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


BLOCK = 512  # of a tar
PACKED: dict[str, Callable[[Any], Any]] = {
    ".gz": lambda file: gzip.GzipFile(fileobj=file),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
}


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
    """A plain file's name and stream; of one that gzip, bzip2 or xz packed the name without its ending, unpacked.

    Raises:
        UserError: while reading: the file is damaged or unpacks to more than `limits`.
    """
    with path.open("rb") as file:
        packed = Path(name).suffix in PACKED or _unpacked(file) is not None
        file.seek(0)
        if not packed:
            yield name, file
            return
        meter = _Meter(name, path.stat().st_size, limits or Limits())
        unpacked = _unpacked(file)
        if unpacked is None:
            raise UserError(
                f"is named {Path(name).suffix} and is none", where=name, expected="what gzip, bzip2 or xz wrote"
            )
        with guarded(unpacked, meter, name) as stream:
            yield _bare(name), stream


def members(
    path: Path, name: str, pattern: str, limits: Limits | None = None
) -> Generator[tuple[str, BinaryIO], None, None]:
    """Name and stream of each member of an archive that matches `pattern`, in the archive's order.

    The kind (zip, tar, tar.gz, tar.bz2, tar.xz, or one file packed by gzip, bzip2 or xz) is read from the bytes. A
    member named *.gz, *.bz2 or *.xz is unpacked, too. Of tars one behind the other all are read.
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
                if Path(member).suffix not in PACKED:
                    yield member, counted
                    continue
                inner = PACKED[Path(member).suffix](counted)
                with guarded(inner, meter, member) as unpacked:
                    yield _bare(member), unpacked
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
        packed = _unpacked(file)
        unpacked: Readable = file if packed is None else packed
        # what a packed tar skips counts too; the members that are read are counted once more, on their own
        outer = _Meter(name, meter.packed, meter.limits)
        stream = cast(io.BufferedReader, guarded(unpacked, outer, "its packed stream"))
        if _is_header(stream.peek(BLOCK)[:BLOCK]):
            yield from _tar(stream, name)
        elif packed is not None:
            yield _bare(Path(name).name), True, stream
        else:
            raise UserError(
                "is no known archive", where=name, expected="zip, tar, tar.gz, tar.bz2, tar.xz, gz, bz2 or xz"
            )


def _unpacked(file: IO[bytes]) -> Readable | None:
    """A stream of what gzip, bzip2 or xz packed, told by the first bytes; None where it is none of these."""
    start = file.tell()
    head = file.read(6)
    file.seek(start)
    for magic, ending in ((b"\x1f\x8b", ".gz"), (b"BZh", ".bz2"), (b"\xfd7zXZ\x00", ".xz")):
        if head.startswith(magic):
            return cast(Readable, PACKED[ending](file))
    return None


def _bare(name: str) -> str:
    """A name without the ending that says how it is packed."""
    return name.removesuffix(Path(name).suffix) if Path(name).suffix in PACKED else name


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


class _Blocks:
    """A tar's bytes, of which the last block that was read is kept, and blocks can be put back."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.last, self.waiting = stream, b"", b""

    def read(self, size: int = -1, /) -> bytes:
        block, self.waiting = self.waiting[:size], self.waiting[size:]
        block += self.stream.read(size - len(block)) if len(block) < size else b""
        self.last = block or self.last
        return block


def _tar(stream: IO[bytes], name: str) -> Iterator[tuple[str, bool, Readable | None]]:
    """The members of a tar, and of those that were put behind it.

    Raises:
        UserError: it is cut within a header, or something else stands behind it.
    """
    blocks = _Blocks(stream)
    while True:
        # one block at a time, so that nothing of a next archive is read with this one
        with tarfile.open(fileobj=cast(Any, blocks), mode="r|", bufsize=BLOCK) as archive:
            for member in archive:
                if member.isdir():
                    continue
                plain = member.isreg() and not member.issparse()
                yield member.name, plain, archive.extractfile(member) if plain else None
                cast(Any, archive).members = []  # the list would grow with the archive
        if blocks.last.strip(b"\0"):
            end = blocks.last
            if len(end) < BLOCK:
                raise UserError(
                    "damaged archive (it ends within the header of a member)",
                    where=name,
                    hint="fetch it again or check its checksum",
                )
        while (block := blocks.read(BLOCK)) and not block.strip(b"\0"):
            pass
        if not block:
            return
        if not _is_header(block):
            raise UserError(
                "damaged archive (what stands behind its end is no archive)",
                where=name,
                hint="fetch it again or check its checksum",
            )
        blocks.waiting = block


def _is_header(block: bytes) -> bool:
    """Whether a block is the header of a member, by its checksum: ustar, GNU or the old format without a name."""
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _corrupt(name: str, error: BaseException, member: str | None = None) -> UserError:
    place = name if member is None or member == name else f"{name}: {member}"
    return UserError(
        f"damaged archive ({error or type(error).__name__})", where=place, hint="fetch it again or check its checksum"
    )
