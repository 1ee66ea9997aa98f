"""`maskzoo probe` and `maskzoo score`: what is there is kept while it was made from the same, and nothing else."""

import json
from pathlib import Path

import pytest

from maskzoo.cli import main
from maskzoo.files import read_json
from maskzoo.probes.common.checkpoints import checksum
from maskzoo.probes.common.kind import Context

from ..conftest import PAIRS, write_checkpoint, write_pairs


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["probe", "domains/law", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_all_suites_are_asked_of_all_models_and_kept(law: Context, capsys: pytest.CaptureFixture[str]) -> None:
    lines = asked(capsys)
    assert [line.split(": ")[:2] for line in lines] == [["pairs", "scratch"], ["pseudo_perplexity", "scratch"]]
    assert not any("there already" in line for line in lines)
    assert "5 pairs in 2 groups" in lines[0]
    stamps = {path: path.stat().st_mtime_ns for path in Path("results").rglob("*.json")}
    assert all("there already" in line for line in asked(capsys))
    assert stamps == {path: path.stat().st_mtime_ns for path in Path("results").rglob("*.json")}
    assert not any("there already" in line for line in asked(capsys, "--again"))


@pytest.mark.parametrize("changed", ["checkpoint", "data", "limit", "nothing", "title", "comment"])
def test_a_result_is_made_anew_just_where_what_it_was_made_from_changed(
    law: Context, capsys: pytest.CaptureFixture[str], changed: str
) -> None:
    asked(capsys, "--suite", "pairs")
    suite = Path("probes/pairs.yaml")
    if changed == "checkpoint":
        write_checkpoint(law.layout.model("scratch", 1), 7)
    elif changed == "data":
        write_pairs(Path("probes/pairs.jsonl"), PAIRS[:4])
    elif changed == "limit":
        suite.write_text(suite.read_text() + "limit: 1\n")
    elif changed == "title":
        suite.write_text(suite.read_text().replace("Order of words", "Words in order"))
    elif changed == "comment":
        suite.write_text("# a comment\n" + suite.read_text())
    (line,) = asked(capsys, "--suite", "pairs")
    assert ("there already" in line) == (changed in ("nothing", "title", "comment"))


def test_what_a_result_was_made_from_stands_in_it(law: Context, capsys: pytest.CaptureFixture[str]) -> None:
    asked(capsys)
    for suite, data in (("pairs", "pairs.jsonl"), ("pseudo_perplexity", "corpus/documents.parquet")):
        inputs = read_json(law.layout.probed(suite, "scratch"))["provenance"]["inputs"]
        assert set(inputs) == {data, "checkpoint of seed 0", "checkpoint of seed 1"}
        assert inputs["checkpoint of seed 0"] == checksum(law.layout.model("scratch", 0))
        assert len(set(inputs.values())) == 3


def test_score_is_the_probe_by_the_name_that_people_know(law: Context, capsys: pytest.CaptureFixture[str]) -> None:
    asked(capsys, "--suite", "pseudo_perplexity")
    file = law.layout.scored("scratch")
    probed = read_json(file)
    file.unlink()
    assert main(["score", "domains/law", "--model", "scratch"]) == 0
    scored = read_json(file)
    assert {**probed, "provenance": None} == {**scored, "provenance": None}
    assert scored["provenance"]["inputs"] == probed["provenance"]["inputs"]
    assert scored["words"] == 18


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--suite", "paris"],
            "unknown suite 'paris'; expected one of pairs, pseudo_perplexity; did you mean 'pairs'?",
        ),
        (["--model", "scrtch"], "did you mean 'scratch'?"),
    ],
)
def test_what_there_is_not_is_refused(
    law: Context, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["probe", "domains/law", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_checkpoint_that_is_not_there_yet_is_a_sentence_and_nothing_is_written(
    law: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    law.layout.model("scratch", 1).rename("elsewhere")
    assert main(["probe", "domains/law"]) == 2
    assert "maskzoo pretrain --variant scratch --seed 1" in capsys.readouterr().err
    assert not law.layout.probed("pairs", "scratch").exists()


def test_results_can_be_read_by_people(law: Context, capsys: pytest.CaptureFixture[str]) -> None:
    asked(capsys, "--suite", "pairs")
    found = json.loads(law.layout.probed("pairs", "scratch").read_text())
    assert list(found)[:4] == ["model", "suite", "probe", "variant"]
    assert found["seeds"][0]["pairs"][0].keys() == {"id", "group", "good", "bad", "right"}
