"""Causal mode looks back only, inside its document, and its loss is that of the next token."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from maskzoo.models.common.attention import encode
from maskzoo.models.common.heads import projection, transform
from maskzoo.objectives.clm.objective import Objective, targets
from maskzoo.objectives.common.batch import TrainingBatch
from maskzoo.tokenization.windows import Batch
from tests.models.tiny import CONFIGS, tiny

LENGTHS = (11, 3, 18)
IDS = torch.randint(5, 65, (2, sum(LENGTHS)), generator=torch.Generator().manual_seed(1))
DOCUMENTS = torch.repeat_interleave(torch.arange(len(LENGTHS)), torch.tensor(LENGTHS)).expand(2, -1)
POSITIONS = torch.cat([torch.arange(length) for length in LENGTHS]).expand(2, -1)


def _logits(model, ids, documents=DOCUMENTS, positions=POSITIONS, *, causal=True):
    with torch.no_grad():
        return functional.linear(
            transform(model, encode(model, ids, positions, documents, causal=causal)), *projection(model)
        )


@pytest.mark.parametrize("name", CONFIGS)
def test_logits_do_not_depend_on_what_stands_after_them_and_do_again_when_the_phase_is_over(name):
    model = tiny(name)
    before, both = _logits(model, IDS), _logits(model, IDS, causal=False)
    for place in (4, 10, 11, 20):  # inside a document, its last token, the first of the next one
        changed = IDS.clone()
        changed[:, place + 1 :] = 5 + (changed[:, place + 1 :] + 7) % 60
        changed[:, -1] = 4  # a mask, which ESM's token dropout counts
        after = _logits(model, changed)
        assert torch.equal(after[:, : place + 1], before[:, : place + 1])
        assert (after[:, place + 1 :] - before[:, place + 1 :]).abs().max() > 1e-3
        if place not in (10,):  # the last token of a document has nothing after it
            own = DOCUMENTS[0] == DOCUMENTS[0, place]
            seen = (_logits(model, changed, causal=False) - both)[:, own][:, POSITIONS[0][own] <= POSITIONS[0, place]]
            assert seen.abs().max() > 1e-3


@pytest.mark.parametrize("name", CONFIGS)
def test_a_pack_gives_causally_what_its_documents_give_alone(name):
    model = tiny(name)
    alone = [_logits(model, ids, None, torch.arange(ids.shape[1]).expand_as(ids)) for ids in IDS.split(LENGTHS, dim=1)]
    assert (_logits(model, IDS) - torch.cat(alone, dim=1)).abs().max() < 1e-5


@pytest.mark.parametrize("name", ["bert", "roberta", "esm-rotary", "modernbert"])
def test_the_last_state_of_a_prefix_is_that_of_the_library_without_a_mask(name):
    """What a token sees causally is what the whole of its prefix would, in a model of one layer."""
    from maskzoo.models.common.start import fresh_model
    from tests.models.tiny import VOCABULARY

    architecture, config = CONFIGS[name]
    shape = {**config, "num_hidden_layers": 1}
    if name == "modernbert":
        shape["layer_types"] = ["full_attention"]
    model = fresh_model(architecture, shape, VOCABULARY, length=32, seed=0, dropout=0.0).eval()
    ids = IDS[:, :9]
    with torch.no_grad():
        causal = encode(model, ids, torch.arange(9).expand_as(ids), None, causal=True)
        for place in range(9):
            library = model.base_model(ids[:, : place + 1]).last_hidden_state[:, -1]
            torch.testing.assert_close(causal[:, place], library, atol=1e-5, rtol=1e-4)


def test_local_layers_stay_local_in_causal_mode():
    model = tiny("modernbert")
    model.config.layer_types = ["sliding_attention"] * 2
    for layer in model.base_model.layers:
        layer.attention_type = "sliding_attention"
    reach = model.config.sliding_window * 2
    ids, positions = IDS[:, :32], torch.arange(32).expand(2, -1)
    changed = ids.clone()
    changed[:, 0] += 1
    before, after = (_logits(model, one, None, positions) for one in (ids, changed))
    assert torch.equal(before[:, reach + 1 :], after[:, reach + 1 :])
    assert not torch.equal(before[:, reach], after[:, reach])


def test_the_label_of_a_place_is_the_token_after_it_in_its_document():
    batch = Batch(
        ids=np.asarray([[2, 10, 11, 3, 2, 12, 3, 2]]),
        documents=np.asarray([[0, 0, 0, 0, 1, 1, 1, 2]]),
        positions=np.asarray([[0, 1, 2, 3, 0, 1, 2, 0]]),
        special=np.zeros((1, 8), bool),
        places=np.arange(8)[None, :],
    )
    chosen = targets(batch)
    assert chosen.predicted.tolist() == [[True, True, True, False, True, True, False, False]]
    assert chosen.labels[chosen.predicted].tolist() == [10, 11, 3, 12, 3]
    assert chosen.ids is batch.ids


@pytest.mark.parametrize("name", ["bert", "modernbert", "esm-rotary"])
def test_the_loss_is_the_cross_entropy_of_the_next_token(name):
    model = tiny(name)
    batch = Batch(IDS.numpy(), DOCUMENTS.numpy(), POSITIONS.numpy(), np.zeros(IDS.shape, bool), IDS.numpy())
    loss = Objective(model)(TrainingBatch(batch, targets(batch)).tensors(torch.device("cpu"))).total
    slow = sum(
        functional.cross_entropy(_logits(model, IDS)[row, place], IDS[row, place + 1])
        for row in range(2)
        for place in range(sum(LENGTHS) - 1)
        if DOCUMENTS[row, place] == DOCUMENTS[row, place + 1]
    )
    assert float(loss.detach()) == pytest.approx(float(slow), rel=1e-5)
    assert Objective.causal
