"""Recipes with values that nobody foresaw: refused in one sentence with exit code 2, or in order; never a traceback."""

import copy
import math
import time

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maskzoo.cli import main

from ..conftest import ROOT

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "../..", "$(touch pwned)", "{x}", "\x00", "a" * 10_000, "١٢", "2020-01-01", "file:///etc/passwd"]
    ),
    st.lists(st.integers(-2, 2), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)
WHOLE = yaml.safe_load((ROOT / "domains/general/domain.yaml").read_text())


def places(value, path=()):
    """Key paths of everything in a tree of mappings and lists."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        found += places(child, (*path, key))
    return found


PLACES = [path for path in places(WHOLE) if path[:2] != ("scales", "small") and path[:2] != ("scales", "full")]


def changed(path, value):
    recipe = copy.deepcopy(WHOLE)
    at = recipe
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return recipe


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(path=st.sampled_from(PLACES), value=ODD)
def test_any_value_anywhere_is_a_sentence_or_in_order(zoo, capsys, path, value):
    file = zoo / "domains/general/domain.yaml"
    try:
        file.write_text(yaml.safe_dump(changed(path, value), allow_unicode=True), encoding="utf-8")
    except (ValueError, UnicodeEncodeError):
        return  # text that no file can hold
    began = time.monotonic()
    code = main(["check", "domains/general", "--scale", "demo"])
    said = capsys.readouterr().err.strip()
    assert code in (0, 2), said
    assert time.monotonic() - began < 20
    if code == 2:
        assert said.startswith("maskzoo: error: "), said
        assert len(said.splitlines()) == 1, said
        assert len(said) < 3000


@pytest.mark.parametrize("value", [math.nan, math.inf, -1, 10**12])
@pytest.mark.parametrize("key", ["learning_rate", "steps", "batch_size", "sequence_length"])
def test_a_number_that_no_run_can_have_is_no_traceback(zoo, capsys, key, value):
    recipe = changed(("scales", "demo", "training", key), value)
    (zoo / "domains/general/domain.yaml").write_text(yaml.safe_dump(recipe))
    assert main(["check", "domains/general", "--scale", "demo"]) in (0, 2)
    assert len(capsys.readouterr().err.strip().splitlines()) <= 1
