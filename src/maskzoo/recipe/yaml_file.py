"""YAML files of the zoo, read strictly: what is wrong with one is said in one sentence."""

from collections.abc import Hashable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from maskzoo.errors import UserError

MERGE = "tag:yaml.org,2002:merge"  # the key `<<`, which may be given several times
MOST_VALUES, MOST_LEVELS = 200_000, 50  # of a file, aliases written out: far more than any recipe has
KINDS = {type(None): "nothing", list: "a list", str: "text"}


class UniqueLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice instead of silently keeping the last, and what aliases blow up.

    Whatever is read can therefore be walked: it has an end, and no more than `MOST_VALUES` in `MOST_LEVELS`.
    """

    def get_single_node(self) -> yaml.Node | None:
        node: yaml.Node | None = super().get_single_node()
        if node is not None:
            _extent(node, {})
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError, AttributeError):  # of PyYAML: the 31st of February, 5000 digits, `!!int x`
            kind = node.tag.rpartition(":")[2]
            text = f"{node.value[:40]!r} is read as {kind}, and is none"
            raise yaml.constructor.ConstructorError(None, None, text, node.start_mark) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.tag == MERGE:
                continue
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(None, None, "a key is no plain word", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def _extent(node: yaml.Node, known: dict[int, tuple[int, int] | None]) -> tuple[int, int]:
    """Values and levels of a node with all aliases written out.

    Args:
        known: id of a node -> the same for those that were seen; None while what is below them is looked at.

    Raises:
        yaml.constructor.ConstructorError: too many, or without an end.
    """
    if id(node) in known:
        found = known[id(node)]
        if found is None:
            raise yaml.constructor.ConstructorError(None, None, "an alias stands within itself", node.start_mark)
        return found
    known[id(node)] = None
    values, levels = 1, 0
    if isinstance(node, yaml.CollectionNode):
        below = node.value if isinstance(node, yaml.SequenceNode) else [one for pair in node.value for one in pair]
        for one in below:
            more, deeper = _extent(one, known)
            values, levels = values + more, max(levels, deeper + 1)
    if levels > MOST_LEVELS:
        text = f"nested more than {MOST_LEVELS} levels deep"
        raise yaml.constructor.ConstructorError(None, None, text, node.start_mark)
    if values > MOST_VALUES:
        text = f"its aliases, written out, are more than {MOST_VALUES:,} values"
        raise yaml.constructor.ConstructorError(None, None, text, node.start_mark)
    known[id(node)] = values, levels
    return values, levels


def read_mapping(file: Path) -> dict[str, Any]:
    """The mapping that a YAML file holds.

    Raises:
        UserError: no such file, not UTF-8, not YAML (with the line), a key given twice, aliases that blow up, or no
            mapping.
    """
    key = _version(file)
    if key is not None and key in _read:
        return deepcopy(_read[key])
    raw = _mapping(file)
    if key is not None:
        _read[key] = deepcopy(raw)
    return raw


# what was read, by file, size and times: listing the zoo asks for every file at every scale
_read: dict[tuple[str, int, int, int, int], dict[str, Any]] = {}


def _version(file: Path) -> tuple[str, int, int, int, int] | None:
    try:
        about = file.stat()
    except OSError:
        return None
    return str(file.absolute()), about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns


def _mapping(file: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(file.read_text(encoding="utf-8"), Loader=UniqueLoader)
    except OSError as error:
        what = "no such file" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise UserError(what, where=str(file)) from None
    except UnicodeDecodeError as error:
        raise UserError(f"not UTF-8 at byte {error.start}", where=str(file)) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise UserError(f"line {line}: {error.problem}", where=str(file), expected="YAML") from None
    except RecursionError:
        text = f"nested more than {MOST_LEVELS} levels deep"
        raise UserError(text, where=str(file), expected="a mapping of keys") from None
    except yaml.YAMLError as error:
        raise UserError(str(error).splitlines()[0], where=str(file), expected="YAML") from None
    if not isinstance(raw, dict):
        kind = KINDS.get(type(raw), f"a {type(raw).__name__}")
        raise UserError(f"holds {kind}", where=str(file), expected="a mapping of keys")
    return raw
