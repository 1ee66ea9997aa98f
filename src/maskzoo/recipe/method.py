"""What the settings of all methods share."""

from typing import Literal

from maskzoo.strict import Strict

Place = Literal["query", "key", "value", "attention_output", "ffn_in", "ffn_out"]


class Method(Strict):
    """Settings of a method of `maskzoo.adaptation`; each has its own subclass."""

    method: str
