"""Downloads: small files come from here, large ones by a redirect to the storage, as the Hub's do."""

from .handler import RefusalError


def resolve_file(request, name, revision, path):
    repository = request.repository(name)
    sha = request.revision(repository, revision)
    blob = repository.commits[sha].tree.get(path)
    if blob is None:
        raise RefusalError(404, "Entry not found", "EntryNotFound", X_Repo_Commit=sha)
    headers = {"X-Repo-Commit": sha, "Accept-Ranges": "bytes"}
    if blob.large:
        headers |= {"X-Linked-Etag": f'"{blob.sha256}"', "X-Linked-Size": len(blob.data), "ETag": f'"{blob.oid}"'}
        where = f"{request.hub.storage}/large/{blob.sha256}?Signature=to-read"
        request.send(b"", 302, Location=where, **headers)
        return
    request.send(blob.data, ETag=f'"{blob.oid}"', **headers)


ROUTES = (
    (("GET", "HEAD"), r"/(?P<name>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)", resolve_file),
    (
        ("GET", "HEAD"),
        r"/api/resolve-cache/models/(?P<name>[^/]+/[^/]+)/(?P<revision>[^/]+)/(?P<path>.+)",
        resolve_file,
    ),
)
