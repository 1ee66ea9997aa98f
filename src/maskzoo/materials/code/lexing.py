"""Tokens of source code by regular expressions: what near-duplicates of files and functions are decided on.

Comments are left out, strings are one token each, and layout never counts: two files that differ in formatting or in
their comments alone have the same tokens.
"""

import re
from functools import cache

STRING = r'"(?:\\.|[^"\\\n])*"' + r"|'(?:\\.|[^'\\\n])*'"
TRIPLE = r'"""(?:\\.|[^\\])*?"""' + r"|'''(?:\\.|[^\\])*?'''"
NAME = r"[^\W\d]\w*"
NUMBER = r"\d[\w.]*"
OPERATOR = r"->|=>|\+\+|--|&&|\|\||<<=?|>>=?|[-+*/%&|^!=<>]=|::|\*\*|[^\w\s]"
COMMENTS = {"slashes": r"//[^\n]*|/\*(?s:.*?)\*/", "hash": r"#[^\n]*"}
STYLES = {"python": "hash"}
SUFFIXES = {".java": "java", ".py": "python", ".sol": "solidity"}


def language_of(path: str) -> str | None:
    """The programming language that the end of a path tells: java, python, solidity or None."""
    return next((language for suffix, language in SUFFIXES.items() if path.endswith(suffix)), None)


@cache
def _pattern(style: str) -> re.Pattern[str]:
    strings = f"{TRIPLE}|{STRING}" if style == "hash" else STRING
    return re.compile(f"(?:{COMMENTS[style]})|({strings}|{NAME}|{NUMBER}|{OPERATOR})")


def tokens(text: str, language: str | None = None) -> list[str]:
    """Names, numbers, strings and operators of a text, in order, without comments."""
    found = _pattern(STYLES.get(language or "", "slashes")).findall(text)
    return [token for token in found if token]
