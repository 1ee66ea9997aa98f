"""A whole study by Snakemake: the grid is trained by the rules of all variants, resumes, and becomes one page."""

import json
import shutil

import pytest
import yaml

from ..conftest import ROOT
from .conftest import Checkout

TINY = {
    "title": "Rates",
    "question": "Does more masking help?",
    "domain": "legal",
    "scale": "demo",
    "variant": "adapted",
    "seeds": [0, 1],
    "budget": {"tokens": 16 * 64 * 4},
    "forgetting": "general",
    "grid": {
        "masking": {"low": {"masking": {"rate": 0.15}}},
        "schedule": {"plain": None, "antlm": {"training": {"schedule": [{"objective": "clm"}, {"objective": "mlm"}]}}},
    },
}


def _with_study(checkout, name="rates", **changed):
    (checkout.folder / "studies").mkdir(exist_ok=True)
    (checkout.folder / "studies" / f"{name}.yaml").write_text(yaml.safe_dump({**TINY, **changed}, sort_keys=False))


@pytest.mark.parametrize("target", ["studies/rates", "studies/rates/"])
def test_a_study_is_a_target_and_brings_what_it_needs(checkout, target):
    _with_study(checkout)
    planned = checkout.planned(target)
    assert planned["pretrain"] == 1 + 2 * 2, "the base, and every cell at every seed"
    assert planned["forgetting"] == 1 + 2
    assert planned["study"] == 1
    assert not {"finetune", "baseline", "compare", "release", "probe"} & set(planned)


def test_tasks_of_a_study_are_fine_tuned(checkout):
    _with_study(checkout, tasks=["entities"], forgetting=None)
    planned = checkout.planned("studies/rates")
    assert planned["finetune"] == 2
    assert "forgetting" not in planned


def test_a_study_disturbs_no_domain(checkout):
    before = checkout.planned("domains/legal")
    _with_study(checkout)
    assert checkout.planned("domains/legal") == before


def test_a_wrong_study_is_refused_before_any_job(checkout):
    _with_study(checkout, grid={"masking": {"a": {"masking": {"policy": "unifrom"}}}})
    answer = checkout.snakemake("-n", "studies/rates", check=False)
    message = answer.stdout + answer.stderr
    assert answer.returncode != 0
    assert "studies/rates.yaml: grid.masking.a.masking.policy: unknown masking policy 'unifrom'" in message
    assert "did you mean 'uniform'?" in message
    assert "Traceback" not in message
    answer = checkout.snakemake("-n", "studies/rate", check=False)
    assert "unknown study 'rate'" in answer.stdout + answer.stderr


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_grid_goes_on_where_it_stopped_and_becomes_one_table_and_one_picture(tmp_path):
    checkout = Checkout(tmp_path)
    for domain in ("legal", "general"):
        checkout.edit(
            f"domains/{domain}/domain.yaml",
            ("steps: 200, sequence_length: 128, batch_size: 32", "steps: 20, sequence_length: 64, batch_size: 16"),
            ("documents: 1500, seed", "documents: 300, seed"),
            ("perplexity_documents: 20, perplexity_words: 60", "perplexity_documents: 3, perplexity_words: 10"),
        )
    _with_study(checkout)
    root = checkout.folder / "results/demo/legal"
    checkout.snakemake("--cores", "1", str((root / "models/rates.low-plain/seed1/model").relative_to(checkout.folder)))
    assert not (root / "studies").exists()
    assert checkout.planned("studies/rates")["pretrain"] == 3, "one of four cells is there already"
    printed = checkout.snakemake("--cores", "1", "studies/rates").stdout
    assert "# Rates" in printed
    assert "| `low-plain` |" in printed
    found = json.loads((root / "studies/rates/study.json").read_text())
    assert [cell["cell"] for cell in found["cells"]] == ["low-plain", "low-antlm"]
    assert found["missing"] == []
    for cell in found["cells"]:
        assert cell["tokens"] == 16 * 64 * 4
        assert cell["forgotten"]["mean"] == pytest.approx(cell["forgotten"]["mean"])
        assert cell["by"]["loss"]["interval"] is not None
    masked, causal = (
        json.loads((root / f"models/rates.{cell}/seed0/run.json").read_text()) for cell in ("low-plain", "low-antlm")
    )
    assert [phase["objective"] for phase in causal["phases"]] == ["clm", "mlm"]
    assert causal["flops"] > masked["flops"]
    low, high = sorted(cell["forgotten"]["mean"] for cell in found["cells"])
    differ = high > 1.05 * low or low < 0  # a panel in which all cells are alike is left out
    assert (root / "studies/rates/study.svg").read_text().count("Forgetting") == differ
    assert set(checkout.planned("studies/rates")) <= {"studies/rates", "total"}
    _with_study(checkout, seeds=[0, 1, 2])
    assert checkout.planned("studies/rates")["pretrain"] == 2, "another seed of both cells"


def test_the_studies_of_the_zoo_can_be_planned(checkout):
    shutil.copytree(ROOT / "studies", checkout.folder / "studies", dirs_exist_ok=True)
    planned = checkout.planned("studies/detour")
    assert planned["pretrain"] == 1 + 3 * 5
    assert planned["finetune"] == 5
