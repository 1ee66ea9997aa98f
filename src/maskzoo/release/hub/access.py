"""Who publishes: the account behind the token, which the client of the Hub finds by itself.

This project never holds a token: the client takes it from the environment or from its own login and puts it into a
request. Here it is only asked whether there is one.
"""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maskzoo.errors import UserError
from maskzoo.release.hub.errors import explained, without_token
from maskzoo.release.hub.retry import Patience

if TYPE_CHECKING:
    from huggingface_hub import HfApi

LOGIN = "run `hf auth login`, or set HF_TOKEN in the environment, with a token that may write"
WRITES = ("write", "admin", "contributor")
READS_ONLY = "read"  # the role of a token that writes nowhere


@dataclass(frozen=True)
class Account:
    """The user of a token, and the namespaces that it may write to."""

    name: str
    namespaces: tuple[str, ...]


def client() -> "HfApi":
    """The client of the Hub, at the endpoint that its own settings name.

    Raises:
        UserError: the client was told to stay offline.
    """
    from huggingface_hub import HfApi, is_offline_mode

    if is_offline_mode():
        raise UserError("the client of the Hub is told to stay offline", hint="unset HF_HUB_OFFLINE and run again")
    quiet()
    return HfApi(library_name="maskzoo")


def quiet() -> None:
    """Let the client draw no bars into logs, and take tokens and signatures out of what it says there."""
    from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]

    disable_progress_bars()
    for handler in logging.getLogger("huggingface_hub").handlers:
        handler.addFilter(scrubbed)


def scrubbed(record: logging.LogRecord) -> bool:
    """A filter of log records: the client names signed addresses of the storage when it tries again."""
    record.msg, record.args = without_token(record.getMessage()), ()
    return True


def has_token() -> bool:
    """Whether the client has a token."""
    from huggingface_hub import get_token

    return get_token() is not None


def account(api: "HfApi", patience: Patience) -> Account:
    """Whose token it is.

    Raises:
        UserError: there is no token (says which command logs in), the Hub does not know it, or it may only read.
    """
    if not has_token():
        raise UserError("no token for the Hub", expected="to be logged in", hint=LOGIN)
    with explained("asking the Hub whose token this is"):
        told = patience(api.whoami)
    if (told.get("auth") or {}).get("accessToken", {}).get("role") == READS_ONLY:
        raise UserError(f"the token of {told['name']} may only read", expected="a token that may write", hint=LOGIN)
    groups = [group["name"] for group in told.get("orgs", ()) if group.get("roleInOrg", "write") in WRITES]
    return Account(told["name"], (told["name"], *groups))


def own_namespace() -> str | None:
    """The name of the token's user; None where there is no token, or nobody to ask."""
    from huggingface_hub import is_offline_mode

    if is_offline_mode() or not has_token():
        return None
    return account(client(), Patience()).name


def chosen_namespace(account: Account, wanted: str | None, where: str) -> str:
    """The namespace to publish under: the one wanted, or the account's own.

    Raises:
        UserError: it belongs to somebody else.
    """
    if wanted is None:
        return account.name
    known = {name.casefold(): name for name in account.namespaces}
    if wanted.casefold() not in known:
        raise UserError(
            f"{wanted!r} belongs to somebody else: the token is {account.name}'s and may not write there",
            where=where,
            expected="one of " + ", ".join(account.namespaces),
            hint="choose with release.namespace in domain.yaml or --namespace, or log in as somebody who may",
        )
    return known[wanted.casefold()]
