"""The Hub of a test, and the client pointed at it: in this process, or by the environment of another."""

import os
import sys
from pathlib import Path

import pytest

from .hub import Account, Hub

# no real token: made up here, and long enough to be looked for in everything that a test leaves behind
OWNER = "hf_" + "OwnerOfTheLoopbackHub" + "0123456789"
OTHER = "hf_" + "SomebodyElseAtTheHub" + "0123456789"
READER = "hf_" + "ReaderOfTheLoopbackHub" + "012345678"
ACCOUNTS = {
    OWNER: Account("me", {"lab": "write", "library": "read"}),
    OTHER: Account("alice"),
    READER: Account("me", {"lab": "write"}, role="read"),
}


def point_client_at(hub, home, monkeypatch, token=OWNER):
    """Let the client in this process talk to a Hub, with a cache and a login of its own."""
    from huggingface_hub import constants
    from huggingface_hub.utils import close_session

    for name, value in {
        "ENDPOINT": hub.url,
        "HUGGINGFACE_CO_URL_TEMPLATE": hub.url + "/{repo_id}/resolve/{revision}/{filename}",
        "HF_HUB_OFFLINE": False,
        "HF_HUB_DISABLE_XET": True,
        "HF_HUB_CACHE": str(home / "hub"),
        "HF_TOKEN_PATH": str(home / "token"),
        "HF_STORED_TOKENS_PATH": str(home / "stored_tokens"),
    }.items():
        monkeypatch.setattr(constants, name, value)
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    if token is not None:
        monkeypatch.setenv("HF_TOKEN", token)
    close_session()


def environment(hub, home, token=OWNER, **more):
    """The environment of another process whose client talks to a Hub; offline where there is none."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
    kept |= {"HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1", "OMP_NUM_THREADS": "1"}
    kept["PATH"] = f"{Path(sys.executable).parent}:{kept['PATH']}"
    kept |= {"HF_HUB_OFFLINE": "1"} if hub is None else {"HF_ENDPOINT": hub.url}
    return {**kept, **({} if token is None else {"HF_TOKEN": token}), **more}


@pytest.fixture
def hub():
    """A Hub that answers; at the end nothing was asked that it does not know, and no token went to the storage."""
    with Hub(ACCOUNTS) as running:
        yield running
    assert running.unknown == [], running.unknown
    assert running.leaks == []


@pytest.fixture
def client(hub, tmp_path, monkeypatch):
    """The client of the Hub as `me`, whose waits are noted instead of waited."""
    from huggingface_hub import HfApi

    point_client_at(hub, tmp_path / "hf", monkeypatch)
    return HfApi()


@pytest.fixture
def waits(monkeypatch):
    """Seconds that were waited, which they are not."""
    seconds = []
    monkeypatch.setattr("time.sleep", seconds.append)
    return seconds
