"""Labels as people write them: missing ones, numbers and truth values in several spellings, empty tags, near copies."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.new.tasks import labels
from maskzoo.recipe.source import Source
from maskzoo.recipe.task import TaskData
from maskzoo.tasks.common.classes import class_name
from maskzoo.tasks.examples import alike
from maskzoo.tasks.task_data import prepare_task, read_task
from tests.tasks.made import FILLER, make_tagging_task, make_task, reader, record, tagged


def texts(number: int) -> list[str]:
    return [" ".join((FILLER * 9)[n : n + 3 + n % 9]) + f" {n}" for n in range(number)]


def read_file(file: Path, **read: object) -> Iterator[Record]:
    """A file's records as the stage reads them."""
    from maskzoo.corpus.cache import Cache
    from maskzoo.corpus.sources import read_source

    source = Source.model_validate({"glob": file.name, "licence": "MIT", "read": read})
    return read_source(source, name="made", folder=file.parent, simulated=file.parent, cache=Cache(file.parent / "c"))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *((raw, "") for raw in ("", " ", "NaN", "nan", "None", "N/A", "null", "NA")),
        *((raw, "1") for raw in ("1", "1.0", " 1 ", "1.00")),
        *((raw, "true") for raw in ("true", "True", "TRUE ")),
        *((raw, raw) for raw in ("01", "1.5", "1.50", "-1", "Nano", "not applicable", "truely")),
    ],
)
def test_a_class_has_one_name_however_it_is_written(written, name):
    assert class_name(written) == name


def test_what_a_recipe_names_is_a_class_whatever_it_looks_like():
    assert class_name("None", {"None": "neither"}) == "neither"
    assert class_name("1.0", {"1": "spam"}) == "spam"


def test_missing_labels_are_no_classes(tmp_path: Path):
    names = ["yes", "no", "NaN", "None", "N/A"]
    records = [record(text, names[n % 5], n) for n, text in enumerate(texts(200))]
    information = prepare_task(make_task(), reader(all=records), tmp_path / "t", where="here")
    assert information["labels"] == ["no", "yes"]
    assert information["removed"]["no_label"] == 120
    kept = make_task(labels={"None": "neither"})
    assert "neither" in prepare_task(kept, reader(all=records), tmp_path / "u", where="here")["labels"]


@pytest.mark.parametrize(
    ("values", "classes"),
    [([True, False], ["false", "true"]), ([1, "1", 1.0, 0, "0 "], ["0", "1"]), (["a", None, "b"], ["a", "b"])],
)
def test_json_values_are_read_once_and_alike_by_new_and_by_the_stage(tmp_path: Path, values, classes):
    rows = [{"text": text, "spam": values[n % len(values)]} for n, text in enumerate(texts(200))]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    records = list(read_file(tmp_path / "a.jsonl", format="jsonl", text=["text"], fields={"label": "spam"}))
    found = prepare_task(make_task(), reader(all=records), tmp_path / "t", where="here")
    assert found["labels"] == classes
    assert sorted(labels("spam", [one.fields["label"] for one in records], "here").classes) == classes


def test_a_column_with_missing_numbers_in_parquet_has_no_class_for_them(tmp_path: Path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    values = [float(n % 2) if n % 3 else float("nan") for n in range(90)]
    pq.write_table(pa.table({"text": texts(90), "label": values}), tmp_path / "a.parquet")
    records = list(read_file(tmp_path / "a.parquet", format="parquet", text=["text"], fields={"label": "label"}))
    found = prepare_task(make_task(), reader(all=records), tmp_path / "t", where="here")
    assert found["labels"] == ["0", "1"]
    assert found["removed"]["no_label"] == 30


def conll(tmp_path: Path, text: str) -> list[Record]:
    (tmp_path / "a.conll").write_text(text)
    return list(read_file(tmp_path / "a.conll", format="conll"))


def test_a_tab_behind_the_last_column_is_none_of_them(tmp_path: Path):
    (found,) = conll(tmp_path, "Anna\tB-PER\t\nleft\tO\t\ntown\tO\n")
    assert (found.tokens, found.tags) == (("Anna", "left", "town"), ("B-PER", "O", "O"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Anna\tB-PER\nleft\t\ntown\tO\n", r"line 2: column 1 is empty; expected a tag"),
        ("Anna\tB-PER\n\tO\n", r"line 2: column 0 is empty; expected a word"),
        ("left\t\ntown\tO\n", r"line 1: column 1 is empty; expected a tag"),
    ],
)
def test_an_empty_word_or_tag_is_named_with_its_line(tmp_path: Path, text, said):
    with pytest.raises(UserError, match=said):
        conll(tmp_path, text)


def test_a_document_marker_ends_a_sentence(tmp_path: Path):
    found = conll(tmp_path, "-DOCSTART- O\nAnna B-PER\nleft O\n-DOCSTART- O\nBert B-PER\n-DOCSTART- O\n")
    assert [one.tokens for one in found] == [("Anna", "left"), ("Bert",)]


def test_an_empty_tag_of_another_format_is_refused_too(tmp_path: Path):
    with pytest.raises(UserError, match=r"made\.jsonl#3.*word 2 is 'left' with tag ''"):
        prepare_task(
            make_tagging_task(metric="token_accuracy"),
            reader(all=[tagged([("Anna", "B"), ("left", "")], 3)]),
            tmp_path / "t",
            where="here",
        )


def test_tags_of_single_words_and_ends_are_read_as_entities(tmp_path: Path):
    records = [
        tagged([("Anna", "S-PER"), ("left", "O"), ("New", "B-LOC"), ("York", "E-LOC"), (str(n), "O")], n)
        for n in range(60)
    ]
    prepare_task(make_tagging_task(), reader(all=records), tmp_path / "t", where="here")
    assert read_task(tmp_path / "t").test.gold[0] == ["B-PER", "O", "B-LOC", "I-LOC", "O"]


def test_near_copies_are_the_same_but_for_case_space_width_and_final_signs():
    assert alike("The  Party shall PAY.") == alike("the party shall pay") == alike("\uff34he party shall pay \u2026!")
    assert alike("to pay? now") != alike("to pay now")
    assert alike("...") == ""


def test_tested_texts_that_stand_in_training_but_for_a_full_stop_are_counted(tmp_path: Path):
    train = [record(text, "yes" if n % 2 else "no", n) for n, text in enumerate(texts(80))]
    test = [record(text.upper() + ".", "yes" if n % 2 else "no", n) for n, text in enumerate(texts(10))]
    test += [record(f"another text {n}", "yes", 20 + n) for n in range(5)]
    source = make_task().data.all
    task = make_task(data=TaskData(train=source, test=source), split={"validation": 0.2})
    information = prepare_task(task, reader(train=train, test=test), tmp_path / "t", where="here")
    trained = {alike(text) for text in read_task(tmp_path / "t").train.texts}
    expected = sum(alike(one.text) in trained for one in test)
    assert information["alike"] == {"test": expected, "first": "made.jsonl#" + information["alike"]["first"][11:]}
    assert 5 < expected <= 10
