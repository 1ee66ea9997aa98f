"""The one error that a user's mistake becomes: a sentence, no traceback, exit code 2."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 1000  # characters of a part of an error; a value can be a whole book
MANY = 24  # names above which an error lists only the nearest


class UserError(Exception):
    """Something the user can mend: says what was wrong, where, and what would have been right.

    `maskzoo` prints it on one line and exits with code 2; anything else that escapes is a defect of this project.
    """

    def __init__(
        self, what: str, *, where: str | None = None, expected: str | None = None, hint: str | None = None
    ) -> None:
        parts = [f"{where}: {what}" if where else what]
        if expected:
            parts.append(f"expected {expected}")
        if hint:
            parts.append(hint)
        super().__init__("; ".join(shortened(part) for part in parts))


def shortened(text: str) -> str:
    """A text that a person reads, without the middle of a very long one."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 250]} ... {text[-240:]}"


def unknown_name(kind: str, name: str, known: Iterable[str], *, where: str | None = None) -> UserError:
    """A `UserError` for a name that nothing carries, with the nearest one that something does."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else None
    expected = "one of " + ", ".join(names) if names else None
    if len(names) > MANY:
        expected = f"one of {len(names)} names, such as " + ", ".join(get_close_matches(name, names, n=5, cutoff=0))
    return UserError(f"unknown {kind} {name!r}", where=where, expected=expected, hint=hint)
