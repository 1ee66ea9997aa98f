"""What every test may ask for: a small zoo of its own, and the mirror of real data where there is one."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session", autouse=True)
def offline():
    """No test may reach the network: what is not at hand must be made."""
    os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture
def zoo(tmp_path, monkeypatch):
    """A copy of the zoo's recipes and tokenizer designs in an empty folder, which becomes the current one."""
    shutil.copytree(ROOT / "domains", tmp_path / "domains")
    shutil.copytree(ROOT / "tokenizers", tmp_path / "tokenizers")
    shutil.copytree(ROOT / "probes", tmp_path / "probes")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def mirror():
    """The mirror of real data; the test is skipped where MASKZOO_MIRRORS does not name one."""
    folders = [Path(part) for part in os.environ.get("MASKZOO_MIRRORS", "").split(":") if part]
    if not folders or not folders[0].is_dir():
        pytest.skip("needs the mirror of real data: set MASKZOO_MIRRORS")
    return folders[0].resolve()
