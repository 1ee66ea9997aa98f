"""Bad input at the command line: exit code 2, one line that says what is wrong, nothing half-written."""

import hashlib
import json
import zipfile

import pytest
import yaml

from maskzoo.cli import main
from maskzoo.corpus import curate, fetch
from maskzoo.corpus.store import ParquetStream

from .invented import Writer

LINES = "".join(text + "\n" for text in Writer().texts(60, words=30))
SUM = hashlib.sha256(LINES.encode()).hexdigest()
READ = {"format": "txt", "unit": "line"}


@pytest.fixture(autouse=True)
def once(monkeypatch, tmp_path):
    """No second try of a transfer, and a cache of the test's own."""
    quick = fetch.Retry(attempts=1)
    monkeypatch.setattr(fetch, "Retry", lambda: quick)
    monkeypatch.setenv("MASKZOO_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("MASKZOO_MIRRORS", raising=False)


@pytest.fixture
def refused(tmp_path, capsys):
    """Runs a command on a recipe with these sources (and tasks), which must fail, and returns what it said."""
    folder = tmp_path / "domains" / "test"
    folder.mkdir(parents=True)
    (tmp_path / "tokenizers").mkdir()
    (tmp_path / "tokenizers" / "wordpiece.yaml").touch()

    def run(source, *, command="corpus", tasks=None, **corpus):
        recipe = {
            "title": "Test",
            "summary": "Invented text.",
            "languages": ["en"],
            "corpus": {"sources": {"laws": {"licence": "CC0-1.0", "read": READ, **source}}, **corpus},
            "tokenizers": {"own": {"design": "wordpiece"}},
            "bases": {"fresh": {"architecture": "bert"}},
            "variants": {"scratch": {"base": "fresh", "tokenizer": "own"}},
            "release": {"name": "test", "variants": ["scratch"]},
            "tasks": tasks or {},
            "scales": {"demo": {}},
        }
        (folder / "domain.yaml").write_text(yaml.safe_dump(recipe))
        assert main([command, str(folder), "--results", str(tmp_path / "results")]) == 2
        said = capsys.readouterr().err
        assert [line for line in said.splitlines() if "error" in line] == [said.splitlines()[-1]]
        assert "Traceback" not in said
        left = [path for top in ("results", "cache") for path in (tmp_path / top).rglob("*") if path.is_file()]
        assert left == []
        return said

    run.folder = folder
    return run


def test_a_missing_checksum(refused, site):
    assert "corpus.sources.laws: a url needs its sha256" in refused({"url": site.url + "/laws.txt"})


def test_a_wrong_checksum(refused, site):
    site.put("/laws.txt", LINES.encode() + b"one line more")
    said = refused({"url": site.url + "/laws.txt", "sha256": SUM})
    assert f"wrong checksum of {site.url}/laws.txt" in said
    assert f"expected {SUM}" in said


def test_no_network(refused):
    said = refused({"url": "http://127.0.0.1:1/laws.txt", "sha256": SUM})
    assert "cannot download http://127.0.0.1:1/laws.txt" in said
    assert "expected network, or the file in the cache at" in said
    assert "MASKZOO_MIRRORS" in said


@pytest.mark.parametrize("keep", [0.5, 0.9])
def test_a_corrupt_zip(refused, keep):
    file = refused.folder / "laws.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("laws.txt", LINES)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * keep)])
    said = refused({"glob": "*.zip", "archive": "*.txt"})
    assert "laws.zip: damaged archive" in said


def test_too_many_undecodable_bytes(refused):
    (refused.folder / "laws.txt").write_bytes(
        (LINES + "Liberté, égalité, fraternité sont les mots\n" * 3).encode("cp1252")
    )
    said = refused({"glob": "*.txt"})
    assert "source laws: 3 of 63 records (4.8%) hold bytes that are not utf-8" in said
    assert "expected at most 1.0% (read.max_undecodable)" in said


def test_a_corpus_that_is_empty_after_its_filters(refused):
    (refused.folder / "laws.txt").write_text(LINES + "short\n")
    said = refused({"glob": "*.txt"}, cleaning={"max_words": 20})
    assert "no document is left of 61" in said
    assert "filters dropped 60 (too long), filters dropped 1 (too short)" in said


def test_a_label_that_is_unseen_in_training(refused):
    for seed, name, labels in ((0, "train", "ab"), (1000, "test", "abz")):
        texts = {label: Writer(seed + ord(label)).texts(30, words=9) for label in labels}
        rows = [{"text": text, "label": label} for label in labels for text in texts[label]]
        (refused.folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    read = {"format": "jsonl", "text": ["text"], "fields": {"label": "label"}}
    data = {name: {"glob": f"{name}.jsonl", "licence": "CC0-1.0", "read": read} for name in ("train", "test")}
    task = {"title": "T", "type": "sequence_classification", "data": data, "label": "label", "metric": "accuracy"}
    said = refused({"glob": "*.jsonl", "read": read}, command="tasks", tasks={"topic": task})
    assert "tasks.topic" in said
    assert "label 'z' occurs 30 times in the test split and is unseen in training" in said


@pytest.mark.parametrize("full", ["documents.parquet", "dropped.parquet"])
def test_a_disk_that_fills_up(refused, monkeypatch, full):
    """A real device that is always full stands in for one of the files."""
    (refused.folder / "laws.txt").write_text(LINES)

    def stream(path, columns):
        return ParquetStream(type(path)("/dev/full") if path.name == full else path, columns)

    monkeypatch.setattr(curate, "ParquetStream", stream)
    said = refused({"glob": "*.txt"})
    assert "disk full while writing" in said
    assert "nothing was left half-written" in said
