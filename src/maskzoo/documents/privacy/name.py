"""Names of people beside a title, a label, a degree or a relation, and the same names elsewhere in the text.

A name without any such sign in the text is not found: that would take a model, or lists of names.
"""

import re
from collections.abc import Iterator

TITLE = "names beside a title, label, degree or relation"
PRIORITY = 60
ONE = r"(?:(?:O['’]|Mc|Mac|D['’])?[A-Z][a-zà-öø-ÿ]+(?:[-'’][A-Z][a-zà-öø-ÿ]+)*)"
LOUD = r"[A-Z][A-Z'’-]+(?:,? (?:[A-Z]\. )?[A-Z][A-Z'’-]+){{{least},2}}"
INITIAL = r"[A-Z]\.(?:[ -]?[A-Z]\.)?"
PARTICLES = r"(?:(?:van|von|der|den|de|la|del|di|da|du|le|bin|al|ter|ten|St\.) ){0,2}"
FULL = rf"(?:{ONE}|{INITIAL}) (?:(?:{ONE}|{INITIAL}) )?{PARTICLES}{ONE}"  # Anna M. van den Berg; J. R. Keller
SOME = rf"(?:{INITIAL} ?)?{PARTICLES}{ONE}(?: (?:{INITIAL} )?{PARTICLES}{ONE})?"
LAST_FIRST = rf"{PARTICLES}{ONE}, ?{ONE}(?: {INITIAL})?"
TITLES = frozenset(("Mr", "Mrs", "Ms", "Mx", "Dr", "Drs", "Prof", "Rev", "Sgt", "Capt"))
LONG_TITLES = frozenset(("Miss", "Professor", "Doctor", "Nurse", "Reverend"))
AFTER_TITLE = re.compile(
    rf"\b(?:{'|'.join(sorted(TITLES))})\.? (?P<name>{SOME})(?:,? and (?P<second>{SOME}))?"
    rf"|\b(?:MR|MRS|MS|DR)\. (?P<loud>{LOUD.format(least=0)})"
    # not: questions for your Doctor Visit
    rf"|(?<!our )(?<!he )(?<!\ba )(?<!My )(?<!my )(?<!or )\b(?:{'|'.join(sorted(LONG_TITLES))}) (?P<long>{SOME})"
)
PEOPLE = (
    r"(?:[Pp]atient|[Pp]t|[Ff]ull|[Ll]ast|[Ff]irst)?(?:'s)? ?[Nn]ame|[Aa]ttending(?: [Pp]hysician)?|[Pp]hysician"
    r"|[Ss]urgeon|[Pp]athologist|[Rr]adiologist|[Rr]eferr(?:ing|ed)(?: [Pp]hysician| by)?|PCP|[Pp]rovider|[Rr]esident"
    r"|[Cc]onsultant|[Ee]mergency [Cc]ontact|[Nn]ext of [Kk]in|[Gg]uardian|[Ss]pouse|[Aa]uthor|cc|CC"
    r"|[Dd]ictated|[Tt]ranscribed|[Ss]igned|[Rr]eviewed|[Ss]een|[Pp]erformed|[Ss]ubmitted|[Vv]erified|[Aa]pproved"
)
LABELLED = re.compile(
    rf"\b(?:{PEOPLE})(?:: ?(?P<name>{LAST_FIRST}|{FULL}|{SOME}(?=[,.;]|$)|{LOUD.format(least=1)})"
    rf"| by:? (?P<signer>{LAST_FIRST}|{FULL}|{LOUD.format(least=1)}))",
    re.MULTILINE,
)
DEGREES = (
    r"(?:M\.?D\b\.?|D\.?O\b\.?|R\.?N\b\.?|N\.?P\b\.?|PA-C\b|Ph\.?D\b\.?|D\.?D\.?S\b\.?|MBBS\b|FACP\b|PharmD\b|LPN\b"
    r"|CNM\b|BSN\b|MPH\b)(?! \d{5})"
)
BEFORE_DEGREE = re.compile(rf"\b(?P<name>{FULL}), {DEGREES}")
RELATIVES = (
    "wife|husband|daughter|son|mother|father|sister|brother|partner|friend|neighbou?r|aunt|uncle|niece|nephew|cousin"
    "|grandson|granddaughter|grandmother|grandfather|fianc[eé]e?|caregiver|guardian|roommate"
)
RELATED = re.compile(
    rf"\b(?:{RELATIVES})(?:,| named|,? whose name is)? (?P<name>{ONE}(?: (?:{INITIAL} )?{ONE})?)"
    rf"|\b(?:named|by the name of|goes by|prefers to be called|addressed as) (?P<called>{ONE}(?: {ONE})?)"
)
CUES = (AFTER_TITLE, LABELLED, BEFORE_DEGREE, RELATED)
# words with a capital that stand beside a cue without being a name
WORDS = (
    "Practitioner|Manager|Assistant|Patient|Physician|Who|What|Is|Was|Has|Had|He|She|They|It|The|A|An|And|Or|No|Yes"
    "|Not|None|Unknown|Same|Self|Also|In|On|At|Of|For|With|Per|See|Please|Will|Would|Can|Could|Should|Medicine"
    "|Syndrome|Disease|Department|Hospital|Clinic|Center|Centre|Service|Unit|Institute|University|Team|Staff|Office"
    "|Name|January|February|March|April|May|June|July|August|September|October|November|December|Date|Room|Number"
    "|Phone|Both|Bring"
)
NO_NAME = TITLES | LONG_TITLES | frozenset(WORDS.split("|"))
EPONYM = re.compile(
    r"(?:['’]s)? (?:disease|syndrome|sign|test|catheter|lymphoma|tumou?r|sarcoma|score|scale|classification|grade"
    r"|procedure|cells?|bodies|body|stain|position|reflex|fracture|criteria|law|method|phenomenon|disorder|palsy|chorea"
    r"|anomaly|duct|contracture|ulcer|esophagus|node)\b"
)
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
LEAST = 3  # letters of a name that is looked for all through a text


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Names beside a cue, and the same words elsewhere in the text, unless they stand in the name of a disease."""
    known: set[str] = set()
    for pattern in CUES:
        for match in pattern.finditer(text):
            for group in (name for name, found in match.groupdict().items() if found):
                start, end = _trimmed(text, *match.span(group))
                if start < end and not EPONYM.match(text, end):
                    known.update(WORD.findall(text, start, end))
                    yield start, end, "[NAME]"
    words = sorted(word for word in known if len(word) >= LEAST and word[0].isupper() and word not in NO_NAME)
    if not words:
        return
    again = re.compile(rf"(?<![\w-])(?:({ONE}) )?({'|'.join(map(re.escape, words))})(?![\w-])")
    for match in again.finditer(text):
        # Mr. Brown, and brown skin: a name that is a word, too, is not looked for
        common = re.search(rf"(?<![\w./@-]){re.escape(match[2].lower())}(?![\w@/-]|\.\w)", text)
        if not common and not EPONYM.match(text, match.end()):
            first = match[1] and match[1] not in NO_NAME
            yield match.start(1 if first else 2), match.end(), "[NAME]"


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A name without the words at its end that are none; empty where it starts with one."""
    words = [match.span() for match in re.finditer(r"\S+", text[start:end])]
    while words and text[start + words[-1][0] : start + words[-1][1]].rstrip(".,") in NO_NAME:
        words.pop()
    if not words or text[start : start + words[0][1]].rstrip(",") in NO_NAME:
        return start, start
    return start, start + words[-1][1]
