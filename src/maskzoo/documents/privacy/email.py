"""E-mail addresses."""

import re
from collections.abc import Iterator

TITLE = "e-mail addresses"
PRIORITY = 10
LOCAL = r"(?<![\w.+-])[\w.+-](?:[\w.+'’-]{0,62}[\w.+-])?"  # an apostrophe stands within a name, quotes around it
EMAIL = re.compile(rf"{LOCAL}@(?:[\w-]{{1,63}}\.)+[^\W\d_]{{2,24}}(?![\w-])")
# written so that machines do not see it: `name [at] host [dot] org`, `name (arobase) host.fr`
SPELLED = re.compile(
    rf"{LOCAL} ?[\[({{<] ?(?:at|arobase|arroba|ät|@) ?[\])}}>] ?"
    r"(?:[\w-]{1,63} ?(?:\.|[\[({<] ?(?:dot|point|punkt|punto|ponto|\.) ?[\])}>]) ?)+[^\W\d_]{2,24}(?![\w-])",
    re.IGNORECASE,
)


def candidates(text: str, regions: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Addresses with a domain that has a dot, also with the signs in words between brackets."""
    if "@" in text:
        for match in EMAIL.finditer(text):
            yield *match.span(), "[EMAIL]"
    for bracket in "[({<":
        if bracket in text:
            for match in SPELLED.finditer(text):
                yield *match.span(), "[EMAIL]"
            return
