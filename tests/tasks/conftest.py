"""Tiny real models and tasks that a model can learn in seconds."""

import random
from pathlib import Path

import pytest

from maskzoo.documents.record import Record
from maskzoo.tasks.task_data import PreparedTask, prepare_task, read_task
from tests.tasks.made import (
    COLOURS,
    FILLER,
    NAMES,
    make_tagging_task,
    make_task,
    reader,
    record,
    tagged,
    wordpiece,
)


@pytest.fixture(scope="session")
def colour_records() -> list[Record]:
    """Sentences whose class is the colour in them."""
    chance = random.Random(0)
    records = []
    for number in range(500):
        words = chance.choices(FILLER, k=chance.randint(4, 20))
        colour = chance.choice(COLOURS)
        words.insert(chance.randrange(len(words)), colour)
        records.append(record(" ".join(words), colour, number))
    return records


@pytest.fixture(scope="session")
def name_records() -> list[Record]:
    """Sentences with names of one or two words among filler, tagged by `I-` alone as older files do."""
    chance = random.Random(1)
    records = []
    for number in range(300):
        pairs = [(word, "O") for word in chance.choices(FILLER, k=chance.randint(4, 12))]
        place = chance.randrange(len(pairs))
        pairs[place:place] = [(name, "I-NAME") for name in chance.choices(NAMES, k=chance.randint(1, 2))]
        records.append(tagged(pairs, number))
    return records


@pytest.fixture(scope="session")
def colours(colour_records: list[Record], tmp_path_factory: pytest.TempPathFactory) -> PreparedTask:
    """A classification task that a model can learn: which colour is in a sentence."""
    folder = tmp_path_factory.mktemp("tasks") / "colours"
    prepare_task(make_task(), reader(all=colour_records), folder, where="made")
    return read_task(folder)


@pytest.fixture(scope="session")
def names(name_records: list[Record], tmp_path_factory: pytest.TempPathFactory) -> PreparedTask:
    """A tagging task that a model can learn: names of one or two words."""
    folder = tmp_path_factory.mktemp("tasks") / "names"
    prepare_task(make_tagging_task(), reader(all=name_records), folder, where="made")
    return read_task(folder)


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint as pretraining leaves it: a small BertForMaskedLM with random weights and its own WordPiece."""
    from transformers import BertConfig, BertForMaskedLM, set_seed

    folder = tmp_path_factory.mktemp("tiny_bert")
    tokenizer = wordpiece()
    tokenizer.save_pretrained(folder)
    set_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=40,
        pad_token_id=tokenizer.pad_token_id,
    )
    BertForMaskedLM(config).save_pretrained(folder)
    return folder
