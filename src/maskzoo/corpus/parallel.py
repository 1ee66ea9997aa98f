"""A map over chunks on several processes: results in order, a bounded number of chunks in flight."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from typing import TypeVar

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

WORTHWHILE = 4  # chunks below which starting processes costs more than it saves


def ordered_map(
    function: Callable[[Chunk], Result],
    chunks: Iterable[Chunk],
    *,
    workers: int,
    start: Callable[..., None],
    settings: tuple[object, ...],
) -> Iterator[Result]:
    """Yield `function(chunk)` in the order of the chunks, the same for any number of workers.

    Args:
        start: called once in each process with `settings`, before the first chunk.
        workers: processes beside this one; 1, or very little input, works here instead.
    """
    stream = iter(chunks)
    first = list(islice(stream, WORTHWHILE)) if workers > 1 else []
    if workers <= 1 or len(first) < WORTHWHILE:
        start(*settings)
        for chunk in chain(first, stream):
            yield function(chunk)
        return
    context = multiprocessing.get_context("spawn")  # this process may have threads, which a fork would not survive
    with ProcessPoolExecutor(workers, mp_context=context, initializer=start, initargs=settings) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for chunk in chain(first, stream):
                waiting.append(pool.submit(function, chunk))
                del chunk
                if len(waiting) > workers + 1:
                    yield waiting.popleft().result()
            first.clear()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
