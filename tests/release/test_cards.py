"""The page of cards that the report shows: every released card with its tables, and nothing that runs."""

import json
from typing import Any

import pytest

from maskzoo.cli import main
from maskzoo.release.cards_command import cards_page, split_header
from maskzoo.release.command import release


def test_page_has_the_released_card_with_its_tables_and_the_metadata_apart(
    domain: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    release(domain.recipe, "adapted", domain.layout)
    assert main(["cards", str(domain.recipe.folder), "--results", str(domain.layout.results)]) == 0
    assert "1 model card in" in capsys.readouterr().out
    page = domain.layout.card_page.read_text()
    compared = json.loads((domain.layout.comparison / "comparison.json").read_text())
    mean = next(m["mean"] for m in compared["tasks"]["clauses"]["models"] if m["name"] == "adapted")
    assert "<h1>tiny-law-demo</h1>" in page
    assert f"<td>{mean:.3f} [" in page
    shown, hidden = page.split("<details>")
    assert "license: apache-2.0" in hidden
    assert "license: apache-2.0" not in shown


def test_markup_in_a_card_is_shown_and_not_obeyed() -> None:
    page = cards_page("A & B", {"x": "---\nlicense: <b>\n---\n# x\n\n<script>alert(1)</script>\n"})
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "license: &lt;b&gt;" in page
    assert "<title>A &amp; B: model cards</title>" in page


def test_card_without_a_header_is_all_body() -> None:
    assert split_header("# x\n") == ("", "# x\n")
    assert split_header("---\na: 1\n---\n# x\n") == ("a: 1", "# x\n")


def test_missing_card_says_which_command_makes_it(domain: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cards", str(domain.recipe.folder), "--results", str(domain.layout.results)]) == 2
    error = capsys.readouterr().err
    assert "variant 'adapted' has not been released" in error
    assert "maskzoo release" in error
    assert not domain.layout.card_page.exists()
