"""docs/new_domain.md, followed to the letter: every block is run in a checkout, in order, as if pasted.

What every step took is printed, whether the tests pass or not: the page's own times come from here.
"""

import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ..conftest import ROOT

pytestmark = pytest.mark.slow

DOCUMENT = ROOT / "docs" / "new_domain.md"


def blocks():
    """(section, shell block) in the order of the page."""
    found = []
    for section in DOCUMENT.read_text(encoding="utf-8").split("\n## ")[1:]:
        title = section.partition("\n")[0]
        found += [(title, block) for block in re.findall(r"^```sh\n(.*?)^```$", section, re.M | re.S)]
    return found


@pytest.fixture(scope="module")
def shown(request):
    """Prints a line past pytest, which would keep it to itself."""
    manager = request.config.pluginmanager.getplugin("capturemanager")

    def line(text):
        with manager.global_and_fixture_disabled():
            print(text, flush=True)

    return line


@pytest.fixture(scope="module")
def followed(tmp_path_factory, shown):
    """The folder after the last block, and what each block printed."""
    from .conftest import Checkout

    checkout = Checkout(tmp_path_factory.mktemp("own"))
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "OMP_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
    }
    printed = []
    start, spent = time.monotonic(), _processor()
    shown(f"\n{DOCUMENT.relative_to(ROOT)}, {os.cpu_count()} cores:\n    wall  processor")
    for title, block in blocks():
        began, before = time.monotonic(), _processor()
        answer = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=checkout.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        shown(f"{time.monotonic() - began:6.1f} s {_processor() - before:8.1f} s  {title}: {_first(block)}")
        assert answer.returncode == 0, f"{title}\n{block}\n{answer.stdout[-2000:]}\n{answer.stderr[-6000:]}"
        printed.append((title, answer.stdout + answer.stderr))
    shown(f"{time.monotonic() - start:6.1f} s {_processor() - spent:8.1f} s  in all")
    return checkout.folder, printed


def _processor():
    """Seconds of the processor that finished children of this process took: on a busy machine they take longer."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _first(block):
    """What tells a block apart: its first command of the zoo, else its first line."""
    lines = block.splitlines()
    return next((line for line in lines if line.startswith(("maskzoo", "snakemake"))), lines[0])


def said(printed, number):
    return "".join(text for title, text in printed if title.startswith(f"{number}."))


def test_every_section_but_the_last_shows_how(followed):
    _, printed = followed
    assert list(dict.fromkeys(title[0] for title, _ in printed)) == ["1", "2", "3", "4", "5", "6"]


def test_the_new_recipe_is_in_order_and_knows_what_the_text_is(followed):
    folder, printed = followed
    text = said(printed, 2)
    assert re.search(r"notes: [\d,]+ documents, [\d.]+ MB of text, en \(\d+ % of the documents\)", text)
    assert text.count(": in order") == 2
    assert "TODO" in (folder / "domains/python_reference/README.md").read_text()


def test_the_model_was_trained_and_fills_a_mask_and_beats_untrained_weights(followed):
    import json

    folder, printed = followed
    assert len(re.findall(r"^0\.\d{3} .* is returned\.$", said(printed, 3), re.M)) == 3
    compared = json.loads((folder / "results/demo/python_reference/comparison/comparison.json").read_text())
    means = {model["name"]: model["mean"] for model in compared["pseudo_perplexity"]["models"]}
    assert means["scratch"] < 0.5 * means["random"]


def test_the_labels_became_a_task_that_words_can_tell(followed):
    _, printed = followed
    score = re.search(r"macro F1 of TF-IDF and logistic regression: (0\.\d+)", said(printed, 4))
    assert float(score[1]) > 0.6


def test_a_second_source_and_another_design_made_only_corpus_and_tokenizer_again(followed):
    folder, printed = followed
    assert ": in order" in said(printed, 5)
    text = said(printed, 6)
    assert float(re.search(r"tokens per word: ([\d.]+)", text)[1]) > 1
    rules = set(re.findall(r"^(?:local)?rule (\w+):", text, re.M))
    assert rules == {"corpus", "tokenizer", "audit"}
    funnel = (folder / "results/demo/python_reference/corpus/funnel.json").read_text()
    assert '"docstrings"' in funnel
