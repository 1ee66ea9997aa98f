"""The page and the picture follow from papers and records, and from nothing else."""

import json
import re
import shutil

import pytest

from maskzoo.cli import main
from maskzoo.errors import UserError
from maskzoo.papers.command import write_pages
from maskzoo.papers.compared import compared
from maskzoo.papers.page import overview
from maskzoo.papers.picture import dots, draw
from maskzoo.papers.section import page

from ..conftest import ROOT
from .conftest import made_record


def test_a_page_has_both_sides_the_difference_and_the_verdict(shop, run):
    text = page(compared(shop.read(), run()))
    assert (
        "| Breed: PetBERT (accuracy, %) | 80 % | read | `adapted` 79.0 [76.0, 83.0] | -1.0 [-4.0, +3.0] | "
        "**reproduced** |" in text
    )
    assert "| Breed: Trees (accuracy, %) | 81 % | read | `forest` 70.0 [66.0, 74.0] |" in text
    assert "`adapted` 79.0 [76.0, 83.0] against `base` 75.0 [71.0, 78.0] | +4.0 % | **reproduced** |" in text
    assert "| Half the loss | 50 % lower | read | `adapted` 3.000 against `base` 4.000 | 25 % lower |" in text
    assert "- Song: its recordings are not at hand" in text
    assert "scaled down" not in text


def test_what_is_unverified_is_told_apart_at_a_glance(shop, run):
    text = page(compared(shop.read(), run()))
    assert "| *3.5?* | unverified |" in text


def test_every_row_of_a_scaled_down_run_says_so(shop, run):
    text = page(compared(shop.read(), run("small")))
    rows = [line for line in text.splitlines() if re.match(r"\| .*`(adapted|base|forest)`", line)]
    assert len(rows) == 10
    assert all("scaled down" in line for line in rows)
    assert "**scaled down** from the paper's own (`full`)" in text


def test_simulated_data_are_named(shop, run):
    assert "simulated data, which say nothing about the world" in page(compared(shop.read(), run(simulated=True)))


def test_a_paper_that_was_not_run_says_how_to_run_it(shop):
    assert "snakemake --cores 8 papers/pets --config scale=full" in page(compared(shop.read(), None))


def test_the_overview_counts_claims_verdicts_and_who_is_ahead(shop, run):
    found = compared(shop.read(), run())
    text = overview([found], [made_record()])
    assert "| [pets](#petbert) | 12 | 10 | `pets` `full` | 5 | 2 | 5 |" in text
    assert sum(found.count().values()) == len(found.rows) == 12
    assert "a classical model has the better value on 1 of 1 tasks" in text
    assert "an encoder beats the best baseline on 1" in text


def test_the_picture_has_a_dot_for_every_claim_with_two_numbers(shop, run, tmp_path):
    found = [compared(shop.read(), run())]
    scores, errors = dots(found)
    assert [(claim.paper, claim.task) for claim in scores] == [("pets", "breed")] * 3
    assert {claim.task for claim in errors} == {"weight", "loss"}
    for name in ("a.svg", "b.svg"):
        draw(found, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    picture = (tmp_path / "a.svg").read_text()
    assert picture.count(">breed<") == 3
    assert ">pets<" in picture
    draw([compared(shop.read(), None)], tmp_path / "empty.svg")


@pytest.fixture
def checkout(zoo):
    shutil.copytree(ROOT / "papers", zoo / "papers")
    shutil.copytree(ROOT / "docs" / "results", zoo / "docs" / "results")
    return zoo


def test_the_page_in_git_is_the_one_that_papers_and_records_in_git_give(checkout):
    write_pages()
    assert (checkout / "docs/papers.md").read_text() == (ROOT / "docs/papers.md").read_text(), "run `snakemake papers`"
    assert (ROOT / "docs/papers.svg").read_text().startswith("<?xml")


def test_one_paper_is_printed_and_kept_as_json_with_every_number(checkout, capsys):
    assert main(["papers", "compare", "papers/puoberta.yaml"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# PuoBERTa")
    kept = json.loads((checkout / "results/papers/puoberta.json").read_text())
    assert len(kept["claims"]) == 21 + 3
    assert sum(kept["verdicts"].values()) == len(kept["claims"])
    assert (checkout / "results/papers/puoberta.md").read_text().strip() == printed.strip()


def test_a_scale_that_was_not_run_is_refused_and_leaves_nothing(checkout, capsys):
    assert main(["papers", "compare", "puoberta", "--scale", "small"]) == 2
    assert "has not been compared at scale small; run: snakemake" in capsys.readouterr().err
    assert not (checkout / "results").exists()


def test_without_papers_there_is_no_page(zoo):
    with pytest.raises(UserError, match="no papers"):
        write_pages()
