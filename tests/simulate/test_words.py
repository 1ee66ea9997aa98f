"""Every list of words is read by a module, and is in the built package."""

import re
import tomllib

from maskzoo.simulate.words import words_of

from ..conftest import ROOT

FOLDER = ROOT / "src/maskzoo/simulate"


def test_every_list_is_read_once_and_every_one_that_is_read_is_there() -> None:
    read = [name for file in FOLDER.glob("*.py") for name in re.findall(r'words_of\("([\w.]+)"\)', file.read_text())]
    assert sorted(read) == sorted(path.name.removesuffix(".txt") for path in (FOLDER / "words").glob("*.txt"))
    assert all(words_of(name).split() for name in read)


def test_they_are_part_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["setuptools"]["package-data"]["maskzoo.simulate.words"] == ["*.txt"]
