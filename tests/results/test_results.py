"""Records hold what a run came to; pages, sentences and the picture follow from them and from nothing else."""

import argparse
import copy
import json

import pytest

from maskzoo.cli import main
from maskzoo.errors import UserError
from maskzoo.results import command, reading
from maskzoo.results.command import write_pages
from maskzoo.results.detail_page import detail_page
from maskzoo.results.domain_code import counts
from maskzoo.results.overview_page import overview_page
from maskzoo.results.picture import error, relative_errors
from maskzoo.results.run_record import read_run_records

from ..conftest import ROOT

RECORDS = ROOT / "docs" / "results"


@pytest.fixture
def legal():
    """The committed record of legal, to be changed at will."""
    return json.loads((RECORDS / "legal.small.json").read_text())


def panel(metric="macro_f1", **values):
    """A task whose models have these means, role -> mean; tests against the baseline are all significant."""
    models = [
        {"name": role, "role": role, "base": None, "mean": mean, "interval": [mean, mean], "differences": {}}
        for role, mean in values.items()
    ]
    for model in models:
        if model["role"] != "baseline":
            difference = {"value": model["mean"] - values["baseline"], "interval": [0, 0], "p_holm": 0.01}
            model["differences"] = {"baseline": difference}
    return {"title": "T", "metric": metric, "models": models, "best_baseline": "baseline", "reference": "base"}


def test_the_pages_in_git_are_those_that_the_records_in_git_give():
    records = read_run_records(RECORDS)
    assert (ROOT / "docs" / "results.md").read_text() == overview_page(records), "run `maskzoo results page`"
    picture = (RECORDS / "zoo.svg").read_text()
    assert all(record["title"] in picture for record in records)


def test_pages_and_picture_have_equal_bytes_when_written_twice(tmp_path, zoo, legal):
    written = []
    for name in ("a", "b"):
        folder = tmp_path / name / "results"
        folder.mkdir(parents=True)
        (folder / "legal.small.json").write_text(json.dumps(legal))
        written.append({path.name: path.read_bytes() for path in write_pages(folder)})
    assert written[0] == written[1]
    assert set(written[0]) == {"results.md", "domains.md", "legal.small.md", "zoo.svg"}


def test_a_domain_at_two_scales_stands_side_by_side(legal):
    other = copy.deepcopy(legal)
    other["scale"] = other["comparison"]["scale"] = "small_contaminated"
    other["comparison"]["tasks"]["french_code"]["models"][1]["mean"] = 0.123
    page = overview_page([legal, other])
    section = page.partition("side by side")[2]
    row = next(line for line in section.splitlines() if line.startswith("| Which French code"))
    assert row.count("0.129 [0.117, 0.140]") == 2
    assert "| TF-IDF + logistic regression | baseline | 0.959 [0.939, 0.978] | 0.123 [0.939, 0.978] |" in section


def test_tested_sequences_with_relatives_in_training_are_counted_on_the_page(legal):
    found = {
        "tool": "MMseqs2 14 easy-search",
        "identity": 0.3,
        "coverage": 0.8,
        "test": 800,
        "with_relative_in_train": 343,
    }
    legal["tasks"]["unfair_terms"]["relatives"] = found
    assert "`unfair_terms`: 343 of 800 (30% identical over 80% of the length; MMseqs2 14 easy-search)" in detail_page(
        legal
    )


def test_lower_is_better_is_read_the_right_way_round():
    higher, lower = panel("macro_f1", baseline=0.5, scratch=0.6), panel("rmse", baseline=0.5, scratch=0.6)
    assert reading.against_baseline(higher) == reading.BETTER
    assert reading.against_baseline(lower) == reading.WORSE
    assert reading.best(panel("mae", baseline=2.0, base=3.0, scratch=1.0), "scratch")["mean"] == 1.0


def test_errors_are_comparable_whatever_the_metric():
    half_f1 = relative_errors(panel("macro_f1", baseline=0.8, scratch=0.9))["scratch"][0]
    half_rmse = relative_errors(panel("rmse", baseline=1.4, scratch=0.7))["scratch"][0]
    assert half_f1 == pytest.approx(0.5)
    assert half_rmse == pytest.approx(0.5)
    assert error(panel("cloze_perplexity", baseline=1.0), 1.0) > 0  # a perfect model still has a place on a log scale


def test_unclear_differences_are_no_victories():
    task = panel("accuracy", baseline=0.5, scratch=0.6)
    task["models"][1]["differences"]["baseline"]["p_holm"] = 0.2
    assert reading.against_baseline(task) == reading.UNCLEAR


def test_the_headline_of_legal_counts_tasks_and_tests(legal):
    assert reading.headline(legal) == (
        "an encoder beats the best baseline on 0 of 3 tasks; adapted beats its base in 3 of 6 tests"
    )


def test_a_record_under_a_wrong_name_or_of_another_form_is_refused(tmp_path, legal):
    (tmp_path / "general.small.json").write_text(json.dumps(legal))
    with pytest.raises(UserError, match=r"holds legal at small; expected name .*legal\.small\.json"):
        read_run_records(tmp_path)
    (tmp_path / "general.small.json").write_text("{}")
    with pytest.raises(UserError, match="no record of format 1"):
        read_run_records(tmp_path)


@pytest.mark.parametrize(
    ("scale", "said"),
    [("demo", "its data are simulated"), ("small", "has not been compared at scale small; run: snakemake")],
)
def test_only_finished_runs_on_real_data_are_recorded(zoo, capsys, scale, said):
    assert main(["results", "collect", "domains/legal", "--scale", scale]) == 2
    assert said in capsys.readouterr().err


def test_every_record_names_the_command_that_was_typed_and_no_folder_of_a_machine():
    for record in read_run_records(RECORDS):
        assert record["command"].startswith("snakemake "), record["domain"]
        assert '"/' not in json.dumps(record), record["domain"]


def test_what_the_command_line_is_kept_as_is_no_option_of_any_command():
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    options = parser.parse_args(["collect", "domains/legal", "--command", "make"])
    assert options.typed == "make"
    assert "arguments" not in vars(options), "which the command line as a whole would overwrite"


def test_code_of_one_domain_is_counted_where_it_lives(tmp_path):
    for name, material, generator in (
        ("pets", "text", "pets"),
        ("cliffs", "text", "rocks"),
        ("rocks", "stone", "rocks"),
    ):
        (tmp_path / "domains" / name).mkdir(parents=True)
        demo = f"{{simulate: {{generator: {generator}}}}}"
        recipe = f"corpus: {{material: {material}}}\n# a comment\n\nscales: {{demo: {demo}}}\n"
        (tmp_path / "domains" / name / "domain.yaml").write_text(recipe)
    for file in (
        "materials/stone/__init__.py",
        "materials/text/__init__.py",
        "simulate/domains/rocks.py",
        "simulate/own.py",
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("a = 1\n\n# why\nb = 2\n")
    for name, imported in (
        ("rocks", "from maskzoo.simulate import own, shared"),
        ("other", "from maskzoo.simulate.shared import x"),
    ):
        (tmp_path / f"simulate/domains/{name}.py").write_text(imported + "\n")
    (tmp_path / "simulate/shared.py").write_text("x = 1\n" * 50)
    assert counts(tmp_path / "domains", tmp_path) == {
        "cliffs": {"recipe": 2, "material": 0, "simulator": 0},  # borrows the simulator of rocks
        "pets": {"recipe": 2, "material": 0, "simulator": 0},
        "rocks": {"recipe": 2, "material": 2, "simulator": 3},
    }


def test_titles_and_summaries_are_text_on_both_pages(legal):
    hostile = "<script>alert(1)</script> [x](javascript:a)"
    changed = json.loads(json.dumps(legal)) | {"title": hostile, "summary": hostile}
    for panel in changed["comparison"]["tasks"].values():
        panel["title"] = hostile
    for text in (overview_page([changed, changed | {"scale": "full"}]), detail_page(changed)):
        assert "alert(1)" in text
        assert "<script" not in text
        assert "](javascript" not in text


def test_a_run_of_which_a_stage_is_gone_is_a_sentence(zoo):
    from maskzoo.paths import Layout
    from maskzoo.recipe.load import read_recipe
    from maskzoo.results.run_record import gather

    recipe, layout = read_recipe(zoo / "domains/legal"), Layout(zoo / "results", "demo", "legal")
    for file in (layout.comparison / "comparison.json", layout.funnel):
        file.parent.mkdir(parents=True)
        file.write_text("{}")
    with pytest.raises(UserError, match=r"task\.json: is missing; run: snakemake .* domains/legal"):
        gather(recipe, layout)
