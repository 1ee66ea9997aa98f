"""Waiting and trying again: the client does so for some requests, this for whole steps, which can all be repeated."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from maskzoo.release.hub.errors import chain, passing, status_of

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """Calls something again after a rate limit, a server's trouble or a lost connection.

    Attributes:
        attempts: how often in all.
        first: seconds before the second attempt; doubled for every further one.
        most: seconds that are waited at most, also where the Hub asks for more.
    """

    attempts: int = 5
    first: float = 2.0
    most: float = 300.0

    def __call__(self, act: Callable[[], T]) -> T:
        """What `act` returns.

        Raises:
            Exception: the error of the last attempt, or one that waiting does not mend.
        """
        for attempt in range(1, self.attempts + 1):
            try:
                return act()
            except Exception as error:
                if attempt == self.attempts or not passing(error):
                    raise
                seconds = self.wait(error, attempt)
                reason = f"answer {status_of(error)}" if status_of(error) else "connection lost"
                print(f"Hub: {reason}; attempt {attempt + 1} of {self.attempts} in {seconds:.0f} s", file=sys.stderr)
                time.sleep(seconds)
        raise AssertionError("unreachable")

    def wait(self, error: BaseException, attempt: int) -> float:
        """Seconds to wait after the given attempt: what the Hub asks for, else ever longer."""
        asked = _asked_for(error)
        return min(self.most, self.first * 2 ** (attempt - 1) if asked is None else asked)


def _asked_for(error: BaseException) -> float | None:
    """Seconds in the headers `Retry-After` or `RateLimit` of a refusal."""
    from huggingface_hub.errors import HfHubHTTPError
    from huggingface_hub.utils import parse_ratelimit_headers  # type: ignore[attr-defined]

    for one in chain(error):
        if isinstance(one, HfHubHTTPError):
            limit = parse_ratelimit_headers(one.response.headers)
            after = one.response.headers.get("Retry-After", "")
            if limit is not None and limit.remaining == 0:
                return float(limit.reset_in_seconds)
            return float(after) if after.isdigit() else None
    return None
