"""XML, one element at a time: records by name, text by XPath, nothing fetched, nothing expanded, nothing kept."""

import html
from collections.abc import Iterator
from typing import Any

from maskzoo.corpus.readers.common.input import InputFile, NothingHereError
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.source import Read

USES = frozenset({"text", "tokens", "tags", "fields", "record", "drop", "encoding"})


def read(file: InputFile, options: Read) -> Iterator[Record]:
    """Records of an XML file: each outermost `record` element (default: the root).

    The text is that of all elements that `text` selects, in document order, one line each; an element inside a selected
    one is not repeated, and one that is made of blocks (paragraphs, titles, sections) is a line a block. Without `text`
    every element with words of its own is a line. Names match in any namespace. Entities that the file itself declares
    as plain text are replaced; any other stays as it is written.
    Tagged words come from `tokens` and `tags`, XPaths to elements or attributes; the text is then the words.

    Raises:
        UserError: not well-formed, an XPath that is wrong, `text` beside `tokens`, or not one tag a word.
        NothingHereError: no such element, or nothing selected in the whole file.
    """
    from lxml import etree

    for path in options.text:
        compiled(path, file.where)
    tagging = _tagging(options, file.where)
    selector = compiled(" | ".join(options.text), file.where) if options.text else tagging and tagging[0]
    fields = {name: compiled(path, file.where) for name, path in options.fields.items() if path != "path"}
    paths = {name: file.path for name, path in options.fields.items() if path == "path"} | {"path": file.path}
    asked = [*options.text, *filter(None, (options.tokens, options.tags)), *options.fields.values()]
    attributes = any("@" in path for path in asked)
    drop = [f"{{*}}{name}" for name in options.drop]
    number = found = 0
    names: dict[str, None] = {}
    try:
        for element in _records(file, options):
            number += 1
            if drop:
                etree.strip_elements(element, *drop, with_tail=False)
            _localise(element, attributes)
            _expand(element)
            if selector is None:
                lines = list(_lines(element))
            elif tagging is None:
                lines = [line for node in _selected(element, selector) for line in _blocks(node)]
            else:
                lines = [_words(node) for node in _selected(element, selector)]
            found += bool(lines)
            if not found:
                names.update(dict.fromkeys(child.tag for child in element.iter(etree.Element)))
            values = {name: " ".join(map(_words, _evaluated(element, path))) for name, path in fields.items()}
            locator = f"{file.path}#{number}"
            if tagging is None:
                text = "\n".join(line for line in lines if line)
                yield Record(text, locator, file.sha256, {**values, **paths})
            else:
                tags = tuple(_words(node) for node in _evaluated(element, tagging[1]))
                if len(tags) != len(lines):
                    raise UserError(
                        f"{len(lines)} words but {len(tags)} tags",
                        where=f"{file.where}: {options.record or 'record'} {number}, line {element.sourceline}",
                        expected="one tag a word: a missing attribute or an element too many",
                    )
                yield Record(" ".join(lines), locator, file.sha256, {**values, **paths}, tuple(lines), tags)
    except etree.XMLSyntaxError as error:
        raise UserError(f"not well-formed XML: {error.msg}", where=f"{file.where}: line {error.lineno}") from None
    except etree.XPathEvalError as error:
        hint = "one of " + ", ".join(map(repr, asked))
        raise UserError(f"an XPath cannot be evaluated ({error})", where=file.where, hint=hint) from None
    if selector and number and not found:
        raise NothingHereError(
            f"{' and '.join(options.text or asked[:1])} select nothing",
            where=file.where,
            expected="XPaths to " + ", ".join(names),
        )


def _tagging(options: Read, where: str) -> tuple[Any, Any] | None:
    """The XPaths of words and of their tags, where both are given."""
    if options.tokens is None and options.tags is None:
        return None
    if options.tokens is None or options.tags is None or options.text:
        given = [name for name in ("text", "tokens", "tags") if getattr(options, name)]
        raise UserError(
            f"read has {' and '.join(given)}", where=where, expected="`text`, or `tokens` and `tags` (XPaths)"
        )
    return compiled(options.tokens, where), compiled(options.tags, where)


def _records(file: InputFile, options: Read) -> Iterator[Any]:
    """Each outermost record element when it is complete; emptied, with all before it, when the next is asked for."""
    from lxml import etree

    encoding = None if options.encoding == "utf-8" else options.encoding  # the file's own declaration
    events = etree.iterparse(
        file.stream,
        events=("start", "end"),
        tag=f"{{*}}{options.record}" if options.record else None,
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    depth = 0
    seen = False
    for event, element in events:
        if event == "start":
            depth += 1
            continue
        depth -= 1
        if depth:
            continue
        seen = True
        yield element
        _free(element)
    if options.record and not seen:
        raise NothingHereError(
            f"no element {options.record!r}", where=file.where, hint=f"the root is {_local(events.root.tag)!r}"
        )


def _free(element: Any) -> None:
    element.clear(keep_tail=True)
    for node in (element, *element.iterancestors()):
        parent = node.getparent()
        while parent is not None and node.getprevious() is not None:
            del parent[0]


def _localise(element: Any, attributes: bool) -> None:
    """Take namespaces off the names below a record, so that XPaths need not know them."""
    for node in element.iter("{*}*"):
        if node.tag[0] == "{":
            node.tag = _local(node.tag)
        if attributes:
            for name, value in node.attrib.items():
                if name[0] == "{" and _local(name) not in node.attrib:
                    node.set(_local(name), value)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def check(options: Read, where: str) -> None:
    """Refuse a path that is no XPath, before anything is read.

    Raises:
        UserError: names it.
    """
    for path in (*options.text, options.tokens, options.tags, *options.fields.values()):
        if path is not None:
            compiled(path, where)


def compiled(path: str, where: str) -> Any:
    """An XPath, ready to be evaluated.

    Raises:
        UserError: it is none.
    """
    from lxml import etree

    try:
        return etree.XPath(path)
    except etree.XPathSyntaxError as error:
        raise UserError(f"{path!r} is no XPath ({error})", where=where) from None


def _evaluated(element: Any, selector: Any) -> list[Any]:
    result = selector(element)
    return result if isinstance(result, list) else [str(result)]


def _selected(element: Any, selector: Any) -> Iterator[Any]:
    """What an XPath selects, in document order, without elements inside another selected one."""
    last: Any = None
    for node in _evaluated(element, selector):
        if not isinstance(node, str):
            if last is not None and any(parent is last for parent in node.iterancestors()):
                continue
            last = node
        yield node


def _words(node: Any) -> str:
    """All text of a node with white space normalised; an empty element (a line break, a leader) separates words."""
    text = node if isinstance(node, str) else node.text if len(node) == 0 else "".join(_pieces(node))
    return " ".join((text or "").split())


def _pieces(node: Any) -> Iterator[str]:
    if not isinstance(node.tag, str):  # an entity reference that was not expanded
        yield html.unescape(node.text or "")
        return
    if len(node) == 0 and not node.text:
        yield " "
        return
    if node.text:
        yield node.text
    for child in node:
        yield from _pieces(child)
        if child.tail:
            yield child.tail


# what stands on lines of its own also where words stand beside it
BLOCKS = frozenset(
    {
        *("abstract", "article", "blockquote", "body", "caption", "chapter", "div", "fig", "figure", "note"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "head", "heading", "label", "title", "subtitle"),
        *("p", "para", "paragraph", "sec", "section"),
        *("dl", "dt", "dd", "item", "li", "list", "list-item", "ol", "ul"),
        *("row", "table", "td", "th", "tr"),
    }
)
LONGEST_ENTITY = 1000  # characters


def _expand(element: Any) -> None:
    """Put the text of entities that the file declares where they stand; markup and other entities are left alone."""
    from lxml import etree

    references = list(element.iter(etree.Entity))
    declared = element.getroottree().docinfo.internalDTD if references else None
    if declared is None:
        return
    texts = {
        one.name: one.content
        for one in declared.iterentities()
        if one.content and len(one.content) <= LONGEST_ENTITY and not set(one.content) & {"<", "&"}
    }
    for node in references:
        if node.name in texts:
            text = texts[node.name] + (node.tail or "")
            before, parent = node.getprevious(), node.getparent()
            if before is not None:
                before.tail = (before.tail or "") + text
            else:
                parent.text = (parent.text or "") + text
            node.tail = None
            parent.remove(node)


def _blocks(node: Any) -> Iterator[str]:
    """The lines of a selected node: one, or one a block where it is made of blocks."""
    if isinstance(node, str) or not isinstance(node.tag, str) or len(node) == 0:
        yield _words(node)
        return
    own = (node.text or "", *(child.tail or "" for child in node))
    mixed = any(text.strip() for text in own)
    inline = [node.text or ""]

    def finished() -> Iterator[str]:
        line = " ".join("".join(inline).split())
        inline.clear()
        if line:
            yield line

    for child in node:
        whole = isinstance(child.tag, str) and (
            child.tag.lower() in BLOCKS or (not mixed and len(node) > 1 and _spoken(child))
        )
        if whole:
            yield from finished()
            yield from _blocks(child)
        else:
            inline += _pieces(child)
        inline.append(child.tail or "")
    yield from finished()


def _spoken(node: Any) -> bool:
    """Whether an element holds words, as a block beside others does; an empty one parts words alone."""
    return any(piece.strip() for piece in _pieces(node))


def _lines(node: Any) -> Iterator[str]:
    """One line per element that has words of its own beside its children."""
    own = (node.text or "", *(child.tail or "" for child in node))
    if not isinstance(node.tag, str) or any(text.strip() for text in own):
        yield _words(node)
        return
    for child in node:
        yield from _lines(child)
