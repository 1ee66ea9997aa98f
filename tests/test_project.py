"""The project's own promises: one set of pins, whole files or none, no machine's paths."""

import os
import re
import shutil
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


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize("ending", ["", "/"])
@pytest.mark.parametrize("target", ["legal", "low_resource", "low_resource/tsn"])
def test_make_takes_a_domain_or_a_group_with_and_without_the_slash(zoo, target, ending):
    shutil.copy(ROOT / "Makefile", zoo)
    (zoo / ".venv").mkdir()
    for name in ("pyproject.toml", ".venv/.made", ".venv/.installed"):
        (zoo / name).touch()
    # the tests themselves may have been started by make, whose variables would reach this one
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    planned = subprocess.run(
        ["make", "-n", f"domains/{target}{ending}"], capture_output=True, text=True, check=True, env=environment
    ).stdout
    assert re.fullmatch(rf"snakemake --cores \d+ domains/{target} --config scale=demo\n", planned)


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


def by_hand(path):
    path.write_bytes(b"x" * 100_000)


def by_numpy(path):
    import numpy

    with path.open("wb") as file:
        numpy.arange(100_000).tofile(file)


def by_tokenizers(path):
    from tokenizers import Tokenizer, models

    Tokenizer(models.WordLevel({f"word {number}": number for number in range(9999)}, unk_token="word 0")).save(
        str(path)
    )


def by_parquet(path):
    from maskzoo.corpus.store import ParquetStream

    with ParquetStream(path, ("text",)) as rows:
        rows.add("x")


@pytest.mark.parametrize("write", [by_hand, by_numpy, by_tokenizers, by_parquet])
def test_a_full_disk_is_a_sentence_whoever_writes_and_leaves_nothing(tmp_path, write):
    with (
        pytest.raises(UserError, match=r"disk full while writing .*model"),
        atomic_folder(tmp_path / "model") as folder,
    ):
        (folder / "half").touch()
        (folder / "full").symlink_to("/dev/full")
        write(folder / "full")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "results").write_text("a file where a folder should be")
    for write in (atomic_file, atomic_folder):
        with pytest.raises(UserError, match=r"cannot write .*results.model"), write(tmp_path / "results" / "model"):
            pass
