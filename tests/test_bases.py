"""Where a base's files are looked for, and what is said when they are not there."""

import sys
from pathlib import Path

import numpy
import pytest
from safetensors.numpy import save_file

from maskzoo.bases import base_folder
from maskzoo.errors import UserError
from maskzoo.paths import Layout
from maskzoo.recipe.load import read_recipe

from .conftest import ROOT

OLD = "general: {domain: general, variant: scratch}"


def found(new, *, seed=0):
    """The folder of the legal demo's base `general` with another entry in the recipe."""
    file = Path("domains/legal/domain.yaml")
    text = (ROOT / file).read_text()
    assert OLD in text
    file.write_text(text.replace(OLD, f"general: {new}", 1))
    return base_folder(read_recipe(file.parent), "general", Layout(Path("results"), "demo", "legal"), seed=seed)


def refusal(new):
    with pytest.raises(UserError) as caught:
        found(new)
    message = str(caught.value)
    assert message.startswith("domains/legal/domain.yaml: bases.general: ")
    return message


def model(folder, *names):
    folder.mkdir(parents=True)
    for name in names:
        if name.endswith(".safetensors"):
            save_file({"weight": numpy.zeros(2)}, folder / name)
        else:
            (folder / name).write_text('{"model_type": "bert"}')
    return folder


def test_a_local_folder_must_hold_a_config(zoo):
    model(zoo / "base", "model.safetensors")
    assert "base holds no config.json" in refusal("{folder: base}")


def test_pickled_weights_are_refused(zoo):
    model(zoo / "base", "config.json", "pytorch_model.bin")
    assert "pickled weights are never loaded" in refusal("{folder: base}")


def test_a_whole_local_folder_is_taken(zoo):
    model(zoo / "base", "config.json", "model.safetensors")
    assert found("{folder: base}") == Path("base")


def test_another_domain_lends_the_model_of_the_seed(zoo):
    message = refusal("{domain: general, variant: scratch}")
    assert "domain 'general' has not trained 'scratch' at scale 'demo'" in message
    assert "run: snakemake --cores 8 domains/general --config scale=demo" in message
    trained = model(Path("results/demo/general/models/scratch/seed3/model"), "config.json")
    assert found("{domain: general, variant: scratch}", seed=3) == trained


def test_a_hub_id_that_is_nowhere_is_one_sentence(zoo, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(zoo / "hub"))
    message = refusal("{hub: nobody/no-such-model, revision: abc}")
    assert "cannot reach the Hub for nobody/no-such-model and it is not in the local cache" in message
    assert "maskzoo fetch" in message
    message = refusal("{hub: nobody/no-such-model, revision: abc, package: no_such_package}")
    assert "or install the package no_such_package" in message


def test_an_installed_package_stands_in_for_the_hub(zoo, monkeypatch):
    weights = model(zoo / "site" / "some_weights" / "model", "config.json", "model.safetensors")
    (weights.parent / "__init__.py").write_text("raise RuntimeError('a package of weights is not imported')")
    monkeypatch.syspath_prepend(str(zoo / "site"))
    assert found("{hub: nobody/no-such-model, revision: abc, package: some_weights}") == weights
    assert "some_weights" not in sys.modules
