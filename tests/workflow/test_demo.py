"""One real run of the demo, from simulated sources to a release folder and the report, and what happens afterwards."""

import json
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

EVALUATED = {"clause_type": "tfidf_logreg", "entities": "window_linear"}


def test_every_stage_left_what_it_promises(finished):
    root = finished.folder / "results/demo/legal"
    for name in ("corpus/documents.parquet", "corpus/dropped.parquet", "models/loss.svg", "comparison/comparison.md"):
        assert (root / name).stat().st_size > 0, name
    for variant in ("scratch", "adapted"):
        lines = (root / f"models/{variant}/seed0/metrics.jsonl").read_text().splitlines()
        assert any("validation_loss" in json.loads(line) for line in lines)
    for task, baseline in EVALUATED.items():
        for model in ("general", "scratch", "adapted", "majority", baseline):
            results = json.loads((root / f"evaluation/{task}/{model}/results.json").read_text())
            assert 0 <= results["seeds"][0]["test"][results["metric"]] <= 1


def test_the_summary_is_printed_at_the_end(finished):
    assert "release: results/demo/legal/release/adapted" in finished.log.stdout


def test_training_lowered_the_loss(finished):
    lines = (finished.folder / "results/demo/general/models/scratch/seed0/metrics.jsonl").read_text().splitlines()
    losses = [row["validation_loss"] for row in map(json.loads, lines) if "validation_loss" in row]
    assert losses[-1] < losses[0] - 0.5


def test_a_second_run_has_nothing_to_do(finished):
    planned = finished.planned("domains/legal")
    assert set(planned) <= {"domains/legal", "total"}


def test_a_changed_masking_rate_reruns_pretraining_and_what_follows_but_not_the_corpus(finished):
    recipe = finished.folder / "domains/legal/domain.yaml"
    before = recipe.read_text()
    try:
        recipe.write_text(before.replace("rate: 0.15", "rate: 0.3"))
        planned = finished.planned("domains/legal")
    finally:
        recipe.write_text(before)
    assert planned["pretrain"] == 2, "the variants of legal, not the base in general"
    assert {"finetune", "probe", "compare", "release"} <= set(planned)
    assert not {"simulate", "tasks", "corpus", "tokenizer", "tokens", "baseline"} & set(planned)


def test_the_release_loads_where_maskzoo_cannot_be_imported(finished):
    release = finished.folder / "results/demo/legal/release/adapted"
    code = (
        "import sys; sys.modules['maskzoo'] = None\n"
        "from transformers import AutoModelForMaskedLM, AutoTokenizer\n"
        f"folder = {str(release)!r}\n"
        "tokenizer = AutoTokenizer.from_pretrained(folder)\n"
        "model = AutoModelForMaskedLM.from_pretrained(folder)\n"
        "ids = tokenizer('The ' + tokenizer.mask_token + ' shall pay the price.', return_tensors='pt')\n"
        "print(model(**ids).logits.shape[-1] >= len(tokenizer))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == "True", answer.stderr


def test_the_report_opens_in_a_browser_without_a_script_error(finished, browser):
    finished.snakemake("--report", "report.html", "domains/legal")
    page = finished.folder / "report.html"
    errors = []
    tab = browser.new_page()
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    tab.goto(page.as_uri())
    tab.get_by_text("legal", exact=True).first.wait_for()
    assert errors == []
    text = page.read_text()
    for picture in ("funnel.svg", "audit.svg", "loss.svg", "comparison.svg", "cards.html"):
        assert picture in text, picture
