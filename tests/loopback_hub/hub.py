"""The Hub itself: who has an account, which repositories and large files there are, what was asked for."""

import threading
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer

from .faults import Faults
from .handler import Handler, RefusalError
from .repository import Repository


@dataclass(frozen=True)
class Account:
    name: str
    organisations: dict = field(default_factory=dict)  # name -> role: read, write or admin
    role: str = "write"  # of the token

    def may_read(self, repository):
        return repository.owner == self.name or repository.owner in self.organisations

    def may_write(self, namespace):
        own = namespace == self.name or self.organisations.get(namespace) in ("write", "admin")
        return own and self.role == "write"


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    route: str
    account: str | None


class Hub:
    """Two servers on free ports of this machine, one for the API and one for large files; use as a context manager."""

    def __init__(self, accounts):
        from .server import ApiHandler
        from .storage import StorageHandler

        self.accounts = accounts  # token -> Account
        self.repositories, self.large, self.parts = {}, {}, {}
        self.faults, self.calls, self.unknown, self.leaks = Faults(), [], [], []
        self.multipart_above = None  # bytes; None: large files come in one piece
        self.part_size = 64_000
        self.page = 1000
        self.lock = threading.RLock()
        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), kind) for kind in (ApiHandler, StorageHandler)]
        for server in self._servers:
            server.hub, server.daemon_threads = self, True
        self.url, self.storage = (f"http://127.0.0.1:{server.server_port}" for server in self._servers)

    def __enter__(self):
        for server in self._servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def note(self, handler: Handler, function):
        account = self.account(handler)
        self.calls.append(Call(handler.command, handler.path, function.__name__, account.name if account else None))

    def account(self, handler):
        """Who sends a request; None: nobody who is known."""
        given = handler.headers.get("Authorization")
        return self.accounts.get(given.removeprefix("Bearer ")) if given else None

    def made(self, method, part=""):
        """The calls of one method whose path holds a part."""
        return [call for call in self.calls if call.method == method and part in call.path]

    def create(self, name, *, private=False):
        """A repository that somebody made on the website."""
        self.repositories[name] = Repository(name, private)
        return self.repositories[name]

    def visible(self, name, account):
        """A repository as somebody sees it: where it may not be seen, it is not there.

        Raises:
            RefusalError: 404, or 401 for somebody without a token.
        """
        found = self.repositories.get(name)
        if found is None or (found.private and (account is None or not account.may_read(found))):
            raise RefusalError(404 if account else 401, "Repository not found", "RepoNotFound")
        return found
