"""A release of the objective rtd: a discriminator, whose card says so, and the generator that fills masks beside it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import ModelCard

from maskzoo.checkpoint_files import DISCRIMINATES
from maskzoo.cli import main
from maskzoo.release.command import release


@pytest.fixture
def discriminator(domain: Any, checkpoint: Path) -> Any:
    """`law`, whose `adapted` is what a run of rtd leaves: a discriminator, and its generator in a folder below."""
    from transformers import BertConfig, BertForTokenClassification

    model = domain.layout.model("adapted", 0)
    shutil.copytree(checkpoint, model / "generator")
    config = BertConfig.from_pretrained(checkpoint)
    config.id2label = {number: label for label, number in DISCRIMINATES.items()}
    config.label2id = dict(DISCRIMINATES)
    BertForTokenClassification(config).save_pretrained(model)
    run = domain.layout.run("adapted", 0) / "run.json"
    run.write_text(json.dumps({**json.loads(run.read_text()), "released": "discriminator"}))
    return domain


def test_its_snippet_runs_as_it_stands(discriminator: Any) -> None:
    release(discriminator.recipe, "adapted", discriminator.layout)
    folder = discriminator.layout.release("adapted")
    card = ModelCard.load(folder / "README.md")
    assert (card.data.pipeline_tag, card.data.to_dict().get("widget")) == ("feature-extraction", None)
    assert "replaced-token-detection" in (card.data.tags or ())
    assert "A discriminator of replaced tokens" in card.text
    [snippet] = re.findall(r"```python\n(.*?)```", card.text, re.DOTALL)
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", f"{snippet}\nprint(tuned.num_labels, replaced('the court')[0]['entity'])"],
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "token_str" in done.stdout
    assert re.search(r"^3 (original|replaced)$", done.stdout, re.MULTILINE)


def test_on_the_hub_the_generator_is_a_subfolder_of_the_one_repository(discriminator: Any) -> None:
    named = discriminator.reread("release: {", "release: {namespace: lab, ")
    release(named.recipe, "adapted", named.layout)
    text = (named.layout.release("adapted") / "README.md").read_text()
    assert re.search(r'^model = "lab/[^/"]+"$', text, re.MULTILINE)
    assert 'from_pretrained(model, subfolder="generator")' in text


def test_the_summary_names_a_class_that_loads_it(
    discriminator: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    release(discriminator.recipe, "adapted", discriminator.layout)
    zoo = discriminator.recipe.folder.parent.parent
    monkeypatch.chdir(zoo)
    assert main(["summary", "domains/law"]) == 0
    said = capsys.readouterr().out
    assert "AutoModelForTokenClassification.from_pretrained" in said
    assert "AutoModelForMaskedLM" not in said
