"""What of the zoo is on the Hub: the repositories of a namespace that carry the zoo's tag."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from maskzoo.release.hub.errors import explained
from maskzoo.release.hub.retry import Patience

if TYPE_CHECKING:
    from huggingface_hub import HfApi

TAG = "maskzoo"  # in the header of every card


@dataclass(frozen=True)
class Published:
    """
    Attributes:
        versions: tags, the latest last.
        changed: date of the last commit, ISO 8601.
    """

    repository: str
    private: bool
    licence: str
    versions: tuple[str, ...]
    changed: str


def published(api: "HfApi", namespace: str, patience: Patience) -> list[Published]:
    """Repositories of a namespace with the zoo's tag, by name; private ones where the token may see them.

    Raises:
        UserError: the Hub cannot be reached.
    """
    with explained(f"listing the zoo of {namespace}"):
        models = patience(lambda: list(api.list_models(author=namespace, filter=TAG, full=True, cardData=True)))
        return sorted((_about(api, model, patience) for model in models), key=lambda one: one.repository)


def _about(api: "HfApi", model: object, patience: Patience) -> Published:
    name = str(getattr(model, "id"))  # noqa: B009
    card = getattr(model, "card_data", None)
    changed = getattr(model, "last_modified", None)
    refs = patience(lambda: api.list_repo_refs(name))
    return Published(
        repository=name,
        private=bool(getattr(model, "private", False)),
        licence=str((card.get("license_name") or card.get("license") or "") if card else ""),
        versions=tuple(sorted((tag.name for tag in refs.tags), key=_order)),
        changed=changed.date().isoformat() if changed else "",
    )


def _order(version: str) -> tuple[int, ...]:
    """v2 before v10; what is no version comes first."""
    parts = version.removeprefix("v").split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()
