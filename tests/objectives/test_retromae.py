"""What the decoder sees is what the paper says, and the embedding of a text comes to carry the text."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM, ElectraConfig, ElectraForMaskedLM

from maskzoo.errors import UserError
from maskzoo.masking.common.masker import Masker
from maskzoo.models.common.start import fresh_model
from maskzoo.objectives.common.objective import Context
from maskzoo.objectives.retromae import Settings, tables
from maskzoo.objectives.retromae.decoder import visible
from maskzoo.objectives.retromae.objective import Objective
from maskzoo.optimisers import adamw
from maskzoo.pretraining.progress import read_metrics
from maskzoo.recipe.training import Masking, Training
from maskzoo.tokenization.windows import Batch, Data, Windows
from tests.models.tiny import CONFIGS, VOCABULARY
from tests.pretraining.conftest import corpus  # noqa: F401 - a fixture
from tests.pretraining.runs import pretrained

LENGTH, WORDS = 18, 60


def _data(*, documents: int = 200) -> Data:
    """Texts of one word each, over and over, so that an embedding of a text can say all of it."""
    rng = np.random.default_rng(0)
    texts = [[2, *np.repeat(5 + number % WORDS, rng.integers(6, LENGTH - 1)), 3] for number in range(documents)]
    windows = Windows(
        np.concatenate(texts), np.cumsum([0, *map(len, texts)]), special_ids=[0, 1, 2, 3, 4], length=LENGTH
    )
    return Data(windows, windows, mask_id=4, ordinary=np.arange(5, 65), cls_id=2, sep_id=3, pad_id=0)


def _objective(name: str = "bert", **settings: Any) -> tuple[Objective, Masker]:
    architecture, config = CONFIGS[name]
    model = fresh_model(architecture, config, VOCABULARY, length=LENGTH, seed=0, dropout=0.0)
    data = _data()
    objective = Objective(model, Settings(**settings), Context(data))
    objective.prepare()
    return objective, Masker(Masking(rate=0.3), data.train, mask_id=4, ordinary=data.ordinary)


def _texts() -> Batch:
    objective, masker = _objective()
    return objective.draw(masker, seed=0, step=0, size=64).windows


@pytest.mark.parametrize("rate", [0.3, 0.5, 0.7])
def test_no_position_sees_itself_and_each_sees_its_own_share_of_the_text(rate: float) -> None:
    batch = _texts()
    seen = visible(batch, rate=rate, masks=256, opens=None, rng=np.random.default_rng(0))
    assert seen.shape == (64, LENGTH - 1, LENGTH)
    places = np.arange(LENGTH - 1)
    assert not seen[:, places, places + 1].any()
    assert seen[:, :, 0].all()
    assert not seen[np.broadcast_to((batch.documents == 1)[:, None, :], seen.shape)].any()
    shares = []
    for row in range(64):
        ordinary = np.flatnonzero(~batch.special[row])
        others = seen[row][ordinary - 1][:, ordinary]
        shares.append(others.sum() / (len(ordinary) * (len(ordinary) - 1)))
        assert len(np.unique(others, axis=0)) > len(ordinary) / 2, "another mask at every position"
    assert np.mean(shares) == pytest.approx(1 - rate, abs=0.02)


def test_of_a_single_mask_every_position_sees_the_same_but_itself() -> None:
    seen = visible(_texts(), rate=0.5, masks=1, opens=None, rng=np.random.default_rng(0))
    for row in seen:
        for column in range(1, LENGTH):
            assert len(set(np.delete(row[:, column], column - 1))) == 1


def test_whole_words_are_unseen_together() -> None:
    batch = _texts()
    opens = np.broadcast_to((np.arange(LENGTH) % 2 == 1), batch.ids.shape).astype(np.uint8)  # words of two tokens
    seen = visible(batch, rate=0.5, masks=256, opens=opens, rng=np.random.default_rng(0))
    for row, place in ((row, place) for row in range(64) for place in range(LENGTH - 1)):
        for begin in range(1, LENGTH - 1, 2):
            pair = [begin, begin + 1]
            if not batch.special[row, pair].any() and place + 1 not in pair:
                assert seen[row, place, begin] == seen[row, place, begin + 1]
    assert tables(Settings(unit="word"))[0].KIND == "words"
    assert tables(Settings()) == ()


def test_every_token_but_the_marks_is_rebuilt_from_clean_text() -> None:
    objective, masker = _objective()
    batch = objective.draw(masker, seed=0, step=0, size=64)
    assert (batch.extra["rebuilt"] == (batch.windows.ids >= 5)).all()
    assert batch.counts["rebuilt"] == int(batch.extra["rebuilt"].sum())
    assert (batch.extra["clean"] == batch.windows.ids).all()
    assert (batch.targets.ids == 4).any()


@pytest.mark.parametrize("name", ["bert", "roberta", "modernbert", "distilbert", "esm-rotary", "deberta-v2"])
def test_the_encoder_learns_through_the_embedding(name: str) -> None:
    objective, masker = _objective(name)
    inputs = objective.draw(masker, seed=0, step=0, size=8).tensors(torch.device("cpu"))
    inputs = replace(inputs, predicted=torch.zeros_like(inputs.predicted), labels=inputs.labels[:0], of_predicted=1)
    objective(inputs).total.backward()  # nothing is asked of the encoder itself
    moved = {
        key for key, one in objective.model.named_parameters() if one.grad is not None and one.grad.abs().sum() > 0
    }
    assert any("layer" in key and "weight" in key for key in moved)
    assert all(one.grad is not None for one in objective.decoder.parameters())


def test_micro_batches_are_the_whole_batch() -> None:
    objective, masker = _objective()
    batch = objective.draw(masker, seed=0, step=0, size=16)
    whole = objective(batch.tensors(torch.device("cpu"))).total
    parts = [objective(batch.rows(slice(at, at + 4)).tensors(torch.device("cpu"))).total for at in range(0, 16, 4)]
    assert sum(parts).item() == pytest.approx(whole.item(), rel=1e-5)


def test_after_training_the_embedding_carries_the_text() -> None:
    """Nothing in place of it is worse, that of another text is worse still."""
    objective, masker = _objective(decoder_rate=0.9)
    objective.train()
    optimiser = adamw.make(objective, Training(learning_rate=1e-2))
    for step in range(150):
        batch = objective.draw(masker, seed=0, step=step, size=32)
        (objective(batch.tensors(torch.device("cpu"))).total / batch.of_predicted).backward()
        optimiser.step()
        optimiser.zero_grad()
    objective.eval()
    inputs = objective.draw(masker, seed=1, step=0, size=64).tensors(torch.device("cpu"))
    with torch.no_grad():
        ids = inputs.ids
        embedding = objective.model.base_model(input_ids=ids, attention_mask=(ids != 0).long()).last_hidden_state[:, 0]
        own, none, others = (
            float(objective._rebuilt(inputs, one)[0]) / int(inputs.extra["rebuilt"].sum())
            for one in (embedding, torch.zeros_like(embedding), embedding.roll(1, dims=0))
        )
    assert own + 0.3 < none
    assert none < others


def test_a_run_measures_the_decoder_on_held_out_texts_and_releases_a_plain_model(corpus: Path) -> None:  # noqa: F811
    pretrained(corpus, objective="retromae", steps=12, masking=Masking(rate=0.3))
    lines = read_metrics(corpus / "run" / "metrics.jsonl")
    measured = [line["validation_decoder_loss"] for line in lines if "validation_loss" in line]
    assert measured[-1] < measured[0]
    assert all("decoder_loss" in line for line in lines if "loss" in line)
    model = AutoModelForMaskedLM.from_pretrained(corpus / "run" / "model")
    assert not [name for name, _ in model.named_parameters() if "decoder.query" in name]


def test_what_it_cannot_have_is_refused(corpus: Path) -> None:  # noqa: F811
    with pytest.raises(UserError, match=r"retromae needs tables of the corpus \(words\)"):
        pretrained(corpus, objective=Settings(unit="word"))
    narrow = ElectraForMaskedLM(ElectraConfig(vocab_size=65, embedding_size=8, **CONFIGS["bert"][1]))
    with pytest.raises(UserError, match="retromae cannot ask this electra with its own embeddings"):
        Objective(narrow)
