"""`maskzoo list --remote`: the repositories of the zoo on the Hub, and which domain, scale and variant each one is."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from maskzoo.errors import UserError
from maskzoo.recipe.load import read_recipe, scales
from maskzoo.recipe.recipe import Recipe
from maskzoo.release.hub.access import client, own_namespace
from maskzoo.release.hub.listing import Published, published
from maskzoo.release.hub.retry import Patience
from maskzoo.release.names import release_name

COLUMNS = ("repository", "domain", "scale", "variant", "seen by", "licence", "versions", "changed")


def print_remote(domains: Sequence[str], namespace: str | None, *, as_json: bool) -> int:
    """Print what is published, one line a repository.

    Raises:
        UserError: nobody said whose, or the Hub cannot be reached.
    """
    api, patience = client(), Patience()
    recipes = readable(domains)
    names = [namespace] if namespace else sorted({r.release.namespace for r in recipes if r.release.namespace})
    if not names:
        own = own_namespace()
        if own is None:
            raise UserError(
                "whose zoo?", where="--namespace", expected="a user or organisation, or a token whose user is meant"
            )
        names = [own]
    found = [one for name in names for one in published(api, name, patience)]
    known = {
        release_name(recipe, variant): (recipe, variant) for recipe in recipes for variant in recipe.release.variants
    }
    if as_json:
        print(json.dumps({"published": [{**asdict(one), **_which(one, known)} for one in found]}, indent=2))
        return 0
    rows = [COLUMNS, *(_row(one, known) for one in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(cell.ljust(size) for cell, size in zip(row, widths, strict=True)).rstrip())
    return 0


def readable(domains: Sequence[str]) -> list[Recipe]:
    """The recipes of domains at all their scales, without those that are broken: a list is no place to fail."""
    found = []
    for name in domains:
        folder = Path("domains") / name
        try:
            known = scales(folder)
        except UserError:
            continue
        for scale in known:
            try:
                found.append(read_recipe(folder, scale))
            except UserError:
                continue
    return found


def _which(one: Published, known: dict[str, tuple[Recipe, str]]) -> dict[str, str]:
    recipe, variant = known.get(one.repository.split("/")[-1], (None, ""))
    return {
        "domain": recipe.name if recipe else "",
        "scale": recipe.scale if recipe else "",
        "variant": variant,
    }


def _row(one: Published, known: dict[str, tuple[Recipe, str]]) -> tuple[str, ...]:
    which = _which(one, known)
    seen = "members" if one.private else "everybody"
    versions = ", ".join(one.versions) or "-"
    return (one.repository, *(cell or "-" for cell in which.values()), seen, one.licence, versions, one.changed)
