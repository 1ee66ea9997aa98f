"""The mixed loss is its two parts by their sizes, and what it is left as is a plain classifier."""

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM, AutoModelForSequenceClassification, TrainerControl

from maskzoo.recipe.finetuning import Finetuning, Mixed
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.finetune_training import _KeepBest
from maskzoo.tasks.mixed import HEAD, TextLoss, hide, mixed_loss, mixture, share_of
from tests.tasks.made import make_task

TEXTS = [[2, *range(5 + number, 15 + number), 3] for number in range(40)]


@pytest.fixture
def pair(tiny_bert):
    torch.manual_seed(0)
    model = AutoModelForSequenceClassification.from_pretrained(tiny_bert, num_labels=4).eval()
    return model, AutoModelForMaskedLM.from_pretrained(tiny_bert).eval()


def _text():
    return TextLoss(TEXTS, mask_id=4, special_ids=[0, 1, 2, 3, 4], padding=0, seed=0)


def _gradients(model, loss):
    model.zero_grad()
    loss.backward()
    return {name: one.grad.clone() for name, one in model.named_parameters() if one.grad is not None}


def test_four_examples_and_thirty_two_texts_weigh_as_their_numbers():
    assert share_of(Mixed(texts=8)) == pytest.approx(4 / 36)
    assert share_of(Mixed(texts=8, share=0.5)) == 0.5
    found = mixture(torch.tensor(3.0), torch.tensor(6.0), share=4 / 36)
    assert float(found) == pytest.approx(3 * 4 / 36 + 6 * 32 / 36)


def test_a_share_of_one_is_plain_fine_tuning_and_of_none_plain_masked_language_modeling(pair):
    model, head = pair
    ids = torch.tensor([[2, 9, 10, 3], [2, 11, 12, 3]])
    labels = torch.tensor([1, 3])
    plain = _gradients(model, model(input_ids=ids, labels=labels).loss)
    text = _text()
    text.attach(model, head)
    whole = _gradients(model, mixed_loss(text, Mixed(share=1), 2)(model(input_ids=ids), labels))
    assert set(whole) == set(plain)
    for name, gradient in plain.items():
        torch.testing.assert_close(whole[name], gradient)

    none = _gradients(model, mixed_loss(text, Mixed(share=0, texts=3), 2)(model(input_ids=ids), labels))
    assert not any(name.startswith("classifier") for name in none)
    # the library's own loss of the same texts under the same masks
    rng = np.random.default_rng((0, 0))
    chosen = [text.train[place] for place in rng.integers(len(text.train), size=6)]
    rows = np.asarray(chosen)
    shown, hidden = hide(rows, rows < 5, mask_id=4, rng=rng)
    expected = head(
        input_ids=torch.from_numpy(shown), labels=torch.from_numpy(np.where(hidden, rows, -100))
    ).loss  # its encoder is the classifier's by now
    for name, gradient in _gradients(model, expected).items():
        torch.testing.assert_close(none[name], gradient, atol=1e-6, rtol=1e-4)


def test_a_mixed_step_is_the_weighted_sum_of_both_gradients(pair):
    model, head = pair
    text = _text()
    text.attach(model, head)
    ids, labels = torch.tensor([[2, 9, 10, 3]]), torch.tensor([1])
    parts = [
        _gradients(model, mixed_loss(text, Mixed(share=share, texts=8), 1)(model(input_ids=ids), labels))
        for share in (1, 0, 1 / 9)
    ]
    shared = set(parts[0]) & set(parts[1])
    assert len(shared) > 10
    for name in shared:
        torch.testing.assert_close(parts[2][name], parts[0][name] / 9 + parts[1][name] * 8 / 9, atol=1e-6, rtol=1e-4)


def test_the_model_is_plain_again_in_the_end(pair):
    model, head = pair
    before = set(model.state_dict())
    text = _text()
    text.attach(model, head)
    assert any(name.startswith(HEAD) for name in model.state_dict())
    text.detach()
    assert set(model.state_dict()) == before


def test_masks_of_held_out_texts_never_change(pair):
    model, head = pair
    text = _text()
    text.attach(model, head)
    assert len(text.held_out) == 4
    assert text.validation() == text.validation()
    assert text.validation() > 0


def test_a_tenth_of_what_is_hidden_stays_and_a_tenth_is_another_word():
    ids = np.full((200, 100), 7)
    ids[:, ::10] = 2
    shown, hidden = hide(ids, ids == 2, mask_id=4, rng=np.random.default_rng(0))
    assert not hidden[ids == 2].any()
    assert hidden[ids == 7].mean() == pytest.approx(0.15, abs=0.01)
    assert (shown[hidden] == 4).mean() == pytest.approx(0.8, abs=0.02)
    assert (shown[~hidden] == ids[~hidden]).all()


def test_a_mixed_run_learns_the_task_and_keeps_the_epoch_of_the_lowest_mixed_loss(colours, tiny_bert, tmp_path):
    settings = Finetuning(
        epochs=8, batch_size=16, learning_rate=3e-3, max_length=32, mixed=Mixed(texts=1, share=0.95, patience=4)
    )
    found = finetune("mixed", colours, settings, {0: Start(tiny_bert, 0)}, tmp_path, texts=colours.train.texts[:100])[
        "seeds"
    ][0]
    losses = [-one for one in found["details"]["validation_by_epoch"]]
    assert found["test"]["macro_f1"] > 0.4, "chance is about 0.25"
    assert losses[found["best_epoch"] - 1] == min(losses)


def test_training_ends_after_so_many_epochs_without_a_better_one(pair):
    model, _ = pair
    values = iter([-2.0, -1.0, -1.5, -1.2])
    best = _KeepBest(lambda: next(values), lambda: None, patience=2)
    stopped = []
    for _ in range(4):
        control = TrainerControl()
        best.on_epoch_end(None, None, control, model=model)
        stopped.append(control.should_training_stop)
    assert stopped == [False, False, False, True]
    assert best.epoch == 2


def test_texts_are_of_no_use_to_a_task_that_does_not_mix(colours, tiny_bert, tmp_path):
    settings = Finetuning(epochs=1, batch_size=16, max_length=32)
    plain, given = (
        finetune("plain", colours, settings, {0: Start(tiny_bert, 0)}, tmp_path / name, texts=texts)
        for name, texts in (("without", ()), ("with", ["a party shall pay"]))
    )
    assert plain["seeds"][0]["test"] == given["seeds"][0]["test"]


def test_other_types_and_weighted_classes_are_refused():
    with pytest.raises(ValueError, match=r"finetuning.mixed is for one class an example"):
        make_task(type="token_classification", label=None, metric="entity_f1", finetuning=Finetuning(mixed=Mixed()))
    with pytest.raises(ValueError, match="excludes class_weights"):
        make_task(finetuning=Finetuning(mixed=Mixed(), class_weights="balanced"))
