"""The storage of large files: signed addresses instead of tokens, whole files or parts of them, ranges of bytes."""

import hashlib
import re

from .handler import Handler, RefusalError


def put_large(request, oid):
    if hashlib.sha256(request.body).hexdigest() != oid:
        raise RefusalError(422, "the content is not what was announced")
    request.hub.large[oid] = request.body
    request.send()


def put_part(request, oid, number):
    request.hub.parts[oid, int(number)] = request.body
    request.send(ETag=f'"{hashlib.md5(request.body).hexdigest()}"')


def get_large(request, oid):
    data = request.hub.large.get(oid)
    if data is None:
        raise RefusalError(404, "no such object")
    part = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
    if part:
        start, stop = int(part[1]), int(part[2] or len(data) - 1) + 1
        request.send(data[start:stop], 206, **{"Content-Range": f"bytes {start}-{stop - 1}/{len(data)}"})
        return
    request.send(data, **{"Accept-Ranges": "bytes", "ETag": f'"{oid}"'})


class StorageHandler(Handler):
    routes = (
        (("PUT",), r"/large/(?P<oid>[0-9a-f]{64})", put_large),
        (("PUT",), r"/part/(?P<oid>[0-9a-f]{64})/(?P<number>\d+)", put_part),
        (("GET", "HEAD"), r"/large/(?P<oid>[0-9a-f]{64})", get_large),
    )

    def enter(self):
        if self.headers.get("Authorization"):
            self.hub.leaks.append(self.path)
