"""The formula counts what the profiler sees, and what stands in its docstring."""

import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoModelForMaskedLM

from maskzoo.models.common.flops import step_flops
from maskzoo.objectives.clm import objective as clm
from maskzoo.objectives.common.batch import Inputs
from maskzoo.objectives.mlm import objective as mlm
from maskzoo.pretraining.freezing import Freezing
from tests.models.tiny import CONFIGS, tiny

WINDOWS, LENGTH = 3, 24
IDS = torch.randint(5, 65, (WINDOWS, LENGTH), generator=torch.Generator().manual_seed(0))
POSITIONS = torch.arange(LENGTH).expand_as(IDS)
DOCUMENTS = (POSITIONS >= 9).long()


def _eager(name):
    model = tiny(name)
    again = AutoModelForMaskedLM.from_config(model.config, attn_implementation="eager")
    again.load_state_dict(model.state_dict())
    return again.eval()


def _counted(model, objective, hidden, monkeypatch):
    """FLOPs of forward and backward as the profiler adds them up; the loss in its plain form, which it can see."""
    monkeypatch.setattr(
        "maskzoo.objectives.mlm.objective.summed_cross_entropy",
        lambda states, weight, bias, labels, seen=None: torch.nn.functional.cross_entropy(
            torch.nn.functional.linear(states, weight, bias), labels, reduction="sum"
        ),
    )
    # in the plain form of attention, too
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        objective(model)(Inputs(IDS, POSITIONS, DOCUMENTS, hidden, IDS[hidden])).total.backward()
    return counter.get_total_flops()


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("objective", [mlm.Objective, clm.Objective])
@pytest.mark.parametrize("narrowed", [True, False])
def test_within_a_twentieth_of_the_profiler(name, objective, narrowed, monkeypatch):
    model = tiny(name) if narrowed else _eager(name)
    hidden = torch.zeros_like(IDS, dtype=torch.bool)
    hidden[:, ::4] = True
    counted = _counted(model, objective, hidden, monkeypatch)
    ours = step_flops(model, windows=WINDOWS, length=LENGTH, predicted=int(hidden.sum()))
    assert ours == pytest.approx(counted, rel=0.05)


def test_what_is_frozen_needs_no_gradient_of_its_own(monkeypatch):
    hidden = torch.zeros_like(IDS, dtype=torch.bool)
    hidden[:, 3] = True
    for frozen in ({"head_only": True}, {"layers": (0,)}):
        model = _eager("bert")
        Freezing(model).apply(**frozen)
        counted = _counted(model, mlm.Objective, hidden, monkeypatch)
        assert step_flops(model, windows=WINDOWS, length=LENGTH, predicted=WINDOWS) == pytest.approx(counted, rel=0.05)


def test_by_hand_for_a_small_bert():
    model = tiny("bert")  # two layers of width 16, feed-forward 32, 65 words
    windows, length, predicted = 2, 10, 4
    entries = 2 * (4 * 16 * 16 + 2 * 16 * 32)
    layer = entries // 2
    all_tokens = layer + 2 * 16 * 16  # the first layer, keys and values of the last
    forward = 2 * (all_tokens * windows * length + (entries - all_tokens) * predicted)
    forward += 4 * length * 16 * (windows * length + predicted) + 2 * (16 * 16 + 16 * 65) * predicted
    assert step_flops(model, windows=windows, length=length, predicted=predicted) == 3 * forward


def test_predicting_everywhere_costs_more_than_at_some_places():
    model = tiny("bert")
    masked, more, causal = (step_flops(model, windows=4, length=32, predicted=number) for number in (19, 20, 124))
    whole = 2 * 16 * 16 + 2 * 16 * 32  # of the last layer, where nearly all is predicted; without keys and values
    assert more - masked == 3 * 2 * (16 * 16 + 16 * 65 + whole + 2 * 32 * 16)
    assert causal - masked == 3 * 2 * ((16 * 16 + 16 * 65) * (124 - 19) + (whole + 2 * 32 * 16) * (4 * 32 - 19))
