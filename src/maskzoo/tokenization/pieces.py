"""Cutting a sequence (molecule, protein, ...) into the pieces that a regular expression matches.

The `tokenizers` library cuts with Oniguruma, this package with Python's `re`, which is faster on many short pieces.
They agree on patterns of plain characters, escaped signs, classes, `(?:...)`, `|` and the quantifiers `? * + {n}`:
both take the first alternative that matches at the leftmost place. `portable` says whether a pattern keeps to these.

Such a pattern also looks at nothing outside its match, so a piece stays a piece when it is cut again alone:
every alternative that could win there could have won in the whole text, too.
"""

import re
from collections.abc import Callable, Iterable

PLAIN = re.compile(
    r"""(?:
        \\[^A-Za-z0-9]                                       # an escaped sign
        | \[\^?(?:\\[^A-Za-z0-9] | [^\]\[\\&])+\]            # a class without escapes of kinds, sets or POSIX names
        | \(\?: | [|)]                                       # groups that capture nothing
        | (?:[?*+]|\{[0-9]+(?:,[0-9]*)?\})(?![?*+{])         # greedy quantifiers, one at a time
        | [^\\\[\](){}|?*+^$]                                # a character, or . for any but a line end
    )+""",
    re.VERBOSE,
)


def portable(pattern: str) -> bool:
    """Whether Python and Oniguruma cut alike with this pattern, and a piece alone is cut as in its text."""
    return PLAIN.fullmatch(pattern) is not None


def cutter(pattern: str, special: Iterable[str]) -> Callable[[str], list[str]]:
    """A function from a text to its pieces, in order, without its white space.

    What stands between two matches is one piece. A text with a special token in it, or with a character that
    normalisation may change, comes back as one piece: it is for the tokenizer to cut.

    Args:
        pattern: one for which `portable` holds.
    """
    split = re.compile(f"({pattern})").split
    marked = re.compile("|".join(map(re.escape, special))).search

    def cut(text: str) -> list[str]:
        if not text.isascii() or marked(text):
            return [text]
        return [piece for word in text.split() for piece in split(word) if piece]

    return cut
