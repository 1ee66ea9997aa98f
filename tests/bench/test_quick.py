"""The benchmarks run, say on what, prove that both sides do the same, and give a ratio with its spread."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RATIO = r"\d+\.\d\d \(\d+\.\d\d to \d+\.\d\d\)"


def printed(name: str) -> str:
    """What a small run prints; it leaves no row in the table of figures."""
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.jsonl"
        mine = {"OMP_NUM_THREADS": "1", "MASKZOO_MIRRORS": "", "MASKZOO_BENCH_ROWS": str(rows)}
        command = [sys.executable, str(ROOT / "bench" / name), "--quick"]
        answer = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **mine}, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr
        assert not rows.exists()
    return answer.stdout


@pytest.mark.slow
def test_near_duplicates_gives_recall_and_precision() -> None:
    said = printed("near_duplicates.py")
    assert " cores; Python 3." in said.splitlines()[0]
    assert "equals a plain search of every pair: yes" in said
    for side in ("maskzoo", "rensa, same settings"):
        (row,) = (line for line in said.splitlines() if line.startswith(side))
        recall = [float(value) for value in row.removeprefix(side).split()[:5]]
        assert recall[0] == 1, "copies word for word"
        assert recall[2] >= 0.9, "4 % of the words edited"
        assert recall[4] == 1, "precision"
        assert re.search(RATIO, row)


@pytest.mark.slow
def test_corpus_memory_gives_the_ratio_of_the_peaks() -> None:
    said = printed("corpus_memory.py")
    assert " cores; Python 3." in said.splitlines()[0]
    assert re.search(r"ratio of the peaks: \d\.\d\d\n", said)


@pytest.mark.slow
def test_protein_curation_gives_a_speed_for_every_stage() -> None:
    lines = printed("protein_curation.py").splitlines()
    assert " cores; Python 3." in lines[0]
    for stage in ("reading", "cleaning, filters, identities", "curation", "curation + k-mers (fallback)"):
        assert any(re.fullmatch(re.escape(stage) + r" +\d+\.\d +\d+\.\d\d", line) for line in lines), stage


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "proof", "sides"),
    [
        (
            "pretraining.py",
            "for the same ids and labels",
            ["Trainer, dropout 0.1", "maskzoo, dropout 0.1, same attention", "maskzoo, dropout 0, masks later, 40%"],
        ),
        (
            "tokenise.py",
            "ids of all documents are equal on both sides",
            ["run_mlm.py, 1 core", "maskzoo tokens, 1 core"],
        ),
        (
            "tokenizer_training.py",
            "vocabularies and merges of both sides are equal",
            ["bpe, maskzoo", "unigram, maskzoo"],
        ),
        ("finetuning.py", "with fixed and with dynamic padding, same order", ["maskzoo"]),
        ("pseudo_likelihood.py", "scores of plain transformers and maskzoo differ by", ["1 x 32 / 0k, plain"]),
    ],
)
def test_a_benchmark_says_machine_proof_and_ratio(name: str, proof: str, sides: list[str]) -> None:
    lines = printed(name).splitlines()
    assert " cores; Python 3." in lines[0]
    assert any(proof in line for line in lines)
    for side in sides:
        (row,) = (line for line in lines if line.startswith(side))
        assert re.search(RATIO, row), row


@pytest.mark.slow
def test_quality_for_time_says_what_stock_reached_and_when_maskzoo_did() -> None:
    lines = printed("quality_for_time.py").splitlines()
    assert " cores; Python 3." in lines[0]
    assert any(re.match(r"stock, rate 0\.001: loss \d\.\d{3} after \d+ s, \d+ steps", line) for line in lines)
    assert any(re.match(r"Choice\(.*\): loss \d\.\d{3} after \d+ s, \d+ steps", line) for line in lines)
    assert re.fullmatch(r"reached by \d of 2 seeds", lines[-1])


@pytest.mark.slow
def test_step_profile_shares_a_step_out_to_what_it_does() -> None:
    lines = printed("step_profile.py").splitlines()
    assert " cores; Python 3." in lines[0]
    shares = {
        line.rsplit(maxsplit=2)[0].strip(): float(line.rsplit(maxsplit=1)[1][:-1]) for line in lines if "%" in line
    }
    assert {"products of layers and head", "products with the vocabulary", "attention", "batch and masks"} <= set(
        shares
    )
    assert sum(shares.values()) == pytest.approx(100, abs=1)


def test_smiles_curation_says_what_is_the_libraries_and_what_is_ours() -> None:
    said = printed("smiles_curation.py")
    assert "rdkit 20" in said.splitlines()[0]
    rates = {name: float(rate.replace(",", "")) for name, rate in re.findall(r"^(\S.*?)  +([\d,]+)  +\d", said, re.M)}
    assert rates["curation"] < rates["curation without canonicalisation"] < rates["curation without RDKit"]
    assert "molecules/s of one core, goal 3,000: " in said


def test_masking_gives_every_policy_its_share_of_a_step() -> None:
    lines = printed("masking.py").splitlines()
    assert " cores; Python 3." in lines[0]
    for policy in ("uniform", "whole_word", "span", "loss_weighted", "linguistic_entity"):
        assert any(re.fullmatch(rf"{policy} +\d+\.\d\d +\d+\.\d\d% +0\.\d+", line) for line in lines), policy
    assert re.search(r"the most expensive: \d+\.\d\d%; goal: at most 5%", lines[-1])


@pytest.mark.slow
def test_adaptation_says_time_and_memory_of_every_method_beside_full_tuning() -> None:
    lines = printed("adaptation.py").splitlines()
    assert " cores; Python 3." in lines[0]
    rows = {line.split("  ")[0]: line for line in lines if re.search(r" ms +\d", line)}
    assert {"full", "bitfit", "lora", "bottleneck, pfeiffer", "prompt", "binary_mask", "winning_ticket"} <= set(rows)
    for row in rows.values():
        assert re.search(RATIO, row), row
    # two moments of four bytes: that this holds for every method is checked by the benchmark itself
    full, bitfit = (float(re.findall(r"([\d.]+) MB", rows[name])[0]) for name in ("full", "bitfit"))
    assert bitfit < full / 10


@pytest.mark.slow
def test_scaling_gives_an_exponent_for_every_stage() -> None:
    lines = printed("scaling.py").splitlines()
    assert " cores; Python 3." in lines[0]
    for stage in ("corpus", "tokens", "scoring"):
        assert any(re.match(rf"{stage} +-?\d\.\d\d +\d+\.\d\d MB/s", line) for line in lines), stage
