"""What the Hub and the way to it answer, as sentences for people; a token is in none of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from maskzoo.errors import UserError

TRANSIENT = {408, 429, 500, 502, 503, 504}  # answers that may be another one in a moment
KEPT = "run the same command again: what has arrived is not sent twice"
HIDDEN = "<token>"
TOKEN = re.compile(r"hf_[A-Za-z0-9]{8,}|Bearer\s+\S+|(?<=[?&])(?:X-Amz-[\w-]+|Signature|token)=[^&\s]+", re.IGNORECASE)


def without_token(text: str) -> str:
    """A text with anything that looks like a token, and the token of this session, taken out."""
    from huggingface_hub import get_token

    token = get_token()
    return TOKEN.sub(HIDDEN, text.replace(token, HIDDEN) if token else text)


def chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from: the client wraps errors of uploads and downloads in others."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def status_of(error: BaseException) -> int | None:
    """The HTTP status in an error of the client; None where no answer came."""
    from huggingface_hub.errors import HfHubHTTPError

    return next((one.response.status_code for one in chain(error) if isinstance(one, HfHubHTTPError)), None)


def lost(error: BaseException) -> bool:
    """Whether the connection broke, or never was."""
    import httpx2

    return status_of(error) is None and any(isinstance(one, httpx2.TransportError) for one in chain(error))


def passing(error: BaseException) -> bool:
    """Whether the same request may do better in a moment."""
    return lost(error) or status_of(error) in TRANSIENT


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """Turn whatever the client raises into a `UserError` about what was being done; no traceback holds a request."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        sentence = explain(error, doing)
        if sentence is None:
            raise
        raise sentence from None


def explain(error: Exception, doing: str) -> UserError | None:
    """The sentence for an error of the client; None for one that is no matter of the Hub, which is a defect."""
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError, RevisionNotFoundError

    status, said = status_of(error), _said(error)
    found = {type(one) for one in chain(error)}
    if RevisionNotFoundError in found:
        return UserError("the Hub knows no such revision", where=doing, hint="maskzoo list --remote shows the versions")
    if RepositoryNotFoundError in found:
        return UserError("no such repository on the Hub, or a private one that the token may not see", where=doing)
    if isinstance(error, HFValidationError):
        return UserError(str(error).splitlines()[0], where=doing)
    if lost(error):
        return UserError(
            f"the connection to the Hub was lost{said}", where=doing, hint=f"{KEPT}; nothing is half there"
        )
    if status is None and isinstance(error, OSError) and error.errno is None:  # with a number it is about this machine
        return UserError(without_token(str(error).splitlines()[0]), where=doing)
    if status is None:
        return None
    if status == 401:
        return UserError(f"the Hub does not accept the token{said}", where=doing, hint="run `hf auth login` again")
    if status == 403:
        return UserError(f"the token may not do this{said}", where=doing, hint="it needs the right to write there")
    if status == 429:
        return UserError(f"the Hub limits how often it is asked{said}", where=doing, hint=f"wait some minutes; {KEPT}")
    if status == 412:
        return UserError("somebody else changed the repository meanwhile, again and again", where=doing, hint=KEPT)
    if status in TRANSIENT:
        return UserError(f"the Hub is out of order ({status}){said}", where=doing, hint=f"later, {KEPT}")
    return UserError(f"the Hub refused ({status}){said}", where=doing)


def _said(error: BaseException) -> str:
    """The server's own words, where it had some, else the reason why no answer came."""
    from huggingface_hub.errors import HfHubHTTPError

    for one in chain(error):
        if isinstance(one, HfHubHTTPError):
            words = one.server_message or one.response.headers.get("X-Error-Message") or ""
            return f": {without_token(words.splitlines()[0])}" if words.strip() else ""
    deepest = list(chain(error))[-1]
    return f": {without_token(str(deepest).splitlines()[0])}" if str(deepest).strip() else ""
