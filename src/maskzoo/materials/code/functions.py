"""Functions cut out of a file by tree-sitter's parsers, for languages that have one installed."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

# node types that are functions, by language; the parser's module is tree_sitter_<language>
FUNCTIONS = {
    "java": ("method_declaration", "constructor_declaration"),
    "python": ("function_definition",),
    "solidity": ("function_definition", "constructor_definition", "modifier_definition", "fallback_receive_definition"),
}


@cache
def parser(language: str) -> Any:
    """The parser of a language of `FUNCTIONS`."""
    from tree_sitter import Language, Parser

    return Parser(Language(import_module(f"tree_sitter_{language}").language()))


@cache
def _query(language: str) -> Any:
    from tree_sitter import Query

    return Query(parser(language).language, "\n".join(f"({kind}) @function" for kind in FUNCTIONS[language]))


def function_nodes(text: str, language: str | None) -> list[Any]:
    """The outermost functions of a file as syntax nodes, in order; none where no parser knows the language.

    A file with errors gives what the parser could make out.
    """
    if language not in FUNCTIONS:
        return []
    from tree_sitter import QueryCursor

    tree = parser(language).parse(text.encode())
    found = QueryCursor(_query(language)).captures(tree.root_node).get("function", [])
    outer: list[Any] = []
    for node in sorted(found, key=lambda node: (node.start_byte, -node.end_byte)):
        if not outer or node.start_byte >= outer[-1].end_byte:
            outer.append(node)
    return outer


def functions(text: str, language: str | None) -> list[str]:
    """The source of the outermost functions of a file, in order."""
    whole = text.encode()
    return [whole[node.start_byte : node.end_byte].decode() for node in function_nodes(text, language)]


KEYWORD = re.compile(r"[a-z_]+$")
IDENTIFIERS = ("identifier", "type_identifier", "property_identifier")
LITERALS = re.compile(r"(?:.*_literal|integer|float|string|number|true|false|none|null)$")
LONGEST = 24  # characters of a literal that still counts as one token


def leaves(node: Any) -> Iterator[tuple[int, int, str]]:
    """Tokens below a syntax node: (start byte, end byte, kind), in order; comments and long literals are left out.

    Kinds: keyword, identifier, literal, operator (punctuation included): those that JavaBERT was measured by.
    """
    if "comment" in node.type:
        return
    literal = node.is_named and LITERALS.match(node.type) is not None
    if literal or node.child_count == 0:
        kind = _kind(node, literal)
        if node.end_byte > node.start_byte and (kind != "literal" or node.end_byte - node.start_byte <= LONGEST):
            yield node.start_byte, node.end_byte, kind
        return
    for child in node.children:
        yield from leaves(child)


def _kind(node: Any, literal: bool) -> str:
    if literal:
        return "literal"
    if node.type in IDENTIFIERS:
        return "identifier"
    return "keyword" if KEYWORD.match(node.text.decode()) else "operator"
