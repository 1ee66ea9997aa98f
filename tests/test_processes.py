"""Which of how many processes this is; several for a task that one must do are refused before anything is written."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from maskzoo.cluster.site import Site
from maskzoo.errors import UserError
from maskzoo.processes import Launch, refuse_several
from maskzoo.workflow.zoo import Zoo

TORCHRUN = {
    **{"WORLD_SIZE": "8", "RANK": "5", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "4"},
    **{"MASTER_ADDR": "node0", "MASTER_PORT": "29500"},
}


@pytest.mark.parametrize("name", ["WORLD_SIZE", "OMPI_COMM_WORLD_SIZE"])
def test_one_of_several_processes_is_refused(name: str) -> None:
    with pytest.raises(UserError, match=f"{name}: this is one of 2 processes"):
        refuse_several({name: "2"})


def test_a_single_process_passes_however_it_was_started() -> None:
    assert refuse_several({}) is None
    assert refuse_several({"WORLD_SIZE": "1", "PMI_SIZE": "1"}) is None
    assert Launch.of({}) == Launch.of({"WORLD_SIZE": "1", "RANK": "0"}) == Launch()


def test_what_torchrun_says_is_understood() -> None:
    assert Launch.of(TORCHRUN) == Launch(rank=5, size=8, local_rank=1, local_size=4)
    assert Launch.of({**TORCHRUN, "PMI_SIZE": "2"}).size == 8  # one torchrun a node, each started by MPI or srun


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"RANK": "", "MASTER_ADDR": ""}, "WORLD_SIZE is 8, but RANK, MASTER_ADDR is not set; expected all that torch"),
        ({"RANK": "8"}, "RANK 8 of WORLD_SIZE 8"),
        ({"LOCAL_RANK": "4"}, "LOCAL_RANK 4 of LOCAL_WORLD_SIZE 4"),
        ({"WORLD_SIZE": "two"}, "WORLD_SIZE is 'two'; expected a whole number"),
        ({"WORLD_SIZE": "1", "OMPI_COMM_WORLD_SIZE": "3"}, "this is one of 3 processes"),
    ],
)
def test_an_environment_that_nobody_can_have_made_is_refused(changed: dict[str, str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        Launch.of({**TORCHRUN, **changed})


def test_pretraining_and_fine_tuning_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from maskzoo.pretraining.run import pretrain
    from maskzoo.tasks.finetune import finetune

    monkeypatch.setenv("WORLD_SIZE", "4")
    nothing = dict.fromkeys(("base", "base_folder", "tokens", "tokenizer", "masking", "objective", "training", "seed"))
    with pytest.raises(UserError, match=r"WORLD_SIZE is 4, but RANK, .* unset WORLD_SIZE"):
        pretrain(**nothing, folder=tmp_path / "run")  # type: ignore[arg-type]
    with pytest.raises(UserError, match="one of 4 processes"):
        finetune("model", None, None, {}, tmp_path / "run")  # type: ignore[arg-type]
    assert not (tmp_path / "run").exists()


def test_snakemake_takes_processes_from_the_command_line_or_the_recipe(zoo: Path) -> None:
    recipe = zoo / "domains" / "general" / "domain.yaml"
    job = SimpleNamespace(domain="general", scale="demo", variant="scratch", seed="0")
    before = Zoo().asked("pretrain")(job)
    assert Zoo().processes_of(job) == 1
    assert Zoo.from_config({"processes": 4}).processes_of(job) == 4
    shared = "scratch: {training: {processes: 2, sharded: true}, base: fresh, "
    recipe.write_text(recipe.read_text().replace("scratch: {base: fresh, ", shared))
    assert Zoo().processes_of(job) == 2
    assert Zoo(processes=8).processes_of(job) == 8
    assert Zoo().asked("pretrain")(job) == before  # so that nothing is trained again
    with pytest.raises(UserError, match="--config processes: 'two'; expected a number from 1 to 1000"):
        Zoo.from_config({"processes": "two"})


def test_a_job_asks_for_a_gpu_for_each_process(zoo: Path) -> None:
    job = SimpleNamespace(domain="legal", scale="full", variant="full", model="full", seed="0")
    asked = Zoo(site=Site(gpu="h100"), processes=8)
    assert asked.resources("pretrain")["gpu"](job) == 8
    assert asked.resources("finetune")["gpu"](job) == 1
