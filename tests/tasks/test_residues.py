"""Tags of residues, and tags that do not count: neither the loss nor a metric sees them."""

import random
from dataclasses import replace

import pytest

from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.tasks.finetune import Start, finetune
from maskzoo.tasks.finetune_data import first_tokens
from maskzoo.tasks.fit_baseline import fit_baseline
from maskzoo.tasks.judging import judge
from maskzoo.tasks.metrics import load, score
from maskzoo.tasks.predictions import Predictions
from maskzoo.tasks.task_data import prepare_task, read_task
from maskzoo.tasks.types.token_classification import TagModel
from tests.tasks.made import make_tagging_task, reader, tagged

HELIX = "AELMQK"


def protein(sequence: str, tags: str, number: int = 0, **fields: str) -> Record:
    return Record(sequence, f"made.fasta#{number}", "", {"path": "made.fasta", **fields}, tuple(sequence), tuple(tags))


def proteins(count: int = 120, *, unseen: str = ""):
    """Sequences whose residues are helix by their letter; every fifth residue is unseen where `unseen` says a tag."""
    chance = random.Random(5)
    records = []
    for number in range(count):
        sequence = "".join(chance.choices("ACDEFGHIKLMNPQRSTVWY", k=chance.randint(12, 24)))
        tags = [
            unseen if unseen and place % 5 == 0 else "H" if letter in HELIX else "C"
            for place, letter in enumerate(sequence)
        ]
        records.append(protein(sequence, "".join(tags), number))
    return records


def residue_task(**changes):
    return make_tagging_task(**{"tokens_are": "residues", "material": "protein", "metric": "token_accuracy", **changes})


def prepared(task, folder, records):
    prepare_task(task, reader(all=records), folder, where="domain.yaml: tasks.made")
    return read_task(folder)


def test_residues_are_joined_without_space_and_unseen_ones_have_no_tag(tmp_path):
    task = prepared(residue_task(ignore=("-",)), tmp_path / "t", proteins(unseen="-"))
    assert task.labels == ["C", "H"]
    for text, tokens, tags in zip(task.test.texts, task.test.tokens, task.test.gold, strict=True):
        assert text == "".join(tokens)
        assert len(tags) == len(text)
        assert [tag is None for tag in tags] == [place % 5 == 0 for place in range(len(text))]


def test_a_mask_takes_residues_out(tmp_path):
    records = [protein(f"ACDEF{'GHIK'[n % 4]}{'LMNPQRST'[n // 8]}", "HHCCHHC", n, seen="1101111") for n in range(64)]
    task = prepared(residue_task(mask="seen"), tmp_path / "t", records)
    assert all(tags[2] is None and None not in tags[:2] + tags[3:] for tags in task.test.gold)
    for wrong in ("110", "11x1111"):
        records[5].fields["seen"] = wrong
        with pytest.raises(UserError, match=r"made\.fasta#5.*mask '\w+' for 7 tags; expected 1 or 0 for every"):
            prepared(residue_task(mask="seen"), tmp_path / "w", records)


def test_a_sequence_of_ignored_tags_alone_is_no_example(tmp_path):
    records = [*proteins(unseen="-"), protein("ACDEFGHIKLM", "-" * 11, 999)]
    prepare_task(residue_task(ignore=("-",)), reader(all=records), tmp_path / "t", where="made")
    task = read_task(tmp_path / "t")
    assert "ACDEFGHIKLM" not in task.train.texts + task.validation.texts + task.test.texts


def test_ignored_residues_change_no_metric(tmp_path):
    task = prepared(residue_task(ignore=("-",), metric="token_macro_f1"), tmp_path / "t", proteins(unseen="-"))
    right = [[tag or "C" for tag in tags] for tags in task.test.gold]
    wrong = [["H" if tag is None else tag for tag in tags] for tags in task.test.gold]
    assert judge(task, task.test, Predictions(right)) == judge(task, task.test, Predictions(wrong))
    assert judge(task, task.test, Predictions(wrong)) == {"token_macro_f1": 1.0, "token_accuracy": 1.0}
    half = [["C"] * len(tags) for tags in task.test.gold]
    assert judge(task, task.test, Predictions(half))["token_accuracy"] < 0.9


def test_token_macro_f1_by_hand():
    gold, found = [["A", "A", None], ["B", "B", "C"]], [["A", "B", "C"], ["B", "B", "B"]]
    # A: one of two found, F1 2/3; B: 2 of 2 found, 2 of 4 right, F1 2/3; C: never found, 0
    # what is found where there is no gold tag is nothing
    expected = {"token_macro_f1": pytest.approx((2 / 3 + 2 / 3 + 0) / 3)}
    assert score("token_macro_f1", gold, found) == expected
    assert load("token_macro_f1").sample(gold, [found]).values[0] == expected["token_macro_f1"]


def test_entities_are_neither_found_nor_missed_where_no_tag_counts():
    gold = [["B-X", "I-X", None, None]]
    assert score("entity_f1", gold, [["B-X", "I-X", "B-Y", "O"]])["entity_f1"] == 1
    assert load("entity_f1").sample(gold, [[["B-X", "I-X", "B-Y", "O"]]]).values[0] == 1


def test_ignored_residues_change_no_loss_and_no_weight(tmp_path):
    import torch
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = {letter: number for number, letter in enumerate("ACDEFGHIKLMNPQRSTVWY")}
    inner = Tokenizer(models.WordLevel(letters, unk_token="A"))
    inner.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, unk_token="A", pad_token="A")
    task = prepared(residue_task(ignore=("-",)), tmp_path / "t", proteins(unseen="-"))
    encoded = TagModel(task).encode(task.train, tokenizer, limit=10)
    for labels, tags in zip(encoded.labels, task.train.gold, strict=True):
        assert labels == [-100 if tag is None else task.labels.index(tag) for tag in tags[:10]]
    assert encoded.truncated == len(task.train)
    batch = TagModel(task).collate([encoded[0], encoded[1]], padding=0)
    logits = torch.randn(2, 10, 2)
    loss = torch.nn.functional.cross_entropy
    before = loss(logits.flatten(0, 1), batch["labels"].flatten())
    logits[batch["labels"] == -100] = 99.0
    assert loss(logits.flatten(0, 1), batch["labels"].flatten()) == before


def test_a_token_of_several_residues_answers_for_all_of_them():
    # MK|T|AYI, the last residue cut off
    assert first_tokens(list("MKTAYIQ"), [(0, 0), (0, 2), (2, 3), (3, 6)], text="MKTAYIQ") == [1, 1, 2, 3, 3, 3, None]
    assert first_tokens(["MK", "T"], [(0, 1), (1, 2), (2, 4)], text="MK T") == [0, 2]


def test_a_model_learns_the_tags_of_words_that_count(name_records, tiny_bert, tmp_path):
    # the word after a name is unknown in training: nothing may be learnt from it
    task = prepared(
        make_tagging_task(metric="token_macro_f1", ignore=("?",)),
        tmp_path / "t",
        [
            tagged(
                [
                    (word, "?" if place % 4 == 3 else tag)
                    for place, (word, tag) in enumerate(zip(item.tokens, item.tags, strict=True))
                ],
                number,
            )
            for number, item in enumerate(name_records)
        ],
    )
    assert "?" not in task.labels
    settings = Finetuning(epochs=5, batch_size=8, learning_rate=5e-3, max_length=39)
    entry = finetune("tiny", task, settings, {0: Start(tiny_bert, 0)}, tmp_path / "out")["seeds"][0]
    assert entry["test"]["token_macro_f1"] > 0.8
    for name in ("majority", "window_linear"):
        assert fit_baseline(name, task, tmp_path / name)["seeds"][0]["test"]["token_macro_f1"] > 0.8
    wrong = replace(task.test, gold=[[None] * len(tags) for tags in task.test.gold])
    assert judge(task, wrong, Predictions(task.test.gold))["token_accuracy"] == 0
