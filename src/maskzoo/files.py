"""Files that are either whole or absent: write beside the target under a temporary name, then rename."""

import errno
import glob
import hashlib
import json
import math
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError

# how tokenizers and safetensors (not as an OSError) and numpy (without a number) say that the disk is full
FULL = re.compile(r"No space left on device|Disk quota exceeded|\d+ requested and \d+ written")
BEFORE = ".before.tmp"  # what a folder's former content ends in while it is replaced


@contextmanager
def atomic_file(target: Path) -> Iterator[Path]:
    """Yield a temporary path in the target's folder; rename it to `target` on success, remove it on any error.

    Raises:
        UserError: the disk is full or the folder cannot be written.
    """
    with _writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_ours(target), suffix=".tmp", dir=target.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.chmod(0o644)
            _to_disk(temporary)
            os.replace(temporary, target)
            _to_disk(target.parent)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Like `atomic_file` for a folder; what stood at `target` before is replaced as a whole."""
    with _writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=_ours(target), suffix=".tmp", dir=target.parent))
        before = temporary.with_suffix(BEFORE)
        try:
            yield temporary
            temporary.chmod(0o755)
            for path in (*temporary.rglob("*"), temporary):
                _to_disk(path)
            if target.exists():  # out of the way in one move, so that there is never half of it
                os.replace(target, before)
            try:
                os.replace(temporary, target)
            except OSError:
                if before.exists():
                    os.replace(before, target)
                raise
            _to_disk(target.parent)
        finally:
            for left in (temporary, before):
                shutil.rmtree(left, ignore_errors=True)


def _ours(target: Path) -> str:
    """How temporary names for a target begin in this process; what dead processes of this machine left is removed."""
    host = socket.gethostname()
    begin = f".{target.name}.{host}-"
    for left in target.parent.glob(f"{glob.escape(begin)}*.tmp"):
        number = left.name.removeprefix(begin).partition("-")[0]
        if number.isdecimal() and not _alive(int(number)):
            if left.name.endswith(BEFORE) and not target.exists():  # killed between the two moves of a folder
                os.replace(left, target)
            elif left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
    return f"{begin}{os.getpid()}-"


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


def _to_disk(path: Path) -> None:
    """Have the disk keep a file or the names in a folder, before anything is renamed that counts on it."""
    if path.is_symlink() or not (path.is_file() or path.is_dir()):
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):  # a file system that does not know how
            raise
    finally:
        os.close(handle)


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        refusal = disk_error(error, target)
        if refusal is error:
            raise
        raise refusal from error


def disk_error(error: Exception, target: Path) -> Exception:
    """A `UserError` where the operating system refused to write (disk full, no permission), else the error itself."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, errno.EDQUOT) or (number is None and FULL.search(str(error))):
        return UserError(
            f"disk full while writing {target}", hint="free some space and run again; nothing was left half-written"
        )
    if isinstance(error, OSError) and number in (errno.EACCES, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
        return UserError(
            f"cannot write {target}", hint=": ".join(filter(None, (error.strerror, str(error.filename or ""))))
        )
    return error


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Turn what libraries say of a damaged array, table or archive into a sentence.

    Raises:
        UserError: the file is cut or altered; says what mends it.
    """
    try:
        yield
    except (OSError, ValueError, EOFError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise UserError(
            "is damaged", where=str(file), hint=f"remove it and run again, it is made anew ({said[:120]})"
        ) from None


def write_json(target: Path, value: Any) -> None:
    """Write `value` as indented UTF-8 JSON, atomically.

    Raises:
        UserError: a figure is infinite or no number, which JSON cannot say; names its keys.
    """
    wrong = _no_number(value)
    if wrong is not None:
        raise UserError(
            f"{wrong} is no number", where=str(target), hint="what was measured diverged; nothing is written"
        )
    with atomic_file(target) as path:
        path.write_text(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _no_number(value: Any, keys: str = "") -> str | None:
    """Keys of the first figure that is infinite or no number."""
    if isinstance(value, float):
        return None if math.isfinite(value) else keys or "the value"
    items: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()
    )
    found = (_no_number(item, f"{keys}.{key}" if keys else str(key)) for key, item in items)
    return next((one for one in found if one is not None), None)


def read_json(path: Path) -> Any:
    """The value in a JSON file.

    Raises:
        UserError: it is damaged; says what mends it.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise UserError(
            "is damaged, no whole JSON",
            where=str(path),
            hint=f"remove it and run again, it is made anew ({str(error).splitlines()[0]})",
        ) from None


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file's bytes, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
