"""A data set of the Hub is pinned: the commit that its name stood for, the configuration and the split."""

import json
import random

import pytest

from maskzoo.cli import main
from maskzoo.new import facts
from maskzoo.recipe.load import read_recipe

WORDS = ("dog", "cat", "horse", "coughing", "since", "days", "tablets", "against", "fever", "better", "again", "today")
CONFIGS = """---
configs:
- config_name: visits
  data_files:
  - {split: train, path: visits/train.jsonl}
  - {split: test, path: visits/test.jsonl}
- config_name: letters
  data_files:
  - {split: all, path: letters/all.jsonl}
---
"""


def lines(seed, count=120):
    draw = random.Random(seed)
    rows = ({"text": " ".join(draw.choices(WORDS, k=40)), "animal": draw.choice(WORDS[:3])} for _ in range(count))
    return "\n".join(map(json.dumps, rows)).encode()


def first_text(seed):
    return json.loads(lines(seed).split(b"\n")[0])["text"]


@pytest.fixture
def visits(hub):
    """owner/visits with two configurations; returns its commit."""
    files = {"visits/train.jsonl": lines(0), "visits/test.jsonl": lines(1), "letters/all.jsonl": lines(2)}
    return hub.commit("owner/visits", {"README.md": CONFIGS.encode(), **files})


def refused(capsys, *arguments):
    assert main(["new", "domains/v", "--from", *arguments]) == 2
    return capsys.readouterr().err


def documents(zoo, name):
    import pyarrow.parquet as pq

    assert main(["corpus", f"domains/{name}", "--threads", "1"]) == 0
    return pq.read_table(zoo / f"results/demo/{name}/corpus/documents.parquet").column("text").to_pylist()


def test_the_commit_is_written_and_read_again_after_the_data_set_has_changed(zoo, hub, made):
    sha = hub.commit("owner/notes", {"train.jsonl": lines(0)})
    made("notes", "--from", "hub:owner/notes", "--licence", "CC0-1.0")
    source = read_recipe(zoo / "domains/notes").corpus.sources["notes"].hub
    assert (source.dataset, source.revision, source.config, source.split) == ("owner/notes", sha, None, "train")
    assert hub.commit("owner/notes", {"train.jsonl": lines(5)}) != sha
    assert first_text(0) in documents(zoo, "notes")


def test_configuration_and_split_are_chosen_and_written(zoo, visits, made):
    made("held", "--from", "owner/visits", "--config", "visits", "--split", "test", "--licence", "CC0-1.0")
    source = read_recipe(zoo / "domains/held").corpus.sources["visits"].hub
    assert (source.revision, source.config, source.split) == (visits, "visits", "test")
    assert first_text(1) in documents(zoo, "held")
    made("letters", "--from", "owner/visits", "--config", "letters", "--licence", "CC0-1.0")
    assert read_recipe(zoo / "domains/letters").corpus.sources["visits"].hub.split == "all", "its only one"


def test_a_choice_that_is_missing_or_wrong_is_answered_with_what_there_is(zoo, visits, capsys):
    assert "has 2 configurations; expected --config with one of" in refused(capsys, "hub:owner/visits")
    said = refused(capsys, "hub:owner/visits", "--config", "visit")
    assert "unknown configuration 'visit'; expected one of letters, visits; did you mean 'visits'?" in said
    said = refused(capsys, "hub:owner/visits", "--config", "visits", "--split", "tests")
    assert "unknown split 'tests'; expected one of test, train; did you mean 'test'?" in said
    assert "no such data set, or one that needs a login" in refused(capsys, "hub:owner/nothing")
    assert not (zoo / "domains/v").exists()


def test_options_of_the_hub_do_not_go_with_files(zoo, capsys):
    (zoo / "n.txt").write_text("Hello there.")
    assert "--split: 'test', but n.txt is no data set of the Hub" in refused(capsys, "n.txt", "--split", "test")


def test_a_folder_in_the_hubs_layout_has_configurations_and_splits_and_no_commit(zoo, made):
    for name, data in {"visits/train": lines(0), "visits/test": lines(1), "letters/all": lines(2)}.items():
        (zoo / "mine" / name).parent.mkdir(parents=True, exist_ok=True)
        (zoo / f"mine/{name}.jsonl").write_bytes(data)
    (zoo / "mine/README.md").write_text(CONFIGS)
    made("local", "--from", "hub:mine", "--config", "visits", "--split", "test", "--licence", "CC0-1.0")
    source = read_recipe(zoo / "domains/local").corpus.sources["mine"].hub
    assert (source.dataset, source.revision, source.config, source.split) == ("../../mine", None, "visits", "test")
    assert first_text(1) in documents(zoo, "local")


def test_class_labels_become_a_task_by_their_names(zoo, made, tasks):
    import datasets

    draw = random.Random(0)
    features = datasets.Features(
        {"text": datasets.Value("string"), "animal": datasets.ClassLabel(names=["dog", "cat"])}
    )
    rows = {"text": [" ".join(draw.choices(WORDS, k=40)) for _ in range(200)], "animal": [0, 1] * 100}
    (zoo / "set").mkdir()
    datasets.Dataset.from_dict(rows, features=features).to_parquet(zoo / "set" / "train.parquet")
    made("animals", "--from", "hub:set", "--task", "animal", "--licence", "CC0-1.0")
    _, information = tasks("animals")
    assert information["labels"] == ["cat", "dog"]


@pytest.mark.parametrize("place", ["hub:owner/notes", "table.jsonl"])
def test_what_is_not_read_to_its_end_is_counted_as_at_least(zoo, hub, made, monkeypatch, capsys, place):
    monkeypatch.setattr(facts, "MOST", 20_000)
    hub.commit("owner/notes", {"train.jsonl": lines(0)})
    (zoo / "table.jsonl").write_bytes(lines(0))
    folder = made("some", "--from", place, "--licence", "CC0-1.0")
    read = next(
        n for n in range(120) if sum(len(json.loads(one)["text"]) for one in lines(0).split(b"\n")[:n]) > 20_000
    )
    assert f"at least {read} documents" in capsys.readouterr().out
    assert f"# at least {read} documents, at least 0.02 MB" in (folder / "domain.yaml").read_text()
    assert f"at least {read}" in (folder / "README.md").read_text()


def test_plain_text_that_is_not_read_to_its_end_is_estimated_by_the_size_of_its_files(zoo, made, monkeypatch, capsys):
    monkeypatch.setattr(facts, "MOST", 10_000)
    draw = random.Random(0)
    (zoo / "notes").mkdir()
    for number in range(200):
        (zoo / f"notes/{number:03}.md").write_text(" ".join(draw.choices(WORDS, k=40)))
    made("some", "--from", "notes/*.md", "--licence", "CC0-1.0")
    about = int(capsys.readouterr().out.partition("about ")[2].partition(" documents")[0])
    assert 190 <= about <= 210
