"""Git LFS: which of these files do you lack, where may I send them, in one piece or several."""

import hashlib
import json
from math import ceil

from .handler import RefusalError


def batch(request, name):
    request.writable(name)
    hub, objects = request.hub, []
    for wanted in json.loads(request.body)["objects"]:
        told = {"oid": wanted["oid"], "size": wanted["size"], "authenticated": True}
        if wanted["oid"] not in hub.large:
            told["actions"] = {"upload": _upload(hub, wanted)}
        objects.append(told)
    request.send({"transfer": "basic", "objects": objects}, Content_Type="application/vnd.git-lfs+json")


def _upload(hub, wanted):
    if hub.multipart_above is None or wanted["size"] <= hub.multipart_above:
        return {"href": f"{hub.storage}/large/{wanted['oid']}?Signature=in-one-piece"}
    parts = {
        str(number): f"{hub.storage}/part/{wanted['oid']}/{number}?Signature=in-parts"
        for number in range(1, ceil(wanted["size"] / hub.part_size) + 1)
    }
    return {"href": f"{hub.url}/api/complete_multipart", "header": {"chunk_size": str(hub.part_size), **parts}}


def complete_multipart(request):
    asked = json.loads(request.body)
    pieces = [request.hub.parts.get((asked["oid"], part["partNumber"])) for part in asked["parts"]]
    if None in pieces:
        raise RefusalError(400, "a part is missing")
    data = b"".join(pieces)
    if hashlib.sha256(data).hexdigest() != asked["oid"]:
        raise RefusalError(422, "the parts are not the file")
    request.hub.large[asked["oid"]] = data
    request.send({})


ROUTES = (
    (("POST",), r"/(?P<name>[^/]+/[^/]+?)\.git/info/lfs/objects/batch", batch),
    (("POST",), "/api/complete_multipart", complete_multipart),
)
