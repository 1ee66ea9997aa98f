"""What `maskzoo tasks` makes of records: labels, tags, duplicates, splits, limits and clear errors."""

import json
from pathlib import Path

import pytest

from maskzoo.corpus.evaluation_texts import EVALUATION_TEXTS, read_evaluation_texts
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.files import sha256_of
from maskzoo.recipe.task import Limit, TaskData, TaskSplit
from maskzoo.tasks.tagging import to_iob2
from maskzoo.tasks.task_data import PreparedTask, prepare_task, read_task
from tests.tasks.made import make_tagging_task, make_task, reader, record, source, tagged

SPLITS = ("train", "validation", "test")


def many(count: int, *, start: int = 0, label: str | None = None):
    return [record(f"clause number {n}", label or "ab"[n % 2], n) for n in range(start, start + count)]


def prepared(task, folder: Path, **parts) -> tuple[PreparedTask, dict]:
    prepare_task(task, reader(**parts), folder, where="domain.yaml: tasks.made")
    return read_task(folder), json.loads((folder / "task.json").read_text())


def sides(task: PreparedTask) -> dict[str, str]:
    return {text: name for name in SPLITS for text in getattr(task, name).texts}


def given() -> TaskData:
    return TaskData(train=source(), test=source())


# splits


def test_a_split_has_its_share_and_no_text_on_two_sides(tmp_path):
    task, information = prepared(make_task(split=TaskSplit(validation=0.1, test=0.3)), tmp_path / "t", all=many(1000))
    assert information["counts"]["test"] == pytest.approx(300, abs=50)
    assert information["counts"]["validation"] == pytest.approx(100, abs=35)
    assert len(sides(task)) == 1000 == sum(information["counts"].values())


def test_adding_examples_moves_no_other(tmp_path):
    before, _ = prepared(make_task(), tmp_path / "a", all=many(200))
    after, _ = prepared(make_task(), tmp_path / "b", all=many(50, start=1000) + many(200))
    assert sides(before).items() <= sides(after).items()


def test_the_same_records_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        prepare_task(make_task(), reader(all=many(100)), tmp_path / name, where="here")
    for split in SPLITS:
        assert sha256_of(tmp_path / "a" / f"{split}.parquet") == sha256_of(tmp_path / "b" / f"{split}.parquet")
    assert read_task(tmp_path / "a").sha256 == read_task(tmp_path / "b").sha256


def test_a_group_stays_on_one_side(tmp_path):
    records = [record(f"clause {n}", "ab"[n % 2], n, contract=f"contract {n // 10}") for n in range(400)]
    task, _ = prepared(make_task(split=TaskSplit(group="contract")), tmp_path / "t", all=records)
    side = sides(task)
    for first in range(0, 400, 10):
        assert len({side[f"clause {n}"] for n in range(first, first + 10)}) == 1


def test_a_missing_validation_is_cut_from_training_alone(tmp_path):
    task, information = prepared(make_task(data=given()), tmp_path / "t", train=many(200), test=many(40, start=500))
    assert information["counts"]["train"] + information["counts"]["validation"] == 200
    assert information["counts"]["validation"] == pytest.approx(30, abs=15)
    assert task.test.texts == [f"clause number {n}" for n in range(500, 540)]


def test_a_limit_draws_by_hash_and_draws_the_same_again(tmp_path):
    limit = Limit(train=50, test=20)
    task, information = prepared(make_task(limit=limit), tmp_path / "a", all=many(500))
    again, _ = prepared(make_task(limit=limit), tmp_path / "b", all=list(reversed(many(500))))
    assert (information["counts"]["train"], information["counts"]["test"]) == (50, 20)
    assert set(task.train.texts) == set(again.train.texts), "the draw does not depend on the order of the file"
    whole, _ = prepared(make_task(), tmp_path / "c", all=many(500))
    assert task.train.texts != whole.train.texts[:50]
    assert set(task.train.texts) <= set(whole.train.texts)
    assert information["removed"]["limit"] == 500 - sum(information["counts"].values())


# duplicates and what cannot be used


def test_what_no_corpus_may_hold_is_all_that_was_published(tmp_path):
    tested = [*many(40), *[Record("le parc de le nord", "f#1", "", {"label": "a"}, written="le parc du nord")]]
    task = make_task(data=TaskData(train=source(), test=source()), limit=Limit(test=5))
    _, information = prepared(task, tmp_path / "t", train=many(100, start=1000), test=tested)
    found = read_evaluation_texts(tmp_path / "t" / EVALUATION_TEXTS)
    assert information["counts"]["test"] == 5
    assert found["test"] == [*((one.text,) for one in tested[:-1]), ("le parc de le nord", "le parc du nord")]
    assert 5 < len(found["validation"]) < 30


def test_second_texts_of_pairs_are_published_texts_too(tmp_path):
    pairs = [record(f"question {n}", "ab"[n % 2], n, answer=f"answer {n}") for n in range(100)]
    task = make_task(type="pair_classification", pair="answer")
    made, _ = prepared(task, tmp_path / "t", all=pairs)
    found = {way for ways in read_evaluation_texts(tmp_path / "t" / EVALUATION_TEXTS)["test"] for way in ways}
    assert found == {*made.test.texts, *made.test.pairs}


def test_duplicates_leave_before_the_split_and_conflicts_keep_the_first_label(tmp_path):
    records = [
        *many(100),
        record("clause  number 3 ", "b"),
        record("clause number 4", "b"),
        record("clause number 4", "a"),
    ]
    task, information = prepared(make_task(), tmp_path / "t", all=records)
    assert information["removed"]["duplicates"] == 3
    assert information["removed"]["conflicting"] == 1, "clause 4 is `a` first; clause 3 is `b` as before"
    labels = {}
    for split in (task.train, task.validation, task.test):
        labels |= dict(zip(split.texts, split.gold, strict=True))
    assert labels["clause number 4"] == "a"


def test_case_tells_texts_apart(tmp_path):
    # in SMILES, lower case is aromatic: benzene is not cyclohexane
    records = [*many(60), record("c1ccccc1", "a"), record("C1CCCCC1", "a")]
    _, information = prepared(make_task(), tmp_path / "t", all=records)
    assert information["removed"]["duplicates"] == 0


def test_a_given_test_set_never_changes_and_training_loses_what_it_holds(tmp_path):
    test = [*many(20, start=500), record("clause number 500", "a")]
    task, information = prepared(make_task(data=given()), tmp_path / "t", train=many(100) + test[:5], test=test)
    assert task.test.texts == [item.text for item in test]
    assert len(set(task.test.ids)) == 21, "a repeated sentence has its own id"
    assert information["removed"]["across_splits"] == 5
    assert not {"clause number 500", "clause number 504"} & set(task.train.texts + task.validation.texts)


def test_empty_and_unlabelled_records_are_counted(tmp_path):
    records = [*many(100), record("   ", "a"), record("no label here", " ")]
    _, information = prepared(make_task(), tmp_path / "t", all=records)
    assert (information["removed"]["empty"], information["removed"]["no_label"]) == (1, 1)
    assert sum(information["counts"].values()) == 100


def test_the_first_unusable_example_is_named_with_its_place_and_text(tmp_path):
    molecules = [record("C" * n + "O", ("a", "b")[n % 2], n) for n in range(1, 61)]
    wrong = [record("C1CC(", "a", 77), record("not a molecule", "b", 78)]
    _, information = prepared(make_task(material="smiles"), tmp_path / "t", all=[*molecules, *wrong])
    assert information["removed"]["invalid"] == 2
    assert information["first_removed"]["invalid"].endswith("77: C1CC(")
    with pytest.raises(UserError, match=r"the test split is empty.*left out: 2 invalid \(first .*77: C1CC\(\)"):
        prepared(make_task(data=given(), material="smiles"), tmp_path / "u", train=molecules, test=wrong)


# labels


def test_a_label_unseen_in_training_is_refused_with_its_name_and_count(tmp_path):
    test = [*many(4, start=500), record("rare one", "rare"), record("rare two", "rare")]
    with pytest.raises(
        UserError, match=r"tasks\.made: label 'rare' occurs 2 times in the test split and is unseen in training"
    ):
        prepared(make_task(data=given()), tmp_path / "t", train=many(100), test=test)
    assert not (tmp_path / "t").exists(), "nothing half-written"


def test_an_empty_split_is_refused(tmp_path):
    with pytest.raises(UserError, match="the test split is empty"):
        prepared(make_task(data=given()), tmp_path / "t", train=many(100), test=[])


def test_labels_are_named_by_the_mapping_and_cut_by_the_pattern(tmp_path):
    records = [record(f"article {n}", f"{('civil', 'penal')[n % 2]}/book/{n}", n) for n in range(60)]
    task, _ = prepared(make_task(label_pattern="^([^/]+)/", labels={"penal": "crime"}), tmp_path / "t", all=records)
    assert task.labels == ["civil", "crime"]


def test_a_pattern_that_does_not_match_shows_the_example(tmp_path):
    with pytest.raises(UserError, match=r"made\.jsonl#7.*label_pattern .* does not match label 'odd'"):
        prepared(make_task(label_pattern="^([^/]+)/"), tmp_path / "t", all=[record("text", "odd", 7)])


@pytest.mark.parametrize(("pattern", "message"), [("abc", "has no group"), ("(abc", "label_pattern")])
def test_a_pattern_that_cannot_work_is_refused(tmp_path, pattern, message):
    with pytest.raises(UserError, match=message):
        prepared(make_task(label_pattern=pattern), tmp_path / "t", all=many(10))


def test_a_missing_field_names_the_nearest(tmp_path):
    with pytest.raises(UserError, match=r"unknown field 'lable'.*did you mean 'label'\?"):
        prepared(make_task(label="lable"), tmp_path / "t", all=many(10))


# tags


@pytest.mark.parametrize(
    ("given_tags", "expected"),
    [
        ("I-A I-A O I-B", "B-A I-A O B-B"),  # I alone
        ("I-A B-A I-A", "B-A B-A I-A"),  # IOB1: B only between neighbours of a type
        ("I-A I-B", "B-A B-B"),
        ("B-A I-A B-B", "B-A I-A B-B"),  # IOB2 stays
        ("B-A O I-A", "B-A O B-A"),
        ("B-ORG-X I-ORG-X", "B-ORG-X I-ORG-X"),
        ("S-A S-A O B-A I-A E-A E-B", "B-A B-A O B-A I-A I-A B-B"),  # BIOES
        ("U-A B-A L-A I-A", "B-A B-A I-A B-A"),  # BILOU
    ],
)
def test_tags_become_iob2(given_tags, expected):
    assert to_iob2(given_tags.split()) == expected.split()


@pytest.mark.parametrize("tag", ["X-A", "B", "I-", "NOUN", "b-A", "S-"])
def test_a_malformed_tag_is_refused_with_its_place(tmp_path, tag):
    with pytest.raises(UserError, match=rf"made\.jsonl#5.*tag '{tag}' of word 2; expected O, or B- or I-"):
        prepared(make_tagging_task(), tmp_path / "t", all=[tagged([("a", "O"), ("b", tag)], 5)])


def test_tagged_examples_come_back_as_they_were_with_iob2_tags(tmp_path, name_records):
    task, information = prepared(make_tagging_task(), tmp_path / "t", all=name_records)
    assert task.labels == ["B-NAME", "I-NAME", "O"]
    assert information["label_counts"]["train"].keys() == {"NAME"}
    for split in (task.train, task.validation, task.test):
        for text, words, tags in zip(split.texts, split.tokens, split.gold, strict=True):
            assert text == " ".join(words)
            assert len(words) == len(tags)
            assert "B-NAME" in tags


def test_parts_of_speech_are_taken_as_they_are(tmp_path):
    records = [tagged([(f"w{n}", "NOUN"), ("x", "VERB")], n) for n in range(60)]
    task, _ = prepared(make_tagging_task(metric="token_accuracy"), tmp_path / "t", all=records)
    assert task.labels == ["NOUN", "VERB"]


def test_as_many_tags_as_words(tmp_path):
    broken = tagged([("a", "O"), ("b", "O")], 9)
    broken.tags = ("O",)
    with pytest.raises(UserError, match=r"made\.jsonl#9.*2 words but 1 tags"):
        prepared(make_tagging_task(), tmp_path / "t", all=[broken])


def test_what_was_not_prepared_says_so(tmp_path):
    with pytest.raises(UserError, match="prepared by `maskzoo tasks`"):
        read_task(tmp_path)
