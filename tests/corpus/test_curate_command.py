"""`maskzoo corpus` on a domain of its own: files whole or absent, errors in one sentence with exit code 2."""

import json
from pathlib import Path

import pytest

from maskzoo.cli import main

from .invented import Writer

RECIPE = """
title: Test
summary: Invented text.
languages: [en]
corpus:
  cleaning: {min_words: 5}
  sources:
    invented:
      glob: texts.jsonl
      licence: CC0-1.0
      language: en
      read: {format: jsonl, text: [text]}
tokenizers: {own: {design: wordpiece}}
bases: {fresh: {architecture: bert}}
variants: {scratch: {base: fresh, tokenizer: own}}
release: {name: test, variants: [scratch]}
scales: {demo: {}}
"""
TASK = """
tasks:
  topic:
    title: Topic
    type: sequence_classification
    data: {all: {glob: texts.jsonl, licence: CC0-1.0, read: {format: jsonl, text: [text], fields: {label: label}}}}
    label: label
    metric: accuracy
"""
FILES = ["documents.parquet", "dropped.parquet", "funnel.json", "funnel.svg"]


@pytest.fixture
def domain(tmp_path: Path) -> Path:
    folder = tmp_path / "domains" / "test"
    folder.mkdir(parents=True)
    (tmp_path / "tokenizers").mkdir()
    (tmp_path / "tokenizers" / "wordpiece.yaml").touch()
    (folder / "domain.yaml").write_text(RECIPE)
    texts = [*Writer().texts(80, words=30), "too short"]
    (folder / "texts.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    return folder


def corpus(domain: Path) -> int:
    return main(["corpus", str(domain), "--results", str(domain.parent.parent / "results"), "--threads", "1"])


def written(domain: Path) -> Path:
    return domain.parent.parent / "results" / "demo" / "test" / "corpus"


def test_four_files_are_written_and_the_last_line_counts(domain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert corpus(domain) == 0
    assert sorted(path.name for path in written(domain).iterdir()) == FILES
    assert "80 of 81 documents kept" in capsys.readouterr().out
    funnel = json.loads((written(domain) / "funnel.json").read_text())
    assert funnel["provenance"]["maskzoo"]
    assert funnel["stages"][2]["reasons"]["too_short"]["documents"] == 1


def test_an_unprepared_task_is_named_with_what_to_run(domain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (domain / "domain.yaml").write_text(RECIPE + TASK)
    assert corpus(domain) == 2
    said = capsys.readouterr().err
    assert "task 'topic' is not prepared" in said
    assert "tasks.topic" in said
    assert "maskzoo tasks" in said
    assert not written(domain).exists()


def test_a_failed_run_leaves_what_was_there_before(domain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert corpus(domain) == 0
    before = {path.name: path.read_bytes() for path in written(domain).iterdir()}
    (domain / "domain.yaml").write_text(RECIPE.replace("min_words: 5", "min_words: 500"))
    assert corpus(domain) == 2
    said = capsys.readouterr().err
    assert "no document is left of 81" in said
    assert "filters dropped 81 (too short)" in said
    assert {path.name: path.read_bytes() for path in written(domain).iterdir()} == before
    assert [path.name for path in written(domain).parent.iterdir()] == ["corpus"]
