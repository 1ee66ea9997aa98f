"""Pairs: made non-pairs are never pairs, both texts survive truncation, and what is shared can be learnt."""

import random

import pytest

from maskzoo.errors import UserError
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.fit_baseline import fit_baseline
from maskzoo.tasks.task_data import prepare_task, read_task
from maskzoo.tasks.types.pair_classification import PairModel
from tests.tasks.made import COLOURS, FILLER, make_task, reader, record, wordpiece

SPLITS = ("train", "validation", "test")


def pair_task(**changes):
    return make_task(**{"type": "pair_classification", "label": None, "pair": "other", "negatives": 1, **changes})


def parallel(count: int = 200, *, repeated: int = 0):
    """Aligned texts; the last `repeated` have the same second text."""
    return [
        record(f"clause {n} of party {n}", number=n, other="the same" if n >= count - repeated else f"article {n}")
        for n in range(count)
    ]


def prepared(task, folder, records):
    prepare_task(task, reader(all=records), folder, where="domain.yaml: tasks.made")
    return read_task(folder)


@pytest.mark.parametrize("negatives", [1, 3])
def test_non_pairs_are_no_pairs_are_made_within_a_split_and_repeat_themselves(tmp_path, negatives):
    records = parallel(repeated=40)
    task = prepared(pair_task(negatives=negatives), tmp_path / "a", records)
    true = {(item.text, item.fields["other"]) for item in records}
    for name in SPLITS:
        split = getattr(task, name)
        rows = list(zip(split.texts, split.pairs, split.gold, strict=True))
        pairs = {(text, pair) for text, pair, label in rows if label == "pair"}
        others = [(text, pair) for text, pair, label in rows if label == "no_pair"]
        assert pairs <= true
        assert not set(others) & true
        assert len(set(others)) == len(others) == negatives * len(pairs)
        assert {pair for _, pair in others} <= {pair for _, pair in pairs}, "second texts come from the same split"
        assert {text for text, _ in others} == {text for text, _ in pairs}
        assert len(set(split.ids)) == len(split.ids)
    assert prepared(pair_task(negatives=negatives), tmp_path / "b", records).sha256 == task.sha256


def test_every_second_text_is_as_often_wrong_as_right_so_that_it_tells_nothing(tmp_path):
    task = prepared(pair_task(), tmp_path / "t", parallel())
    for name in SPLITS:
        split = getattr(task, name)
        by_label = {
            label: sorted(pair for pair, gold in zip(split.pairs, split.gold, strict=True) if gold == label)
            for label in ("pair", "no_pair")
        }
        assert by_label["pair"] == by_label["no_pair"]


def test_where_no_non_pair_can_be_made_it_is_said(tmp_path):
    records = [record(f"clause {n}", number=n, other="always this") for n in range(60)]
    with pytest.raises(UserError, match=r"negatives: no non-pair can be made in the train split"):
        prepared(pair_task(), tmp_path / "t", records)


def test_labels_of_made_pairs_can_be_named(tmp_path):
    task = prepared(pair_task(labels={"pair": "clone", "no_pair": "different"}), tmp_path / "t", parallel())
    assert task.labels == ["clone", "different"]


def test_of_a_long_pair_both_texts_stay_and_token_types_tell_them_apart(tmp_path, tiny_bert):
    from tokenizers import processors

    records = [record("the party " * 30 + f"a {n}", number=n, other=f"pay {'xyz'[n % 3]}") for n in range(60)]
    task = prepared(pair_task(), tmp_path / "t", records)
    tokenizer = wordpiece()
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    task_model = PairModel(task)
    encoded = task_model.encode(task.test, tokenizer, limit=20)
    assert encoded.truncated == len(task.test)
    for ids, types, pair in zip(encoded.input_ids, encoded.token_types, task.test.pairs, strict=True):
        second = tokenizer(pair, add_special_tokens=False)["input_ids"]
        assert len(ids) == 20
        assert ids[-len(second) - 1 : -1] == second, "the short text is whole"
        assert types == [0] * (20 - len(second) - 1) + [1] * (len(second) + 1)
    task_model.model(tiny_bert)
    assert "token_type_ids" in task_model.collate([encoded[0]], padding=0), "a BERT has token types"
    task_model.types = False
    assert "token_type_ids" not in task_model.collate([encoded[0]], padding=0)


@pytest.fixture(scope="module")
def same_colour(tmp_path_factory):
    """Whether two sentences name one colour."""
    chance = random.Random(3)
    records = []
    for number in range(900):
        first, second = chance.choice(COLOURS), chance.choice(COLOURS)
        if number % 2:
            second = first
        texts = [" ".join([*chance.choices(FILLER, k=3), colour]) for colour in (first, second)]
        records.append(record(texts[0], "same" if first == second else "other", number, pair=texts[1]))
    folder = tmp_path_factory.mktemp("tasks") / "same"
    prepare_task(pair_task(negatives=0, label="label", pair="pair"), reader(all=records), folder, where="made")
    return read_task(folder)


def test_the_baseline_sees_what_two_texts_share(same_colour, tmp_path):
    tfidf = fit_baseline("tfidf_pair", same_colour, tmp_path / "t")["seeds"][0]["test"]
    majority = fit_baseline("majority", same_colour, tmp_path / "m")["seeds"][0]["test"]
    assert tfidf["macro_f1"] > 0.7
    assert majority["macro_f1"] < 0.5


def test_a_model_reads_the_second_text(tiny_bert, tmp_path):
    chance = random.Random(4)
    records = []
    for number in range(500):
        first, second = chance.choice(COLOURS), chance.choice(COLOURS)
        texts = [" ".join([*chance.choices(FILLER, k=3), colour]) for colour in (first, second)]
        records.append(record(texts[0], second, number, pair=texts[1]))
    task = prepared(pair_task(negatives=0, label="label", pair="pair"), tmp_path / "t", records)
    settings = Finetuning(epochs=6, batch_size=16, learning_rate=3e-3, max_length=32)
    entry = finetune("tiny", task, settings, {0: Start(tiny_bert, 0)}, tmp_path / "out")["seeds"][0]
    assert next(iter(entry["test"])) == "macro_f1"
    assert entry["test"]["macro_f1"] > 0.6, "chance is 0.25; the first text says nothing"
