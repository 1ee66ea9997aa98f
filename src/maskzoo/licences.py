"""Licences of sources, and the licence of weights that follows from them.

Whether weights are a derived work of their training text is not settled. This project takes the careful side: what a
licence asks of those who share adapted material is asked of those who share the weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from maskzoo.errors import UserError, unknown_name


@dataclass(frozen=True)
class Licence:
    """What matters of a licence here.

    Attributes:
        id: SPDX id, or an id of this table.
        hub: id in the Hub's list of licences; `other` where that list has none.
        commercial: whether commercial use is allowed.
        share_alike: family of licences that adapted material must keep; None where it need not.
        attribution: whether the author must be named.
        derivatives: whether adapted material may be shared at all.
        shareable: False where nobody has said that anything may be shared: weights are made, for nobody else.
        link: address of the text, where the Hub does not know the licence.
    """

    id: str
    hub: str
    commercial: bool = True
    share_alike: str | None = None
    attribution: bool = True
    derivatives: bool = True
    shareable: bool = True
    link: str | None = None


@dataclass(frozen=True)
class Use:
    """Something that went into the weights: what it is, its licence, and whom to name."""

    what: str
    licence: str
    attribution: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Derived:
    """The licence of the weights, and a sentence for every reason."""

    licence: Licence
    reasons: tuple[str, ...]


NOT_SHAREABLE = "LicenseRef-not-shareable"  # private data, or data whose licence nobody has named yet

# Creative Commons licences without an id in the Hub's list (huggingface.co/docs/hub/repositories-licenses)
HUB_LACKS = {
    *(f"CC-{parts}-2.5" for parts in ("BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND")),
    *(f"CC-{parts}-2.0" for parts in ("BY-SA", "BY-ND", "BY-NC-ND")),
    "CC-BY-ND-3.0",
}


def _creative_commons() -> list[Licence]:
    found = []
    for version in ("2.0", "2.5", "3.0", "4.0"):
        for parts in ("BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND"):
            id = f"CC-{parts}-{version}"
            found.append(
                Licence(
                    id,
                    "other" if id in HUB_LACKS else id.lower(),
                    link=f"https://creativecommons.org/licenses/{parts.lower()}/{version}/",
                    commercial="NC" not in parts,
                    share_alike=f"CC-{parts}" if "SA" in parts else None,
                    derivatives="ND" not in parts,
                )
            )
    return found


LICENCES: dict[str, Licence] = {
    licence.id: licence
    for licence in (
        *_creative_commons(),
        Licence(NOT_SHAREABLE, "unknown", commercial=False, shareable=False),
        Licence("CC0-1.0", "cc0-1.0", attribution=False),
        Licence("PDDL-1.0", "pddl", attribution=False),
        Licence("Unlicense", "unlicense", attribution=False),
        Licence(
            "LicenseRef-public-domain",
            "other",
            attribution=False,
            link="https://creativecommons.org/publicdomain/mark/1.0/",
        ),
        Licence("Apache-2.0", "apache-2.0"),
        Licence("MIT", "mit"),
        Licence("BSD-2-Clause", "bsd-2-clause"),
        Licence("BSD-3-Clause", "bsd-3-clause"),
        Licence("ISC", "isc"),
        Licence("C-UDA-1.0", "other", link="https://github.com/microsoft/Computational-Use-of-Data-Agreement"),
        Licence("AFL-3.0", "afl-3.0"),
        Licence("PSF-2.0", "other", link="https://docs.python.org/3/license.html"),
        Licence("Python-2.0", "other", link="https://docs.python.org/3/license.html"),
        Licence("ODC-By-1.0", "odc-by"),
        Licence("ODbL-1.0", "odbl", share_alike="ODbL"),
        Licence("MPL-2.0", "mpl-2.0", share_alike="MPL"),
        Licence("LGPL-3.0-only", "lgpl-3.0", share_alike="GPL"),
        Licence("GPL-2.0-only", "gpl-2.0", share_alike="GPL-2"),
        Licence("GPL-3.0-only", "gpl-3.0", share_alike="GPL"),
        Licence("GPL-3.0-or-later", "gpl-3.0", share_alike="GPL"),
        Licence("AGPL-3.0-only", "agpl-3.0", share_alike="AGPL"),
        Licence("etalab-2.0", "etalab-2.0"),
        Licence("OGL-Canada-2.0", "other", link="https://open.canada.ca/en/open-government-licence-canada"),
        Licence(
            "OGL-UK-3.0", "other", link="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
        ),
    )
}

PERMISSIVE = "Apache-2.0"
NONCOMMERCIAL = "CC-BY-NC-SA"
OF_FAMILY = {
    NONCOMMERCIAL: "CC-BY-NC-SA-4.0",
    "CC-BY-SA": "CC-BY-SA-4.0",
    "ODbL": "ODbL-1.0",
    "MPL": "MPL-2.0",
    "GPL": "GPL-3.0-only",
    "GPL-2": "GPL-2.0-only",
    "AGPL": "AGPL-3.0-only",
}
DOES_NOT_BIND = "Data of tasks are not in these weights; their licences are listed and bind nobody here."


def licence_of(name: str, *, where: str | None = None) -> Licence:
    """The licence with an id, in any case; a Hub id is understood too.

    Raises:
        UserError: nothing of that name; says the nearest one.
    """
    folded = name.casefold()
    for licence in LICENCES.values():
        if folded == licence.id.casefold():
            return licence
    for licence in LICENCES.values():
        if folded == licence.hub and licence.hub != "other":
            return licence
    raise unknown_name("licence", name, LICENCES, where=where)


def derive(uses: Sequence[Use], *, chosen: str | None = None, where: str | None = None) -> Derived:
    """The licence of weights made from `uses`: non-commercial if any is, share-alike if any is, else permissive.

    Weights made from anything that may not be shared may not be shared, whatever else went into them.

    Args:
        chosen: what the recipe asks for; it may only be stricter than what follows from the uses.
        where: file and key for errors.

    Raises:
        UserError: an unknown licence, one that forbids adapted material, two that cannot be met together, or a choice
            that gives more than the sources do.
    """
    read = [(use, licence_of(use.licence, where=f"{where}: {use.what}" if where else use.what)) for use in uses]
    for use, licence in read:
        if not licence.derivatives:
            raise UserError(
                f"{use.what} ({licence.id}) forbids sharing adapted material",
                where=where,
                hint="train without it, or keep the model to yourself",
            )
    reasons = [_reason(use, licence) for use, licence in read]
    if not all(licence.shareable for _, licence in read):
        return _kept_private(reasons, chosen, where)
    commercial = all(licence.commercial for _, licence in read)
    families = dict.fromkeys(licence.share_alike for _, licence in read if licence.share_alike)
    if not commercial and any(family != NONCOMMERCIAL for family in families):
        family = next(one for one in families if one != NONCOMMERCIAL)
        other = next(licence.id for _, licence in read if not licence.commercial)
        if not family.startswith("CC-"):
            raise _conflict("a non-commercial licence", family, where)
        # CC BY-SA 4.0, section 3(b): adapted material bears the same elements, so no "non-commercial" may join them
        reasons.append(
            f"{family} wants adapted material under its own terms, which allow commercial use, and {other} does not "
            "allow it: nobody may share what was made from both."
        )
        return _kept_private(reasons, chosen, where)
    if len(families) > 1 and set(families) != {"CC-BY-SA", "GPL"}:
        first, second, *_ = families
        raise _conflict(first, second, where)
    if not commercial:
        result = LICENCES["CC-BY-NC-SA-4.0" if families else "CC-BY-NC-4.0"]
    elif families:  # CC BY-SA 4.0 may be carried over to the GPL 3, not back
        result = LICENCES[OF_FAMILY["GPL" if "GPL" in families else next(iter(families))]]
    else:
        result = LICENCES[PERMISSIVE]
    reasons.append(f"So these weights are under {result.id}.")
    if chosen is not None:
        wanted = licence_of(chosen, where=where)
        if wanted.shareable:
            _check_stricter(wanted, result, where, attribution=any(licence.attribution for _, licence in read))
        if wanted != result:
            reasons.append(f"The recipe asks for {wanted.id}, which is at least as strict.")
        result = wanted
    return Derived(result, tuple(reasons))


def hub_fields(licence: Licence) -> dict[str, str]:
    """The card's metadata for a licence: `license`, and name and link where the Hub's list lacks it."""
    if licence.hub != "other":
        return {"license": licence.hub}
    fields = {"license": "other", "license_name": licence.id.lower()}
    return fields | ({"license_link": licence.link} if licence.link else {})


def _kept_private(reasons: Sequence[str], chosen: str | None, where: str | None) -> Derived:
    """No licence, whatever the recipe would like.

    Raises:
        UserError: the recipe asks for one under which the weights could be shared.
    """
    if chosen is not None and licence_of(chosen, where=where).shareable:
        raise UserError(
            f"{chosen} would let weights be shared that were made from data which may not be",
            where=f"{where}: release.licence" if where else "release.licence",
            expected=f"no entry, or the sources' own licences instead of {NOT_SHAREABLE}",
        )
    return Derived(LICENCES[NOT_SHAREABLE], (*reasons, "So these weights are not to be shared."))


def _reason(use: Use, licence: Licence) -> str:
    if not licence.shareable:
        return f"{use.what} has no licence ({licence.id}): nobody has said that it may be shared."
    asks = [
        text
        for holds, text in (
            (not licence.commercial, "no commercial use"),
            (licence.share_alike is not None, "adapted material under the same terms"),
            (licence.attribution, "attribution"),
        )
        if holds
    ]
    return f"{use.what} is under {licence.id}, which asks for {', '.join(asks) or 'nothing'}."


def _conflict(first: str, second: str, where: str | None) -> UserError:
    return UserError(
        f"sources under {first} and under {second} cannot be met by one licence",
        where=where,
        hint="leave one of them out of the corpus",
    )


def _check_stricter(wanted: Licence, derived: Licence, where: str | None, *, attribution: bool) -> None:
    """`wanted` must ask for all that `derived` and (`attribution`) the sources ask for."""
    looser = [
        text
        for holds, text in (
            (wanted.commercial and not derived.commercial, "allows commercial use"),
            (
                derived.share_alike is not None and wanted.share_alike != derived.share_alike,
                "does not keep adapted material under the same terms",
            ),
            (attribution and not wanted.attribution, "does not ask for attribution"),
        )
        if holds
    ]
    if looser:
        raise UserError(
            f"{wanted.id} {' and '.join(looser)}, but the sources ask for more",
            where=f"{where}: release.licence" if where else "release.licence",
            expected=f"{derived.id} or stricter (or no entry: it is derived)",
        )
