"""Splits by group: the largest groups train, none stands on two sides, and given splits that share one are refused."""

from collections import Counter

import pytest
from pydantic import ValidationError

from maskzoo.errors import UserError
from maskzoo.recipe.task import TaskData, TaskSplit
from maskzoo.tasks.examples import Example
from maskzoo.tasks.task_data import prepare_task, read_groups, read_task
from tests.tasks.made import make_task, reader, record, source

CONTRACTS = TaskSplit(validation=0.2, test=0.2, group="contract")
SIZES = (30, 20, 14, 10, 8, 6, 4, 3, 2, 2, 1)  # 100 in all


def contracts(sizes, *, start: int = 0):
    """Records of contracts of these sizes, the smallest first."""
    groups = [f"contract {start + n}" for n, size in reversed(list(enumerate(sizes))) for _ in range(size)]
    return [record(f"clause {start}.{n}", "ab"[n % 2], n, contract=name) for n, name in enumerate(groups)]


def sides(folder) -> dict[str, list[str]]:
    task = read_task(folder)
    return {name: getattr(task, name).texts for name in ("train", "validation", "test")}


def prepared(task, folder, **parts):
    prepare_task(task, reader(**parts), folder, where="domain.yaml: tasks.made")
    return sides(folder)


def held_by(found, records):
    """Sizes of the groups on every side."""
    group = {item.text: item.fields["contract"] for item in records}
    return {name: Counter(group[text] for text in texts) for name, texts in found.items()}


def test_large_scaffolds_train_and_the_small_ones_are_tested():
    from maskzoo.tasks.grouping import by_groups

    drawn = by_groups(_examples(SIZES), validation=0.2, test=0.2)
    held = {name: Counter(example.group for example in examples) for name, examples in drawn.items()}
    # training holds at most 60: 30 + 20 + 10 (14 would be too many); validation at most 20 more: 14 + 6 (8 is too many)
    assert sorted(held["train"].values()) == [10, 20, 30]
    assert sorted(held["validation"].values()) == [6, 14]
    assert sorted(held["test"].values()) == [1, 2, 2, 3, 4, 8]


def _examples(sizes):
    return [
        Example(f"{n}.{m}", "text", "ab"[n % 2], {}, f"{n}.{m}", f"contract {n}", "")
        for n, size in enumerate(sizes)
        for m in range(size)
    ]


def test_documents_of_like_length_are_on_every_side(tmp_path):
    sizes = [10 + 17 * (n % 12) for n in range(60)]
    records = contracts(sizes)
    held = held_by(prepared(make_task(split=CONTRACTS), tmp_path / "t", all=records), records)
    means = {name: sum(groups.values()) / len(groups) for name, groups in held.items()}
    assert max(means.values()) < 1.15 * min(means.values())
    shares = {name: sum(groups.values()) / len(records) for name, groups in held.items()}
    assert abs(shares["test"] - 0.2) < 0.03
    assert abs(shares["validation"] - 0.2) < 0.03


def test_a_label_of_few_documents_is_on_every_side(tmp_path):
    records = [
        record(f"clause {n}.{m}", "rare" if n % 6 == 0 and m < 2 else "usual", 100 * n + m, contract=f"c{n}")
        for n in range(60)
        for m in range(4 + n % 5)
    ]
    task = make_task(split=CONTRACTS)
    prepare_task(task, reader(all=records), tmp_path / "t", where="here")
    read = read_task(tmp_path / "t")
    assert [getattr(read, name).gold.count("rare") for name in ("train", "validation", "test")] == [12, 4, 4]


def test_a_recipe_may_have_the_rare_documents_tested(tmp_path):
    records = contracts(SIZES)
    task = make_task(split=CONTRACTS.model_copy(update={"groups": "by_size"}))
    held = held_by(prepared(task, tmp_path / "t", all=records), records)
    assert sorted(held["train"].values()) == [10, 20, 30]
    assert sorted(held["test"].values()) == [1, 2, 2, 3, 4, 8]
    with pytest.raises(ValidationError, match="give `group` or `by`"):
        TaskSplit(groups="by_size")


def test_three_documents_are_one_on_every_side(tmp_path):
    from maskzoo.tasks.grouping import balanced

    drawn = balanced(_examples((9, 9, 9)), lambda examples: Counter(), validation=0.15, test=0.2)
    assert [len(examples) for examples in drawn.values()] == [9, 9, 9]


def test_tested_groups_are_written_beside_the_splits(tmp_path):
    records = contracts(SIZES)
    found = prepared(make_task(split=CONTRACTS), tmp_path / "t", all=records)
    groups = read_groups(tmp_path / "t")
    assert list(groups) == read_task(tmp_path / "t").test.ids
    assert set(groups.values()) == set(held_by(found, records)["test"])
    prepare_task(make_task(), reader(all=records), tmp_path / "u", where="here")
    assert read_groups(tmp_path / "u") == {}


def test_the_split_does_not_depend_on_the_order_of_the_file(tmp_path):
    records = contracts([5] * 20)
    first = prepared(make_task(split=CONTRACTS), tmp_path / "a", all=records)
    second = prepared(make_task(split=CONTRACTS), tmp_path / "b", all=list(reversed(records)))
    assert {name: set(texts) for name, texts in first.items()} == {name: set(texts) for name, texts in second.items()}


def test_one_group_larger_than_the_training_share_trains(tmp_path):
    found = prepared(make_task(split=CONTRACTS), tmp_path / "t", all=contracts((70, 10, 10, 10)))
    assert len(found["train"]) >= 70
    assert found["validation"]
    assert found["test"]


def test_given_splits_with_one_group_on_two_sides_are_refused_with_an_example_of_each(tmp_path):
    task = make_task(data=TaskData(train=source(), test=source()), split=CONTRACTS)
    test = [*contracts((4, 4), start=50), record("clause of 7", "a", 7, contract="contract 7")]
    with pytest.raises(
        UserError,
        match=r"split\.group: contract 'contract 7' stands in \w+ \(made\.jsonl#\d+: clause 0\.\d+\) and test "
        r"\(made\.jsonl#7: clause of 7\); expected given splits with each contract on one side",
    ):
        prepared(task, tmp_path / "t", train=contracts(SIZES), test=test)
    assert not (tmp_path / "t").exists()


def test_given_splits_of_other_groups_pass_and_validation_takes_whole_groups(tmp_path):
    task = make_task(data=TaskData(train=source(), test=source()), split=CONTRACTS)
    records = contracts(SIZES)
    group = {item.text: item.fields["contract"] for item in records}
    found = prepared(task, tmp_path / "t", train=records, test=contracts((5, 5), start=50))
    trained, validated = ({group[text] for text in found[name]} for name in ("train", "validation"))
    assert not trained & validated
    assert 76 <= len(found["train"]) <= 84
    assert len(found["test"]) == 10


RINGS = ("c1ccccc1", "C1CCCCC1", "c1ccncc1", "C1CCNCC1", "c1ccsc1", "C1CC1", "C1CCOC1")


def molecules(rings=RINGS):
    """Each ring with chains of growing length: a scaffold of its own."""
    return [
        record(ring + "C" * length, "ab"[length % 2], number * 100 + length)
        for number, ring in enumerate(rings)
        for length in range(1, 12)
    ]


def test_a_scaffold_stays_on_one_side(tmp_path):
    pytest.importorskip("rdkit")
    from maskzoo.materials import load

    task = make_task(split=TaskSplit(by="scaffold"), material="smiles")
    found = prepared(task, tmp_path / "t", all=molecules())
    scaffold = load("smiles").GROUPINGS["scaffold"]
    held = {name: set(scaffold(texts)) for name, texts in found.items()}
    assert sum(len(groups) for groups in held.values()) == len(RINGS)
    assert not held["train"] & held["test"]
    assert not held["train"] & held["validation"]


def test_given_splits_with_one_scaffold_on_both_sides_are_refused(tmp_path):
    pytest.importorskip("rdkit")
    task = make_task(data=TaskData(train=source(), test=source()), split=TaskSplit(by="scaffold"), material="smiles")
    with pytest.raises(UserError, match=r"split\.by: scaffold 'c1ccccc1' stands in .* and test \(made\.jsonl#9"):
        prepared(task, tmp_path / "t", train=molecules(), test=[record("c1ccccc1CCO", "a", 9)])


def test_an_unknown_grouping_names_those_of_the_material(tmp_path):
    task = make_task(split=TaskSplit(by="scafold"), material="smiles")
    with pytest.raises(UserError, match=r"split\.by: unknown grouping of smiles 'scafold'.*did you mean 'scaffold'"):
        prepared(task, tmp_path / "t", all=molecules())
