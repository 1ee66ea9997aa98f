"""Source code: layout is kept, and overlap is decided on tokens, of files and of the functions in them."""

from collections import Counter
from collections.abc import Mapping, Sequence

from maskzoo.documents import filters as chosen
from maskzoo.documents.cleaning import first_objection, measure
from maskzoo.documents.normalising import decodable
from maskzoo.documents.privacy import scrub
from maskzoo.documents.words import Hashes, gathered, hashes, read
from maskzoo.materials import Grouping, Prepared, Unread, text
from maskzoo.materials.code import cloze, filters, licences, secrets
from maskzoo.materials.code.cleaning import normalise
from maskzoo.materials.code.functions import functions
from maskzoo.materials.code.lexing import language_of, tokens
from maskzoo.materials.code.settings import PRESETS, Settings
from maskzoo.recipe.curation import Curation

__all__ = [
    "GROUPINGS",
    "MAKERS",
    "PRESETS",
    "USES_FIELDS",
    "WORDING",
    "Settings",
    "key",
    "lookup",
    "prepare",
    "task_text",
    "units_a_word",
]
USES_FIELDS = True
GROUPINGS: Mapping[str, Grouping] = {}
MAKERS = {"cloze": cloze}
FEW = 5  # with fewer tokens a file is all comment, and its words stand for it

WORDING = text.WORDING
key = text.key
task_text = text.task_text


def prepare(documents: Sequence[Unread], *, settings: Curation, boilerplate: frozenset[str]) -> list[Prepared]:
    """Files with their layout, without secrets and personal data, held against the filters; their functions as parts.

    Lines that a source repeats stay, whatever `boilerplate` says: in code they are syntax.
    """
    return [_one(document, settings) for document in documents]


def lookup(text: str) -> Hashes:
    """Hashes of the words, comments included, `(words,)`: neither layout nor punctuation hides an evaluation text."""
    return read(text).hashes


def units_a_word(text: str) -> int:
    """1: lengths are given in units."""
    return 1


def _one(document: Unread, settings: Curation) -> Prepared:
    repaired = decodable(document.text)
    raw = document.text if repaired is None else repaired
    clean = normalise(raw)
    language = language_of(document.fields.get("file") or document.fields.get("path") or document.locator)
    out, personal, changes = clean, Counter[str](), Counter[str]()
    if settings.own.secrets:
        out, changes = secrets.scrub(out, settings.own)
    if settings.privacy:
        out, personal = scrub(out, settings.privacy.scrub, settings.privacy.regions)
    found = gathered(tokens(out, language))
    if len(found) < FEW:
        found = read(out)
    measured = measure(out, len(found), undecodable=document.undecodable or repaired is not None)
    verdict = (
        licences.objection(clean, document.fields.get("licence", ""), settings.own.licences)
        or filters.objection(clean, settings.own)
        or first_objection(measured, settings.cleaning)
        or chosen.objection(out, len(found), settings.cleaning.sections)
    )
    parts = settings.deduplication.parts is not None and verdict is None
    return Prepared(
        text=out,
        bytes_read=len(raw.encode()),
        bytes_clean=len(clean.encode()),
        units=found.hashes,
        lookup=lookup(clean),
        identity=found.digest,
        verdict=verdict,
        personal=personal,
        changes=changes,
        parts=[hashes(tokens(one, language)) for one in functions(out, language)] if parts else [],
    )
