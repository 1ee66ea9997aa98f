"""`snakemake papers/...`: a record is looked up, a run is made only when its scale is named."""

import json
import shutil

import pytest

from ..conftest import ROOT

OWN = """
title: The demo as a paper
cite: nobody
says: Simulated clauses are easy.
domain: legal
scales: [demo]
tasks:
  clause: {title: Clauses, metric: macro F1, ours: {task: clause_type}, tolerance: 0.05}
models:
  TF-IDF: {kind: baseline, ours: tfidf_logreg}
  LegalBERT: {kind: encoder, ours: scratch}
tables:
  main:
    known: unverified
    where: made up for a test
    rows:
      TF-IDF: {clause: 0.5}
      LegalBERT: {clause: 0.5}
"""


@pytest.mark.parametrize("target", ["papers/juribert", "papers/juribert/"])
def test_without_a_scale_nothing_is_trained(checkout, target):
    shutil.copytree(ROOT / "docs" / "results", checkout.folder / "docs" / "results")
    assert checkout.planned(target) == {target: 1, "total": 1}
    answer = checkout.snakemake("--cores", "1", target, "papers/labrador")
    assert "# JuriBERT, French law in four sizes" in answer.stdout
    assert "XGBoost" in answer.stdout
    kept = json.loads((checkout.folder / "results/papers/juribert.json").read_text())
    assert len(kept["claims"]) == 8


def test_a_named_scale_runs_the_domain_and_the_base_that_it_starts_from(checkout):
    planned = checkout.planned("papers/puoberta", "--config", "scale=small")
    assert planned["compare"] == 1
    assert planned["pretrain"] == 5, "four variants of Setswana and the multilingual base"
    assert "release" not in planned


def test_all_papers_are_one_page(checkout):
    shutil.copytree(ROOT / "docs" / "results", checkout.folder / "docs" / "results")
    for target in ("papers", "papers/"):
        checkout.snakemake("--cores", "1", target)
    assert (checkout.folder / "docs/papers.md").read_text() == (ROOT / "docs/papers.md").read_text()
    assert "<svg" in (checkout.folder / "docs/papers.svg").read_text()


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (["papers/puobert"], "papers: unknown paper 'puobert'"),
        (["papers/puoberta", "--config", "scale=smal"], "unknown scale 'smal'"),
    ],
)
def test_an_unknown_paper_or_scale_is_answered_with_the_nearest(checkout, target, said):
    answer = checkout.snakemake("-n", *target, check=False)
    message = answer.stdout + answer.stderr
    assert answer.returncode != 0
    assert said in message
    assert "did you mean" in message
    assert "Traceback" not in message


def test_a_claim_without_provenance_stops_everything_before_any_job(checkout):
    checkout.edit("papers/puoberta.yaml", ("    known: read\n", ""))
    answer = checkout.snakemake("--cores", "1", "papers/puoberta", check=False)
    message = answer.stdout + answer.stderr
    assert answer.returncode != 0
    assert (
        "papers/puoberta.yaml: tables.main.rows.TF-IDF + logistic regression.news_cv: a claim without provenance"
        in message
    )
    assert checkout.planned("papers/labrador")["papers/labrador"] == 1, "and disturbs no other paper"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_real_demo_run_stands_beside_a_paper_and_is_named_simulated(finished):
    file = finished.folder / "papers" / "own.yaml"
    file.write_text(OWN)
    try:
        answer = finished.snakemake("--cores", "1", "papers/own", "--config", "scale=demo")
    finally:
        file.unlink()
    ours = json.loads((finished.folder / "results/demo/legal/comparison/comparison.json").read_text())
    means = {model["name"]: model["mean"] for model in ours["tasks"]["clause_type"]["models"]}
    kept = json.loads((finished.folder / "results/papers/own.json").read_text())
    assert [claim["ours"]["mean"] for claim in kept["claims"]] == pytest.approx(
        [means["tfidf_logreg"], means["scratch"]], rel=1e-5
    )
    assert all(claim["verdict"]["why"] == "our data are simulated" for claim in kept["claims"])
    assert kept["run"]["simulated"]
    assert "simulated data, which say nothing about the world" in answer.stdout
