"""Encoding: whole texts as in pretraining, first subwords by offsets, limits that the model can take, right inputs."""

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from maskzoo.tasks import types
from maskzoo.tasks.finetune_data import IGNORED, collate, first_tokens, length_limit
from maskzoo.tasks.task_data import PreparedTask, Split
from tests.tasks.made import wordpiece

WORDS = ["The", "Lender", "of", "Société", "Générale", "pays", "Maplewood", "(", "the", "rowan", ")"]


def task_of(words: list[str], tags: list[str]) -> PreparedTask:
    split = Split(["0"], [" ".join(words)], [tags], [words])
    labels = sorted(set(tags))
    return PreparedTask("t", "token_classification", "entity_f1", labels, split, split, split, "")


def byte_level() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        WORDS * 3, trainers.BpeTrainer(vocab_size=280, initial_alphabet=alphabet, show_progress=False)
    )
    return tokenizer


def unigram() -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=60, unk_token="<unk>", special_tokens=["<unk>"], show_progress=False)
    tokenizer.train_from_iterator([" ".join(WORDS)] * 3, trainer)
    return tokenizer


@pytest.mark.parametrize("make", [byte_level, unigram, lambda: wordpiece().backend_tokenizer])
def test_every_word_has_a_first_token_that_shows_its_beginning(make):
    text = " ".join(WORDS)
    encoding = make().encode(text)
    first = first_tokens(WORDS, encoding.offsets)
    assert None not in first
    assert first == sorted(set(first))
    start = 0
    for word, place in zip(WORDS, first, strict=True):
        low, high = encoding.offsets[place]
        assert low <= start < high or text[low:start].isspace(), word
        start += len(word) + 1


def test_labels_stand_on_first_tokens_alone_and_cut_words_have_none():
    words = ["pay", "Maplewoodmaple", "to", "Rowan", "Birch"]
    task = task_of(words, ["O", "B-N", "O", "B-N", "I-N"])
    tokenizer = wordpiece()
    task_model = types.load(task.type).task_model(task)
    whole = task_model.encode(task.test, tokenizer, limit=64)
    classes = {label: number for number, label in enumerate(task.labels)}
    labelled = [number for number in whole.labels[0] if number != IGNORED]
    assert labelled == [classes[tag] for tag in task.test.gold[0]]
    assert len(whole.input_ids[0]) > len(words) + 2, "some word has several pieces"
    assert whole.truncated == 0

    cut = task_model.encode(task.test, tokenizer, limit=6)
    assert len(cut.input_ids[0]) == 6
    assert cut.input_ids[0][-1] == tokenizer.sep_token_id, "specials survive truncation"
    assert cut.first[0][-1] is None
    assert cut.truncated == 1


@pytest.mark.parametrize(
    ("model_type", "positions", "expected"),
    [("bert", 40, 40), ("roberta", 40, 38), ("esm", 40, 38), ("modernbert", 900, 128)],
)
def test_the_limit_is_what_the_position_table_serves(model_type, positions, expected):
    from types import SimpleNamespace

    config = SimpleNamespace(model_type=model_type, max_position_embeddings=positions, pad_token_id=1)
    assert length_limit(128, wordpiece(), config) == expected


def test_batches_are_padded_to_their_longest_and_masked():
    batch = collate([{"input_ids": [5, 6, 7], "labels": [0, 1, 2]}, {"input_ids": [8], "labels": [3]}], padding=9)
    assert batch["input_ids"].tolist() == [[5, 6, 7], [8, 9, 9]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch["labels"].tolist() == [[0, 1, 2], [3, IGNORED, IGNORED]]


TINY = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
ARCHITECTURES = {
    "bert": TINY,
    "roberta": TINY,
    "distilbert": {"dim": 16, "n_layers": 1, "n_heads": 2, "hidden_dim": 32},
    "modernbert": {**TINY, "global_attn_every_n_layers": 1},
    "esm": {**TINY, "position_embedding_type": "rotary", "token_dropout": False, "mask_token_id": 4},
    "deberta-v2": {**TINY, "relative_attention": True, "pos_att_type": ["p2c", "c2p"]},
    "xlm-roberta": TINY,
}


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("kind", ["sequence_classification", "token_classification"])
def test_padding_changes_no_answer_of_any_architecture(name, kind, tmp_path):
    import torch
    from transformers import AutoConfig, AutoModelForMaskedLM, set_seed

    tokenizer = wordpiece()
    config = AutoConfig.for_model(
        name,
        vocab_size=len(tokenizer),
        max_position_embeddings=40,
        pad_token_id=0,
        bos_token_id=2,
        eos_token_id=3,
        **ARCHITECTURES[name],
    )
    for special in ("cls_token_id", "sep_token_id"):
        if hasattr(config, special):
            setattr(config, special, {"cls_token_id": 2, "sep_token_id": 3}[special])
    set_seed(0)
    AutoModelForMaskedLM.from_config(config).save_pretrained(tmp_path)
    texts = [["the", "maple"], ["a", "party", "shall", "pay", "Rowan", "Birch", "on", "any", "term"]]
    gold = [["O", "B-N"], ["O"] * 4 + ["B-N", "I-N"] + ["O"] * 3] if kind.startswith("token") else ["B-N", "O"]
    split = Split(["0", "1"], [" ".join(words) for words in texts], gold, texts if kind.startswith("token") else [])
    task = PreparedTask(
        "t", kind, "entity_f1" if kind.startswith("token") else "accuracy", ["B-N", "I-N", "O"], split, split, split, ""
    )
    task_model = types.load(kind).task_model(task)
    model = task_model.model(tmp_path)
    encoded = task_model.encode(split, tokenizer, limit=length_limit(32, tokenizer, config))
    together = task_model.answers(model, split, encoded, padding=0, batch_size=2)
    alone = task_model.answers(model, split, encoded, padding=0, batch_size=1)
    for one, other in zip(together.probability, alone.probability, strict=True):
        torch.testing.assert_close(torch.tensor(one), torch.tensor(other), atol=1e-5, rtol=1e-4)
