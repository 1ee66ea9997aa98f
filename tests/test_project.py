"""The project's own promises: one set of pins, whole files or none, no machine's paths."""

import re
import subprocess
import tomllib

import pytest
import yaml

from maskzoo.errors import UserError
from maskzoo.files import atomic_file, atomic_folder, write_json

from .conftest import ROOT


def test_conda_users_get_the_same_pins():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    [pip] = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert pip == project["dependencies"]
    assert all("==" in pin for pin in pip)


def test_no_file_names_a_machine_or_a_registry():
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    if not files:
        pytest.skip("not a git checkout")
    forbidden = re.compile(r"pypi\.|files\.pythonhosted|registry\.npmjs|deb\.debian|/root/|/home/\w")
    guilty = [
        name
        for name in files
        if name != "tests/test_project.py"
        and (ROOT / name).is_file()
        and forbidden.search((ROOT / name).read_text(encoding="utf-8", errors="ignore"))
    ]
    assert guilty == []


def test_a_file_is_whole_or_absent(tmp_path):
    target = tmp_path / "deep" / "result.json"
    with pytest.raises(RuntimeError), atomic_file(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert list(target.parent.iterdir()) == []
    write_json(target, {"value": 1})
    assert [path.name for path in target.parent.iterdir()] == ["result.json"]


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path):
    target = tmp_path / "model"
    with atomic_folder(target) as temporary:
        (temporary / "old").touch()
    with pytest.raises(RuntimeError), atomic_folder(target) as temporary:
        (temporary / "new").touch()
        raise RuntimeError
    assert [path.name for path in target.iterdir()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path):
    full = "/dev/full"
    target = tmp_path / "out.bin"
    with pytest.raises(UserError, match="disk full"), atomic_file(target), open(full, "wb", buffering=0) as device:
        device.write(b"x")
    assert list(tmp_path.iterdir()) == []
