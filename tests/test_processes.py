"""Several processes for one training are refused before anything is written."""

from pathlib import Path

import pytest

from maskzoo.errors import UserError
from maskzoo.processes import refuse_several


@pytest.mark.parametrize("name", ["WORLD_SIZE", "OMPI_COMM_WORLD_SIZE"])
def test_one_of_several_processes_is_refused(name: str) -> None:
    with pytest.raises(UserError, match=f"{name}: this is one of 2 processes"):
        refuse_several({name: "2"})


def test_a_single_process_passes_however_it_was_started() -> None:
    assert refuse_several({}) is None
    assert refuse_several({"WORLD_SIZE": "1", "PMI_SIZE": "1"}) is None


def test_pretraining_and_fine_tuning_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from maskzoo.evaluation.finetune import finetune
    from maskzoo.pretraining.run import pretrain

    monkeypatch.setenv("WORLD_SIZE", "4")
    nothing = dict.fromkeys(("base", "base_folder", "tokens", "tokenizer", "masking", "objective", "training", "seed"))
    with pytest.raises(UserError, match="one of 4 processes"):
        pretrain(**nothing, folder=tmp_path / "run")  # type: ignore[arg-type]
    with pytest.raises(UserError, match="one of 4 processes"):
        finetune("model", None, None, {}, tmp_path / "run")  # type: ignore[arg-type]
    assert not (tmp_path / "run").exists()
