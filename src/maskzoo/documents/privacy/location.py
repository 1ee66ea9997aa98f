"""Addresses: street, post box, city before a state, ZIP code. States and countries stay."""

import re
from collections.abc import Iterator
from functools import cache

TITLE = "addresses, cities and ZIP codes (states stay)"
PRIORITY = 50
STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois"
    "|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri"
    "|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma"
    "|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington"
    "|West Virginia|Wisconsin|Wyoming"
)
CODES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR"
    "|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
)
WORLD = (
    "Africa|Asia|Europe|America|Australia|Oceania|Antarctica|England|Scotland|Wales|US|USA|UK|North America"
    "|South America|Central America|Latin America|United States of America"
)
WAY = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Terrace|Square|Highway|Hwy"
    "|Parkway|Pkwy|Circle|Crescent|Close"
)
PROPER = r"(?:St\. )?[A-Z][a-zà-ÿ]{2,}(?:[-'’ ](?:de la |de |la |of )?[A-Z][a-zà-ÿ]+){0,2}"
STREET = re.compile(
    rf"\b\d{{1,5}}[A-Z]? (?:[NSEW]\.? )?(?:(?:[A-Z][\w'’-]*|\d{{1,3}}(?:st|nd|rd|th)) ){{1,3}}(?:{WAY})\b\.?"
    r"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Floor|Room|#)\.? ?#?[\w-]+)?"
)
BEHIND_STREET = re.compile(rf",? in ({PROPER})")
BOX = re.compile(r"\bP\.? ?O\.? Box \d+\b", re.IGNORECASE)
ZIP = re.compile(rf"\b(?:{STATES}|{CODES})\.?,? (\d{{5}}(?:-\d{{4}})?)\b|\bZIP(?: code)?:? ?(\d{{5}}(?:-\d{{4}})?)\b")
# Keller, MD is a doctor and Ruth Orlow, PA an assistant, unless a ZIP code follows
CITY = re.compile(rf"\b({PROPER}), (?:{STATES}|(?!(?:MD|PA)\b(?! \d{{5}}))(?:{CODES})\b(?!-))")
LIVES = re.compile(
    r"\b(?:(?:[Ll]iv(?:es|ed|ing)|[Rr]esid(?:es|ed|ing)|[Bb]orn) (?:in|at|near|outside(?: of)?)"
    r"|[Rr]esident of|[Mm]oved (?:here )?(?:from|to)|[Nn]ative of|[Ff]lew (?:in )?from|[Tt]ravell?ed (?:from|to)"
    rf"|[Cc]ity of) ({PROPER})"
)
DIGIT = re.compile(r"\d")


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Streets with a number, post boxes, ZIP codes after a state, cities before one or after `lives in`."""
    if DIGIT.search(text):
        for pattern in (STREET, BOX, ZIP):
            for match in pattern.finditer(text):
                yield *match.span(match.lastindex or 0), "[LOCATION]"
                city = BEHIND_STREET.match(text, match.end()) if pattern is STREET else None
                if city and not _larger(city[1]):
                    yield *city.span(1), "[LOCATION]"
    for pattern in (CITY, LIVES):
        for match in pattern.finditer(text):
            if not _larger(match[1]):
                yield *match.span(1), "[LOCATION]"


def _larger(name: str) -> bool:
    """Whether a name is that of a state, a country or a part of the world, which may stay."""
    return name in LARGER or name.rpartition(" ")[2] in LARGER or name in _countries()


LARGER = frozenset(f"{STATES}|{WORLD}".split("|"))


@cache
def _countries() -> frozenset[str]:
    """English names of all countries, as phonenumbers carries them."""
    from phonenumbers.geodata.locale import LOCALE_DATA

    found = set()
    for names in LOCALE_DATA.values():
        name = names.get("en", "")
        found.add(names.get(name[1:], "") if name.startswith("*") else name)
    return frozenset(found)
