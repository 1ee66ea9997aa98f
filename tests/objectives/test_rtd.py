"""The generator fills masks, the encoder is asked at every position, and each is released as what it is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import functional
from transformers import AutoModelForMaskedLM, AutoModelForSequenceClassification, AutoModelForTokenClassification

from maskzoo.adaptation.common.scorer import load_scorer
from maskzoo.errors import UserError
from maskzoo.loading import load_model
from maskzoo.models.common.attention import encode
from maskzoo.models.common.read_back import answers, fixed_batch
from maskzoo.objectives import mlm
from maskzoo.objectives.common.batch import Inputs
from maskzoo.objectives.mlm import objective as masked
from maskzoo.objectives.rtd import Settings
from maskzoo.objectives.rtd.models import detected
from maskzoo.objectives.rtd.objective import Objective
from maskzoo.pretraining.progress import read_metrics
from maskzoo.recipe.method import Method
from maskzoo.recipe.training import Base, Phase
from maskzoo.release.package import copy_model
from tests.models.tiny import CONFIGS, tiny
from tests.pretraining.conftest import corpus  # noqa: F401 - a fixture
from tests.pretraining.runs import pretrained

GENERATOR = torch.Generator().manual_seed(0)
CLEAN = torch.randint(5, 65, (6, 20), generator=GENERATOR)
PREDICTED = torch.rand(CLEAN.shape, generator=GENERATOR) < 0.3
INPUTS = Inputs(
    CLEAN.masked_fill(PREDICTED, 4), torch.arange(20).expand_as(CLEAN), None, PREDICTED, CLEAN[PREDICTED],
    {"clean": CLEAN},
)  # fmt: skip


def _objective(name: str = "bert", **settings: Any) -> Objective:
    objective: Objective = Objective(tiny(name), Settings(**settings)).eval()
    return objective


def _loss(objective: Objective) -> Any:
    torch.manual_seed(0)
    return objective(INPUTS)


def test_the_loss_is_the_generators_and_fifty_times_that_of_the_detection_by_hand() -> None:
    objective = _objective()
    generator, model = objective.generator, objective.model
    logits = generator(input_ids=INPUTS.ids).logits[PREDICTED]
    filled = functional.cross_entropy(logits, INPUTS.labels, reduction="sum")
    torch.manual_seed(0)
    drawn = (logits - torch.empty_like(logits).exponential_().log()).argmax(-1)
    shown = CLEAN.masked_scatter(PREDICTED, drawn)
    scores = objective.detector(input_ids=shown).logits
    found = functional.cross_entropy(scores.flatten(0, 1), (shown != CLEAN).long().flatten())
    loss = _loss(objective)
    assert loss.total.item() == pytest.approx((filled + 50 * found * len(INPUTS.labels)).item(), rel=1e-5)
    figures = {name: float(total) / float(count) for name, (total, count) in loss.figures.items()}
    assert figures["replaced"] == pytest.approx(float((shown != CLEAN).float().mean()))
    assert figures["generator_loss"] == pytest.approx(filled.item() / len(INPUTS.labels), rel=1e-5)
    assert model.base_model is objective.detector.base_model


def test_without_weight_the_generator_is_a_masked_language_model() -> None:
    objective = _objective(weight=0.0, generator_size=1.0)
    plain = masked.Objective(tiny("bert"))(INPUTS).total
    assert _loss(objective).total.item() == pytest.approx(plain.item(), rel=1e-6)


def test_nothing_flows_back_from_the_detection_to_the_generator() -> None:
    objective = _objective(embeddings="separate")
    total = _loss(objective).total
    total.backward()
    found = {name: one.grad.clone() for name, one in objective.generator.named_parameters() if one.grad is not None}
    alone = _objective(embeddings="separate", weight=0.0)
    _loss(alone).total.backward()
    for name, one in alone.generator.named_parameters():
        if one.grad is not None:
            torch.testing.assert_close(found[name], one.grad, atol=1e-5, rtol=1e-4, msg=name)
    untouched = [name for name, one in objective.model.named_parameters() if one.grad is None]
    assert untouched  # its own masked head
    assert all(not name.startswith("bert.encoder") for name in untouched)


def test_a_low_temperature_draws_what_is_most_probable() -> None:
    objective = _objective(temperature=1e-4)
    states = torch.randn(50, 16)
    weight, bias = objective.generator.get_output_embeddings().weight, objective.generator.cls.predictions.bias
    assert (objective._drawn(states) == (states @ weight.T + bias).argmax(-1)).all()
    warm = _objective(temperature=100.0)
    assert len(warm._drawn(torch.zeros(2000, 16)).unique()) > 60


@pytest.mark.parametrize("name", CONFIGS)
def test_every_architecture_detects_as_transformers_reads_it_back(name: str, tmp_path: Path) -> None:
    objective = _objective(name)
    with torch.no_grad():
        states = encode(objective.model, CLEAN, INPUTS.positions, None)
        ours = detected(objective.detector, states)
        released = objective.release()
        released.model.eval().save_pretrained(tmp_path)
        again = AutoModelForTokenClassification.from_pretrained(tmp_path)
        torch.testing.assert_close(again(input_ids=CLEAN).logits, ours, atol=1e-5, rtol=1e-4)
    assert again.config.id2label == {0: "original", 1: "replaced"}


def test_embeddings_are_trained_by_both_by_the_generator_alone_or_apart() -> None:
    shared, disentangled, separate = (_objective(embeddings=way) for way in ("shared", "disentangled", "separate"))
    for one in (shared, disentangled, separate):
        _loss(one).total.backward()
    words = [one.model.get_input_embeddings().weight for one in (shared, disentangled, separate)]
    assert words[0] is shared.generator.get_input_embeddings().weight
    assert words[1] is disentangled.generator.get_input_embeddings().weight
    assert words[2] is not separate.generator.get_input_embeddings().weight
    alone = _objective(embeddings="disentangled", weight=0.0)
    _loss(alone).total.backward()
    own = alone.model.get_input_embeddings().weight.grad
    torch.testing.assert_close(words[1].grad, own)  # the detection moves what is added, and that alone
    assert disentangled.added is not None
    torch.testing.assert_close(words[0].grad, own + disentangled.added.grad, atol=1e-5, rtol=1e-4)
    assert "forward" not in vars(disentangled.model.get_input_embeddings())


def test_what_was_added_to_the_words_is_in_those_that_are_released() -> None:
    objective = _objective(embeddings="disentangled")
    assert objective.added is not None
    with torch.no_grad():
        objective.added.normal_(generator=GENERATOR)
        with objective._words_of_its_own():
            before = detected(objective.detector, encode(objective.model, CLEAN, INPUTS.positions, None))
        filled = objective.generator(input_ids=INPUTS.ids).logits
        released = objective.release()
        torch.testing.assert_close(released.model(input_ids=CLEAN).logits, before, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(released.beside["generator"](input_ids=INPUTS.ids).logits, filled)


@pytest.mark.parametrize("embeddings", ["shared", "disentangled", "separate"])
def test_a_run_releases_a_discriminator_and_its_generator(corpus: Path, tmp_path: Path, embeddings: str) -> None:  # noqa: F811
    base = Base(architecture="bert", config={**CONFIGS["bert"][1], "num_hidden_layers": 4})
    result = pretrained(corpus, base=base, objective=Settings(embeddings=embeddings), steps=12)
    model = corpus / "run" / "model"
    assert result["released"] == "discriminator"
    generator = AutoModelForMaskedLM.from_pretrained(model / "generator")
    assert generator.config.num_hidden_layers == 2
    line = [line for line in read_metrics(corpus / "run" / "metrics.jsonl") if "validation_loss" in line][-1]
    assert {"validation_detection_accuracy", "validation_replaced_found", "validation_generator_loss"} <= set(line)
    assert line["validation_generator_loss"] == pytest.approx(line["validation_loss"], rel=1e-4)
    assert load_scorer(model)[0] is None
    tuned, report = load_model(AutoModelForSequenceClassification, model)
    assert "classifier.weight" in report["missing_keys"]
    saved = AutoModelForTokenClassification.from_pretrained(model)
    assert torch.equal(tuned.get_input_embeddings().weight, saved.get_input_embeddings().weight)
    (tmp_path / "release").mkdir()
    copy_model(model, tmp_path / "release")
    for folder in ("", "generator"):
        assert (tmp_path / "release" / folder / "tokenizer.json").is_file()
    loaded = AutoModelForTokenClassification.from_pretrained(tmp_path / "release")
    assert torch.equal(answers(loaded, fixed_batch(saved)), answers(saved, fixed_batch(saved)))


def test_it_is_the_twin_of_a_masked_run_on_the_same_data(corpus: Path) -> None:  # noqa: F811
    twin, plain = (pretrained(corpus, name, objective=name, steps=12) for name in ("rtd", "mlm"))
    for figure in ("tokens", "mask_rate", "mask_rate_by_decile"):
        assert twin[figure] == plain[figure]
    first = [
        next(line for line in read_metrics(corpus / name / "metrics.jsonl") if "validation_loss" in line)
        for name in ("rtd", "mlm")
    ]
    assert first[0]["validation_loss"] == pytest.approx(first[1]["validation_loss"], abs=0.2)


def test_what_cannot_be_is_refused(corpus: Path) -> None:  # noqa: F811
    phases = (Phase(objective=Settings(embeddings="disentangled")), Phase(objective=mlm.Settings()))
    with pytest.raises(UserError, match="mlm cannot follow rtd with these settings"):
        pretrained(corpus, schedule=phases)
    with pytest.raises(UserError, match="rtd releases a discriminator, and an adapter is one of a model that fills"):
        pretrained(corpus, objective="rtd", adaptation=Method(method="lora"))


def test_micro_batches_weigh_the_detection_by_the_whole_batch() -> None:
    objective = _objective(temperature=1e-6)  # what is drawn does not depend on chance
    whole = _loss(objective).total
    parts = 0.0
    for at in range(0, 6, 2):
        rows = slice(at, at + 2)
        predicted = PREDICTED[rows]
        part = replace(
            INPUTS, ids=INPUTS.ids[rows], positions=INPUTS.positions[rows], predicted=predicted,
            labels=CLEAN[rows][predicted], extra={"clean": CLEAN[rows]},
        )  # fmt: skip
        parts += objective(part).total.item()
    assert parts == pytest.approx(whole.item(), rel=1e-5)
