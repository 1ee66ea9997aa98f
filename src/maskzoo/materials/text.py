"""Running text: words are runs of letters and digits, whatever case and punctuation."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from maskzoo.documents import filters, letters
from maskzoo.documents.cleaning import first_objection, measure, without_lines
from maskzoo.documents.normalising import decodable, normalise
from maskzoo.documents.privacy import scrub
from maskzoo.documents.words import Hashes, ngrams, read
from maskzoo.materials import Grouping, Prepared, Unread, Wording
from maskzoo.recipe.curation import Curation

WORDING = Wording("word", " ", lambda text, most: tuple(text.split(maxsplit=most)[:most]))
USES_FIELDS = False
GROUPINGS: Mapping[str, Grouping] = {}


def prepare(documents: Sequence[Unread], *, settings: Curation, boilerplate: frozenset[str]) -> list[Prepared]:
    """Cleaned, scrubbed of personal data, and held against the filters."""
    return [_one(document, settings, boilerplate) for document in documents]


def lookup(text: str) -> Hashes:
    """Hashes of the letters, `(letters,)`: how a text is cut into words makes no difference."""
    return letters.letters(normalise(text))


def units_a_word(text: str) -> int:
    """Letters in a word of the script of the text."""
    return letters.letters_a_word(text)


def key(text: str) -> str:
    """NFC with white space collapsed; case stays, it can carry the label."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def task_text(text: str) -> str | None:
    """The text as it is, but for white space around it."""
    return text.strip()


def _one(document: Unread, settings: Curation, boilerplate: frozenset[str]) -> Prepared:
    repaired = decodable(document.text)
    raw = document.text if repaired is None else repaired
    whole = normalise(raw)
    clean = without_lines(whole, boilerplate)
    text, personal = clean, Counter[str]()
    if settings.privacy:
        text, personal = scrub(clean, settings.privacy.scrub, settings.privacy.regions)
    found = read(text)
    words = letters.words_in(text, len(found))
    measured = measure(text, words, undecodable=document.undecodable or repaired is not None)
    return Prepared(
        text=text,
        bytes_read=len(raw.encode()),
        bytes_clean=len(clean.encode()),
        units=_units(text, found.hashes, settings),
        # looked up as it was read: neither a line nor a number taken out may hide an evaluation text
        lookup=letters.letters(whole),
        identity=found.digest,
        verdict=first_objection(measured, settings.cleaning)
        or filters.objection(text, words, settings.cleaning.sections),
        personal=personal,
    )


def _units(text: str, words: Hashes, settings: Curation) -> Hashes:
    """What shingles are made of: words; without spaces between words runs of letters that make shingles as long."""
    near = settings.deduplication.near
    if near is None or letters.script_of(text) not in letters.UNSPACED:
        return words
    return ngrams(words, near.shingle * (letters.letters_a_word(text) - 1) + 1)
