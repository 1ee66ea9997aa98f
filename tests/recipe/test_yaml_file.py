"""A YAML file is a mapping that can be walked to its end, or one sentence with file and line."""

import time
from pathlib import Path

import pytest

from maskzoo.errors import UserError
from maskzoo.recipe.yaml_file import read_mapping


def read(folder: Path, text: str) -> dict[str, object]:
    file = folder / "some.yaml"
    file.write_text(text)
    return read_mapping(file)


def doubling(steps: int) -> str:
    """A list of two, a list of two of these, and so on: a kilobyte that stands for 2 to the power of `steps`."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, steps)]
    return "\n".join(lines)


def merging(steps: int) -> str:
    lines = ["a0: &a0 {x: 1}"] + [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], y{n}: 1}}" for n in range(1, steps)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3", r"line 3: key 'a' is given twice"),
        ("a:\n  b: 1\n  b: 1", r"line 3: key 'b' is given twice"),
        ("a: &x {b: 1}\nc: {<<: *x, d: 1, d: 2}", r"line 2: key 'd' is given twice"),
        ("? [a]\n: 1", r"line 1: a key is no plain word"),
        ("a: [1\nb: 2", r"line 2: .*expected YAML"),
        ("a: 1\n---\nb: 2", r"line 2: but found another document"),
        ("a: !!python/object:os.system x", r"line 1: could not determine a constructor"),
        ("a: 2025-02-31", r"line 1: '2025-02-31' is read as timestamp, and is none"),
        ("a: 1\nb: " + "9" * 5000, r"line 2: '9{40}' is read as int, and is none"),
        ("a: !!bool maybe", r"line 1: 'maybe' is read as bool, and is none"),
        (doubling(40), r"line \d+: its aliases, written out, are more than 200,000 values"),
        (merging(40), r"line \d+: its aliases, written out, are more than 200,000 values"),
        ("a: &a [1, *a]", r"line 1: an alias stands within itself"),
        ("&a\nb: *a", r"line \d: an alias stands within itself"),
        ("a: " + "[" * 60 + "]" * 60, r"line 1: nested more than 50 levels deep"),
        ("a: " + "{b: " * 3000 + "1" + "}" * 3000, r"nested more than 50 levels deep"),
        ("", r"holds nothing; expected a mapping"),
        ("- a", r"holds a list; expected a mapping"),
        ("word", r"holds text; expected a mapping"),
    ],
)
def test_what_is_no_mapping_is_refused_in_one_sentence_at_once(tmp_path: Path, text: str, said: str) -> None:
    began = time.perf_counter()
    with pytest.raises(UserError, match=said) as error:
        read(tmp_path, text)
    assert "some.yaml" in str(error.value)
    assert "\n" not in str(error.value)
    assert time.perf_counter() - began < 5


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.yaml: no such file"):
        read_mapping(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: caf\xe9")
    with pytest.raises(UserError, match=r"latin\.yaml: not UTF-8 at byte 6"):
        read_mapping(tmp_path / "latin.yaml")


def test_anchors_and_merges_are_read_as_yaml_has_them(tmp_path: Path) -> None:
    found = read(tmp_path, "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: [*a, *a]\nd: 2025-02-28")
    assert found["b"] == {"x": 1, "y": 3}
    assert found["c"] == [{"x": 1, "y": 2}] * 2
    assert read(tmp_path, doubling(12))["a11"] == [read(tmp_path, doubling(11))["a10"]] * 2


def test_what_is_read_is_the_readers_own_and_a_changed_file_is_read_again(tmp_path: Path) -> None:
    first = read(tmp_path, "a: [1]")
    first["a"] = "spoilt"
    assert read_mapping(tmp_path / "some.yaml") == {"a": [1]}
    assert read(tmp_path, "a: [1, 2]") == {"a": [1, 2]}
