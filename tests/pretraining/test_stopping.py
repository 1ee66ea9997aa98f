"""Told to stop, as by scancel, a time limit or `kill`, a run loses no step and its log no line."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from maskzoo import registry
from maskzoo.files import read_json, sha256_of
from maskzoo.pretraining import checkpoint
from maskzoo.pretraining.progress import read_metrics
from maskzoo.pretraining.stopping import Stopped, StopSignal, listening
from maskzoo.recipe.training import Masking
from tests.conftest import ROOT
from tests.pretraining.conftest import WORDS, write_shards, write_tokenizer
from tests.pretraining.domain import RECIPE
from tests.pretraining.runs import pretrained

STEPS = 300
RUN = Path("results/demo/tiny/models/scratch/seed0")


def test_signals_are_remembered_however_often_they_come() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with listening() as stop:
        assert stop.signal == 0
        for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGTERM):
            os.kill(os.getpid(), number)
        assert stop.signal == signal.SIGUSR1
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize("said", [{}, {"policy": "loss_weighted"}, {"policy": "adaptive", "refresh": 3}])
def test_the_step_in_progress_is_saved_and_gone_on_from(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any]
) -> None:
    masking = Masking.model_validate(said)
    policy = registry.load("masking", masking.policy)
    whole = pretrained(corpus, "whole", masking=masking, dropout=0.2)
    stop, steps = StopSignal(), iter(range(100))
    select = policy.select

    def telling(*arguments: Any, **options: Any) -> Any:
        if next(steps) == 6:
            stop.signal = signal.SIGTERM
        return select(*arguments, **options)

    with monkeypatch.context() as patched, pytest.raises(Stopped, match="stopped by SIGTERM after step 7") as stopped:
        patched.setattr(policy, "select", telling)
        pretrained(corpus, "told", masking=masking, dropout=0.2, stop=stop)
    assert stopped.value.code == 143
    assert checkpoint.steps(corpus / "told" / "checkpoints") == [4, 7]
    assert not (corpus / "told" / "run.json").exists()
    result = pretrained(corpus, "told", masking=masking, dropout=0.2)
    assert result["model_sha256"] == whole["model_sha256"]
    for figure in ("validation_loss", "tokens", "flops", "mask_rate", "mask_rate_by_decile"):
        assert result[figure] == whole[figure]


def test_told_in_the_last_step_a_run_is_finished(corpus: Path) -> None:
    stop = StopSignal(signal.SIGTERM)
    assert pretrained(corpus, steps=1, stop=stop)["steps"] == 1


@pytest.fixture
def domain(tmp_path: Path) -> Path:
    """A recipe and its tokens; no checkpoint but that of a stop, and that of the last step."""
    (tmp_path / "domains/tiny").mkdir(parents=True)
    few, many = "steps: 6,", f"steps: {STEPS}, dropout: 0.1, checkpoint_every: 10000,"
    recipe = RECIPE.replace(few, many).replace("evaluate_every: 3", "evaluate_every: 200")
    (tmp_path / "domains/tiny/domain.yaml").write_text(recipe)
    (tmp_path / "domains/tiny/words.txt").write_text("w1 w2")
    (tmp_path / "tokenizers").mkdir()
    (tmp_path / "tokenizers/wordpiece.yaml").write_text("title: Words\nmodel: wordpiece\nvocab_size: 100\n")
    write_tokenizer(tmp_path / "results/demo/tiny/tokenizers/words/tokenizer", [f"w{n}" for n in range(WORDS)])
    write_shards(tmp_path / "results/demo/tiny/tokens/words")
    return tmp_path


def start(domain: Path, processes: int) -> subprocess.Popen[str]:
    """`maskzoo pretrain` as the rule's shell starts it, in a process group of its own."""
    prefix = re.search(r'^shell.prefix\("(.*)"\)$', (ROOT / "Snakefile").read_text(), re.M)
    assert prefix, "the shell of a rule must outlive its command"
    command = f"{sys.executable} -m maskzoo pretrain domains/tiny --variant scratch --threads 1 --device cpu"
    command += f" --processes {processes} 2> >(tee pretrain.log >&2)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        ["bash", "-c", prefix[1] + command],
        cwd=domain, env=environment, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def steps_done(run: Path) -> int:
    """The last step in the metrics of a run; 0 before it has begun."""
    return max((line["step"] for line in read_metrics(run / "metrics.jsonl")), default=0)


@pytest.mark.slow
@pytest.mark.parametrize(("processes", "told", "code"), [(1, "SIGTERM", 143), (2, "SIGTERM", 143), (2, "SIGUSR1", 138)])
def test_a_signal_to_all_of_a_job_ends_it_after_a_whole_step(
    domain: Path, processes: int, told: str, code: int
) -> None:
    """As Slurm does it: the shell and `tee` get the signal as well, and so would Snakemake."""
    run = domain / RUN
    whole = start(domain, processes)
    said = whole.communicate()[0]
    assert whole.returncode == 0, said
    expected = sha256_of(run / "model" / "model.safetensors")
    shutil.rmtree(run)

    job = start(domain, processes)
    while steps_done(run) < 20:
        assert job.poll() is None, job.communicate()[0]
        time.sleep(0.005)
    if told == "SIGTERM":
        os.killpg(job.pid, signal.SIGTERM)
    else:  # the shell of a rule does not outlive this one: for those who start the command themselves
        os.kill(child_of(job.pid), signal.SIGUSR1)
    said = job.communicate(timeout=120)[0]
    assert job.returncode == code, said
    [step] = checkpoint.steps(run / "checkpoints")
    assert 20 <= step < STEPS
    assert not (run / "run.json").exists()
    last = f"maskzoo: {RUN}: stopped by {told} after step {step}, with a checkpoint; the same command goes on from"
    assert (domain / "pretrain.log").read_text().splitlines()[-1] == f"{last} there"
    assert said.count("stopped by") == 1
    assert "Traceback" not in said

    again = start(domain, processes)
    said = again.communicate()[0]
    assert again.returncode == 0, said
    assert f"going on after step {step}\n" in said
    assert sha256_of(run / "model" / "model.safetensors") == expected
    assert read_json(run / "run.json")["steps"] == STEPS


def child_of(shell: int) -> int:
    """The process of `maskzoo` that a shell waits for."""
    listed = Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
    [child] = [child for child in listed if b"maskzoo\0pretrain" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return int(child)
