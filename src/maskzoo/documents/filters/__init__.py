"""Curation filters, one module each, found by its name: `corpus.cleaning.<name>` in a recipe, with its settings below.

Every module has

    Settings                            what can be set, a `maskzoo.strict.Strict`
    objection(text, words, settings)    (reason, detail) for a text that is dropped, or None; it has so many words

and, where it needs them, `MATERIALS`, names of those whose documents it can judge (default: text and code), and
`check(settings, where)`, which refuses what the recipe cannot have. Limits that every corpus has (words, symbols,
letters, bytes that could not be decoded) are keys of `corpus.cleaning` itself and come before.
"""

from collections.abc import Mapping
from typing import Any

from maskzoo import registry


def objection(text: str, words: int, chosen: Mapping[str, Any]) -> tuple[str, str] | None:
    """(reason, detail) of the first chosen filter that drops a cleaned text, or None.

    Args:
        words: how many the text has.
        chosen: name of a filter -> its settings, in the order in which they are asked.
    """
    for name, settings in chosen.items():
        found: tuple[str, str] | None = registry.load("filters", name).objection(text, words, settings)
        if found is not None:
            return found
    return None
