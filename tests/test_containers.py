"""The container images: built from the pins of the project, and from no others."""

import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from .conftest import ROOT

IMAGES = ("containers/Dockerfile", "containers/maskzoo.def")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_installs_the_project_and_with_it_its_pins(name):
    text = (ROOT / name).read_text()
    assert '"/opt/maskzoo[cluster]"' in text
    for part in ("pyproject.toml", "README.md", "LICENSE", "src"):  # all that a build of the package reads
        assert part in text
    names = {
        re.split("[=\\[]", pin)[0]
        for pins in (PROJECT["dependencies"], PROJECT["optional-dependencies"]["cluster"])
        for pin in pins
    }
    own = set(re.findall(r"([A-Za-z][\w.-]*)==\d", text))
    assert own & names == set(), "a pin of its own, which would have to be kept equal"


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_has_the_python_of_the_conda_environment(name):
    [python] = re.findall(r"^FROM python:(\S+)|^From: python:(\S+)", (ROOT / name).read_text(), re.M)
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert "python=" + "".join(python).partition("-")[0] in environment["dependencies"]


def test_both_images_have_the_same_programs():
    programs = [re.search(r"--no-install-recommends (.*)", (ROOT / name).read_text())[1].split() for name in IMAGES]
    assert programs[0][: len(programs[1])] == programs[1]


def test_the_plugin_of_the_cluster_is_one_of_the_pins_and_there_for_the_tests():
    extras = PROJECT["optional-dependencies"]
    assert all("==" in pin for pins in extras.values() for pin in pins)
    assert set(extras["cluster"]) <= set(extras["dev"])


@pytest.mark.slow
def test_the_package_is_whole_without_the_checkout(tmp_path):
    """As an image installs it: not editable, and run where no source is."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target"]
    copied = tmp_path / "copy"
    copied.mkdir()
    for part in ("pyproject.toml", "README.md", "LICENSE", "src"):
        subprocess.run(["cp", "-r", ROOT / part, copied], check=True)
    subprocess.run([*install, tmp_path / "installed", copied], check=True)
    code = "import sys; from maskzoo.cli import main; sys.exit(main(['plan', sys.argv[1], '--gpu', 'h100']))"
    answer = subprocess.run(
        [sys.executable, "-c", code, ROOT / "domains" / "general"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "installed"), "PATH": "", "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "cost class A" in answer.stdout, answer.stderr
