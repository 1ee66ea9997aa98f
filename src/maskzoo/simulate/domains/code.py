"""Python's own standard library, as the running interpreter has it, with planted files and the truth about them.

Nothing is invented but what is planted: the modules are real code under the PSF licence. Which modules are read is a
fixed list, so the same interpreter gives the same bytes.
"""

import json
import random
import sysconfig
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError
from maskzoo.simulate import code_planting as planting

# packages whose functions are told apart by the task `module`; nothing of them is in the corpus
PARTS = ("asyncio", "email", "http", "importlib", "multiprocessing", "unittest", "urllib", "xml")
MODULES = (  # names by the line
    "abc aifc argparse ast base64 bdb bisect bz2 calendar cgi cmd code codecs codeop colorsys compileall",
    "configparser contextlib contextvars copy copyreg cProfile crypt csv dataclasses datetime difflib dis doctest",
    "enum filecmp fileinput fnmatch fractions ftplib functools genericpath getopt getpass gettext glob graphlib",
    "gzip hashlib heapq hmac imaplib imghdr inspect io ipaddress keyword linecache locale lzma mailbox mailcap",
    "mimetypes modulefinder netrc ntpath nntplib numbers opcode operator optparse os pathlib pdb pickle",
    "pickletools pipes pkgutil platform plistlib poplib posixpath pprint profile pstats pty py_compile pyclbr",
    "pydoc queue quopri random reprlib rlcompleter runpy sched secrets selectors shelve shlex shutil signal site",
    "smtplib sndhdr socket socketserver ssl stat statistics string stringprep struct subprocess sunau symtable",
    "sysconfig tabnanny tarfile telnetlib tempfile textwrap this threading timeit token tokenize trace traceback",
    "tracemalloc tty types typing uuid warnings wave weakref webbrowser xdrlib zipapp zipfile zipimport",
    "_collections_abc _compat_pickle _markupbase _osx_support _pydecimal _pydatetime _pyio _strptime",
    "_threading_local _weakrefset json/__init__ json/decoder json/encoder json/scanner json/tool",
    "collections/__init__ concurrent/futures/_base concurrent/futures/process concurrent/futures/thread",
    "ctypes/__init__ ctypes/util curses/textpad curses/panel dbm/__init__ dbm/dumb encodings/__init__",
    "encodings/aliases encodings/idna encodings/punycode html/__init__ html/parser html/entities logging/__init__",
    "logging/config logging/handlers re/__init__ re/_compiler re/_constants re/_parser sqlite3/dbapi2",
    "sqlite3/dump tomllib/_parser tomllib/_re wsgiref/handlers wsgiref/headers wsgiref/simple_server wsgiref/util",
    "wsgiref/validate zoneinfo/_common zoneinfo/_tzpath zoneinfo/_zoneinfo",
)
LONGEST = 120_000  # characters; a longer module would be a corpus of its own
FUNCTION = (150, 900)  # characters of a function that is an example
LICENCE = "PSF-2.0"


def simulate(folder: Path, *, documents: int, seed: int) -> dict[str, Any]:
    """Write documents.jsonl, functions.jsonl, heldout.jsonl; returns what is planted where.

    Args:
        documents: how many modules are taken, in the order of the list; planted files come on top.

    Raises:
        UserError: the interpreter's library has no source files.
    """
    library = Path(sysconfig.get_paths()["stdlib"])
    generator = random.Random(f"code/{seed}")
    held = _read(library, sorted(path for part in PARTS for path in (library / part).rglob("*.py")))
    plain = _read(library, [library / f"{name}.py" for line in MODULES for name in line.split()])[:documents]
    if not held or len(plain) < planting.FEWEST:
        raise UserError(
            f"{len(plain)} modules with source files",
            where=str(library),
            expected="Python's standard library in source",
        )
    functions = [
        {"text": text, "label": file.partition("/")[0], "file": file}
        for file, module in held
        for text in planting.functions_of(module)
        if FUNCTION[0] <= len(text) <= FUNCTION[1]
    ]
    rows, truth = planting.planted(generator, plain, [str(one["text"]) for one in functions])
    generator.shuffle(functions)
    _write(folder / "documents.jsonl", [{"licence": LICENCE, **row} for row in rows])
    _write(folder / "functions.jsonl", functions)
    _write(folder / "heldout.jsonl", [{"file": file, "text": text} for file, text in held])
    return truth


def _read(library: Path, paths: list[Path]) -> list[tuple[str, str]]:
    """(path below the library, text) of the modules that are there, in UTF-8, and not overly long."""
    found = []
    for path in paths:
        if not path.is_file() or "__pycache__" in path.parts or "test" in path.relative_to(library).parts[:-1]:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if text.strip() and len(text) <= LONGEST:
            found.append((path.relative_to(library).as_posix(), text))
    return found


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
