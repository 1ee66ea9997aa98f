"""The comparison says what the files say: roles, intervals, paired tests, and sentences that admit a loss."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from maskzoo.cli import main
from maskzoo.comparison.command import compare
from maskzoo.comparison.picture import draw
from maskzoo.comparison.table import judged, tuning
from maskzoo.errors import UserError
from maskzoo.paths import Layout
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.recipe import Recipe
from maskzoo.tasks import baselines, metrics
from maskzoo.tasks.metrics.entity_f1 import entities

DOMAIN = """
title: Tiny law
summary: A test.
languages: [en]
release: {name: tiny, variants: [adapted]}
scales:
  demo:
    simulate: {generator: legal}
    corpus:
      sources:
        text: {simulated: documents.jsonl, licence: Apache-2.0, read: {format: jsonl, text: [text]}}
    tokenizers: {own: {design: wordpiece}}
    bases:
      fresh: {architecture: bert}
      general: {domain: general, variant: scratch}
    variants:
      scratch: {base: fresh, tokenizer: own}
      adapted: {base: general, tokenizer: own}
    tasks:
      clauses:
        title: Clauses
        type: sequence_classification
        data:
          all:
            simulated: clauses.jsonl
            licence: MIT
            read: {format: jsonl, text: [text], fields: {label: label}}
        label: label
        metric: macro_f1
      parties:
        title: Parties
        type: token_classification
        data: {all: {simulated: parties.jsonl, licence: MIT, read: {format: jsonl, tokens: tokens, tags: tags}}}
        metric: entity_f1
    evaluation: {bootstrap: 200}
"""
LABELS = ("a", "b", "c")
RATES = {"adapted": 0.0003}
TAGS = ("O", "B-P", "I-P", "B-D", "I-D")


def wrong(values: list[str], share: float, generator: np.random.Generator, choices: tuple[str, ...]) -> list[str]:
    """The values with about `share` of them drawn anew."""
    return [str(generator.choice(choices)) if generator.random() < share else value for value in values]


def write_result(folder: Path, metric: str, gold: list[Any], predicted: list[list[Any]]) -> None:
    """results.json and predictions.parquet as the fine-tuning and baseline stages write them."""
    folder.mkdir(parents=True)
    rows = [
        {"seed": seed, "id": f"e{i}", "gold": gold[i], "predicted": guesses[i]}
        for seed, guesses in enumerate(predicted)
        for i in range(len(gold))
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "predictions.parquet")
    values = metrics.load(metric).sample(gold, predicted).values
    seeds = [
        {
            "seed": seed,
            "pretraining_seed": 0,
            "validation": {metric: 0.5},
            "test": {metric: float(value)},
            "seconds": 2.0,
            "hyperparameters": {}
            if folder.name in baselines.all_names()
            else {"learning_rate": RATES.get(folder.name, 0.001)},
            "details": {"validation_by_learning_rate": {"0.001": 0.5, "0.0003": 0.4}} if not seed else {},
        }
        for seed, value in enumerate(values)
    ]
    record = {
        "model": folder.name,
        "task": folder.parent.name,
        "metric": metric,
        "seeds": seeds,
        "examples_per_second": 9.0,
    }
    (folder / "results.json").write_text(json.dumps(record))


def write_perplexity(path: Path, scale: float, reason: str | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(0)
    documents = [
        {"id": f"d{i}", "pll": -50 * scale * generator.uniform(0.8, 1.2), "words": 20, "tokens": 25, "unknown": 0}
        for i in range(30)
    ]
    record: dict[str, Any] = {"model": path.stem, "variant": "within_word_l2r", "reason": reason}
    record |= {"per_token": 9.0, "words": 600, "tokens": 750, "unknown_share": 0.0, "altered_words": 0.25}
    record |= {"documents": documents, "seeds": [{"pretraining_seed": 0, "documents": documents}]}
    if reason:
        record |= {"documents": [], "seeds": [], "per_token": None}
    path.write_text(json.dumps(record))


@pytest.fixture
def domain(tmp_path: Path) -> tuple[Recipe, Layout]:
    """A domain whose adapted model is a little better than its base and worse than TF-IDF."""
    for name in ("law", "general"):
        (tmp_path / "domains" / name).mkdir(parents=True)
        (tmp_path / "domains" / name / "domain.yaml").write_text(DOMAIN)
    (tmp_path / "tokenizers").mkdir()
    (tmp_path / "tokenizers" / "wordpiece.yaml").write_text("{}")
    recipe = read_recipe(tmp_path / "domains" / "law")
    layout = Layout(tmp_path / "results", "demo", "law")
    generator = np.random.default_rng(0)
    gold = [str(label) for label in generator.choice(LABELS, 300)]
    errors = {"majority": 1.0, "tfidf_logreg": 0.05, "general": 0.4, "scratch": 0.6, "adapted": 0.2}
    for name, share in errors.items():
        seeds = 1 if name in ("majority", "tfidf_logreg") else 2
        predicted = [wrong(gold, share, generator, LABELS) for _ in range(seeds)]
        write_result(layout.evaluated("clauses", name), "macro_f1", gold, predicted)
    sentences = [["B-P", "I-P", "O", "B-D"] for _ in range(120)]
    for name, share in {"window_linear": 0.1, "general": 0.3, "scratch": 0.3, "adapted": 0.3}.items():
        predicted_tags = [[wrong(tags, share, generator, TAGS) for tags in sentences] for _ in range(2)]
        write_result(layout.evaluated("parties", name), "entity_f1", sentences, predicted_tags)
    write_perplexity(layout.scored("general"), 1.0)
    write_perplexity(layout.scored("adapted"), 0.8)
    write_perplexity(layout.scored("scratch"), 0, reason="no MLM head: the checkpoint has no cls")
    return recipe, layout


def named(panel: dict[str, Any], name: str) -> dict[str, Any]:
    return next(model for model in panel["models"] if model["name"] == name)


def test_every_model_stands_in_its_role_with_mean_interval_and_seeds(domain: tuple[Recipe, Layout]) -> None:
    found = compare(*domain)
    task = found["tasks"]["clauses"]
    roles = {model["name"]: model["role"] for model in task["models"]}
    assert roles == {
        "majority": "baseline",
        "tfidf_logreg": "baseline",
        "general": "base",
        "scratch": "scratch",
        "adapted": "adapted",
    }
    for model in task["models"]:
        assert model["interval"][0] <= model["mean"] <= model["interval"][1]
        assert model["mean"] == pytest.approx(np.mean([seed["value"] for seed in model["seeds"]]))
    assert task["reference"] == "general"


def test_adapted_is_tested_against_its_base_and_the_best_baseline_on_the_same_examples(
    domain: tuple[Recipe, Layout],
) -> None:
    task = compare(*domain)["tasks"]["clauses"]
    adapted = named(task, "adapted")["differences"]
    assert adapted["general"]["value"] > 0
    assert adapted["general"]["p_holm"] < 0.05
    assert adapted["tfidf_logreg"]["value"] < 0
    assert adapted["tfidf_logreg"]["interval"][1] < 0
    for model in task["models"]:
        for difference in model["differences"].values():
            assert difference["p_holm"] >= difference["p"]


def test_page_says_that_adaptation_beats_the_base_but_loses_to_tfidf(domain: tuple[Recipe, Layout]) -> None:
    recipe, layout = domain
    compare(recipe, layout)
    text = (layout.comparison / "comparison.md").read_text()
    sentence = next(line for line in text.splitlines() if line.startswith("- `adapted` (macro F1"))
    assert "beats `general`" in sentence
    assert "loses to TF-IDF + logistic regression" in sentence
    assert "no MLM head" in text


def test_page_says_who_was_fine_tuned_otherwise_than_the_rest(domain: tuple[Recipe, Layout]) -> None:
    recipe, layout = domain
    assert "otherwise than the rest" not in tuning(compare(recipe, layout)["tasks"]["clauses"])
    own = Finetuning.model_validate({"adaptation": {"method": "lora", "rank": 4}})
    variants = {**recipe.variants, "adapted": recipe.variants["adapted"].model_copy(update={"finetuning": own})}
    compare(recipe.model_copy(update={"variants": variants}), layout)
    said = 'Fine-tuned otherwise than the rest: `adapted` (`"adaptation": {"method": "lora", "rank": 4}`).'
    assert said in (layout.comparison / "comparison.md").read_text()


def test_page_says_which_learning_rate_each_model_got_and_that_one_pretraining_is_behind_its_seeds(
    domain: tuple[Recipe, Layout],
) -> None:
    recipe, layout = domain
    task = compare(recipe, layout)["tasks"]["clauses"]
    assert named(task, "adapted")["learning_rates"] == [0.0003]
    assert named(task, "adapted")["tried_rates"] == {"0.001": 0.5, "0.0003": 0.4}
    assert named(task, "tfidf_logreg")["learning_rates"] == []
    text = (layout.comparison / "comparison.md").read_text()
    assert "Learning rates 0.0003, 0.001 were tried with the first seed of every model" in text
    assert "`general` 0.001, `scratch` 0.001, `adapted` 0.0003." in text
    assert "start from one pretraining: no interval covers what another would give" in text
    assert "texts cut" not in text
    for model in task["models"]:
        model |= {"pretraining_seeds": [0, 1], "max_length": 64, "truncated_test_examples": 60}
    assert "Their seeds start from 2 pretrainings." in tuning(task)
    assert "cut at 64 tokens, but not for the baselines. Share of test texts cut: `general` 20 %, `scratch`" in tuning(
        task
    )


def test_verdict_gives_the_lead_of_the_best_over_the_next(domain: tuple[Recipe, Layout]) -> None:
    recipe, layout = domain
    task = compare(recipe, layout)["tasks"]["clauses"]
    lead = named(task, "tfidf_logreg")["mean"] - named(task, "adapted")["mean"]
    assert task["lead"]["over"] == "adapted"
    assert task["lead"]["value"] == pytest.approx(lead)
    text = (layout.comparison / "comparison.md").read_text()
    low, high = named(task, "adapted")["differences"]["tfidf_logreg"]["interval"]
    assert f"Best: TF-IDF + logistic regression leads `adapted` by {lead:+.3f} [{-high:+.3f}, {-low:+.3f}]." in text


def test_best_is_bold_only_where_its_lead_excludes_zero(domain: tuple[Recipe, Layout]) -> None:
    recipe, layout = domain
    clauses = named(compare(recipe, layout)["tasks"]["clauses"], "tfidf_logreg")
    text = (layout.comparison / "comparison.md").read_text()
    assert f"**{clauses['mean']:.3f}**" in text
    for name in ("general", "scratch", "adapted", "window_linear"):  # now all equally good
        folder = layout.evaluated("parties", name)
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        gold = [["B-P", "O"]] * 40
        guesses = [["B-P", "O"] if i % 4 else ["O", "O"] for i in range(40)]
        write_result(folder, "entity_f1", gold, [guesses])
    task = compare(recipe, layout)["tasks"]["parties"]
    assert not task["best_is_clear"]
    assert "No clear winner" in (layout.comparison / "comparison.md").read_text()


def test_every_number_is_traced_to_files_that_exist(domain: tuple[Recipe, Layout]) -> None:
    recipe, layout = domain
    found = compare(recipe, layout)
    files = found["provenance"]["inputs"]
    assert len(files) == 2 * (5 + 4) + 3
    assert all((layout.root / file).is_file() and not Path(file).is_absolute() for file in files)
    stored = json.loads((layout.comparison / "comparison.json").read_text())
    assert stored["tasks"] == found["tasks"]


def test_pseudo_perplexity_is_exp_of_minus_pll_per_word_and_lower_wins(domain: tuple[Recipe, Layout]) -> None:
    recipe, layout = domain
    found = compare(recipe, layout)["pseudo_perplexity"]
    documents = json.loads(layout.scored("general").read_text())["documents"]
    expected = np.exp(-sum(row["pll"] for row in documents) / 600)
    assert named(found, "general")["mean"] == pytest.approx(expected)
    assert found["best"] == "adapted"
    assert found["without"][0]["name"] == "scratch"
    assert named(found, "adapted")["differences"]["general"]["p_holm"] < 0.05


def test_picture_has_a_panel_a_task_and_one_for_perplexity(domain: tuple[Recipe, Layout]) -> None:
    recipe, layout = domain
    compare(recipe, layout)
    svg = (layout.comparison / "comparison.svg").read_text()
    for text in ("Clauses", "Parties", "Pseudo-perplexity", "macro F1", "TF-IDF + logistic regression", "adapted"):
        assert f">{text}<" in svg
    first = svg
    compare(recipe, layout)
    assert (layout.comparison / "comparison.svg").read_text() == first


@pytest.mark.parametrize("largest", [30.0, 800.0, 4.7e13])
def test_panels_list_their_own_models_and_keep_readable_ticks(
    domain: tuple[Recipe, Layout], tmp_path: Path, largest: float
) -> None:
    found = compare(*domain)
    general = named(found["pseudo_perplexity"], "general")
    general |= {"mean": largest, "interval": [0.9 * largest, 1.1 * largest]}
    draw(found, tmp_path / "picture.svg")
    _, clauses, _, perplexity, *_ = (tmp_path / "picture.svg").read_text().split('<g id="axes_')
    assert ">most frequent answer<" in clauses
    assert ">most frequent answer<" not in perplexity
    assert ">no MLM head<" in perplexity
    assert 3 <= perplexity.count('<g id="xtick_') <= 12


def test_without_a_base_the_best_baseline_is_the_reference(domain: tuple[Recipe, Layout], tmp_path: Path) -> None:
    file = tmp_path / "domains" / "law" / "domain.yaml"
    text = DOMAIN.replace("      adapted: {base: general, tokenizer: own}\n", "").replace("[adapted]", "[scratch]")
    file.write_text(text.replace("      general: {domain: general, variant: scratch}\n", ""))
    task = compare(read_recipe(file.parent), domain[1])["tasks"]["clauses"]
    assert task["reference"] == "tfidf_logreg"


def test_missing_results_are_a_clear_error(domain: tuple[Recipe, Layout], capsys: pytest.CaptureFixture[str]) -> None:
    recipe, layout = domain
    (layout.evaluated("parties", "adapted") / "results.json").unlink()
    assert main(["compare", str(recipe.folder), "--results", str(layout.results)]) == 2
    error = capsys.readouterr().err
    assert "'adapted' was not evaluated on 'parties'" in error
    assert "maskzoo finetune" in error
    assert not layout.comparison.exists()


def test_results_on_other_examples_are_refused(domain: tuple[Recipe, Layout]) -> None:
    recipe, layout = domain
    file = layout.evaluated("parties", "adapted") / "predictions.parquet"
    pq.write_table(pq.read_table(file).slice(1), file)
    with pytest.raises(UserError, match="tested on other examples"):
        compare(recipe, layout)


def test_results_that_do_not_follow_from_the_predictions_are_refused(domain: tuple[Recipe, Layout]) -> None:
    recipe, layout = domain
    file = layout.evaluated("clauses", "adapted") / "results.json"
    record = json.loads(file.read_text())
    record["seeds"][0]["test"]["macro_f1"] = 0.99
    file.write_text(json.dumps(record))
    with pytest.raises(UserError, match=r"macro_f1 of the predictions is 0\.\d+, results.json says 0\.99"):
        compare(recipe, layout)


def test_results_of_another_shape_are_refused_in_a_sentence(
    domain: tuple[Recipe, Layout], capsys: pytest.CaptureFixture[str]
) -> None:
    recipe, layout = domain
    file = layout.evaluated("clauses", "adapted") / "results.json"
    file.write_text('{"macro_f1": 0.9}')
    assert main(["compare", str(recipe.folder), "--results", str(layout.results)]) == 2
    error = capsys.readouterr().err
    assert f"{file}: metric: is missing; and 1 more problem; remove it and run again, it is made anew" in error
    assert error.count("\n") == 1
    assert not layout.comparison.exists()


@pytest.mark.parametrize("metric", ["macro_f1", "accuracy", "entity_f1", "token_accuracy"])
def test_resampled_metrics_are_the_metrics_of_the_evaluation_stage(metric: str) -> None:
    from maskzoo.tasks.metrics import scores

    generator = np.random.default_rng(0)
    if metric in ("macro_f1", "accuracy"):
        gold: list[Any] = [str(x) for x in generator.choice(LABELS, 100)]
        guesses: list[Any] = wrong(gold, 0.5, generator, (*LABELS, "d"))
    else:
        gold = [[str(x) for x in generator.choice(TAGS, 6)] for _ in range(100)]
        guesses = [wrong(tags, 0.4, generator, TAGS) for tags in gold]
    assert metrics.load(metric).sample(gold, [guesses]).values[0] == pytest.approx(
        scores(metric, gold, guesses)[metric]
    )


def test_entities_of_strict_iob2() -> None:
    assert entities(["B-P", "I-P", "I-D", "B-D", "B-D", "O", "I-P"]) == {(0, 2, "P"), (3, 4, "D"), (4, 5, "D")}


def test_a_difference_that_chance_explains_beats_nothing() -> None:
    assert judged({"value": 0.2, "p_holm": 0.06}) == "does not beat"
    assert judged({"value": 0.2, "p_holm": 0.01}) == "beats"
    assert judged({"value": -0.2, "p_holm": 0.01}) == "loses to"
    assert judged({"value": -0.2, "p_holm": 0.01}, lower_is_better=True) == "beats"


def test_help_of_compare_imports_nothing_heavy() -> None:
    code = (
        "import sys, maskzoo.comparison.command;"
        "sys.exit(any(name in sys.modules for name in ('torch', 'matplotlib', 'pyarrow', 'sklearn')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_tables_are_well_formed(domain: tuple[Recipe, Layout]) -> None:
    recipe, layout = domain
    compare(recipe, layout)
    text = (layout.comparison / "comparison.md").read_text()
    for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.M):
        assert len({line.count(" | ") for line in block.splitlines()}) == 1


def test_a_domain_that_does_not_ask_for_pseudo_perplexity_is_compared_without(domain: tuple[Recipe, Layout]) -> None:
    recipe, layout = domain
    for model in recipe.compared:
        layout.scored(model).unlink()
    found = compare(recipe.model_copy(update={"probes": {}}), layout)
    assert found["pseudo_perplexity"] == {"models": [], "without": []}
    text = (layout.comparison / "comparison.md").read_text()
    assert "perplexity" not in text.lower()
    assert "Pseudo-perplexity" not in (layout.comparison / "comparison.svg").read_text()


def test_a_task_that_nobody_can_do_is_a_sentence(domain: tuple[Recipe, Layout]) -> None:
    recipe, layout = domain
    for results in layout.evaluated("clauses", "x").parent.glob("*/results.json"):
        if results.parent.name not in recipe.compared:
            results.unlink()
            continue
        results.write_text(json.dumps({**json.loads(results.read_text()), "seeds": [], "reason": "no head"}))
    with pytest.raises(UserError, match=r"tasks\.clauses: no model can do it: general: no head"):
        compare(recipe, layout)
