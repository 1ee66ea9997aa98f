"""Exactly the jobs that a change calls for, by dry runs of a domain that Snakemake holds for finished."""

import json
import os
import re
import shutil
import subprocess
import time

import pytest
import torch
from transformers import BertConfig, BertForMaskedLM

from ..pretraining.conftest import write_tokenizer
from .conftest import Checkout

JOB = re.compile(r"^(?:local)?rule (\S+):\n(.*?)(?=^\[|^Job stats|\Z)", re.M | re.S)
FOLDER = re.compile(r"/(simulated|tokenizer|model|tokens/[^/]+|release/[A-Za-z0-9_-]+)$")
# stands for the command: leaves what the dry run said that a job leaves
STAND_IN = """#!/bin/sh
cd made/"$(printf '%s' "$*" | sed 's/ --threads [0-9]*//; s/ --workers [0-9]*//' | cksum | tr ' ' -)" || exit 0
cp -r . ../..
"""


def write_base(folder, seed=0):
    """A tiny BERT with its tokenizer."""
    torch.manual_seed(seed)
    write_tokenizer(folder, ["a", "b"])
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
    BertForMaskedLM(BertConfig(vocab_size=7, max_position_embeddings=160, **sizes)).save_pretrained(folder)


def checksum(command):
    """The name of the folder that holds what a command leaves."""
    plain = re.sub(r" --(threads|workers) \d+", "", command).strip()
    return (
        subprocess.run(["cksum"], input=plain, capture_output=True, text=True, check=True)
        .stdout.strip()
        .replace(" ", "-")
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A checkout in which Snakemake has run every job of `domains/legal`, with a stand-in for the command."""
    checkout = Checkout(tmp_path_factory.mktemp("whole"))
    base = "      general: {domain: general, variant: scratch}\n"
    checkout.edit("domains/legal/domain.yaml", (base, "      general: {folder: base}\n"))
    write_base(checkout.folder / "base")
    answer = checkout.snakemake("-n", "-p", "domains/legal")
    for _, block in JOB.findall(answer.stdout + answer.stderr):
        outputs = re.search(r"^    output: (.*)$", block, re.M)
        command = re.search(r"^Shell command: (?:\(\s*)?maskzoo (.*?) 2>", block, re.M)
        command = command or re.search(r"maskzoo (.*?) 2>", block)
        for name in re.sub(r" \(update\)", "", outputs[1]).split(", ") if outputs else ():
            path = checkout.folder / "made" / checksum(command[1]) / name
            if FOLDER.search(name):
                path.mkdir(parents=True)
                (path / "one").write_text("")
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("{}")
    stand_in = checkout.folder / "bin" / "maskzoo"
    stand_in.parent.mkdir()
    stand_in.write_text(STAND_IN)
    stand_in.chmod(0o755)
    checkout.snakemake("--cores", "2", "domains/legal", path=stand_in.parent)
    return checkout


class Finished:
    """A copy of it to change, and the jobs that it then asks for."""

    def __init__(self, whole, folder):
        shutil.copytree(whole.folder, folder, dirs_exist_ok=True)
        self.checkout = Checkout.at(folder)
        self.base = folder / "base"

    def jobs(self):
        """(rule, what it is about) of everything that would run, but for the summary at the end."""
        answer = self.checkout.snakemake("-n", "domains/legal")
        text = answer.stdout + answer.stderr
        found = set()
        for block in JOB.findall(text):
            about = re.search(r"wildcards: (.*)", block[1])
            pairs = dict(one.split("=") for one in about[1].split(", ")) if about else {}
            names = [pairs[key] for key in ("task", "tokenizer", "tokens", "suite", "variant", "model") if key in pairs]
            found.add((block[0], *names))
        return {job for job in found if not job[0].startswith("domains/")}

    def edit(self, *replacements):
        self.checkout.edit("domains/legal/domain.yaml", *replacements)


@pytest.fixture
def finished(whole, tmp_path):
    return Finished(whole, tmp_path)


def test_a_finished_domain_has_nothing_to_do(finished):
    assert finished.jobs() == set()


COMPARED = {("compare",), ("release", "adapted"), ("cards",)}


def test_another_base_and_a_variant_of_it_make_only_what_is_new(finished):
    second = finished.base.parent / "second"
    write_base(second)
    finished.edit(
        ("      general: {folder: base}\n", "      general: {folder: base}\n      second: {folder: second}\n"),
        ("    tokenizers:\n", "    tokenizers:\n      of_second: {reuse: second}\n"),
        ("    variants:\n", "    variants:\n      again: {base: second, tokenizer: of_second}\n"),
    )
    fitted = {("finetune", task, model) for task in ("clause_type", "entities") for model in ("second", "again")}
    suites = ("pseudo_perplexity", "planted_errors")
    probed = {("probe", suite, model) for suite in suites for model in ("second", "again")}
    new = {("tokenizer", "of_second"), ("tokens", "of_second"), ("pretrain", "again")}
    audits = {("audit", name) for name in ("legal", "general_extended", "of_second")}  # each is beside all bases
    assert finished.jobs() == new | fitted | probed | audits | {("curves",)} | COMPARED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Legal", "# a comment\ntitle: Legal"),
        ("evaluate_every: 50", "evaluate_every: 7"),
        ("checkpoint_every: 100", "checkpoint_every: 9, micro_batch_size: 8, processes: 2"),
    ],
)
def test_what_changes_no_result_makes_nothing(finished, old, new):
    finished.edit((old, new))
    assert finished.jobs() == set()


def test_writing_beside_a_base_or_touching_it_makes_nothing_and_another_content_does(finished):
    (finished.base / ".DS_Store").write_text("x")
    (finished.base / "notes.txt").write_text("x")
    later = time.time() + 100
    for path in finished.base.iterdir():
        os.utime(path, (later, later))
    os.utime(finished.base, (later, later))
    assert finished.jobs() == set()
    write_base(finished.base, seed=1)
    assert ("pretrain", "adapted") in finished.jobs()
    assert not {"tokenizer", "tokens", "corpus", "tasks"} & {job[0] for job in finished.jobs()}


def test_another_tokenizer_in_the_folder_of_a_base_makes_again_what_comes_from_it(finished):
    write_tokenizer(finished.base, ["a", "b", "c"])
    audits = {("audit", "legal"), ("audit", "general_extended")}
    assert {job for job in finished.jobs() if job[0] in ("tokenizer", "audit")} == audits | {
        ("tokenizer", "general_extended")
    }


def test_more_steps_train_the_variants_and_nothing_before_them(finished):
    finished.edit(("training: {steps: 200,", "training: {steps: 300,"))
    assert {job for job in finished.jobs() if job[0] in ("pretrain", "tokens", "tokenizer", "audit", "baseline")} == {
        ("pretrain", "scratch"),
        ("pretrain", "adapted"),
    }


def test_what_the_command_line_made_of_another_recipe_is_made_again(finished):
    task = finished.checkout.folder / "results/demo/legal/tasks/entities/task.json"
    task.write_text(json.dumps({"provenance": {"recipe": {"tasks.entities": {"limit": {"train": 1500}}}}}))
    corpus = task.parents[2] / "corpus/funnel.json"
    os.utime(task, (corpus.stat().st_mtime - 60,) * 2)  # older than what was made of it, and newer than its source
    os.utime(task.parents[2] / "simulated/.snakemake_timestamp", (1, 1))
    os.utime(task.parents[2] / "simulated", (1, 1))
    found = finished.jobs()
    assert ("tasks", "entities") in found
    assert ("tasks", "clause_type") not in found
    assert ("finetune", "entities", "adapted") in found
