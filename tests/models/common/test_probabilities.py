"""One place that says what a model finds probable: the same as its own logits, whatever the pieces."""

import ast

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from maskzoo.models.common import probabilities
from maskzoo.models.common.heads import projection, transform
from tests.conftest import ROOT
from tests.models.tiny import CONFIGS, tiny

IDS = torch.tensor([[2, 7, 9, 11, 4, 13, 3], [2, 4, 20, 5, 6, 3, 0]])
ATTENTION = torch.tensor([[1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 0]])
PLACES = torch.tensor([[0, 1, 4], [1, 1, 2]])  # rows and columns below
ROWS, COLUMNS = torch.tensor([0, 0, 1, 1, 1]), torch.tensor([1, 4, 1, 3, 5])
LABELS = torch.tensor([7, 12, 19, 5, 64])


def asked(name: str) -> tuple[object, Tensor, Tensor]:
    """A model, its states at five places, and its own logits there."""
    model = tiny(name)
    with torch.no_grad():
        states = model.base_model(input_ids=IDS, attention_mask=ATTENTION).last_hidden_state
        whole = model(input_ids=IDS, attention_mask=ATTENTION).logits
    return model, states[ROWS, COLUMNS], whole[ROWS, COLUMNS]


@pytest.mark.parametrize("rows", [1, 2, 256])
@pytest.mark.parametrize("name", CONFIGS)
@torch.no_grad()
def test_distributions_are_those_of_the_models_own_logits(name: str, rows: int) -> None:
    model, states, whole = asked(name)
    pieces = list(probabilities.distributions(model, transform(model, states), rows=rows))
    assert {len(piece) for piece in pieces[:-1]} <= {rows}
    found = torch.cat(pieces)
    torch.testing.assert_close(found, whole.log_softmax(dim=-1), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(found.exp().sum(dim=-1), torch.ones(5))


@pytest.mark.parametrize("name", CONFIGS)
@torch.no_grad()
def test_one_position_of_each_text_has_the_distribution_of_the_whole_model_there(name: str) -> None:
    model = tiny(name)
    positions = torch.tensor([4, 1])
    [found] = probabilities.distributions_at(model, IDS, ATTENTION, positions)
    whole = model(input_ids=IDS, attention_mask=ATTENTION).logits[torch.arange(2), positions]
    torch.testing.assert_close(found, whole.log_softmax(dim=-1), atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("name", CONFIGS)
@torch.no_grad()
def test_losses_hits_and_log_probabilities_agree(name: str) -> None:
    model, states, whole = asked(name)
    expected = cross_entropy(whole, LABELS, reduction="none")
    each = probabilities.losses(model, states, LABELS)
    torch.testing.assert_close(each[0], expected, atol=1e-5, rtol=1e-4)
    assert each[1].tolist() == (whole.argmax(dim=-1) == LABELS).float().tolist()
    for rows in (2, 256):
        total, hits = probabilities.loss_and_hits(model, states, LABELS, rows=rows).tolist()
        assert total == pytest.approx(float(expected.sum()), rel=1e-5)
        assert hits == float(each[1].sum())
    transformed = transform(model, states)
    for words in (7, 1024):
        found = probabilities.log_probabilities(transformed, *projection(model), LABELS, words=words)
        torch.testing.assert_close(found, -expected.double(), atol=1e-5, rtol=1e-4)
    log_probability, likeliest = probabilities.of_targets(probabilities.logits(model, transformed), LABELS)
    torch.testing.assert_close(log_probability, -expected, atol=1e-5, rtol=1e-4)
    assert likeliest.tolist() == whole.argmax(dim=-1).tolist()


def test_gradients_go_through() -> None:
    model, states, _ = asked("bert")
    said = torch.cat(list(probabilities.distributions(model, transform(model, states), rows=2)))
    said.gather(1, LABELS[:, None]).sum().backward()
    assert model.get_input_embeddings().weight.grad.abs().sum() > 0


def test_nobody_else_goes_from_states_to_the_vocabulary() -> None:
    guilty = []
    for file in sorted((ROOT / "src/maskzoo").rglob("*.py")):
        if file.name in ("probabilities.py", "cross_entropy.py"):
            continue
        calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        called = {ast.unparse(node.func).rpartition(".")[2] for node in calls}
        projected = any("linear(" in text and "projection(" in text for text in map(ast.unparse, calls))
        if projected or ("projection" in called and called & {"log_softmax", "logsumexp"}):
            guilty.append(str(file.relative_to(ROOT)))
    assert guilty == []
