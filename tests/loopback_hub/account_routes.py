"""Who am I, is this card in order, make me a repository, which models are there."""

import json

from .cards import judge
from .handler import RefusalError


def whoami(request):
    account = request.known()
    organisations = [
        {"type": "org", "name": name, "fullname": name, "roleInOrg": role}
        for name, role in account.organisations.items()
    ]
    token = {"accessToken": {"displayName": "test", "role": account.role}}
    request.send({"type": "user", "name": account.name, "fullname": account.name, "orgs": organisations, "auth": token})


def validate_yaml(request):
    errors, warnings = judge(json.loads(request.body)["content"])
    told = [{"message": text} for text in errors], [{"message": text} for text in warnings]
    request.send({"errors": told[0], "warnings": told[1]}, 400 if errors else 200)


def create_repository(request):
    asked, account = json.loads(request.body), request.known()
    namespace = asked.get("organization") or account.name
    if not account.may_write(namespace):
        raise RefusalError(403, f'You don\'t have the rights to create a model under the namespace "{namespace}"')
    name = f"{namespace}/{asked['name']}"
    url = f"{request.hub.url}/{name}"
    if name in request.hub.repositories:
        request.send({"error": "You already created this model repo", "url": url}, 409)
        return
    request.hub.create(name, private=asked.get("visibility") == "private")
    request.send({"url": url, "name": name, "id": name})


def list_models(request):
    wanted, author = request.query.get("filter", []), request.query.get("author", [None])[0]
    found = []
    for _, repository in sorted(request.hub.repositories.items()):
        seen = not repository.private or (request.account and request.account.may_read(repository))
        if not seen or author not in (None, repository.owner):
            continue
        told = about(repository, repository.head)
        if set(wanted) <= set(told["tags"]):
            found.append(told)
    request.send_page(found)


def about(repository, sha):
    """What the Hub tells of a repository at a commit; the tags are those of the card."""
    import yaml

    tree = repository.commits[sha].tree
    text = tree["README.md"].data.decode() if "README.md" in tree else ""
    header = text.split("\n---", 1)[0].removeprefix("---") if text.startswith("---\n") else ""
    card = yaml.safe_load(header) or {}
    tags = [*card.get("tags", []), *([f"license:{card['license']}"] if "license" in card else [])]
    return {
        "_id": "0",
        "id": repository.name,
        "modelId": repository.name,
        "author": repository.owner,
        "sha": sha,
        "private": repository.private,
        "lastModified": repository.changed,
        "tags": tags,
        "cardData": card,
        "siblings": [{"rfilename": path} for path in sorted(tree)],
    }


ROUTES = (
    (("GET",), "/api/whoami-v2", whoami),
    (("POST",), "/api/validate-yaml", validate_yaml),
    (("POST",), "/api/repos/create", create_repository),
    (("GET",), "/api/models", list_models),
)
