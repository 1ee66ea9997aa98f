"""A seeded context-free grammar: rules as indented text, compiled once, expanded fast."""

import random
import re
from collections.abc import Mapping


class Slot:
    """A place that the caller's context fills: `{=name}` in a rule."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Choice:
    """Alternatives, one of which is drawn uniformly; each is a tuple of parts.

    `strings` holds them again where all are plain strings, which is the common case and needs no recursion.
    """

    __slots__ = ("alternatives", "strings")

    def __init__(self) -> None:
        self.alternatives: list[tuple[str | Choice | Slot, ...]] = []
        self.strings: tuple[str, ...] = ()

    def close(self) -> None:
        """Fill `strings`, here and below; call once all alternatives are there."""
        parts = ["" if not one else one[0] if len(one) == 1 else None for one in self.alternatives]
        strings = tuple(part for part in parts if isinstance(part, str))
        if len(strings) == len(parts):
            self.strings = strings
        for alternative in self.alternatives:
            for part in alternative:
                if isinstance(part, Choice) and not part.strings:
                    part.close()


class Grammar:
    """Rules compiled from text; a rule must not lead back to itself.

    A line that starts in the first column names a rule; every indented line below it is one alternative, or several
    separated by ` / `; a line indented by four spaces or more continues the one above. In an alternative `{rule}`
    expands a rule, `{=name}` a value of the context, and `[a|b|]` one of the options between bars (nesting allowed).
    """

    def __init__(self, *sources: str) -> None:
        self._rules: dict[str, Choice] = {}
        lines = [line for source in sources for line in CONTINUED.sub(" ", source).splitlines() if line.strip()]
        for line in lines:
            if not line[0].isspace():
                self._rules.setdefault(line.strip(), Choice())
        current: Choice | None = None
        for line in lines:
            if not line[0].isspace():
                current = self._rules[line.strip()]
                continue
            assert current is not None, line
            for alternative in line.strip().split(" / "):
                current.alternatives.append(self._compile(alternative))
        for rule in self._rules.values():
            rule.close()

    def expand(self, rule: str, generator: random.Random, context: Mapping[str, str]) -> str:
        """One random expansion of `rule`, `a` before a vowel turned into `an`."""
        out: list[str] = []
        _expand(self._rules[rule], generator.random, context, out.append)
        return ARTICLE.sub(r"\1n ", "".join(out))

    def words(self) -> list[str]:
        """All lower-case words of four letters or more in the rules, sorted."""
        found: set[str] = set()
        for rule in self._rules.values():
            _collect(rule, found)
        return sorted(found)

    def _compile(self, text: str) -> tuple[str | Choice | Slot, ...]:
        parts, position = self._sequence(text, 0, "")
        assert position == len(text), f"unbalanced brackets: {text}"
        return parts

    def _sequence(self, text: str, position: int, stop: str) -> tuple[tuple[str | Choice | Slot, ...], int]:
        """Parts from `position` to the first of the characters in `stop`, and where that was."""
        parts: list[str | Choice | Slot] = []
        literal = ""
        while position < len(text) and text[position] not in stop:
            character = text[position]
            if character not in "{[":
                literal += character
                position += 1
                continue
            if literal:
                parts.append(literal)
                literal = ""
            if character == "{":
                end = text.index("}", position)
                name = text[position + 1 : end]
                parts.append(Slot(name[1:]) if name.startswith("=") else self._rules[name])
                position = end + 1
            else:
                choice = Choice()
                while text[position] != "]":
                    option, position = self._sequence(text, position + 1, "|]")
                    choice.alternatives.append(option)
                parts.append(choice)
                position += 1
        if literal:
            parts.append(literal)
        return tuple(parts), position


CONTINUED = re.compile(r"\n {4,}")
ARTICLE = re.compile(r"\b([Aa]) (?=[aeiouAEIOU])")
WORD = re.compile(r"\b[a-z]{4,}\b")


def _expand(choice, uniform, context, write) -> None:  # type: ignore[no-untyped-def]
    alternatives = choice.alternatives
    for part in alternatives[int(uniform() * len(alternatives))]:
        kind = type(part)
        if kind is str:
            write(part)
        elif kind is Choice:
            strings = part.strings
            if strings:
                write(strings[int(uniform() * len(strings))])
            else:
                _expand(part, uniform, context, write)
        else:
            write(context[part.name])


def _collect(choice: Choice, found: set[str]) -> None:
    for alternative in choice.alternatives:
        for part in alternative:
            if isinstance(part, str):
                found.update(WORD.findall(part))
            elif isinstance(part, Choice):
                _collect(part, found)


def sentence(text: str) -> str:
    """`text` with a capital first letter and a full stop."""
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."
