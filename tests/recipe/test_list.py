"""`maskzoo list` is a table that stays readable, whatever is broken, and says how far each domain got."""

from pathlib import Path

from maskzoo.cli import main
from maskzoo.files import write_json
from maskzoo.paths import Layout


def listed(capsys):
    assert main(["list"]) == 0
    return capsys.readouterr().out.splitlines()


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


def test_a_broken_recipe_is_one_word_in_the_table_and_one_sentence_below(zoo, capsys):
    recipe = zoo / "domains/legal/domain.yaml"
    recipe.write_text(recipe.read_text().replace("policy: uniform", "policy: unifrom"))
    lines = listed(capsys)
    (row,) = [line for line in lines if line.startswith("domains/legal")]
    assert row.split() == ["domains/legal", "demo", "broken"]
    assert len(row) < 120
    reasons = [line for line in lines if line.startswith("broken:")]
    assert len(set(reasons)) == len(reasons) >= 1
    assert all("did you mean 'uniform'?" in reason for reason in reasons)


def test_where_there_is_no_zoo_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["list"]) == 2
    assert "the root of a checkout" in capsys.readouterr().err
