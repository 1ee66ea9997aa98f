"""How the source is laid out: imports go one way, private names stay at home, functions are short, methods tested."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from maskzoo import registry

from .conftest import ROOT

SOURCE = ROOT / "src/maskzoo"
# what stands further up never imports what stands further down; a package that is not named here is one to place
# fmt: off
ORDER = (
    "errors", "files", "strict", "validation", "written", "registry", "processes", "progress", "provenance", "paths",
    "licences", "checkpoint_files", "loading", "reporting", "recipe", "bases", "stages", "arguments", "devices",
    "documents", "materials", "corpus", "simulate", "tokenization", "models", "masking", "objectives", "adaptation",
    "tuners", "optimisers", "schedules", "pretraining", "tasks", "probes", "products", "comparison", "release",
    "studies", "results", "papers", "planning", "cluster", "new", "workflow", "cli", "__main__",
)
# fmt: on
LINES = 80  # of a function, with its docstring
# what is longer still, and may only shrink
LONG: dict[str, int] = {
    "comparison/compare.py:compared": 87,
    "pretraining/run.py:pretrain": 170,
    "tasks/finetune.py:_run": 105,
}


def _modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _package(file: Path) -> str:
    """The package or module directly below maskzoo that a file belongs to."""
    return file.relative_to(SOURCE).parts[0].removesuffix(".py")


def _imports(file: Path) -> Iterator[tuple[int, str, list[str]]]:
    """(line, module, names) of what a file imports from maskzoo, but for types alone."""
    tree = _tree(file)
    guarded = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    for_types = {inner for node in guarded for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "maskzoo":
            if node.module == "maskzoo":
                yield from ((node.lineno, f"maskzoo.{alias.name}", []) for alias in node.names)
            else:
                yield node.lineno, str(node.module), [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            names = (alias.name for alias in node.names if alias.name.startswith("maskzoo."))
            yield from ((node.lineno, name, []) for name in names)


def test_imports_go_up_the_order_of_packages_so_there_are_no_pairs_and_no_circles() -> None:
    unplaced = {_package(file) for file in _modules()} - {*ORDER, "__init__"}
    assert not unplaced, "a new package: say in ORDER where it stands"
    place = {name: number for number, name in enumerate(ORDER)}
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {module}"
        for file in _modules()
        for line, module, _ in _imports(file)
        if (there := module.split(".")[1]) in place and place[there] > place.get(_package(file), len(ORDER))
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_that_another_package_imports_is_private() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {module} {names}"
        for file in _modules()
        for line, module, names in _imports(file)
        if module.split(".")[1] != _package(file)
        and any(part.startswith("_") and part != "__version__" for part in [*module.split(".")[1:], *names])
    ]
    assert not wrong, "\n".join(wrong)


def test_functions_fit_a_screen() -> None:
    long = {
        f"{file.relative_to(SOURCE)}:{node.name}": node.end_lineno - node.lineno + 1
        for file in _modules()
        for node in ast.walk(_tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
        if node.end_lineno - node.lineno + 1 > LINES
    }
    grown = {name: lines for name, lines in long.items() if lines > LONG.get(name, LINES)}
    assert not grown, "cut these in parts"
    assert not set(LONG) - set(long), "shorter now: take them out of LONG"


@pytest.mark.parametrize("kind", registry.KINDS)
def test_every_method_is_named_by_a_test(kind: str) -> None:
    words = _words_of_tests()
    assert not {name for name in registry.own_names(kind) if name not in words}


@cache
def _words_of_tests() -> frozenset[str]:
    texts = (file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("*.py") if file != Path(__file__))
    return frozenset(word for text in texts for word in re.findall(r"\w+", text.replace("-", "_")))
