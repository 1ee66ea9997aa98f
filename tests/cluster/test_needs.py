"""What jobs ask for: by the scale, by the plan of a pretraining run, by the size of a model; more at every attempt."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from maskzoo.cluster import needs
from maskzoo.cluster.needs import FITTED, ON_GPU, PLAIN, Need, fitting, plain, pretraining
from maskzoo.cluster.site import Site
from maskzoo.devices import Device, device
from maskzoo.paths import Layout
from maskzoo.planning.command import planned_variant
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.training import Budget
from maskzoo.workflow.zoo import Zoo

from ..conftest import ROOT

LAYOUT = Layout(Path("results"), "full", "legal")
GPU = Site(gpu="h100", gpu_partition="gpus", gpu_model="h100", hours=30)


@pytest.fixture
def known_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cores of 40 GFLOP/s together, of which half are reached."""
    monkeypatch.setattr(needs, "_this_cpu", lambda: Device("cpu", "CPU", "fp32", 40e9, ((128, 0.5),), 1e10, ()))
    monkeypatch.setattr(needs, "cores", lambda: 2)


def test_every_rule_that_makes_jobs_asks_for_something() -> None:
    rules = [file.read_text() for file in (ROOT / "workflows").glob("*.smk")]
    submitted = {
        name: re.search(r"zoo.resources\(\"(\w+)\"\)", body)
        for text in rules
        for name, body in re.findall(r"^rule (\w+):\n((?:(?:    .*)?\n)+)", text, re.M)
    }
    assert {name: found and found[1] for name, found in submitted.items()} == {name: name for name in submitted}
    assert set(submitted) == {*PLAIN, *ON_GPU}


def test_a_scale_of_ones_own_counts_as_full() -> None:
    assert plain("corpus", "huge") == plain("corpus", "full") != plain("corpus", "demo")


def test_a_retry_asks_for_as_much_again_but_never_for_longer_than_the_site_allows() -> None:
    need = Need(memory=3e9, hours=10)
    assert [need.megabytes(attempt) for attempt in (1, 2, 3)] == [3000, 6000, 9000]
    assert [need.minutes(attempt, most=24) for attempt in (1, 2, 3)] == [600, 1200, 1440]


def test_pretraining_on_cpus_takes_what_is_planned_with_a_margin(known_cpu: None) -> None:
    recipe = read_recipe(ROOT / "domains" / "general")
    where = Device("cpu", "CPU", "fp32", 80e9, ((128, 0.5),), 1e10, ())  # four of those cores
    run, _ = planned_variant(recipe, "scratch", LAYOUT, where)
    need = pretraining(recipe, "scratch", LAYOUT, Site(), threads=4)
    assert need.hours == pytest.approx(0.25 + 3 * run.flops / 40e9 / 3600)
    assert need.memory == pytest.approx(1e9 + 1.5 * run.memory)
    assert need.gpus == 0


def test_pretraining_on_a_gpu_takes_its_memory_there() -> None:
    recipe = read_recipe(ROOT / "domains" / "legal", "full")
    run, _ = planned_variant(
        recipe, "extended" if "extended" in recipe.variants else next(iter(recipe.variants)), LAYOUT, device("h100")
    )
    need = pretraining(recipe, run.variant, LAYOUT, GPU, threads=8)
    assert (need.gpus, need.device_memory) == (1, run.memory)
    assert need.memory == 8e9 + 12 * run.parameters
    assert need.hours == pytest.approx(0.25 + 3 * run.hours)


def test_processes_with_a_gpu_each_take_a_part_of_the_time_and_each_a_model_of_memory() -> None:
    recipe = read_recipe(ROOT / "domains" / "legal", "full")
    one, four = (pretraining(recipe, "scratch", LAYOUT, GPU, threads=8, processes=number) for number in (1, 4))
    assert four.hours - 0.25 == pytest.approx((one.hours - 0.25) / 4)
    assert (four.gpus, four.memory, four.device_memory) == (4, 4 * one.memory, one.device_memory)


def test_processes_share_the_cores_of_a_job_and_seconds_are_no_fewer_for_several(known_cpu: None) -> None:
    recipe = read_recipe(ROOT / "domains" / "general")
    one, two = (pretraining(recipe, "scratch", LAYOUT, Site(), threads=4, processes=number) for number in (1, 2))
    assert two.hours == one.hours
    assert two.memory - 1e9 == pytest.approx(2 * (one.memory - 1e9))
    variant = recipe.variants["scratch"]
    timed = variant.training.model_copy(update={"budget": Budget(seconds=7200)})
    recipe.variants["scratch"] = variant.model_copy(update={"training": timed})
    at = Site(gpu="h100", gpu_scales=("demo",))
    assert pretraining(recipe, "scratch", LAYOUT, at, threads=4, processes=4).hours == pytest.approx(0.25 + 6, abs=0.01)


def test_fine_tuning_grows_with_seeds_rates_and_the_model(known_cpu: None) -> None:
    recipe = read_recipe(ROOT / "domains" / "general")  # two seeds, one learning rate
    assert fitting("finetune", recipe, "scratch", LAYOUT, Site(), task="topic").hours == 2 * FITTED["finetune"]["demo"]
    full = read_recipe(ROOT / "domains" / "legal", "full")
    task = next(iter(full.tasks))
    settings = full.tasks[task].finetuning
    large = fitting("finetune", full, "xlm_roberta", LAYOUT, GPU, task=task)  # 278 M parameters
    runs = len(full.seeds.finetuning) + len(settings.learning_rates) - 1
    assert large.hours == pytest.approx(2 * runs * 278_295_186 / 110e6)
    assert large.gpus == 1
    assert fitting("probe", full, "xlm_roberta", LAYOUT, GPU, task=None).hours == pytest.approx(278_295_186 / 110e6)


def test_without_a_cluster_no_rule_asks_for_anything(zoo: Path) -> None:
    assert Zoo().resources("pretrain") == {}


def test_rules_ask_by_the_names_of_the_executor(zoo: Path, known_cpu: None) -> None:
    full = SimpleNamespace(domain="legal", scale="full", model="xlm_roberta", task="unfair_terms")
    demo = SimpleNamespace(domain="general", scale="demo", variant="scratch", seed="0")
    asked = Zoo(site=GPU).resources("probe")
    assert set(asked) == {"mem_mb", "runtime", "gpu", "gpu_model", "slurm_partition"}
    assert (asked["gpu"](full), asked["gpu_model"](full), asked["slurm_partition"](full)) == (1, "h100", "gpus")
    assert (asked["gpu"](demo), asked["gpu_model"](demo), asked["slurm_partition"](demo)) == (None, None, None)
    assert asked["mem_mb"](full, 1, 1) == 8000 + round(12 * 278.295186)
    on_cpu = Zoo(site=Site(partition="long")).resources("pretrain")
    assert set(on_cpu) == {"mem_mb", "runtime", "slurm_partition"}
    assert on_cpu["slurm_partition"](demo) == "long"
    assert on_cpu["mem_mb"](demo, 2, 2) == pytest.approx(2 * on_cpu["mem_mb"](demo, 2, 1), abs=1)
    assert set(Zoo(site=GPU, submits=False).resources("probe")) == {"gpu", "gpu_model", "slurm_partition"}
