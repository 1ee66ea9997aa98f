"""A checkout of the zoo in an empty folder, and one whole run of a shortened demo that several tests look at."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..conftest import ROOT
from ..loopback_hub.fixtures import hub  # noqa: F401
from ..release.conftest import checkpoint, compared, released_zoo  # noqa: F401

PARTS = ("Snakefile", "workflows", "profiles", "domains", "papers", "probes", "tokenizers", "environment.yml")


class Checkout:
    """A folder with everything that Snakemake needs, and a way to run it there."""

    def __init__(self, folder):
        self.folder = Path(folder)
        for part in PARTS:
            source = ROOT / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, self.folder / part)

    @classmethod
    def at(cls, folder):
        """A checkout that is there already."""
        found = cls.__new__(cls)
        found.folder = Path(folder)
        return found

    def snakemake(self, *arguments, check=True, path=None):
        first = f"{path}:" if path is not None else ""  # of commands that stand for others
        environment = {
            **os.environ,
            "PATH": f"{first}{Path(sys.executable).parent}:{os.environ['PATH']}",
            "OMP_NUM_THREADS": "1",
        }
        answer = subprocess.run(
            ["snakemake", *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert not check or answer.returncode == 0, answer.stdout[-3000:] + answer.stderr[-6000:]
        return answer

    def planned(self, *arguments):
        """Names of the rules that a dry run would start, with their numbers."""
        answer = self.snakemake("-n", *arguments)
        table = (answer.stdout + answer.stderr).partition("Job stats:")[2]
        return {name: int(count) for name, count in re.findall(r"^(\S+) +(\d+)$", table.partition("\n\n")[0], re.M)}

    def edit(self, file, *replacements):
        path = self.folder / file
        text = path.read_text()
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text)


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The legal demo from nothing to the release folder, with fewer documents and steps than the real demo."""
    checkout = Checkout(tmp_path_factory.mktemp("zoo"))
    steps = "steps: 200, sequence_length: 128, batch_size: 32"
    few = "steps: 40, sequence_length: 64, batch_size: 16"
    for domain in ("legal", "general"):
        checkout.edit(f"domains/{domain}/domain.yaml", (steps, few), ("documents: 1500, seed", "documents: 500, seed"))
        checkout.edit(
            f"domains/{domain}/domain.yaml",
            ("perplexity_documents: 20, perplexity_words: 60", "perplexity_documents: 5, perplexity_words: 20"),
        )
    checkout.edit(
        "domains/legal/domain.yaml",
        (
            "label: label\n        metric",
            "label: label\n        finetuning: {epochs: 1}\n        limit: {train: 200}\n        metric",
        ),
        (
            "metric: entity_f1\n    probes",
            "finetuning: {epochs: 1}\n        limit: {train: 200}\n        metric: entity_f1\n    probes",
        ),
    )
    checkout.log = checkout.snakemake("--cores", "2", "domains/legal/")
    return checkout


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, as installed on the machine; skipped where there is none."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("needs Chromium to open the report")
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        yield browser
        browser.close()
