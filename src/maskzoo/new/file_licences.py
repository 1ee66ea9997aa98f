"""Which licences files of code may state for themselves in a new recipe."""

from collections.abc import Iterable

from maskzoo.licences import Licence
from maskzoo.materials.code.licences import in_header
from maskzoo.materials.code.settings import Settings

OPERATORS = frozenset({"AND", "OR", "WITH"})


def allowed(licence: Licence, texts: Iterable[str]) -> list[str] | None:
    """The list that `corpus.code.licences` needs so that the data are not dropped for their licence; None: the default.

    A licence that was named is the only one beside it. Where none was named, and so nothing may be shared, whatever the
    headers of the files state may stay.
    """
    usual = Settings().licences
    if licence.shareable:
        return None if licence.id in usual else [licence.id]
    stated = {
        word
        for text in texts
        for word in (in_header(text) or "").replace("(", " ").replace(")", " ").split()
        if word.upper() not in OPERATORS
    }
    return [*usual, licence.id, *sorted(stated - set(usual))]
