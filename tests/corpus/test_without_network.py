"""A compute node: what the login node fetched is curated there, and no connection is tried."""

import json
import socket

import pyarrow.parquet as pq
import pytest

from maskzoo.cli import main

from ..new.conftest import hub  # noqa: F401
from .invented import Writer

RECIPE = """
title: Test
summary: Invented text.
languages: [en]
corpus:
  sources:
    web: {{url: "{url}/law.txt", sha256: {sha256}, licence: CC0-1.0, language: en, read: {{format: txt, unit: line}}}}
    set:
      hub: {{dataset: owner/notes, config: visits, split: test, revision: {revision}}}
      licence: CC0-1.0
      language: en
      read: {{format: jsonl, text: [text]}}
tasks:
  topic:
    title: Topic
    type: sequence_classification
    data: {{all: {{url: "{url}/topic.jsonl", sha256: {topic}, licence: CC0-1.0,
      read: {{format: jsonl, text: [text], fields: {{label: label}}}}}}}}
    label: label
    metric: accuracy
tokenizers: {{own: {{design: wordpiece}}}}
bases: {{fresh: {{architecture: bert}}}}
variants: {{scratch: {{base: fresh, tokenizer: own}}}}
release: {{name: test, variants: [scratch]}}
scales: {{demo: {{}}}}
"""
CARD = """---
configs:
- config_name: visits
  data_files:
  - {split: train, path: visits/train.jsonl}
  - {split: test, path: [visits/test.jsonl]}
- config_name: other
  data_files: other.jsonl
---
"""


def lines(texts, **fields):
    return "".join(json.dumps({"text": text, **fields}) + "\n" for text in texts).encode()


@pytest.fixture
def domain(zoo, site, hub, monkeypatch):  # noqa: F811
    monkeypatch.setenv("MASKZOO_CACHE", str(zoo / "cache"))
    monkeypatch.delenv("MASKZOO_MIRRORS", raising=False)
    writer = Writer()
    labelled = b"".join(lines([writer.text(30)], label="ab"[number % 2]) for number in range(60))
    files = {"visits/train.jsonl": lines(writer.texts(5)), "visits/test.jsonl": lines(writer.texts(60))}
    revision = hub.commit("owner/notes", {"README.md": CARD.encode(), "other.jsonl": b"", **files})
    folder = zoo / "domains" / "test"
    folder.mkdir()
    (folder / "domain.yaml").write_text(
        RECIPE.format(
            sha256=site.put("/law.txt", "\n".join(writer.texts(60)).encode()),
            topic=site.put("/topic.jsonl", labelled),
            url=site.url,
            revision=revision,
        )
    )
    return folder


def refuse(*arguments):
    raise AssertionError("a connection was tried")


def test_after_fetch_tasks_and_corpus_need_no_network(zoo, domain, site, hub, monkeypatch, capsys):  # noqa: F811
    assert main(["fetch", "domains/test"]) == 0
    assert "data set owner/notes in" in capsys.readouterr().out
    assert not any("other.jsonl" in path for path in hub.asked if "resolve" in path), "of another configuration"
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    before = len(site.requests), len(hub.asked)
    assert main(["tasks", "domains/test", "--task", "topic"]) == 0
    assert main(["corpus", "domains/test", "--threads", "1"]) == 0
    assert (len(site.requests), len(hub.asked)) == before
    sources = pq.read_table(zoo / "results/demo/test/corpus/documents.parquet").column("source").to_pylist()
    assert {name: sources.count(name) for name in ("web", "set")} == {"web": 60, "set": 60}


def test_what_was_not_fetched_is_said_in_one_sentence(domain, monkeypatch, capsys):
    monkeypatch.setattr(socket.socket, "connect", lambda *arguments: (_ for _ in ()).throw(OSError("no network")))
    assert main(["fetch", "domains/test"]) == 2
    assert "no network" in capsys.readouterr().err
