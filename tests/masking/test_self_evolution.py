"""What the base has not learned is hidden, and the targets are softened by what the model itself says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from maskzoo.masking import self_evolution
from maskzoo.masking.common.table import Corpus
from maskzoo.masking.common.tables import make
from maskzoo.masking.common.text import Text
from maskzoo.objectives.common.batch import Inputs
from maskzoo.objectives.mlm import objective as mlm
from maskzoo.objectives.self_evolution import Settings
from maskzoo.objectives.self_evolution.objective import Objective
from maskzoo.pretraining.run import pretrain
from maskzoo.recipe.training import Base, Masking, Training
from maskzoo.tokenization.shards import Shards
from tests.masking.corpora import corpus_of_ids
from tests.models.tiny import CONFIGS, tiny
from tests.pretraining.conftest import WORDS, write_shards, write_tokenizer


def _case() -> Inputs:
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(5, 65, (3, 16), generator=generator)
    hidden = torch.rand(ids.shape, generator=generator) < 0.3
    positions = torch.arange(16).expand_as(ids)
    return Inputs(ids.masked_fill(hidden, 4), positions, None, hidden, ids[hidden])


def test_without_smoothing_the_loss_is_the_plain_one() -> None:
    model, case = tiny("bert"), _case()
    assert Objective(model, Settings(smoothing=0.0))(case).total.item() == mlm.Objective(model)(case).total.item()


def test_targets_are_the_token_and_the_models_own_distribution_for_the_whole_text() -> None:
    model, case = tiny("bert"), _case()
    shown, hidden, labels = case.ids, case.predicted, case.labels
    loss = Objective(model, Settings(smoothing=0.3))(case).total
    with torch.no_grad():
        whole = shown.masked_scatter(hidden, labels)
        reference = model(input_ids=whole).logits[hidden].softmax(-1)
        log_p = model(input_ids=shown).logits[hidden].log_softmax(-1)
        targets = 0.3 * reference
        targets[torch.arange(len(labels)), labels] += 0.7
        assert targets.sum(-1) == pytest.approx(torch.ones(len(labels)), abs=1e-5)
    assert loss.item() == pytest.approx(float(-(targets * log_p).sum()), rel=1e-5)


def test_no_gradient_flows_through_the_softened_targets() -> None:
    model, case = tiny("bert"), _case()
    shown, hidden, labels = case.ids, case.predicted, case.labels
    Objective(model, Settings(smoothing=0.3))(case).total.backward()
    found = {name: parameter.grad.clone() for name, parameter in model.named_parameters() if parameter.grad is not None}
    model.zero_grad()
    with torch.no_grad():
        targets = 0.3 * model(input_ids=shown.masked_scatter(hidden, labels)).logits[hidden].softmax(-1)
        targets[torch.arange(len(labels)), labels] += 0.7
    (-(targets * model(input_ids=shown).logits[hidden].log_softmax(-1)).sum()).backward()
    for name, parameter in model.named_parameters():
        if parameter.grad is not None:
            torch.testing.assert_close(found[name], parameter.grad, atol=2e-5, rtol=1e-3, msg=name)


def test_a_model_in_training_is_one_again_after_it_was_asked() -> None:
    model = tiny("bert", dropout=0.5).train()
    Objective(model)(_case())
    assert model.training


def test_what_is_listed_is_hidden_and_a_row_without_any_falls_back_to_the_rate() -> None:
    rng = np.random.default_rng(0)
    special = rng.random((200, 40)) < 0.1
    listed = rng.random((200, 40)) < 0.2
    listed[::2] = False
    text = Text.of(np.zeros((200, 40)), special, listed=listed)
    settings = self_evolution.Settings()
    hidden = self_evolution.select(text, rate=0.15, settings=settings, rng=rng, state={})
    assert (hidden[1::2] == (listed & ~special)[1::2]).all()
    ordinary = (~special).sum(axis=1)
    assert (np.abs(hidden[::2].sum(axis=1) - 0.15 * ordinary[::2]) < 1).all()
    assert not (hidden & special).any()
    few = self_evolution.Settings(most=0.05)
    hidden = self_evolution.select(text, rate=0.15, settings=few, rng=rng, state={})
    assert (hidden[1::2].sum(axis=1) <= np.ceil(0.05 * ordinary[1::2])).all()


def _base(folder: Path) -> Path:
    model = tiny("bert", length=32)
    model.save_pretrained(folder)
    assert load_file(folder / "model.safetensors")
    return folder


@pytest.mark.parametrize("window", [16, 20])
def test_the_list_is_the_tokens_whose_loss_is_above_the_threshold(tmp_path: Path, window: int) -> None:
    rng = np.random.default_rng(0)
    corpus = corpus_of_ids(tmp_path, [rng.integers(5, 65, 9).tolist() for _ in range(13)])
    corpus = replace(corpus, base=_base(tmp_path / "base"))
    table = self_evolution.Listed(threshold=4.0, window=window)
    notes: dict[str, float] = {}
    listed = np.concatenate(list(table.make(corpus, notes)))
    ids = np.asarray(corpus.ids).astype(np.int64)
    assert len(listed) == len(ids)
    assert 0 < notes["share_listed"] < 1
    assert notes["share_listed"] == pytest.approx(listed.sum() / (~np.isin(ids, corpus.special_ids)).sum())
    # by the model of transformers itself, for the first window, a document at a time
    model = tiny("bert", length=32)
    for first, last in zip(corpus.offsets[:-1], corpus.offsets[1:], strict=True):
        last = min(last, window)
        if first >= window:
            break
        with torch.no_grad():
            logits = model(input_ids=torch.from_numpy(ids[None, first:last])).logits[0]
        losses = torch.nn.functional.cross_entropy(logits, torch.from_numpy(ids[first:last]), reduction="none").numpy()
        expected = (losses > 4.0) & ~np.isin(ids[first:last], corpus.special_ids)
        assert (listed[first:last].astype(bool) == expected).all()


def test_the_list_of_a_model_that_reproduces_its_input_is_empty(tmp_path: Path) -> None:
    corpus = corpus_of_ids(tmp_path, [[5, 6, 7, 8]] * 20)
    model = tiny("bert", length=32)
    with torch.no_grad():  # states are the embeddings, which tell all tokens apart
        for name, parameter in model.named_parameters():
            if name.endswith("output.dense.weight") or name.endswith("output.dense.bias"):
                parameter.zero_()
        table = torch.randn(65, 16, generator=torch.Generator().manual_seed(0))
        model.get_input_embeddings().weight.copy_(table)
        model.bert.embeddings.position_embeddings.weight.zero_()
        model.bert.embeddings.token_type_embeddings.weight.zero_()
        for norm in (module for module in model.modules() if isinstance(module, torch.nn.LayerNorm)):
            norm.weight.fill_(1.0)
            norm.bias.zero_()
        head = model.cls.predictions
        head.transform.dense.weight.copy_(torch.eye(16) * 30)
        head.transform.dense.bias.zero_()
        head.transform.transform_act_fn = torch.nn.Identity()
        model.config.hidden_act = "linear"
        head.bias.zero_()
        head.transform.LayerNorm.weight.fill_(30.0)
    model.save_pretrained(tmp_path / "base")
    notes: dict[str, object] = {}
    copied = self_evolution.Listed(threshold=0.1, window=12)
    listed = np.concatenate(list(copied.make(replace(corpus, base=tmp_path / "base"), notes)))
    assert not listed.any()
    assert "asked: hidden" in str(notes["warning"])
    hidden = self_evolution.Listed(threshold=0.1, window=12, asked="hidden")
    assert np.concatenate(list(hidden.make(replace(corpus, base=tmp_path / "base"), {}))).any()


def test_what_was_listed_is_learned(tmp_path: Path) -> None:
    """The whole method: a base is trained, asked, trained on what it had not learned, and asked again."""
    write_tokenizer(tmp_path / "tokenizer", [f"w{number}" for number in range(WORDS)])
    write_shards(tmp_path / "tokens")
    for split in ("train", "validation"):  # four words in turns from the begin of a document: learned within seconds
        file, ends = tmp_path / f"tokens/{split}.bin", np.load(tmp_path / f"tokens/{split}.documents.npy").astype(int)
        ids = np.fromfile(file, dtype=np.uint16)
        place = np.arange(len(ids)) - np.repeat(ends[:-1], np.diff(ends))
        np.where(ids < 5, ids, 5 + place % 4).astype(np.uint16).tofile(file)
    training = Training(
        steps=80, sequence_length=24, batch_size=8, learning_rate=1e-2, evaluate_every=80, checkpoint_every=80
    )
    common = {"tokens": tmp_path / "tokens", "tokenizer": tmp_path / "tokenizer", "training": training, "seed": 0}
    bert = Base(architecture="bert", config=CONFIGS["bert"][1])
    pretrain(
        base=bert,
        base_folder=None,
        masking=Masking(),
        objective="mlm",
        folder=tmp_path / "first",
        **{**common, "training": training.model_copy(update={"steps": 10})},
    )
    base = tmp_path / "first/model"
    table = self_evolution.Listed(threshold=1.0, asked="hidden", window=24)
    corpus = Corpus(Shards.open(tmp_path / "tokens"), tmp_path / "none.parquet", tmp_path / "tokenizer", base=base)
    make([table], corpus, folder=tmp_path / "tables", listing=tmp_path / "listing.json")
    settings = {"threshold": 1.0, "asked": "hidden", "window": 24, "most": 0.3}
    pretrain(
        base=Base(folder=str(base)),
        base_folder=base,
        masking=Masking(policy="self_evolution", **settings),
        objective="self_evolution",
        folder=tmp_path / "second",
        tables=tmp_path / "listing.json",
        **common,
    )
    shares = []
    for model in (base, tmp_path / "second/model"):
        notes: dict[str, float] = {}
        list(table.make(replace(corpus, base=model), notes))
        shares.append(notes["share_listed"])
    assert shares[0] > 0.2
    assert shares[1] < 0.5 * shares[0], shares
