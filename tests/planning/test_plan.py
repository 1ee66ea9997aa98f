"""A plan: arithmetic by hand, shapes of published bases, provenance of every figure, one clear answer and no file."""

import json
from pathlib import Path

import pytest

from maskzoo.cli import main
from maskzoo.devices import Device, device, table
from maskzoo.models.common.flops import step_flops
from maskzoo.paths import Layout
from maskzoo.planning.command import steps_of
from maskzoo.planning.estimate import cost_class, run
from maskzoo.planning.shapes import Shape, empty_model, published_shapes, shape, vocabulary
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.training import Training

from ..conftest import ROOT

BENCH = Device("x", "X", "bf16", 100e12, ((100, 0.2), (300, 0.4)), 1e10, ())
LAYOUT = Layout(Path("results"), "full", "legal")


def test_hours_memory_and_storage_are_those_by_hand() -> None:
    found = run(
        "v",
        parameters=10_000_000,
        hidden=200,
        layers=2,
        steps=1000,
        step_tokens=4096,
        kept_tokens=1024,
        kept_logits=150 * 30_000,
        step_flops=3e12,
        device=BENCH,
    )
    assert found.tokens == 4_096_000
    assert found.flops == 3e15
    assert found.hours == pytest.approx(3e15 / (100e12 * 0.3) / 3600)
    assert found.memory == pytest.approx(0.6e9 + 10e6 * (4 + 4 + 8 + 2) + 34 * 2 * 200 * 1024 + 10 * 150 * 30_000)
    assert found.storage == 10e6 * (4 + 2 * (4 + 8))


def test_the_share_of_the_peak_is_read_off_the_line_and_never_beyond_it() -> None:
    assert [BENCH.rate(width) / 1e12 for width in (50, 100, 150, 300, 2000)] == pytest.approx([20, 20, 25, 40, 40])


@pytest.mark.parametrize(
    ("budget", "steps"), [(None, 70), ({"tokens": 1e6}, 245), ({"flops": 1e13}, 10), ({"seconds": 100}, 50)]
)
def test_a_budget_is_turned_into_the_steps_that_use_it_up(budget: dict[str, float] | None, steps: int) -> None:
    given = {"budget": budget} if budget else {"steps": 70}
    training = Training.model_validate({"batch_size": 32, "sequence_length": 128, **given})
    assert steps_of(training, 1e12, 0.5e12) == steps  # a million tokens are 244.1 steps of 4,096


def test_cost_classes_are_orders_of_magnitude_of_device_hours() -> None:
    assert [cost_class(hours)[0] for hours in (0.5, 1, 50, 500, 5000)] == list("ABCDE")


def test_every_figure_of_the_table_says_where_it_is_from() -> None:
    for name, row in table().items():
        assert row["share_from"].strip(), name
        assert row["peak"] == "measured" or row["peak_from"].strip(), name
        assert row["memory"] == "measured" or row["memory_from"].strip(), name
        assert name == "cpu" or "NOT measured here" in row["share_from"], "until one is"


def test_xlm_roberta_has_the_parameters_that_it_is_known_to_have() -> None:
    recipe = read_recipe(ROOT / "domains" / "legal", "full")
    size = vocabulary(recipe, "base", LAYOUT)
    model = empty_model(shape(recipe, "xlm_roberta", LAYOUT), size)
    layer = 4 * (768 * 768 + 768) + 768 * 3072 + 3072 + 3072 * 768 + 768 + 2 * 2 * 768
    embeddings = (250_002 + 514 + 1 + 2) * 768
    head = 768 * 768 + 768 + 2 * 768 + 250_002
    assert sum(parameter.numel() for parameter in model.parameters()) == embeddings + 12 * layer + head == 278_295_186
    assert vocabulary(recipe, "extended", LAYOUT) == 250_002 + 4000


@pytest.mark.parametrize("hub", sorted(published_shapes()))
def test_every_shape_of_the_table_makes_a_model_whose_operations_can_be_counted(hub: str) -> None:
    values = dict(published_shapes()[hub])
    model = empty_model(Shape(values.pop("model_type"), values, ""), values["vocab_size"])
    one, two = (step_flops(model, windows=windows, length=64, predicted=10 * windows) for windows in (1, 2))
    assert two == pytest.approx(2 * one)
    assert one > 6 * 64 * values["num_hidden_layers"] * 4 * values["hidden_size"] ** 2, "attention's matrices alone"


def test_a_base_that_the_table_does_not_have_is_asked_for_on_the_hub(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = zoo / "domains" / "legal" / "domain.yaml"
    file.write_text(file.read_text().replace("FacebookAI/xlm-roberta-base", "somebody/something"))
    assert main(["plan", "domains/legal", "--scale", "full", "--gpu", "h200"]) == 2
    said = capsys.readouterr().err
    assert "somebody/something" in said
    assert "maskzoo fetch" in said


@pytest.mark.parametrize("name", ["h200", "l4", "cpu"])
def test_the_command_answers_and_leaves_nothing(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    legal = str(ROOT / "domains" / "legal")
    assert main(["plan", legal, "--scale", "full", "--gpu", name]) == 0
    said = capsys.readouterr().out
    assert "all of it, with 3 seed(s): 11,796,480,000 tokens" in said, "3 variants x 3 seeds x 10,000 x 256 x 512"
    assert "cost class" in said
    assert "does not fit" not in said or name == "cpu"
    assert main(["plan", legal, "--scale", "full", "--gpu", name, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["runs"]) == 3
    assert list(tmp_path.iterdir()) == []


def test_the_base_of_another_domain_is_followed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(ROOT / "domains" / "legal"), "--gpu", "a100"]) == 0
    said = capsys.readouterr().out
    assert "shape of general: the recipe of general" in said


def test_an_unknown_device_names_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(ROOT / "domains" / "legal"), "--gpu", "h20"]) == 2
    assert "h200" in capsys.readouterr().err


def test_the_cpu_is_measured_here() -> None:
    found = device("cpu")
    assert found.peak > 1e9
    assert "measured just now" in found.provenance[0]
