"""What is wrong with a mapping is one sentence: its key path, what was expected, the nearest key."""

from typing import Annotated, Literal

import pytest
from pydantic import Field

from maskzoo.errors import UserError
from maskzoo.strict import Grown, Named, Strict
from maskzoo.validation import keys_of, validated


class Leaf(Strict):
    size: int = Field(default=1, ge=1)
    shape: Literal["round", "flat"] = "round"


class Tree(Strict):
    FILLED_IN = ("place",)
    BESIDE = ("scales",)

    place: str
    kind: Literal["oak", "elm"]
    leaf: Leaf = Leaf()
    leaves: dict[str, tuple[Leaf, ...]] = Field(default_factory=dict)
    heights: float | Annotated[tuple[float, ...], Field(min_length=1)] = 1.0


def refusal(**raw: object) -> str:
    with pytest.raises(UserError) as caught:
        validated(Tree, raw, where="tree.yaml", filled_in={"place": "here"})
    return str(caught.value)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({}, "tree.yaml: kind: is missing; expected one of oak, elm"),
        ({"kind": "okk"}, "tree.yaml: kind: unknown value 'okk'; expected one of elm, oak; did you mean 'oak'?"),
        ({"kind": "oak", "leaf": {"siez": 2}}, "tree.yaml: leaf.siez: unknown key 'siez'"),
        ({"kind": "oak", "leaves": {"top": [{}, {"size": 0}]}}, "tree.yaml: leaves.top.1.size: 0: input should be"),
        ({"kind": "oak", "leaves": {"top": 3}}, "tree.yaml: leaves.top: 3; expected a list"),
        ({"kind": "oak", "leaf": "round"}, "tree.yaml: leaf: 'round'; expected a mapping"),
        ({"kind": "oak", "heights": "tall"}, "tree.yaml: heights: 'tall': input should be a valid number"),
        ({"kind": "oak", "scale": 1}, "tree.yaml: scale: unknown key 'scale'"),
    ],
)
def test_the_key_path_and_what_was_expected_are_said(raw: dict[str, object], said: str) -> None:
    assert refusal(**raw).startswith(said)


def test_a_misspelt_key_comes_before_the_one_that_it_leaves_missing_and_the_rest_is_counted() -> None:
    assert refusal(kin="oak") == (
        "tree.yaml: kin: unknown key 'kin'; expected one of heights, kind, leaf, leaves, scales; "
        "did you mean 'kind'?; and 1 more problem"
    )


def test_keys_that_the_program_fills_in_are_offered_to_nobody() -> None:
    assert "place" not in refusal(kind="oak", plce="x")


def test_alternatives_of_a_type_are_no_keys() -> None:
    assert keys_of(("heights", "tuple[float, ...]", 0), {"heights": "tall"}) == ["heights"]
    assert keys_of(("heights", "tuple[float, ...]", 1), {"heights": [1, "x"]}) == ["heights", "1"]


class Method(Named):
    name: Literal["one"] = "one"
    rate: float = 0.5


class Run(Grown):
    LATER = ("method",)

    method: Method = Field(default="one", validate_default=False)  # type: ignore[assignment]


def test_a_method_with_defaults_alone_is_written_as_its_name_and_left_out_where_that_is_the_default() -> None:
    assert Method().model_dump(mode="json") == "one"
    assert Method(rate=0.1).model_dump(mode="json") == {"name": "one", "rate": 0.1}
    assert Run(method=Method()).model_dump(mode="json") == {}
    assert Run(method=Method(rate=0.1)).model_dump(mode="json") == {"method": {"name": "one", "rate": 0.1}}
