"""Claims beside our values: units, differences, and the reasons for which nothing can be compared."""

import pytest

from maskzoo.papers.compared import compared
from maskzoo.papers.lesson import across
from maskzoo.papers.ours import OurRun
from maskzoo.papers.rows import rows_of
from maskzoo.papers.schema import Measure
from maskzoo.papers.verdict import NOT_COMPARABLE, NOT_REPRODUCED, REPRODUCED

from .conftest import made_record


def row(rows, task, title):
    return next(one for one in rows if (one.task, one.title) == (task, title))


def test_values_are_compared_in_the_papers_unit_at_the_papers_scale(shop, run):
    rows = rows_of(shop.read(), run())
    found = row(rows, "breed", "PetBERT")
    assert (found.claimed, found.ours.name, found.ours.mean) == (80.0, "adapted", pytest.approx(79.0))
    assert (found.ours.low, found.ours.high) == (pytest.approx(76.0), pytest.approx(83.0))
    assert found.difference == pytest.approx(-1.0)
    assert found.verdict.word == REPRODUCED, "1 point off, 2 are tolerated"
    assert not found.scaled
    trees = row(rows, "breed", "Trees")
    assert trees.difference == pytest.approx(-11.0)
    assert (trees.verdict.word, trees.verdict.why) == (NOT_REPRODUCED, "ours is worse")
    assert row(rows, "weight", "PetBERT").verdict.word == REPRODUCED
    assert len(rows) == 9 + 3, "every cell and every statement has a row"


def test_values_of_a_scaled_down_run_are_shown_labelled_and_not_judged(shop, run):
    found = row(rows_of(shop.read(), run("small")), "breed", "PetBERT")
    assert found.ours.mean == pytest.approx(79.0), "the first of the named models that did the task"
    assert found.scaled
    assert (found.verdict.word, found.verdict.why) == (NOT_COMPARABLE, "4.7 M weights, 1,000 training examples")


@pytest.mark.parametrize(
    ("task", "title", "why", "beside"),
    [
        ("weight", "BERT", "the paper's figure is unverified", True),
        ("loss", "PetBERT", "another vocabulary", True),
        ("song", "PetBERT", "its recordings are not at hand", False),
        ("breed", "GPT", "decoders are not here", False),
    ],
)
def test_a_claim_that_cannot_be_compared_says_why(shop, run, task, title, why, beside):
    found = row(rows_of(shop.read(), run()), task, title)
    assert (found.verdict.word, found.verdict.why) == (NOT_COMPARABLE, why)
    assert (found.ours is not None) == beside


def test_without_a_run_or_its_task_or_on_simulated_data_nothing_is_judged(shop, run):
    paper = shop.read()
    assert row(rows_of(paper, None), "breed", "BERT").verdict.why == "pets has no record at full or small"
    poor = made_record()
    del poor["comparison"]["tasks"]["weight"]
    assert (
        row(rows_of(paper, OurRun(poor, "")), "weight", "PetBERT").verdict.why
        == "the run at scale full has no task weight"
    )
    simulated = rows_of(paper, run(simulated=True))
    assert {one.verdict.word for one in simulated} == {NOT_COMPARABLE}
    assert row(simulated, "breed", "PetBERT").verdict.why == "our data are simulated"


def test_a_figure_that_is_not_known_is_a_row_without_a_number(shop, run):
    shop.raw["tables"]["main"]["rows"]["PetBERT"]["breed"] = {"value": None, "known": "unverified", "where": "unseen"}
    del shop.raw["contrasts"]["gain"]
    found = row(rows_of(shop.read(), run()), "breed", "PetBERT")
    assert (found.claimed, found.difference) == (None, None)
    assert found.verdict.why == "the paper's figure is not known here"


def test_a_statement_is_judged_by_the_corrected_test_at_every_scale(shop, run):
    for scale in ("full", "small"):
        found = row(rows_of(shop.read(), run(scale)), "breed", "adapting helps")
        assert (found.claimed, found.difference) == (pytest.approx(5.0), pytest.approx(4.0))
        assert found.verdict.word == REPRODUCED
        assert found.scaled == (scale == "small")
    record = made_record()
    record["comparison"]["tasks"]["breed"]["models"][2]["differences"]["base"]["p_holm"] = 0.3
    found = row(rows_of(shop.read(), OurRun(record, "")), "breed", "adapting helps")
    assert (found.verdict.word, found.verdict.why) == (NOT_REPRODUCED, "chance explains the difference")


def test_on_par_is_a_difference_within_the_tolerance(shop, run):
    shop.raw["contrasts"]["gain"] |= {"expect": "on_par", "tolerance": 5.0}
    assert row(rows_of(shop.read(), run()), "breed", "adapting helps").verdict.word == REPRODUCED
    shop.raw["contrasts"]["gain"]["tolerance"] = 3.0  # ours are 4 points apart
    found = row(rows_of(shop.read(), run()), "breed", "adapting helps")
    assert (found.verdict.word, found.verdict.why) == (NOT_REPRODUCED, "ours is better")


def test_a_loss_is_the_last_of_the_variant_and_the_first_of_its_base(shop, run):
    rows = rows_of(shop.read(), run())
    assert row(rows, "loss", "PetBERT").ours.mean == 3.0
    assert row(rows, "loss", "BERT").ours.mean == 4.0
    half = row(rows, "loss", "half the loss")
    assert (half.claimed, half.difference) == (0.5, pytest.approx(0.25)), "1 - 3 / 4"
    assert half.verdict.word == NOT_REPRODUCED, "a quarter is not a half, give or take a tenth"
    assert row(rows, "loss", "a lower loss").verdict.word == REPRODUCED
    assert row(rows_of(shop.read(), run("small")), "loss", "half the loss").verdict.word == NOT_COMPARABLE
    assert row(rows_of(shop.read(), run("small")), "loss", "a lower loss").verdict.word == REPRODUCED


def test_a_statement_made_of_an_unverified_cell_is_unverified(shop, run):
    shop.raw["contrasts"]["gain"]["task"] = "weight"
    found = row(rows_of(shop.read(), run()), "weight", "adapting helps")
    assert (found.known, found.claimed) == ("unverified", pytest.approx(-0.5))
    assert found.verdict.why == "the paper's claim is unverified"


def test_a_statement_of_its_own_lends_no_number_from_cells_of_other_provenance(shop, run):
    shop.raw["contrasts"]["gain"] |= {"known": "second-hand", "where": "a survey"}
    found = row(rows_of(shop.read(), run()), "breed", "adapting helps")
    assert (found.claimed, found.known, found.where) == (None, "second-hand", "a survey")


def test_models_that_no_test_compared_are_told_apart_by_intervals_that_do_not_touch(run):
    assert run().compared("weight", "adapted", "base") == "unclear", "2.9 .. 3.45 and 3.3 .. 3.5"
    record = made_record()
    record["comparison"]["tasks"]["weight"]["models"][1]["interval"] = [2.9, 3.25]
    assert OurRun(record, "").compared("weight", "adapted", "base") == "better"
    assert OurRun(record, "").compared("weight", "base", "adapted") == "worse"
    assert OurRun(record, "").compared("breed", "base", "adapted") == "worse", "from the test the other way round"


def test_a_part_of_a_task_is_read_by_its_name(run):
    found = run().value(Measure(task="breed", target="cats"), ["adapted"])
    assert (found.mean, found.low) == (pytest.approx(0.69), None)
    assert run().value(Measure(task="breed", target="dogs"), ["adapted"]) is None


def test_the_lesson_compares_the_best_of_each_kind_in_the_paper_and_in_the_run(shop, run):
    found = compared(shop.read(), run())
    breed = next(one for one in found.lessons if one.task == "breed")
    assert (breed.baseline, breed.encoder) == (("Trees", 81.0), ("PetBERT", 80.0)), "a decoder is no encoder"
    assert (breed.ours_baseline, breed.ours_encoder) == (
        ("forest", pytest.approx(70.0)),
        ("adapted", pytest.approx(79.0)),
    )
    assert (breed.verdict.word, breed.verdict.why) == (NOT_REPRODUCED, "the other way round")
    weight = next(one for one in found.lessons if one.task == "weight")
    assert weight.verdict.word == NOT_COMPARABLE
    assert weight.baseline is None


def test_a_task_of_ours_beside_several_figures_is_asked_once(shop, run):
    del shop.raw["tables"]["main"]["rows"]["Trees"]
    for name, measure in (("again", {"task": "breed"}), ("cats", {"task": "breed", "target": "cats"})):
        shop.raw["tasks"][name] = {**shop.raw["tasks"]["breed"], "ours": measure}
        shop.raw["tables"]["main"]["rows"]["BERT"][name] = 70.0
    found = compared(shop.read(), run())
    assert [lesson.task for lesson in found.lessons] == ["breed", "weight"]


def test_over_all_records_each_domain_counts_once():
    one, same = made_record("small"), made_record("full")
    assert across([one, same]) == {"encoder": 1, "baseline": 0, "neither": 0}, (
        "weight has no baseline and tells nothing"
    )
