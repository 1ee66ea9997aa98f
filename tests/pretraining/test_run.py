"""A whole run: it learns, what it writes can be loaded by others, and it can be killed at any moment."""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.numpy import load_file as load_arrays
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModel, AutoModelForMaskedLM, AutoTokenizer

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.files import sha256_of
from maskzoo.masking import uniform
from maskzoo.pretraining import checkpoint
from maskzoo.pretraining.progress import read_metrics
from maskzoo.pretraining.run_file import read_run
from maskzoo.recipe.training import Base, Masking
from tests.models.tiny import CONFIGS
from tests.pretraining.conftest import write_shards
from tests.pretraining.runs import pretrained


def test_no_step_leaves_the_weights_that_the_seed_draws(corpus: Path) -> None:
    result = pretrained(corpus, "untrained", steps=0)
    again = pretrained(corpus, "trained", steps=1)
    assert (result["steps"], result["tokens"]) == (0, 0)
    assert result["validation_loss"] == read_metrics(corpus / "trained" / "metrics.jsonl")[0]["validation_loss"]
    assert result["validation_loss"] != again["validation_loss"]
    assert pretrained(corpus, "untrained", steps=0) == result  # finished, so left alone


def test_everything_that_cards_and_tables_use_is_in_its_file(corpus: Path) -> None:
    result = pretrained(corpus, steps=1)
    read = read_run(corpus / "run").model_dump()
    absent = {"released", "adaptation", *(() if torch.cuda.is_available() else ("peak_device_bytes",))}
    assert {name for name in read if name not in result} == absent
    assert {name: one for name, one in read.items() if name in result} == {
        name: result[name] for name in read if name in result
    }


def test_it_learns_and_says_what_it_did(corpus: Path) -> None:
    result = pretrained(corpus, steps=250, learning_rate=1e-2, dropout=0.0, evaluate_every=50, checkpoint_every=100)
    lines = read_metrics(corpus / "run" / "metrics.jsonl")
    validation = [line["validation_loss"] for line in lines if "validation_loss" in line]
    assert validation[0] == pytest.approx(4.1, abs=0.4)  # 60 words are equally likely at first
    assert validation[-1] < 2.5  # and are those of their document in the end
    assert result["validation_loss"] == validation[-1]
    assert result["mask_rate"] == pytest.approx(0.15, abs=0.005)
    assert result["tokens"] == 250 * 8 * 24
    assert {"step", "loss", "learning_rate", "tokens", "seconds", "tokens_per_second"} <= set(lines[1])
    assert json.loads((corpus / "run" / "run.json").read_text())["provenance"]["seed"] == 0
    assert checkpoint.steps(corpus / "run" / "checkpoints") == [175, 200, 250]  # before it decays, too


@pytest.mark.parametrize("name", CONFIGS)
def test_plain_transformers_loads_every_architecture_with_nothing_missing(corpus: Path, name: str) -> None:
    architecture, config = CONFIGS[name]
    pretrained(corpus, base=Base(architecture=architecture, config=config), steps=2)
    model, report = AutoModelForMaskedLM.from_pretrained(corpus / "run" / "model", output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    tokenizer = AutoTokenizer.from_pretrained(corpus / "run" / "model")
    assert tokenizer.mask_token_id == 4
    assert (
        model(
            **{
                key: value
                for key, value in tokenizer("w1 w2 [MASK]", return_tensors="pt").items()
                if key != "token_type_ids"
            }
        ).logits.shape[-1]
        == 65
    )


def test_micro_batches_are_the_whole_batch(corpus: Path) -> None:
    whole = pretrained(corpus, "whole", dropout=0.0)
    parts = pretrained(corpus, "parts", dropout=0.0, micro_batch_size=2)
    assert parts["validation_loss"] == pytest.approx(whole["validation_loss"], abs=1e-4)
    one, other = (AutoModelForMaskedLM.from_pretrained(corpus / name / "model") for name in ("whole", "parts"))
    for first, second in zip(one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(first, second, atol=1e-4, rtol=1e-3)


def test_a_finished_run_is_left_alone_until_its_recipe_changes(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = pretrained(corpus)
    written = (corpus / "run" / "model" / "model.safetensors").stat().st_mtime_ns
    assert pretrained(corpus) == first
    assert pretrained(corpus, checkpoint_every=3) == first  # decides nothing
    assert "already trained" in capsys.readouterr().err
    assert (corpus / "run" / "model" / "model.safetensors").stat().st_mtime_ns == written
    changed = pretrained(corpus, masking=Masking(rate=0.3))
    assert "starting afresh" in capsys.readouterr().err
    assert changed["mask_rate"] == pytest.approx(0.3, abs=0.02)
    assert changed["model_sha256"] != first["model_sha256"]


_CHILD = """
import sys, torch
from pathlib import Path
torch.set_num_threads(1)
from tests.pretraining.runs import pretrained
pretrained(Path(sys.argv[1]), sys.argv[2], dropout=0.2, steps=60, micro_batch_size=4)
"""


def _start(corpus: Path, folder: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(corpus), folder], cwd=root, env=environment, stderr=subprocess.DEVNULL
    )


@pytest.mark.slow
def test_killed_at_any_step_it_ends_with_the_same_bits(corpus: Path) -> None:
    whole = _start(corpus, "whole")
    metrics = corpus / "killed" / "metrics.jsonl"
    moment = random.randint(1, 45)
    process = _start(corpus, "killed")
    while process.poll() is None and max((line["step"] for line in read_metrics(metrics)), default=0) < moment:
        time.sleep(0.005)
    assert process.poll() is None, "the run ended before it was killed"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (corpus / "killed" / "model").exists()
    assert _start(corpus, "killed").wait() == 0
    assert whole.wait() == 0
    one, other = (sha256_of(corpus / name / "model" / "model.safetensors") for name in ("whole", "killed"))
    assert one == other
    steps = [(line["step"], "loss" in line) for line in read_metrics(metrics)]
    assert steps == [(line["step"], "loss" in line) for line in read_metrics(corpus / "whole" / "metrics.jsonl")]


def test_a_new_head_is_warmed_with_the_encoder_frozen(corpus: Path) -> None:
    config = AutoConfig.for_model("bert", vocab_size=65, pad_token_id=0, **CONFIGS["bert"][1])
    encoder = AutoModel.from_config(config)
    encoder.save_pretrained(corpus / "base")
    base = Base(folder=str(corpus / "base"))
    result = pretrained(corpus, base=base, base_folder=corpus / "base", steps=6, head_warmup_steps=5)
    assert result["new_head"]
    assert result["head_warmup_steps"] == 5
    before = encoder.state_dict()
    warmed, trained = (
        load_file(corpus / "run" / "checkpoints" / f"step-{step:08d}" / "model.safetensors") for step in (4, 6)
    )
    inside = [name for name in warmed if name.startswith("bert.")]
    assert len(inside) > 20
    assert all(torch.equal(warmed[name], before[name.removeprefix("bert.")]) for name in inside)
    assert not any(torch.equal(trained[name], warmed[name]) for name in inside if name.endswith("weight"))
    assert not torch.equal(trained["cls.predictions.bias"], warmed["cls.predictions.bias"])
    moments = load_file(corpus / "run" / "checkpoints" / "step-00000006" / "optimiser.safetensors")
    assert moments["cls.predictions.bias/step"] == 6
    assert moments["bert.embeddings.word_embeddings.weight/step"] == 1  # no step and no decay while it was frozen


def test_a_tokenizer_without_a_mask_is_refused(corpus: Path) -> None:
    write_shards(corpus / "tokens", mask_id=None)
    with pytest.raises(UserError, match="no mask token"):
        pretrained(corpus)


def test_missing_and_empty_tokens_are_refused(corpus: Path) -> None:
    write_shards(corpus / "tokens", documents=1)
    with pytest.raises(UserError, match="no tokens in the validation split"):
        pretrained(corpus)
    (corpus / "tokens" / "meta.json").unlink()
    with pytest.raises(UserError, match="no tokens in"):
        pretrained(corpus)


def test_unknown_names_are_refused(corpus: Path) -> None:
    with pytest.raises(UserError, match=r"unknown masking policy 'unifrom'.*did you mean 'uniform'"):
        pretrained(corpus, masking=Masking(policy="unifrom"))
    with pytest.raises(UserError, match="unknown objective 'mln'"):
        pretrained(corpus, objective="mln")
    assert not (corpus / "run").exists()


def test_a_loss_that_is_no_number_ends_the_run(corpus: Path) -> None:
    with pytest.raises(UserError, match=r"run: step \d+: the loss is (nan|inf); .*lower training.learning_rate"):
        pretrained(corpus, learning_rate=1e35, warmup=0.0)
    assert not (corpus / "run" / "model").exists()


def test_a_run_stopped_while_its_head_is_warmed_ends_with_the_same_bits(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = AutoConfig.for_model("bert", vocab_size=65, pad_token_id=0, **CONFIGS["bert"][1])
    AutoModel.from_config(config).save_pretrained(corpus / "base")
    start = {"base": Base(folder=str(corpus / "base")), "base_folder": corpus / "base", "head_warmup_steps": 6}
    whole = pretrained(corpus, "whole", **start)
    select, calls = uniform.select, itertools.count()

    def stopping(*arguments: Any, **options: Any) -> Any:
        if next(calls) == 5:
            raise KeyboardInterrupt
        return select(*arguments, **options)

    monkeypatch.setattr(uniform, "select", stopping)
    with pytest.raises(KeyboardInterrupt):
        pretrained(corpus, "stopped", **start)
    assert checkpoint.steps(corpus / "stopped" / "checkpoints") == [4]
    (corpus / "stopped" / "checkpoints" / ".step-00000005.x.tmp").mkdir()  # as a kill while saving leaves it
    assert pretrained(corpus, "stopped", **start)["model_sha256"] == whole["model_sha256"]
    assert checkpoint.steps(corpus / "stopped" / "checkpoints") == [10, 12]
    assert not list((corpus / "stopped").rglob("*.tmp"))


@pytest.mark.parametrize("said", [{"policy": "loss_weighted"}, {"policy": "adaptive", "refresh": 3}])
def test_a_run_stopped_while_its_masking_learns_ends_with_the_same_bits(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any]
) -> None:
    masking = Masking.model_validate(said)
    whole = pretrained(corpus, "whole", masking=masking, micro_batch_size=4)
    policy = registry.load("masking", masking.policy)
    select, calls = policy.select, itertools.count()

    def stopping(*arguments: Any, **options: Any) -> Any:
        if next(calls) == 6:
            raise KeyboardInterrupt
        return select(*arguments, **options)

    monkeypatch.setattr(policy, "select", stopping)
    with pytest.raises(KeyboardInterrupt):
        pretrained(corpus, "stopped", masking=masking, micro_batch_size=4)
    kept = corpus / "stopped" / "checkpoints" / "step-00000004" / "masking.safetensors"
    learned = load_arrays(kept)
    began = policy.start(policy.Settings(**masking.own), 65)
    assert any((learned[name] != value).any() for name, value in began.items())
    stopped = pretrained(corpus, "stopped", masking=masking, micro_batch_size=4)
    assert stopped["model_sha256"] == whole["model_sha256"]
    for figure in ("mask_rate", "mask_rate_by_decile", "budget_missed"):
        assert stopped[figure] == whole[figure]
    plain = pretrained(corpus, "uniform", micro_batch_size=4)
    assert plain["model_sha256"] != whole["model_sha256"]


def test_a_run_says_what_its_masks_came_to(corpus: Path) -> None:
    result = pretrained(corpus, steps=20, masking=Masking(rate=0.3))
    line = next(line for line in read_metrics(corpus / "run" / "metrics.jsonl") if "loss" in line)
    assert line["mask_rate"] == pytest.approx(0.3, abs=0.03)
    assert len(line["mask_rate_by_decile"]) == len(result["mask_rate_by_decile"]) == 10
    assert result["mask_rate"] == pytest.approx(0.3, abs=0.01)
    assert result["budget_missed"] == 0
    assert all(rate is None or rate == pytest.approx(0.3, abs=0.08) for rate in result["mask_rate_by_decile"])


def test_windows_may_be_shown_with_several_masks(corpus: Path) -> None:
    masking = Masking(rate=0.4, corruption_rate=0.2)
    result = pretrained(corpus, masking=masking, micro_batch_size=4)
    assert result["tokens"] == 2 * 12 * 8 * 24  # every window goes through the model twice
    assert result["mask_rate"] == pytest.approx(0.2, abs=0.01)


def test_a_policy_without_its_tables_is_refused(corpus: Path) -> None:
    with pytest.raises(
        UserError, match=r"whole_word needs tables of the corpus \(words\); run `maskzoo masking-tables`"
    ):
        pretrained(corpus, masking=Masking(policy="whole_word"))
    assert not (corpus / "run").exists()
