"""`maskzoo pretrain` and `maskzoo curves`, as they are typed."""

import re
from pathlib import Path

import pytest

from maskzoo import progress
from maskzoo.cli import main
from maskzoo.files import read_json
from maskzoo.pretraining.command import odd_masking
from maskzoo.pretraining.launch import start
from tests.conftest import ROOT
from tests.pretraining.conftest import WORDS, write_shards, write_tokenizer
from tests.pretraining.domain import RECIPE


@pytest.fixture
def arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A domain and its tokens; the shared arguments of both commands."""
    domain = tmp_path / "domains" / "tiny"
    domain.mkdir(parents=True)
    (domain / "domain.yaml").write_text(RECIPE)
    (domain / "words.txt").write_text("w1 w2")
    (tmp_path / "tokenizers").mkdir()
    (tmp_path / "tokenizers" / "wordpiece.yaml").write_text("title: Words\nmodel: wordpiece\nvocab_size: 100\n")
    write_tokenizer(tmp_path / "results/demo/tiny/tokenizers/words/tokenizer", [f"w{n}" for n in range(WORDS)])
    write_shards(tmp_path / "results/demo/tiny/tokens/words")
    monkeypatch.chdir(tmp_path)
    return ["domains/tiny", "--results", "results"]


def test_a_variant_is_trained_and_its_curve_drawn(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY", 0)
    assert main(["pretrain", *arguments, "--variant", "scratch", "--threads", "1"]) == 0
    said = capsys.readouterr()
    assert "6 steps, 384 tokens" in said.out
    assert re.search(r"^scratch seed0: 5 of 6 steps \(83 %\), loss 4\.\d+, val 4\.\d+, tok/s .* left$", said.err, re.M)
    assert main(["curves", *arguments]) == 0
    assert "1 of 2 runs" in capsys.readouterr().out
    picture = (tmp_path / "results/demo/tiny/models/loss.svg").read_text()
    for words in ("From scratch", "optimiser step", "loss (nats per masked token)", "Validation"):
        assert words in picture


def test_several_processes_train_one_model_and_one_of_them_speaks(
    arguments: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    typed = ["pretrain", *arguments, "--variant", "scratch", "--threads", "2", "--device", "cpu"]
    assert main([*typed, "--processes", "2"]) == 0
    said = capfd.readouterr()
    assert said.out.count("6 steps, 384 tokens") == 1
    result = read_json(Path("results/demo/tiny/models/scratch/seed0/run.json"))
    assert (result["processes"], result["sharded"], result["threads"]) == (2, False, 1)


def test_what_is_wrong_for_all_processes_is_said_once(
    arguments: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    domain = tmp_path / "domains/tiny/domain.yaml"
    assert start(2, ["pretrain", *arguments, "--variant", "scrach"]) == 2
    said = capfd.readouterr()
    assert said.err.count("did you mean 'scratch'?") == 1
    assert "Traceback" not in said.err
    domain.write_text(RECIPE.replace("batch_size: 4", "batch_size: 4, processes: 3"))
    assert main(["pretrain", *arguments, "--variant", "scratch"]) == 2
    assert "batch_size 4 is no multiple of processes x micro_batch_size, 3" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["pretrain", "--variant", "scrach"], "did you mean 'scratch'?"),
        (["pretrain", "--variant", "scratch", "--threads", "0"], "--threads: 0 threads"),
        (["pretrain", "--variant", "scratch", "--processes", "0"], "--processes: 0 processes"),
        (["curves"], "no run in"),
        (["masking-tables", "--variant", "weigted"], "did you mean 'weighted'?"),
        (["pretrain", "--variant", "weighted"], "frequency_weighted needs tables of the corpus (counts); run"),
    ],
)
def test_mistakes_are_one_line_and_code_2(
    arguments: list[str], typed: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([typed[0], *arguments, *typed[1:]]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_missing_tokens_name_the_command_that_makes_them(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "results/demo/tiny/tokens/words/meta.json").unlink()
    assert main(["pretrain", *arguments, "--variant", "scratch"]) == 2
    assert "run: maskzoo tokens domains/tiny --tokenizer words" in capsys.readouterr().err


def test_tables_of_a_masking_are_made_and_then_used(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["masking-tables", *arguments, "--variant", "weighted"]) == 0
    assert "masking tables of weighted: counts: results/demo/tiny/masking/weighted.json" in capsys.readouterr().out
    assert main(["pretrain", *arguments, "--variant", "weighted", "--threads", "1"]) == 0
    run = read_json(tmp_path / "results/demo/tiny/models/weighted/seed0/run.json")
    listed = read_json(tmp_path / "results/demo/tiny/masking/weighted.json")
    assert run["settings"]["inputs"]["masking/counts"] == listed["tables"][0]["sha256"]
    assert run["settings"]["masking"]["alpha"] == 0.7
    assert main(["masking-tables", *arguments, "--variant", "scratch"]) == 0
    assert "none needed by uniform" in capsys.readouterr().out


def test_a_masking_that_hides_everything_or_nothing_is_said() -> None:
    usual = {"steps": 3, "mask_rate": 0.15, "mask_rate_by_decile": [0.1, 0.2]}
    assert odd_masking(usual) is None
    assert odd_masking({"steps": 3, "mask_rate": 0.0, "mask_rate_by_decile": [None]}) is None  # it masks by none
    assert "hid 100% of the tokens" in str(odd_masking({**usual, "mask_rate": 1.0}))
    assert "hid no token at all" in str(odd_masking({**usual, "mask_rate": 0.0}))
