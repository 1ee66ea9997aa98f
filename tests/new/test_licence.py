"""Without a licence a domain is made and runs, and everything says that nothing of it may be shared."""

import random

import pytest

from maskzoo.cli import main
from maskzoo.licences import NOT_SHAREABLE
from maskzoo.recipe.load import read_recipe

WORDS = ("dog", "cat", "horse", "coughing", "since", "days", "tablets", "against", "fever", "better", "again", "today")


@pytest.fixture
def notes(zoo):
    """notes/*.txt, as a practice has them."""
    draw = random.Random(0)
    (zoo / "notes").mkdir()
    for number in range(150):
        (zoo / f"notes/visit{number}.txt").write_text(" ".join(draw.choices(WORDS, k=60)))
    return zoo


def warnings(said):
    """What is not progress."""
    return [line for line in said.splitlines() if line.startswith("maskzoo:")]


def test_the_command_of_the_readme_writes_a_recipe_and_says_what_to_fill_in(notes, capsys):
    assert main(["new", "domains/veterinary", "--from", "notes/*.txt"]) == 0
    said = capsys.readouterr()
    assert "no --licence was given, so no model of these data may be shared" in said.err
    assert "`licence` of notes in domains/veterinary/domain.yaml" in said.err
    assert len(warnings(said.err)) == 1
    text = (notes / "domains/veterinary/domain.yaml").read_text()
    assert f"licence: {NOT_SHAREABLE} # TODO: an SPDX id such as CC0-1.0; until there is one, no model" in text
    assert "TODO: which one" in (notes / "domains/veterinary/README.md").read_text()
    for scale in ("demo", "small"):
        assert read_recipe(notes / "domains/veterinary", scale).corpus.sources["notes"].licence == NOT_SHAREABLE
    assert main(["check", "domains/veterinary"]) == 0


def test_a_licence_that_is_named_is_written_and_nothing_is_to_be_filled_in(notes, capsys):
    assert main(["new", "domains/veterinary", "--from", "notes/*.txt", "--licence", "cc-by-4.0"]) == 0
    assert warnings(capsys.readouterr().err) == []
    text = (notes / "domains/veterinary/domain.yaml").read_text()
    assert "licence: CC-BY-4.0 # decides the licence of the model" in text
    assert "TODO" not in text


def test_a_licence_that_nobody_knows_is_refused(notes, capsys):
    assert main(["new", "domains/veterinary", "--from", "notes/*.txt", "--licence", "mine"]) == 2
    assert "unknown licence 'mine'" in capsys.readouterr().err
