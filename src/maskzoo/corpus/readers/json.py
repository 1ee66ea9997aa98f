"""One JSON value a file: a list of records, or an object from keys to records (`{"PMID": {...}, ...}`)."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from maskzoo.corpus.readers.common.input import MARK, InputFile, Keyed, decoded, mended, replaced
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.source import Read

USES = frozenset({"text", "fields", "tokens", "tags", "record", "encoding"})
KEY, VALUE = "key", "value"


def read(file: InputFile, options: Read) -> Iterator[Record]:
    """Records of a JSON file, in its order. The whole file is held in memory.

    `record` names the place of the list or object inside the file (dots descend; default: the whole file). Where the
    records lie in an object, `key` is the key of a record; where they are no objects themselves, `value` is what stands
    there. A record's own `key` or `value` goes before.

    Raises:
        UserError: no JSON, a key that stands twice, or no list or object where the records should be.
    """
    keyed = Keyed(file, options)
    with decoded(file, options) as text:
        content = text.read()
    for name, value in _entries(_place(_parsed(content, file.where), options.record, file.where), file.where):
        row = {KEY: name, **(value if isinstance(value, dict) else {VALUE: value})}
        locator = f"{file.path}#{name}"
        bad = MARK in json.dumps(value, ensure_ascii=False) if MARK in content else False
        yield mended(keyed.record(row, locator, undecodable=bad))
    keyed.finish()


def _parsed(content: str, where: str) -> Any:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) < len(found):
            twice = Counter(name for name, _ in found).most_common(1)[0][0]
            raise UserError(f"key {twice!r} stands twice in one object", where=where, expected="keys that are unique")
        return made

    try:
        return json.loads(content, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        lines = error.msg == "Extra data"
        hint = "this looks like one JSON object a line: format jsonl" if lines else None
        raise UserError(
            f"not JSON: {error.msg}", where=f"{where}: line {error.lineno}", expected="one JSON value", hint=hint
        ) from None
    except RecursionError:
        raise UserError("not JSON that can be read: nested too deeply", where=where) from None


def _place(whole: Any, record: str | None, where: str) -> Any:
    """What stands at a dotted key."""
    found = whole
    for name in record.split(".") if record else ():
        if not isinstance(found, dict) or name not in found:
            known = ", ".join(list(found)[:10]) if isinstance(found, dict) else f"an object, not {_kind(found)}"
            raise UserError(f"no key {name!r} (read.record: {record})", where=where, expected=f"one of {known}")
        found = found[name]
    return found


def _entries(found: Any, where: str) -> Iterator[tuple[str, Any]]:
    if isinstance(found, dict):
        yield from ((replaced(name), value) for name, value in found.items())
    elif isinstance(found, list):
        yield from ((str(number), value) for number, value in enumerate(found, 1))
    else:
        raise UserError(
            f"holds {_kind(found)}", where=where, expected="a list or an object of records", hint="see read.record"
        )


def _kind(value: Any) -> str:
    return {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}.get(
        type(value), "a number"
    )
