"""`maskzoo list` is a table that stays readable, whatever is broken, and says how far each domain got."""

import json
import shutil
from pathlib import Path

import pytest

from maskzoo.cli import main
from maskzoo.files import write_json
from maskzoo.paths import Layout

from ..conftest import ROOT


def listed(capsys, *arguments):
    assert main(["list", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """A terminal in which every name fits."""
    monkeypatch.setenv("COLUMNS", "300")


def test_what_has_been_made_is_told_as_far_as_it_got(zoo, capsys):
    layout = Layout(Path("results"), "demo", "legal")

    def row():
        return next(line for line in listed(capsys) if line.startswith("domains/legal"))

    assert row().split()[:3] == ["domains/legal", "demo", "scratch,"]
    assert row().endswith(" -")
    write_json(layout.funnel, {})
    assert row().endswith(" corpus")
    write_json(layout.run("scratch", 0) / "run.json", {})
    write_json(layout.run("scratch", 7) / "run.json", {})  # a seed that the recipe no longer names
    assert row().endswith(" 1 of 2 pretrained")
    write_json(layout.release("adapted") / "README.md", "")
    assert row().endswith(" released")


def test_a_broken_recipe_is_one_word_in_the_table_and_one_sentence_below(zoo, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    recipe = zoo / "domains/legal/domain.yaml"
    recipe.write_text(recipe.read_text().replace("policy: uniform", "policy: unifrom"))
    lines = listed(capsys)
    (row,) = [line for line in lines if line.startswith("domains/legal")]
    assert row.split() == ["domains/legal", "demo", "broken"]
    assert len(row) < 120
    reasons = [line for line in lines if line.startswith("broken: domains/legal")]
    assert len(set(reasons)) == len(reasons) >= 1
    assert all("did you mean 'uniform'?" in reason for reason in reasons)


def test_where_there_is_no_zoo_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["list"]) == 2
    assert "the root of a checkout" in capsys.readouterr().err


@pytest.mark.parametrize("columns", [80, 100])
def test_in_a_narrow_terminal_names_become_numbers_and_no_row_is_wider(zoo, capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = listed(capsys, *(["domains/legal"] if columns == 100 else []))
    table = lines[: lines.index("")]
    assert all(len(line) <= columns for line in table)
    (row,) = [line for line in table if line.startswith("domains/legal")]
    assert row.split()[1:] == (
        ["demo", "2", "2", "2", "-"] if columns == 80 else ["demo", "scratch,", "adapted", "2", "2", "-"]
    )


def test_a_headline_is_that_of_the_record_until_there_are_results(zoo, capsys):
    def headline():
        return next((line for line in listed(capsys, "domains/legal") if line.startswith("legal at small:")), None)

    assert headline() is None
    record = zoo / "docs/results/legal.small.json"
    record.parent.mkdir(parents=True)
    shutil.copy(ROOT / "docs/results/legal.small.json", record)
    assert headline().endswith("adapted beats its base in 3 of 6 tests (docs/results/legal.small.json, 2026-11-23)")
    comparison = json.loads(record.read_text())["comparison"] | {"provenance": {"date": "2030-01-02T03:04:05"}}
    for panel in comparison["tasks"].values():
        for model in panel["models"]:
            model["differences"] = {}
    write_json(Layout(Path("results"), "small", "legal").comparison / "comparison.json", comparison)
    assert headline() == "legal at small: nothing was tested (results, 2030-01-02)"


def test_programs_get_the_same_as_json_and_groups_are_named(zoo, capsys):
    found = json.loads("\n".join(listed(capsys, "--json", "domains/legal", "low_resource/")))
    names = [domain["name"] for domain in found["domains"]]
    assert names == ["legal", *found["groups"]["low_resource"]]
    legal = found["domains"][0]
    assert (legal["title"], legal["material"]) == ("Legal", "text")
    assert legal["scales"][0]["variants"] == ["scratch", "adapted"]
    assert main(["list", "domains/legl"]) == 2
    assert "did you mean 'legal'?" in capsys.readouterr().err
