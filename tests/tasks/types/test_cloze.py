"""Cloze: pieces are hidden whole and counted the same for every tokenizer; who knows nothing is at chance."""

import json
import math
import random

import numpy as np
import pyarrow.parquet as pq
import pytest

from maskzoo.errors import UserError
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.fit_baseline import fit_baseline
from maskzoo.tasks.infilling import encode, window
from maskzoo.tasks.metrics import score
from maskzoo.tasks.task_data import prepare_task, read_task
from tests.tasks.made import COLOURS, FILLER, make_task, reader, record, wordpiece

COLOUR_OF = {"alder": "red", "birch": "green", "cedar": "blue", "maple": "amber"}


def cloze_task(**changes):
    return make_task(**{"type": "cloze", "label": None, "spans": "spans", "metric": "cloze_accuracy", **changes})


def hidden(text: str, *pieces: tuple[str, str], number: int = 0):
    spans = [[text.index(piece), text.index(piece) + len(piece), kind] for piece, kind in pieces]
    return record(text, number=number, spans=json.dumps(spans))


@pytest.fixture(scope="module")
def trees(tmp_path_factory):
    """The colour of a sentence follows from its tree; colour and a filler word are hidden."""
    chance = random.Random(0)
    records = []
    for number in range(400):
        tree, colour = chance.choice(list(COLOUR_OF.items()))
        words = [*chance.choices(FILLER, k=3), tree, *chance.choices(FILLER, k=chance.randint(1, 3)), colour, "clause"]
        text = " ".join(words)
        place = text.rindex(colour)
        spans = [[place, place + len(colour), "colour"], [len(text) - 6, len(text), "word"]]
        records.append(record(text, number=number, spans=json.dumps(spans)))
    folder = tmp_path_factory.mktemp("tasks") / "trees"
    prepare_task(cloze_task(), reader(all=records), folder, where="made")
    return read_task(folder)


def made(records, folder, **changes):
    prepare_task(cloze_task(**changes), reader(all=records), folder, where="made")
    return read_task(folder)


# what is hidden


def test_all_tokens_of_a_piece_are_hidden_and_no_other(tmp_path):
    # "lender" is six letters for this tokenizer, "party" one word
    task = made(
        [
            hidden(f"the lender shall pay a party x{n}", ("lender", "noun"), ("party", "noun"), number=n)
            for n in range(60)
        ],
        tmp_path / "t",
    )
    tokenizer = wordpiece()
    encoded = encode(task.test, tokenizer, limit=64)
    assert len(encoded) == 2 * len(task.test)
    for ids, labels, piece in zip(encoded.input_ids, encoded.labels, encoded.pieces, strict=True):
        masked = [place for place, token in enumerate(ids) if token == tokenizer.mask_token_id]
        assert masked == [place for place, label in enumerate(labels) if label != -100]
        assert tokenizer.decode(piece.tokens).replace(" ##", "") == task.test.gold[piece.example][piece.number]
        assert len(masked) == (6 if piece.number == 0 else 1)


def test_of_a_long_text_the_part_around_the_piece_is_kept(tmp_path):
    text = " ".join(["the"] * 30 + ["party"] + ["of"] * 30)
    task = made(
        [hidden(f"{text} {'ab'[n % 2] * n}", ("party", "noun"), number=n) for n in range(1, 60)], tmp_path / "t"
    )
    tokenizer = wordpiece()
    encoded = encode(task.test, tokenizer, limit=13)
    assert encoded.truncated == len(task.test)
    for ids in encoded.input_ids:
        assert len(ids) == 13
        assert tokenizer.convert_ids_to_tokens(ids) == ["[CLS]", *["the"] * 5, "[MASK]", *["of"] * 5, "[SEP]"]


@pytest.mark.parametrize(
    ("first", "after", "length", "limit", "expected"),
    [
        (3, 5, 8, 10, (0, 8)),  # all of it
        (0, 1, 100, 10, (0, 10)),
        (99, 100, 100, 10, (90, 100)),
        (50, 52, 100, 10, (46, 56)),
        (50, 80, 100, 10, (50, 60)),  # longer than the limit: its beginning
    ],
)
def test_windows_hold_the_piece(first, after, length, limit, expected):
    assert window(first, after, length, limit) == expected


def test_a_second_text_is_hidden_whole_after_the_first(tmp_path):
    records = [
        record(f"MKTAYIAK{'ACDEFGHIKL'[n % 10]}{'MNPQRSTVWY'[n // 10]}", number=n, binder="GWR") for n in range(80)
    ]
    task = made(records, tmp_path / "t", spans=None, pair="binder", material="protein", metric="cloze_perplexity")
    assert all(text.endswith("GWR") and len(text) == 13 for text in task.test.texts), (
        "residues are joined without space"
    )
    assert task.test.parts["spans"] == [[(10, 13, "binder")]] * len(task.test)
    assert task.test.gold == [["GWR"]] * len(task.test)


@pytest.mark.parametrize(
    "spans", ['[[0, 99, "x"]]', '[[3, 3, "x"]]', "[[0, 2]]", "word", "{}", '[[0.5, 2, "x"]]', "[1]"]
)
def test_spans_outside_the_text_or_no_spans_at_all_are_refused_with_their_place(tmp_path, spans):
    with pytest.raises(UserError, match=r"spans \(made\.jsonl#7\).*expected a JSON list of \[start, end, kind\]"):
        made([record("the party", number=7, spans=spans)], tmp_path / "t")


# answers


def test_an_untrained_model_is_at_chance_and_a_tuned_one_has_learnt(trees, tiny_bert, tmp_path):
    frozen = Finetuning(epochs=0, max_length=32)
    as_is = finetune("as_is", trees, frozen, {0: Start(tiny_bert, 0)}, tmp_path / "as_is")["seeds"][0]["test"]
    vocabulary = len(wordpiece())
    # one token a piece here: an untrained model gives each about 1 / vocabulary, so the perplexity of a whole piece
    # is the vocabulary, and that of a character its root
    letters = sum(len(piece) for row in trees.test.gold for piece in row)
    pieces = sum(len(row) for row in trees.test.gold)
    tokens = sum(
        len(wordpiece()(piece, add_special_tokens=False)["input_ids"]) for row in trees.test.gold for piece in row
    )
    assert tokens == pieces
    assert as_is["cloze_perplexity"] == pytest.approx(vocabulary ** (pieces / letters), rel=0.15)
    assert as_is["cloze_accuracy"] < 0.1
    settings = Finetuning(epochs=8, batch_size=16, learning_rate=3e-3, max_length=32)
    tuned = finetune("tuned", trees, settings, {0: Start(tiny_bert, 0)}, tmp_path / "tuned")["seeds"][0]
    assert tuned["test"]["cloze_accuracy"] > 0.6
    assert tuned["test"]["cloze_perplexity"] < as_is["cloze_perplexity"] / 1.5
    assert tuned["details"]["test_by_target"]["word"]["cloze_accuracy"] > 0.9
    assert tuned["details"]["test_by_target"]["colour"]["pieces"] == len(trees.test)


def test_the_predictions_file_gives_the_reported_metrics(trees, tiny_bert, tmp_path):
    entry = finetune("as_is", trees, Finetuning(epochs=0, max_length=32), {0: Start(tiny_bert, 0)}, tmp_path)["seeds"][
        0
    ]
    rows = pq.read_table(tmp_path / "predictions.parquet").to_pylist()
    right = sum(a == b for row in rows for a, b in zip(row["gold"], row["predicted"], strict=True))
    assert right / sum(len(row["gold"]) for row in rows) == pytest.approx(entry["test"]["cloze_accuracy"])
    sums = np.array([row["scores"] for row in rows]).sum(axis=0)
    assert math.exp(-sums[2] / sums[3]) == pytest.approx(entry["test"]["cloze_perplexity"])
    assert sums[3] == sum(len(piece) for row in rows for piece in row["gold"])


def test_what_a_tokenizer_cannot_say_is_never_right_and_costs_its_spelling(tmp_path, tiny_bert):
    from maskzoo.tasks.infilling import Infiller, answers
    from maskzoo.tasks.types.cloze import ClozeModel

    task = made(
        [hidden(f"the {'ß' * 3} of {'abcdef'[n % 6]} {n}", ("ßßß", "odd"), number=n) for n in range(60)], tmp_path / "t"
    )
    task_model, tokenizer = ClozeModel(task), wordpiece()
    encoded = encode(task.test, tokenizer, limit=32)
    assert all(piece.spelled == 3 and piece.tokens == (tokenizer.unk_token_id,) for piece in encoded.pieces)
    found = answers(Infiller.load(tiny_bert), task.test, encoded, task_model.collate, padding=0, batch_size=8)
    alphabet = len({letter for text in task.test.texts for letter in text})
    assert not found.scores[:, 0].any()
    assert (found.scores[:, 2] < -4 * math.log(alphabet + 1)).all()
    assert (found.scores[:, 3] == 3).all(), "the denominator does not depend on the tokenizer"


@pytest.fixture(scope="module")
def bare(tiny_bert, tmp_path_factory):
    """A checkpoint as sentence encoders come: without the head of pretraining."""
    from transformers import AutoModel

    folder = tmp_path_factory.mktemp("bare")
    AutoModel.from_pretrained(tiny_bert).save_pretrained(folder)
    wordpiece().save_pretrained(folder)
    return folder


def test_a_checkpoint_without_its_head_is_refused(bare):
    from maskzoo.tasks.infilling import Infiller

    with pytest.raises(UserError, match=r"cannot fill in anything: no MLM head.*head of masked language modelling"):
        Infiller.load(bare)


def test_the_comparison_says_who_cannot_fill_in_and_gives_intervals_to_the_others(trees, tiny_bert, bare, tmp_path):
    from maskzoo.comparison import compare as comparison
    from maskzoo.comparison.table import task_table, tuning

    frozen, root = Finetuning(epochs=0, max_length=32), tmp_path / "evaluation" / "trees"
    finetune("tiny", trees, frozen, {0: Start(tiny_bert, 0)}, root / "tiny")
    written = finetune("bare", trees, frozen, {0: Start(bare, 0)}, root / "bare")
    assert written["seeds"] == []
    fit_baseline("frequent_piece", trees, root / "frequent_piece")
    models = [comparison.Model("tiny", "random"), comparison.Model("bare", "base")]
    scored = comparison.read_task(tmp_path, "trees", models)
    assert [entry.model.name for entry in scored] == ["frequent_piece", "tiny"]
    panel = comparison.compared(scored, "bare", resamples=200, lower_is_better=False)
    panel |= {"metric": "cloze_accuracy", "without": comparison.without(tmp_path, "trees", models)}
    low, high = panel["models"][0]["interval"]
    assert low < panel["models"][0]["mean"] < high
    assert panel["models"][0]["by_target"]["word"]["cloze_accuracy"] == 1
    lines = task_table(panel).splitlines()
    assert any("bare" in line and "no MLM head: the checkpoint has no" in line for line in lines), lines
    assert any("most frequent piece" in line for line in lines)
    assert tuning(panel) == "No model was fine-tuned: each answers as it was pretrained."


# metrics and baselines


def test_metrics_by_hand():
    # two examples: three pieces of 10 characters, one right; one piece of 2 characters, right
    gold = [[3.0, 3.0, 0.0, 10.0], [1.0, 1.0, 0.0, 2.0]]
    found = [[1.0, 3.0, -6.0, 10.0], [1.0, 1.0, -3.0, 2.0]]
    assert score("cloze_accuracy", gold, found) == {"cloze_accuracy": pytest.approx(2 / 4)}
    assert score("cloze_perplexity", gold, found) == {"cloze_perplexity": pytest.approx(math.exp(9 / 12))}
    with pytest.raises(ValueError, match="other pieces"):
        score("cloze_accuracy", gold, [[1.0, 2.0, -6.0, 10.0], found[1]])


def test_frequent_pieces_of_each_kind(trees, tmp_path):
    entry = fit_baseline("frequent_piece", trees, tmp_path)["seeds"][0]
    kinds = entry["details"]["test_by_target"]
    assert kinds["word"]["cloze_accuracy"] == 1, "the hidden word is always the same"
    assert kinds["colour"]["cloze_accuracy"] == pytest.approx(1 / len(COLOURS), abs=0.15)


def test_ngrams_see_what_stands_before(tmp_path):
    # the letter after each pair of letters is determined
    cycle = "abcdefgh" * 4
    records = [
        record(text, number=n, spans=json.dumps([[9, 10, "letter"]]))
        for n, text in enumerate(cycle[s : s + length] for s in range(8) for length in range(12, 24))
    ]
    task = made(records, tmp_path / "t")
    ngrams = fit_baseline("character_ngrams", task, tmp_path / "n")["seeds"][0]["test"]
    frequent = fit_baseline("frequent_piece", task, tmp_path / "f")["seeds"][0]["test"]
    assert ngrams["cloze_accuracy"] > 0.95
    assert frequent["cloze_accuracy"] < 0.4
    assert ngrams["cloze_perplexity"] < 1.5 < frequent["cloze_perplexity"]
