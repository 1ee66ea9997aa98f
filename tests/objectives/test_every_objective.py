"""What holds for every objective that there is, and so for the next one that is added."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoConfig, AutoModelForMaskedLM, AutoModelForTokenClassification

from maskzoo import registry
from maskzoo.errors import UserError
from maskzoo.masking.common.masker import Masker
from maskzoo.masking.common.tables import Tables
from maskzoo.models.common import cross_entropy
from maskzoo.models.common.start import fresh_model
from maskzoo.objectives.common.chosen import class_of
from maskzoo.objectives.common.objective import Context
from maskzoo.pretraining import checkpoint, step
from maskzoo.pretraining.progress import read_metrics
from maskzoo.pretraining.run import open_tokens
from maskzoo.recipe.objective import ObjectiveSettings, releases
from maskzoo.recipe.training import Masking, Phase, Variant
from tests.conftest import ROOT
from tests.models.tiny import VOCABULARY
from tests.pretraining.conftest import corpus  # noqa: F401 - a fixture
from tests.pretraining.runs import pretrained

NAMES = registry.names("objectives")
LOADERS = {"masked_lm": AutoModelForMaskedLM, "discriminator": AutoModelForTokenClassification}
LENGTH = 23  # of which documents of the test corpus have pairs


def _settings(name: str) -> ObjectiveSettings:
    found: ObjectiveSettings = registry.settings("objectives", name)
    return found


def _train(corpus: Path, folder: str, name: str, **changed: Any) -> dict[str, Any]:  # noqa: F811
    settings = {"sequence_length": LENGTH, "dropout": 0.1, "micro_batch_size": 4, "objective": name, **changed}
    return pretrained(corpus, folder, **settings)


@pytest.mark.parametrize("name", NAMES)
def test_the_name_alone_stays_a_name_and_a_misspelt_setting_is_refused_by_its_key(name: str) -> None:
    variant = Variant(base="a", tokenizer="b", objective={"name": name})
    assert variant.model_dump(mode="json")["objective"] == name
    assert variant == Variant(base="a", tokenizer="b", objective=name)
    with pytest.raises(UserError, match=r"v\.objective\.nonsense: unknown key 'nonsense'"):
        registry.settings("objectives", {"name": name, "nonsense": 1}, where="v.objective")


@pytest.mark.parametrize("name", NAMES)
def test_it_has_a_row_that_names_what_can_be_set(name: str) -> None:
    lines = (ROOT / "docs" / "objectives.md").read_text().splitlines()
    [row] = [line for line in lines if line.startswith(f"| `{name}` ")]
    assert all(f"`{key}`" in row for key in type(_settings(name)).model_fields if key != "name")


@pytest.mark.parametrize("name", NAMES)
def test_killed_in_the_middle_it_ends_with_the_same_bits(
    corpus: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    whole = _train(corpus, "whole", name)
    micro_batches, calls = step.micro_batches, itertools.count()

    def stopping(*arguments: Any, **options: Any) -> Any:
        if next(calls) == 6:
            raise KeyboardInterrupt
        return micro_batches(*arguments, **options)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(step, "micro_batches", stopping)
        _train(corpus, "stopped", name)
    assert checkpoint.steps(corpus / "stopped" / "checkpoints") == [4]
    stopped = _train(corpus, "stopped", name)
    for figure in ("model_sha256", "validation_loss", "tokens", "flops"):
        assert stopped[figure] == whole[figure]
    ends = [corpus / run / "checkpoints" / "step-00000012" for run in ("whole", "stopped")]
    for file in sorted(path.name for path in ends[0].glob("*.safetensors")):  # moments and extra modules, too
        one, other = (load_file(end / file) for end in ends)
        assert one.keys() == other.keys()
        assert all(torch.equal(one[key], other[key]) for key in one), file
    first, last = (read_metrics(corpus / run / "metrics.jsonl") for run in ("whole", "stopped"))
    clocks = {"seconds", "tokens_per_second"}
    assert [{k: v for k, v in line.items() if k not in clocks} for line in first[-2:]] == [
        {k: v for k, v in line.items() if k not in clocks} for line in last[-2:]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_it_learns(corpus: Path, name: str) -> None:  # noqa: F811
    _train(corpus, "run", name, steps=120, learning_rate=1e-2, dropout=0.0, evaluate_every=60)
    losses = [line["loss"] for line in read_metrics(corpus / "run" / "metrics.jsonl") if "loss" in line]
    assert sum(losses[-3:]) / 3 < 0.97 * losses[0]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_released_has_no_trace_of_it(corpus: Path, name: str) -> None:  # noqa: F811
    result = _train(corpus, "run", name)
    kind = releases(_settings(name))
    assert result.get("released", "masked_lm") == kind
    model, report = LOADERS[kind].from_pretrained(corpus / "run" / "model", output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    _train(corpus, "plain", "mlm")
    own, plain = (json.loads((corpus / run / "model" / "config.json").read_text()) for run in ("run", "plain"))
    head = {"architectures"} | ({"id2label", "label2id"} if kind != "masked_lm" else set())
    assert {key: own[key] for key in own if key not in head} == {key: plain[key] for key in plain if key not in head}
    assert own["architectures"] == [type(model).__name__]
    assert model.config.model_type == AutoConfig.from_pretrained(corpus / "plain" / "model").model_type


@pytest.mark.parametrize("name", NAMES)
def test_two_phases_of_it_are_one_and_it_goes_with_any_other(corpus: Path, name: str) -> None:  # noqa: F811
    alone = _train(corpus, "alone", name)
    own = _settings(name)
    twice = _train(corpus, "twice", name, schedule=(Phase(objective=own), Phase(objective=own)))
    assert twice["model_sha256"] == alone["model_sha256"]
    assert [phase["objective"] for phase in twice["phases"]] == [name, name]
    other = _settings("mlm")
    for folder, phases in (("before", (own, other)), ("after", (other, own))):
        result = _train(corpus, folder, name, schedule=tuple(Phase(objective=one) for one in phases))
        assert result["steps"] == 12
        assert result.get("released", "masked_lm") == releases(phases[-1])


@pytest.mark.parametrize("name", NAMES)
def test_batches_follow_from_seed_and_step_alone(corpus: Path, name: str) -> None:  # noqa: F811
    objective, masker = _objective(corpus, name)
    batches = [objective.draw(masker, seed=3, step=number, size=8) for number in (5, 6, 5)]
    assert (batches[0].targets.ids == batches[2].targets.ids).all()
    assert (batches[0].targets.labels == batches[2].targets.labels).all()
    assert all((batches[0].extra[key] == batches[2].extra[key]).all() for key in batches[0].extra)
    assert (batches[0].targets.ids != batches[1].targets.ids).any()


@pytest.mark.parametrize("name", NAMES)
def test_operations_are_within_a_hundredth_of_what_torch_counts(
    corpus: Path,  # noqa: F811
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cross_entropy, "_InPieces", _Plainly)  # what the counter can see
    objective, masker = _objective(corpus, name)
    batch = objective.draw(masker, seed=0, step=0, size=8)
    torch.manual_seed(0)
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        objective(batch.tensors(torch.device("cpu"))).total.backward()
    error = objective.flops(batch) / counter.get_total_flops() - 1
    print(f"{name}: {100 * error:+.2f} %")
    assert abs(error) < 0.01


class _Plainly:
    @staticmethod
    def apply(states: Any, weight: Any, bias: Any, labels: Any, seen: Any) -> torch.Tensor:
        return functional.cross_entropy(functional.linear(states, weight, bias), labels, reduction="sum")


def _objective(corpus: Path, name: str, *, tables: Tables | None = None) -> tuple[Any, Masker]:  # noqa: F811
    """An objective of a small model, ready to draw batches, and a masker."""
    data, _ = open_tokens(corpus / "tokens", corpus / "tokenizer", length=LENGTH)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    model = fresh_model("bert", shape, VOCABULARY, length=LENGTH, seed=0, dropout=0.1).train()
    settings = _settings(name)
    torch.manual_seed(0)
    objective = class_of(settings)(model, settings, Context(data, tables or Tables()))
    objective.prepare()
    return objective, Masker(Masking(rate=0.3), data.train, mask_id=4, ordinary=data.ordinary)
