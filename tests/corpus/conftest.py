"""Shared by the tests of the corpus stage: sources read from a folder, and a real server on the loopback address."""

import hashlib
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from maskzoo.corpus.cache import Cache
from maskzoo.corpus.sources import read_source
from maskzoo.recipe.source import Source


class Site:
    """What a loopback server serves, how it misbehaves, and what it was asked.

    Attributes:
        files: path (quoted, with a slash in front) -> bytes.
        ranges: whether it honours Range requests.
        cut: path -> bytes after which the connection of the first answer is closed.
        answers: path -> status codes of the first answers.
        requests: (path, value of the Range header or None), in order.
        delay: seconds that each answer takes; `together["most"]` counts how many waited so at the same time.
    """

    def __init__(self):
        self.files, self.ranges, self.cut, self.answers, self.requests = {}, True, {}, {}, []
        self.delay = 0.0
        self.url = ""
        self.together, self.counting = Counter(), threading.Lock()

    def put(self, path, body):
        self.files[path] = body
        return hashlib.sha256(body).hexdigest()


@pytest.fixture
def site(monkeypatch):
    """A running `Site` on the loopback address."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    state = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            wanted = self.headers.get("Range")
            state.requests.append((self.path, wanted))
            if state.delay:
                self.wait()
            self.answer(wanted)

        def wait(self):
            """Counts who waits, and no longer: after the last byte of an answer its client may already ask again."""
            with state.counting:
                state.together["now"] += 1
                state.together["most"] = max(state.together["most"], state.together["now"])
            time.sleep(state.delay)
            with state.counting:
                state.together["now"] -= 1

        def answer(self, wanted):
            body = state.files.get(self.path)
            planned = state.answers.get(self.path)
            status = planned.pop(0) if planned else (200 if body is not None else 404)
            if status >= 400:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and state.ranges else 0
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            end = state.cut.pop(self.path, len(body))
            self.wfile.write(body[start:end])
            self.close_connection = True

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def cache(tmp_path):
    """An empty cache without mirrors."""
    return Cache(tmp_path / "cache")


@pytest.fixture
def records(tmp_path, cache):
    """Reads what a source written as in a recipe yields; `glob` and `files` are relative to the test's folder."""

    def read(read, **place):
        place = place or {"glob": "data/*"}
        source = Source.model_validate({"read": read, "licence": "CC0-1.0", **place})
        found = read_source(source, name="test", folder=tmp_path, simulated=tmp_path / "simulated", cache=cache)
        return list(found)

    return read


@pytest.fixture
def put(tmp_path):
    """Writes a file below `data/` in the test's folder."""

    def write(name, content):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
