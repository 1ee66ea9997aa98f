"""Looking at a repository, and changing it: preupload, commit, pull requests, tags, refs."""

import base64
import json

from .account_routes import about
from .handler import RefusalError
from .repository import Blob

API = r"/api/models/(?P<name>[^/]+/[^/]+)"
REVISION = r"(?P<revision>[^/]+)"


def describe_repository(request, name, revision="main"):
    repository = request.repository(name)
    request.send(about(repository, request.revision(repository, revision)))


def list_tree(request, name, revision, folder=""):
    repository = request.repository(name)
    tree = repository.commits[request.revision(repository, revision)].tree
    inside = folder.strip("/") + "/" if folder.strip("/") else ""
    found = {path: blob.entry(path) for path, blob in tree.items() if path.startswith(inside)}
    if inside and not found:
        raise RefusalError(404, f"{folder} does not exist", "EntryNotFound")
    for path in list(found):
        for parent in range(1, path.removeprefix(inside).count("/") + 1):
            above = inside + "/".join(path.removeprefix(inside).split("/")[:parent])
            found.setdefault(above, {"type": "directory", "oid": "0" * 40, "size": 0, "path": above})
    if request.query.get("recursive", ["false"])[0].lower() != "true":
        found = {path: entry for path, entry in found.items() if "/" not in path.removeprefix(inside)}
    request.send_page([entry for _, entry in sorted(found.items())])


def list_refs(request, name):
    repository = request.repository(name)

    def told(refs, kind):
        return [{"name": ref, "ref": f"refs/{kind}/{ref}", "targetCommit": sha} for ref, sha in refs.items()]

    branches = {ref: sha for ref, sha in repository.branches.items() if not ref.startswith("refs/pr/")}
    answer = {"branches": told(branches, "heads"), "tags": told(repository.tags, "tags"), "converts": []}
    if "include_prs" in request.query:
        answer["pullRequests"] = [
            {"name": pull.ref, "ref": pull.ref, "targetCommit": repository.branches[pull.ref]}
            for pull in repository.pulls
        ]
    request.send(answer)


def preupload(request, name, revision):
    repository = request.writable(name)
    tree = repository.commits[request.revision(repository, revision)].tree
    answer = []
    for file in json.loads(request.body)["files"]:
        large, old = repository.is_large(file["path"], file["size"]), tree.get(file["path"])
        told = {"path": file["path"], "uploadMode": "lfs" if large else "regular", "shouldIgnore": False}
        if old is not None:
            told["oid"] = old.sha256 if old.large else old.oid
        answer.append(told)
    request.send({"files": answer})


def commit(request, name, revision):
    repository = request.writable(name)
    if revision not in repository.branches:
        raise RefusalError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
    lines = [json.loads(line) for line in request.body.splitlines()]
    header = next(line["value"] for line in lines if line["key"] == "header")
    head, proposal = repository.branches[revision], "create_pr" in request.query
    start = repository.resolve(header.get("parentCommit") or head)
    if start != head and not proposal:
        raise RefusalError(412, "A commit has happened since. Please refresh and try again.")
    tree = dict(repository.commits[start].tree)
    for line in lines:
        _apply(request, tree, line["key"], line["value"])
    answer = {"success": True, "hookOutput": ""}
    if proposal:
        pull = repository.propose(header["summary"], request.account.name, start)
        revision = pull.ref
        answer["pullRequestUrl"] = f"{request.hub.url}/{name}/discussions/{pull.number}"
    sha = repository.commit(revision, tree, header["summary"])
    request.send({**answer, "commitOid": sha, "commitUrl": f"{request.hub.url}/{name}/commit/{sha}"})


def _apply(request, tree, key, value):
    if key == "file":
        tree[value["path"]] = Blob(base64.b64decode(value["content"]))
    elif key == "lfsFile":
        if value["oid"] not in request.hub.large:
            raise RefusalError(
                400, f"Your push was rejected because an LFS pointer pointed to a file that does not exist: {value}"
            )
        tree[value["path"]] = Blob(request.hub.large[value["oid"]], large=True)
    elif key == "deletedFile":
        if value["path"] not in tree:
            raise RefusalError(404, "A file with this name doesn't exist", "EntryNotFound")
        del tree[value["path"]]
    elif key == "deletedFolder":
        for path in [path for path in tree if path.startswith(value["path"].rstrip("/") + "/")]:
            del tree[path]
    elif key != "header":
        raise RefusalError(400, f"unknown operation {key}")


def tag(request, name, revision):
    repository = request.writable(name)
    wanted = json.loads(request.body)["tag"]
    if wanted in repository.tags:
        raise RefusalError(409, "Tag reference exists already")
    repository.tags[wanted] = request.revision(repository, revision)
    request.send(b"", 201)


def list_discussions(request, name):
    repository = request.repository(name)
    status = request.query.get("status", [None])[0]
    found = [
        {
            "num": pull.number,
            "title": pull.title,
            "author": {"name": pull.author},
            "status": pull.status,
            "createdAt": "2026-01-01T00:00:00.000Z",
            "isPullRequest": True,
            "repo": {"name": name, "type": "model"},
        }
        for pull in repository.pulls
        if status in (None, pull.status)
    ]
    request.send({"discussions": found, "count": len(found), "start": 0})


ROUTES = (
    (("GET",), f"{API}/refs", list_refs),
    (("GET",), f"{API}/discussions", list_discussions),
    (("GET",), f"{API}/tree/{REVISION}(?P<folder>/.*)?", list_tree),
    (("GET",), f"{API}(?:/revision/{REVISION})?", describe_repository),
    (("POST",), f"{API}/preupload/{REVISION}", preupload),
    (("POST",), f"{API}/commit/{REVISION}", commit),
    (("POST",), f"{API}/tag/{REVISION}", tag),
)
