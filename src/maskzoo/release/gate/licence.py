"""Whether the card's licence is the one that follows from the sources, and gives away no more than they do."""

from collections.abc import Iterator

from maskzoo.errors import UserError
from maskzoo.licences import Licence, hub_fields, licence_of
from maskzoo.release.gate.candidate import CARD, Candidate, Problem


def problems(candidate: Candidate) -> Iterator[Problem]:
    """Sources that nobody may share; a licence that is underivable, another one, or allows what a source forbids."""
    derived = candidate.licence.licence
    if not derived.shareable:
        private = [use.what for use in candidate.origins.uses if not licence_of(use.licence).shareable]
        whose = ", ".join(private) or "release.licence"
        yield Problem(f"nobody has said that {whose} may be shared", "name the licence in domain.yaml")
    for note in candidate.origins.notes:
        yield Problem(note.rstrip("."), "or use a base whose card states its licence")
    try:
        fields = candidate.metadata
    except Exception:  # the card's own question says so
        return
    stated = str(fields.get("license_name") if fields.get("license") == "other" else fields.get("license"))
    given = _known(stated)
    if given is not None and given.commercial and not derived.commercial:
        sources = [use for use in candidate.origins.uses if not licence_of(use.licence).commercial]
        yield Problem(
            f"{CARD} gives the weights away under {given.id}, but "
            + ", ".join(f"{use.what} is under {use.licence}" for use in sources),
            f"{candidate.again}: the sources ask for {derived.id}",
        )
    elif any(fields.get(key) != value for key, value in hub_fields(derived).items()):
        yield Problem(f"{CARD} says {stated}, the sources ask for {derived.id}", candidate.again)
    if candidate.made.get("licence") != derived.id:
        yield Problem(
            f"the release was made under {candidate.made.get('licence')}, its sources now ask for {derived.id}",
            candidate.again,
        )


def _known(name: str) -> Licence | None:
    try:
        return licence_of(name)
    except UserError:
        return None
