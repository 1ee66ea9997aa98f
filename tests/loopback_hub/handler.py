"""Reading a request and answering it, and breaking off where a fault says so: what both servers share."""

import json
import re
import socket
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, unquote, urlsplit

ASIDE = re.compile(r"/api/[a-z-]+")  # what the client would like to know beside any repository, and does without


class RefusalError(Exception):
    """An answer that refuses: status, what the Hub says, and the code by which its client knows errors apart."""

    def __init__(self, status, message, code=None, **headers):
        super().__init__(message)
        self.status, self.message, self.code, self.headers = status, message, code, headers


class BrokenOffError(Exception):
    """The connection ends here."""


class Handler(BaseHTTPRequestHandler):
    """Calls the first of `routes` (method, pattern, function) whose pattern is the whole path."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    routes = ()

    def log_message(self, *arguments):
        pass

    def answer_request(self):
        split = urlsplit(self.path)
        self.place, self.query = split.path, parse_qs(split.query)
        self.hub = self.server.hub
        self.fault = self.hub.faults.met(self.command, self.place)
        kind = self.fault.kind if self.fault else None
        try:
            if kind == "before":
                raise BrokenOffError
            self.body = self._read()
            with self.hub.lock:
                if kind == "status":
                    raise RefusalError(self.fault.status, self.fault.message, None, **self.fault.headers)
                self._route()
        except RefusalError as refusal:
            if kind == "after":
                self._break_off()
            else:
                self._refuse(refusal)
        except BrokenOffError:
            self._break_off()

    do_GET = do_HEAD = do_POST = do_PUT = answer_request  # noqa: N815

    def _route(self):
        for methods, pattern, function in self.routes:
            match = re.fullmatch(pattern, self.place)
            if self.command in methods and match:
                self.hub.note(self, function)
                self.enter()
                named = {name: unquote(value) for name, value in match.groupdict().items() if value is not None}
                function(self, **named)
                return
        if not ASIDE.fullmatch(self.place):
            self.hub.unknown.append((self.command, self.place))
        raise RefusalError(404, "Sorry, we can't find the page you are looking for.")

    def enter(self):
        """What is to be known before any route is taken."""

    def _read(self):
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def send(self, body=b"", status=200, **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json; charset=utf-8")
        if self.fault is not None and self.fault.kind == "after":
            raise BrokenOffError
        self.send_response(status)
        self.send_header("Content-Length", headers.pop("Content_Length", len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        if self.command != "HEAD":
            if self.fault is not None and self.fault.kind == "within":
                self.wfile.write(body[: len(body) // 2])
                raise BrokenOffError
            self.wfile.write(body)

    def _refuse(self, refusal):
        headers = {"X-Error-Message": refusal.message, "X-Request-Id": "loopback", **refusal.headers}
        if refusal.code:
            headers["X-Error-Code"] = refusal.code
        self.fault = None
        self.send({"error": refusal.message}, refusal.status, **headers)

    def _break_off(self):
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()
        self.rfile = self.wfile = _Nowhere()


class _Nowhere:
    """In place of the files of a closed connection, so that the server's own tidying finds something to tidy."""

    closed = False

    def flush(self):
        pass

    def close(self):
        pass
