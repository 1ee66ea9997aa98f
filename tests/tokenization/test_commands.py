"""`maskzoo tokenizer` and `maskzoo tokens` on a recipe of their own."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from transformers import AutoTokenizer

from maskzoo.cli import main
from maskzoo.paths import Layout
from maskzoo.tokenization.shards import Shards

RECIPE = """
title: Law
summary: Invented.
languages: [en, fr]
corpus:
  sources:
    mine: {glob: "*.txt", licence: CC0-1.0, language: en, read: {format: txt}}
tokenizers:
  own: {design: mine, vocab_size: 250}
  same: {reuse: small}
  more: {extend: small, add: 8, min_count: 20}
bases:
  small: {folder: BASE}
variants:
  adapted: {base: small, tokenizer: same}
release: {name: law, variants: [adapted]}
scales: {demo: {}}
"""


@pytest.fixture
def zoo(tmp_path: Path, bases: dict[str, Path], legal: Path) -> Path:
    """A zoo with one domain whose corpus is there and whose base is a local folder."""
    base = tmp_path / "base"
    shutil.copytree(bases["wordpiece"], base)
    (base / "config.json").write_text(
        json.dumps({"model_type": "bert", "type_vocab_size": 2, "max_position_embeddings": 512})
    )
    save_file({"nothing": np.zeros(1)}, str(base / "model.safetensors"))
    domain = tmp_path / "domains" / "law"
    domain.mkdir(parents=True)
    (domain / "some.txt").write_text("text")
    (domain / "domain.yaml").write_text(RECIPE.replace("BASE", str(base)))
    (tmp_path / "tokenizers").mkdir()
    (tmp_path / "tokenizers" / "mine.yaml").write_text("algorithm: wordpiece\n")
    documents = Layout(tmp_path / "results", "demo", "law").documents
    documents.parent.mkdir(parents=True)
    shutil.copy(legal, documents)
    return tmp_path


def ran(zoo: Path, command: str, tokenizer: str) -> int:
    return main([command, str(zoo / "domains" / "law"), "--tokenizer", tokenizer, "--results", str(zoo / "results")])


@pytest.mark.parametrize(("name", "way"), [("own", "trained"), ("same", "reused"), ("more", "extended")])
def test_each_way_leaves_a_tokenizer_an_audit_and_shards(
    zoo: Path, capsys: pytest.CaptureFixture[str], name: str, way: str
) -> None:
    layout = Layout(zoo / "results", "demo", "law")
    assert ran(zoo, "tokenizer", name) == 0
    assert f"tokenizer {name} {way}" in capsys.readouterr().out
    assert ran(zoo, "audit", name) == 0
    audit = json.loads(layout.audit(name).read_text())
    assert audit["made"]["way"] == way
    assert list(audit["measures"]) == ([name] if way == "reused" else [name, "small (base)"])
    assert layout.audit_picture(name).read_text().startswith("<?xml")
    assert (layout.tokenizer(name) / "new_tokens.json").is_file() == (way == "extended")
    assert ran(zoo, "tokens", name) == 0
    assert Shards.open(layout.tokens(name)).meta["vocab_size"] == len(
        AutoTokenizer.from_pretrained(str(layout.tokenizer(name)))
    )


def test_mistakes_are_one_line_and_exit_code_2(zoo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(zoo, "tokenizer", "oen") == 2
    assert "did you mean 'own'" in capsys.readouterr().err
    assert ran(zoo, "tokens", "own") == 2
    assert "maskzoo tokenizer" in capsys.readouterr().err
    assert ran(zoo, "audit", "own") == 2
    assert "maskzoo tokenizer" in capsys.readouterr().err
    (zoo / "tokenizers" / "mine.yaml").write_text("algorithm: wordpiece\nvocab_sise: 3\n")
    assert ran(zoo, "tokenizer", "own") == 2
    error = capsys.readouterr().err
    assert "mine.yaml: vocab_sise" in error
    assert "did you mean 'vocab_size'" in error
    assert len(error.splitlines()) == 1
