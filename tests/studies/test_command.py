"""`maskzoo study` reads what other rules wrote, says where every number is from, and names what is missing."""

import json
import math
from pathlib import Path

import pytest

from maskzoo.cli import main
from maskzoo.files import sha256_of, write_json
from maskzoo.paths import Layout
from tests.recipe.written_study import write

LAYOUT = Layout(Path("results"), "demo", "legal")
LOSSES = {("low-plain", 0): 4.0, ("low-plain", 1): 4.2, ("high-plain", 0): 3.9, ("high-plain", 1): 4.1}
GRID = {
    "masking": {"low": {"masking": {"rate": 0.15}}, "high": {"masking": {"rate": 0.4}}},
    "schedule": {"plain": None},
}


@pytest.fixture
def finished(zoo):
    """Every file that the rules would leave for two cells and two seeds, one of the cells an adapter."""
    write(zoo, variant="adapted", grid=GRID, tasks=["entities"], forgetting="general")
    for (cell, seed), loss in LOSSES.items():
        run = LAYOUT.run(f"rates.{cell}", seed)
        adapter = {"adaptation": {"trainable_parameters": 70, "stored": {"bytes": 300}}} if cell == "high-plain" else {}
        record = {"validation_loss": loss, "bits_per_byte": 1.5, "steps": 4, "tokens": 4096, "flops": 1e9}
        write_json(run / "run.json", {**record, "seconds": 2.0, "parameters": 1000, **adapter})
        (run / "model").mkdir()
        (run / "model" / "model.safetensors").write_bytes(b"0" * 4000)
    for cell in ("low-plain", "high-plain"):
        seeds = [{"seed": seed, "seconds": 9.0, "test": {"entity_f1": 0.5 + 0.1 * seed}} for seed in (0, 1)]
        write_json(
            LAYOUT.evaluated("entities", f"rates.{cell}") / "results.json", {"metric": "entity_f1", "seeds": seeds}
        )
        scored = [{"pretraining_seed": seed, "per_word": 200.0 * (seed + 1)} for seed in (0, 1)]
        off = [{"pretraining_seed": seed, "documents": 20, "is_base": True} for seed in (0, 1)]
        seen = {"adapter_off": off} if cell == "high-plain" else {}
        write_json(LAYOUT.forgotten("general", f"rates.{cell}"), {"seeds": scored, **seen})
    write_json(LAYOUT.forgotten("general", "general"), {"seeds": [{"pretraining_seed": 0, "per_word": 100.0}]})
    return LAYOUT.study("rates")


def test_every_number_is_that_of_a_file(finished):
    assert main(["study", "studies/rates"]) == 0
    found = json.loads((finished / "study.json").read_text())
    full, adapter = found["cells"]
    assert full["by"]["loss"]["mean"] == pytest.approx(4.1)
    assert adapter["by"]["loss"]["difference"]["mean"] == pytest.approx(-0.1)
    assert (full["trained"], full["stored"]) == (1000, 4000)
    assert (adapter["trained"], adapter["stored"]) == (70, 300)
    assert full["by"]["entities"]["mean"] == pytest.approx(0.55)
    assert (full["restored"], adapter["restored"]) == (None, True)
    assert full["forgotten"]["mean"] == pytest.approx((math.log(2) + math.log(4)) / 2)
    for (cell, seed), _ in LOSSES.items():
        file = LAYOUT.run(f"rates.{cell}", seed) / "run.json"
        assert found["provenance"]["inputs"][f"{cell} seed {seed}"] == sha256_of(file)
    assert "`high-plain`" in (finished / "study.md").read_text()
    assert (finished / "study.svg").stat().st_size > 1000


def test_a_run_json_of_another_shape_is_refused_in_a_sentence(finished, capsys):
    file = LAYOUT.run("rates.low-plain", 0) / "run.json"
    write_json(file, {"loss": 4.0})
    assert main(["study", "studies/rates"]) == 2
    error = capsys.readouterr().err
    assert f"{file}: steps: is missing; and 5 more problems; remove it and run again, it is made anew" in error
    assert error.count("\n") == 1
    assert not finished.exists()


def test_what_is_not_finished_is_named(finished):
    (LAYOUT.run("rates.high-plain", 1) / "run.json").unlink()
    assert main(["study", "studies/rates"]) == 0
    text = (finished / "study.md").read_text()
    assert "Not finished: high-plain, seed 1." in text
    assert "| `high-plain` |" not in text


def test_nothing_finished_is_refused_with_what_to_run(finished, capsys):
    for cell, seed in LOSSES:
        (LAYOUT.run(f"rates.{cell}", seed) / "run.json").unlink()
    assert main(["study", "studies/rates"]) == 2
    message = capsys.readouterr().err
    assert "no cell of rates is finished" in message
    assert "run: snakemake --cores 8 studies/rates" in message
    assert not finished.exists()


def test_its_variants_can_be_listed(finished, capsys):
    assert main(["study", "rates", "--variants"]) == 0
    assert capsys.readouterr().out.split() == ["rates.low-plain", "rates.high-plain"]


def test_cells_that_only_fine_tune_are_counted_by_their_fine_tuning(zoo):
    points = {"full": None, "lora": {"finetuning": {"adaptation": {"method": "lora"}}}}
    changed = {"variant": "adapted", "budget": {"steps": 0}, "tasks": ["entities"]}
    write(zoo, grid={"tuning": points}, seeds=[3, 4], **changed)
    for cell in points:
        run = LAYOUT.run(f"rates.{cell}", 3)  # the one model that both seeds start from
        record = {"validation_loss": 4.0, "bits_per_byte": 1.5, "steps": 0, "tokens": 0, "flops": 0.0}
        write_json(run / "run.json", {**record, "seconds": 0.0, "parameters": 1000})
        (run / "model").mkdir()
        (run / "model" / "model.safetensors").write_bytes(b"0" * 4000)
        adaptation = {"adaptation": {"trainable_parameters": 70, "stored": {"bytes": 300}}} if cell == "lora" else {}
        details = {"trained_parameters": 70 if cell == "lora" else 1200, **adaptation}
        tuned = {"seconds": 60.0, "details": details}
        seeds = [{"seed": seed, "test": {"entity_f1": 0.1 * seed}, **tuned} for seed in (3, 4)]
        results = {"metric": "entity_f1", "seeds": seeds}
        write_json(LAYOUT.evaluated("entities", f"rates.{cell}") / "results.json", results)
    assert main(["study", "studies/rates"]) == 0
    full, lora = json.loads((LAYOUT.study("rates") / "study.json").read_text())["cells"]
    assert (full["trained"], full["stored"], full["seconds"]) == (1200, 4800, 60.0)
    assert (lora["trained"], lora["stored"], lora["seconds"]) == (70, 300, 60.0)
    assert lora["by"]["entities"]["mean"] == pytest.approx(0.35)
    assert [*lora["by"]] == ["entities"]


def test_a_task_that_a_cell_cannot_do_is_named(finished, capsys):
    results = {"metric": "entity_f1", "seeds": [], "reason": "it has no head for words"}
    write_json(LAYOUT.evaluated("entities", "rates.low-plain") / "results.json", results)
    assert main(["study", "studies/rates"]) == 2
    said = "studies/rates.yaml: tasks: low-plain cannot be fine-tuned on entities: it has no head for words"
    assert said in capsys.readouterr().err


def test_a_study_is_kept_with_its_picture_and_how_it_was_made(finished, tmp_path):
    assert main(["study", "studies/rates", "--into", str(tmp_path / "kept")]) == 0
    record = json.loads((tmp_path / "kept" / "rates.json").read_text())
    assert record == json.loads((finished / "study.json").read_text())
    text = (tmp_path / "kept" / "rates.md").read_text()
    assert text.startswith((finished / "study.md").read_text())
    assert "](rates.svg)" in text
    assert (tmp_path / "kept" / "rates.svg").is_file()
    assert "`snakemake studies/rates`" in text
