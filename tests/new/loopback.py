"""Data sets of a Hub on this machine: what the real client asks for to read them, answered over real HTTP."""

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

API = r"/api/datasets/(?P<name>[^/]+/[^/]+)"


class DataSets:
    """Data sets by name, each a list of commits (sha, {path: bytes}), the last one its head.

    Attributes:
        asked: paths of all requests.
        unknown: those about data sets that nothing answers to.
    """

    def __init__(self):
        self.commits, self.asked, self.unknown = {}, [], []
        self.url = ""

    def commit(self, name, files):
        sha = hashlib.sha1(repr((name, sorted(files.items()))).encode()).hexdigest()
        self.commits.setdefault(name, []).append((sha, files))
        return sha

    def tree(self, name, revision):
        """(sha, files) of a branch or a commit; None where there is none."""
        commits = self.commits.get(name, [])
        if revision in (None, "main"):
            return commits[-1] if commits else None
        return next((commit for commit in commits if commit[0] == revision), None)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, value, status=200, **headers):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        headers = {"Content-Length": len(body), **headers}
        for name, one in headers.items():
            self.send_header(name.replace("_", "-"), str(one))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        sets = self.server.sets
        path = urlsplit(self.path).path
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sets.asked.append(path)
        for pattern, function in ROUTES:
            match = re.fullmatch(pattern, path)
            if match:
                groups = {key: unquote(value) for key, value in match.groupdict().items() if value}
                name, revision = groups.pop("name"), groups.pop("revision", None)
                found = sets.tree(name, revision)
                if name not in sets.commits:
                    return self.answer({"error": "Repository not found"}, 401, X_Error_Code="RepoNotFound")
                if found is None:
                    return self.answer({"error": "no such revision"}, 404, X_Error_Code="RevisionNotFound")
                return function(self, name, *found, body=body, **groups)
        if "datasets" in path:  # the client would like to know other things, too, and does without
            sets.unknown.append(path)
        return self.answer({"error": "unknown"}, 404)

    def do_HEAD(self):
        self.do_GET()

    def do_POST(self):
        self.do_GET()

    def info(self, name, sha, files, body):
        siblings = [{"rfilename": path} for path in sorted(files)]
        self.answer({"_id": "0", "id": name, "sha": sha, "private": False, "tags": [], "siblings": siblings})

    def listing(self, name, sha, files, body, folder=""):
        inside = {path: data for path, data in files.items() if path.startswith(f"{folder}/" if folder else "")}
        if folder and not inside:
            return self.answer({"error": "no such folder"}, 404, X_Error_Code="EntryNotFound")
        return self.answer([entry(path, data) for path, data in sorted(inside.items())])

    def paths_info(self, name, sha, files, body):
        wanted = json.loads(body)["paths"]
        self.answer([entry(path, files[path]) for path in wanted if path in files])

    def resolve(self, name, sha, files, body, path):
        data = files.get(path)
        if data is None:
            return self.answer({"error": "no such file"}, 404, X_Error_Code="EntryNotFound", X_Repo_Commit=sha)
        headers = {"X_Repo_Commit": sha, "ETag": f'"{oid(data)}"', "Accept_Ranges": "bytes"}
        part = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if part:
            start, end = int(part[1]), min(int(part[2] or len(data) - 1), len(data) - 1)
            headers["Content_Range"] = f"bytes {start}-{end}/{len(data)}"
            return self.answer(data[start : end + 1], 206, **headers)
        return self.answer(data, **headers)


def oid(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def entry(path, data):
    return {"type": "file", "path": path, "size": len(data), "oid": oid(data)}


ROUTES = (
    (rf"{API}/tree/(?P<revision>[^/]+)(?:/(?P<folder>.*))?", Handler.listing),
    (rf"{API}/paths-info/(?P<revision>[^/]+)", Handler.paths_info),
    (rf"{API}(?:/revision/(?P<revision>[^/]+))?", Handler.info),
    (r"/datasets/(?P<name>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)", Handler.resolve),
    (r"/api/resolve-cache/datasets/(?P<name>[^/]+/[^/]+)/(?P<revision>[^/]+)/(?P<path>.+)", Handler.resolve),
)


def serve(sets):
    """A running server of data sets, and its thread."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.sets, server.daemon_threads = sets, True
    sets.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    return server, thread
