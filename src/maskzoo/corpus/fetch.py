"""Bringing files here: cache, then mirrors, then the network; in parallel, resumed, verified before use."""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import urlsplit

import httpx2
from tqdm import tqdm

from maskzoo.corpus.cache import Cache, Found, Search, Wanted, wrong_checksum
from maskzoo.errors import UserError
from maskzoo.files import disk_error, sha256_of

RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
TIMEOUT = httpx2.Timeout(30.0, connect=10.0)
SMALL = 1 << 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a transfer is tried, and the seconds before the second try (doubled before each further one)."""

    attempts: int = 4
    wait: float = 0.5


class _StoppedError(Exception):
    """Another transfer failed, or the user interrupted."""


class _InterruptedError(Exception):
    """A transfer ended early or was refused for now; worth another try."""


def fetch(
    wanted: Sequence[Wanted], cache: Cache, *, jobs: int = 8, keep: bool = False, retry: Retry | None = None
) -> dict[str, Found]:
    """Make every wanted file available and verified: sha256 -> where it lies.

    Args:
        jobs: transfers at a time.
        keep: also copy into the cache what a mirror holds, so that the cache alone suffices later.

    Raises:
        UserError: the first file that cannot be had, and why; what was complete stays in the cache.
    """
    unique = list({one.sha256: one for one in wanted}.values())
    stop = threading.Event()
    result: dict[str, Found] = {}
    total = sum(one.bytes or 0 for one in unique)
    bar = tqdm(total=total or None, unit="B", unit_scale=True, desc="fetch", mininterval=1, delay=2, disable=None)
    lock = threading.Lock()

    def advance(count: int) -> None:
        with lock:
            bar.update(count)

    far: list[tuple[Wanted, Search]] = []

    def look(one: Wanted) -> None:
        """Settle a file that is on this machine; the others are put aside."""
        if stop.is_set():
            return
        search = Search()
        found = cache.find(one, search)
        if found is None:
            far.append((one, search))
            return
        if keep and found.origin == "mirror":
            cache.copy(one, found.path)
        advance(one.bytes or found.path.stat().st_size)
        result[one.sha256] = found

    with bar:
        small = [one for one in unique if one.bytes is not None and one.bytes < SMALL]
        for one in small:  # a pool would cost more than reading them
            look(one)
        _all(look, [one for one in unique if one.bytes is None or one.bytes >= SMALL], jobs, stop)
        if far:
            with httpx2.Client(
                timeout=TIMEOUT, follow_redirects=True, headers={"Accept-Encoding": "identity"}
            ) as client:

                def bring(task: tuple[Wanted, Search]) -> None:
                    if not stop.is_set():
                        one, search = task
                        path = _download(client, one, cache, search, retry or Retry(), stop, advance)
                        result[one.sha256] = cache.trust(one, Found(path, "network"))

                _all(bring, far, jobs, stop)
    return result


def _all(work: Callable[[T], None], items: Sequence[T], jobs: int, stop: threading.Event) -> None:
    """Do `work` on all items with some threads; the first failure stops the others and is raised."""
    pool = ThreadPoolExecutor(max_workers=max(1, jobs), thread_name_prefix="fetch")
    try:
        done, _ = wait([pool.submit(work, item) for item in items], return_when=FIRST_EXCEPTION)
        failures = [error for future in done if (error := future.exception()) is not None]
        if failures:
            stop.set()
            raise next((error for error in failures if not isinstance(error, _StoppedError)), failures[0])
    except BaseException:
        stop.set()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _download(
    client: httpx2.Client,
    wanted: Wanted,
    cache: Cache,
    search: Search,
    retry: Retry,
    stop: threading.Event,
    advance: Callable[[int], None],
) -> Path:
    url = _checked_url(wanted, search)
    target = cache.path(wanted.sha256)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target.with_name(target.name + ".part")) as part:
            if not target.is_file():  # another process may have brought it while this one waited
                _transfer(client, url, wanted, part, search, retry, stop, advance)
                os.replace(part.name, target)
    except OSError as error:
        target.with_name(target.name + ".part").unlink(missing_ok=True)
        raise disk_error(error, target) from error
    return target


def _transfer(
    client: httpx2.Client,
    url: str,
    wanted: Wanted,
    part: BinaryIO,
    search: Search,
    retry: Retry,
    stop: threading.Event,
    advance: Callable[[int], None],
) -> None:
    """Fill `part` with the wanted bytes, going on where an earlier try ended."""
    have = part.seek(0, os.SEEK_END)
    advance(have)
    resumed = have > 0
    problem = ""
    for attempt in range(retry.attempts):
        if attempt and stop.wait(retry.wait * 2 ** (attempt - 1)):
            raise _StoppedError
        try:
            _receive(client, url, wanted, part, stop, advance)
        except (httpx2.UnsupportedProtocol, httpx2.TooManyRedirects, httpx2.InvalidURL) as error:
            raise UserError(f"cannot use the address {url} ({error})", where=wanted.path) from None
        except (httpx2.RequestError, _InterruptedError) as error:
            problem = str(error) or type(error).__name__
            resumed = True
            continue
        got = sha256_of(Path(part.name))
        if got == wanted.sha256:
            return
        _start_over(part, advance)
        if not resumed:  # pieces of two versions may have met: once more from the start; else the source is wrong
            Path(part.name).unlink(missing_ok=True)
            raise wrong_checksum(wanted, got, url)
        resumed, problem = False, f"its sha256 is {got}, not {wanted.sha256}"
    if "sha256" in problem or part.seek(0, os.SEEK_END) == 0:
        Path(part.name).unlink(missing_ok=True)
    raise _unreachable(wanted, f"cannot download {url} ({problem}; {retry.attempts} tries)", search)


def _receive(
    client: httpx2.Client,
    url: str,
    wanted: Wanted,
    part: BinaryIO,
    stop: threading.Event,
    advance: Callable[[int], None],
) -> None:
    """One request: append what is missing to `part`, or start over where the server cannot resume."""
    have = part.seek(0, os.SEEK_END)
    if wanted.bytes is not None and have >= wanted.bytes:
        if have == wanted.bytes:
            return
        have = _start_over(part, advance)
    with client.stream("GET", url, headers={"Range": f"bytes={have}-"} if have else {}) as answer:
        if answer.status_code == 416 and have:
            _start_over(part, advance)
            raise _InterruptedError("the server refused to resume")
        if answer.status_code in RETRIED:
            raise _InterruptedError(f"the server answered {answer.status_code} {answer.reason_phrase}")
        if answer.status_code not in (200, 206):
            Path(part.name).unlink(missing_ok=True)
            raise UserError(
                f"the server answered {answer.status_code} {answer.reason_phrase} for {url}",
                where=wanted.path,
                hint="check the address in the recipe, or set MASKZOO_MIRRORS to a folder that has the file",
            )
        if have and not (
            answer.status_code == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        ):
            have = _start_over(part, advance)
            if answer.status_code == 206:
                raise _InterruptedError("the server resumed at another place")
        for block in answer.iter_raw():
            if stop.is_set():
                raise _StoppedError
            part.write(block)
            advance(len(block))
            have += len(block)
            if wanted.bytes is not None and have > wanted.bytes:
                Path(part.name).unlink(missing_ok=True)
                raise UserError(
                    f"{url} is longer than the recipe says", where=wanted.path, expected=f"{wanted.bytes} bytes"
                )
    part.flush()
    if wanted.bytes is not None and have < wanted.bytes:
        raise _InterruptedError(f"the transfer ended after {have} of {wanted.bytes} bytes")


def _start_over(part: BinaryIO, advance: Callable[[int], None]) -> int:
    advance(-part.seek(0, os.SEEK_END))
    part.truncate(0)
    return part.seek(0)


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """`path` opened for appending and locked against other processes that want the same file."""
    while True:
        file = path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                same = os.fstat(file.fileno()).st_ino == path.stat().st_ino
            except FileNotFoundError:
                same = False  # whoever held the lock renamed or removed it
            if same:
                yield file
                if path.exists() and path.stat().st_size == 0:
                    path.unlink()
                return
        finally:
            file.close()
        time.sleep(0.01)


def _checked_url(wanted: Wanted, search: Search) -> str:
    if wanted.url is None:
        raise UserError(
            "; ".join(["has no address and is not on this machine", *search.damaged]),
            where=wanted.path,
            expected=_expected("a url in the recipe", search),
        )
    parts = urlsplit(wanted.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UserError(f"refused address {wanted.url!r}", where=wanted.path, expected="an http or https address")
    if ".." in parts.path.replace("%2e", ".").replace("%2E", ".").split("/"):
        raise UserError(f"refused address {wanted.url!r} with '..' in it", where=wanted.path)
    return wanted.url


def _unreachable(wanted: Wanted, what: str, search: Search) -> UserError:
    return UserError(
        "; ".join([what, *search.damaged]),
        where=wanted.path,
        expected=_expected("network", search),
        hint="run `maskzoo fetch` on a machine with network and the same MASKZOO_CACHE, "
        "or set MASKZOO_MIRRORS to a folder with manifest.csv files",
    )


def _expected(what: str, search: Search) -> str:
    """`what`, or the file where it was looked for."""
    return ", or ".join([what, *(f"the file in {place}" for place in dict.fromkeys(search.places))])
