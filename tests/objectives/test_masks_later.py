"""Lower layers never see a mask, and what they give is what they would give if no token could look at one."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional
from transformers import AutoModelForMaskedLM

from maskzoo.errors import UserError
from maskzoo.models.common.heads import projection, transform
from maskzoo.models.common.last_layer import encoder_layers
from maskzoo.models.common.start import fresh_model
from maskzoo.objectives.common.batch import Inputs
from maskzoo.objectives.masks_later import objective as masks_later
from maskzoo.objectives.mlm import objective as mlm
from maskzoo.recipe.training import Base, Masking
from tests.models.tiny import CONFIGS, VOCABULARY, tiny
from tests.pretraining.conftest import corpus  # noqa: F401 - a fixture
from tests.pretraining.runs import pretrained

MASK = 4
LENGTHS = (11, 3, 18)
GENERATOR = torch.Generator().manual_seed(1)
IDS = torch.randint(5, 65, (3, sum(LENGTHS)), generator=GENERATOR)
DOCUMENTS = torch.repeat_interleave(torch.arange(len(LENGTHS)), torch.tensor(LENGTHS)).expand(3, -1)
POSITIONS = torch.cat([torch.arange(length) for length in LENGTHS]).expand(3, -1)
HIDDEN = torch.rand(IDS.shape, generator=GENERATOR) < torch.tensor([[0.1], [0.5], [0.0]])
SHOWN = IDS.masked_fill(HIDDEN & (torch.rand(IDS.shape, generator=GENERATOR) < 0.8), MASK)  # some stay as they were
NAMES = [name for name in CONFIGS if not name.startswith("deberta")]


def _objective(model: Any, kind: Any = masks_later) -> Any:
    objective = kind.Objective(model)
    objective.mask_id = MASK
    return objective


def _slowly(model: Any, lower: int, ids: Tensor, documents: Tensor | None) -> Tensor:
    """Every layer on all positions: masks hidden from all in the lower ones, then set back to their embeddings."""
    masked, embedded = ids == MASK, []

    def through(layer: Any, number: int, whole: Any) -> Any:
        def forward(states: Tensor, *given: Any, **named: Any) -> Tensor:
            mask = named.pop("attention_mask", given[0] if given else None)
            if number == 0:
                embedded.append(states)
            if number < lower:
                seen = ~masked[:, None, None, :].expand(-1, 1, ids.shape[1], -1)
                mask = seen if mask is None else mask & seen
                # a mask alone in its document looks at itself, so that no row is empty; nobody reads what it gives
                mask = mask | torch.eye(ids.shape[1], dtype=torch.bool)
            if number == lower:
                states = torch.where(masked[..., None], embedded[0], states)
            return whole(states, mask, *given[1:], **named)

        return forward

    from maskzoo.models.common.attention import encode

    layers = encoder_layers(model)
    for number, layer in enumerate(layers):
        layer.forward = through(layer, number, layer.forward)
    try:
        return encode(model, ids, POSITIONS, documents)
    finally:
        for layer in layers:
            del layer.forward


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_equal_to_a_whole_run_in_which_nobody_looks_at_masks_below(name: str, packed: bool) -> None:
    model, documents = tiny(name), DOCUMENTS if packed else None
    if name == "esm-rotary":
        documents = DOCUMENTS
    objective = _objective(model)
    assert objective.lower == 1
    loss = objective(Inputs(SHOWN, POSITIONS, documents, HIDDEN, IDS[HIDDEN])).total
    loss.backward()
    found = {key: one.grad.clone() for key, one in model.named_parameters() if one.grad is not None}
    model.zero_grad()
    states = transform(model, _slowly(model, 1, SHOWN, documents)[HIDDEN])
    slow = functional.cross_entropy(functional.linear(states, *projection(model)), IDS[HIDDEN], reduction="sum")
    slow.backward()
    assert loss.item() == pytest.approx(slow.item(), rel=1e-6)
    for key, one in model.named_parameters():
        if one.grad is not None:
            torch.testing.assert_close(found[key], one.grad, atol=1e-4, rtol=1e-4, msg=key)
    assert "forward" not in vars(encoder_layers(model)[0])


@pytest.mark.parametrize("name", ["bert", "modernbert"])
def test_lower_layers_get_what_is_left_and_upper_ones_everything(name: str) -> None:
    architecture, config = CONFIGS[name]
    shape = {**config, "num_hidden_layers": 7}
    model = fresh_model(architecture, shape, VOCABULARY, length=32, seed=0, dropout=0.0)
    objective, lengths = _objective(model), []
    assert objective.lower == 5
    for layer in encoder_layers(model):
        layer.register_forward_pre_hook(
            lambda _, given, named: lengths.append((given[0] if given else named["hidden_states"]).shape[1]),
            with_kwargs=True,
        )
    objective(Inputs(SHOWN, POSITIONS, DOCUMENTS, HIDDEN, IDS[HIDDEN]))
    most = int((SHOWN != MASK).sum(dim=1).max())
    assert lengths == [32, *[most] * 4, 32, 32]  # the first is given all, and leaves the masks out


@pytest.mark.parametrize("name", NAMES)
def test_without_masks_it_is_masked_language_modeling(name: str) -> None:
    model = tiny(name)
    later, plain = (
        _objective(model, kind)(Inputs(IDS, POSITIONS, DOCUMENTS, HIDDEN, IDS[HIDDEN])).total
        for kind in (masks_later, mlm)
    )
    assert later.item() == pytest.approx(plain.item(), rel=1e-6)


def test_with_masks_it_is_another_objective() -> None:
    model = tiny("bert")
    later, plain = (
        _objective(model, kind)(Inputs(SHOWN, POSITIONS, DOCUMENTS, HIDDEN, IDS[HIDDEN])).total
        for kind in (masks_later, mlm)
    )
    assert abs(later.item() - plain.item()) > 1e-3


def test_the_schedule_ends_with_masks_everywhere_and_releases_a_plain_model(corpus: Path) -> None:  # noqa: F811
    from maskzoo.schedules.masks_later_then_mlm import PHASES

    result = pretrained(corpus, schedule=PHASES, steps=20, masking=Masking(rate=0.4))
    early, plain = result["phases"]
    assert (early["objective"], plain["objective"], early["steps"]) == ("masks_later", "mlm", 16)
    assert early["flops"] / early["steps"] < 0.95 * plain["flops"] / plain["steps"]
    _, report = AutoModelForMaskedLM.from_pretrained(corpus / "run" / "model", output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    assert np.isfinite(result["validation_loss"])


def test_what_cannot_leave_tokens_out_is_refused(corpus: Path) -> None:  # noqa: F811
    with pytest.raises(UserError, match="masks_later cannot leave tokens out of the lower layers of this deberta-v2"):
        pretrained(
            corpus, objective="masks_later", base=Base(architecture="deberta-v2", config=CONFIGS["deberta-v2"][1])
        )
    one = Base(architecture="bert", config={**CONFIGS["bert"][1], "num_hidden_layers": 1})
    with pytest.raises(UserError, match="two layers or more"):
        pretrained(corpus, objective="masks_later", base=one)
