"""Files and folders are whole or absent, whatever happens between two moves."""

import socket
import subprocess
import sys

import pytest

from maskzoo.files import atomic_folder


def test_a_folder_whose_replacement_was_killed_between_two_moves_is_there_again(tmp_path):
    target = tmp_path / "model"
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = tmp_path / f".model.{socket.gethostname()}-{dead.pid}-x.before.tmp"
    left.mkdir()
    (left / "weights").write_text("old")
    with pytest.raises(RuntimeError), atomic_folder(target):
        assert (target / "weights").read_text() == "old"
        raise RuntimeError("killed again")
    assert (target / "weights").read_text() == "old"
    with atomic_folder(target) as building:
        (building / "weights").write_text("new")
    assert (target / "weights").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
