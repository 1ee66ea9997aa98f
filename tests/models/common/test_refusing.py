"""A base is refused by its config alone: what it lacks, or what it cannot read."""

from typing import Any

import pytest

from maskzoo.errors import UserError
from maskzoo.models.common.refusing import readable, refuse

BERT = {"model_type": "bert", "max_position_embeddings": 512}


def judged(values: dict[str, Any], **more: Any) -> None:
    refuse(values, named="base 'x'", where="domain.yaml: bases.x", **{"lengths": {}, **more})


@pytest.mark.parametrize(
    ("values", "length"),
    [
        (BERT, 512),
        ({"model_type": "roberta", "max_position_embeddings": 514}, 512),  # positions begin behind that of padding
        ({"model_type": "bert"}, 512),  # as transformers presets it
        ({"model_type": "bert", "max_position_embeddings": 40}, 40),
    ],
)
def test_so_many_tokens_are_readable_and_not_one_more(values: dict[str, Any], length: int) -> None:
    assert readable(values) == length
    judged(values, lengths={"domain.yaml: training.sequence_length": length})
    with pytest.raises(UserError, match=rf"sequence_length {length + 1} is more than the {length} positions") as error:
        judged(values, lengths={"a": length, "domain.yaml: training.sequence_length": length + 1})
    assert "domain.yaml: training.sequence_length" in str(error.value)


@pytest.mark.parametrize("name", ["gpt2", "t5", "no-such-model", ""])
def test_what_is_no_masked_language_model_is_refused_at_its_key(name: str) -> None:
    with pytest.raises(UserError, match="AutoModelForMaskedLM") as error:
        judged({"model_type": name})
    assert "domain.yaml: bases.x" in str(error.value)
    assert "base 'x'" in str(error.value)
