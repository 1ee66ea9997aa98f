"""What run.json and results.json say of an adapter, read back."""

from maskzoo.written import Written


class Stored(Written):
    """What is kept of an adapter on disk."""

    bytes: int


class AdapterFigures(Written):
    """An adapter that was trained on a frozen model.

    Attributes:
        method: None where it is not said.
        trainable_parameters: numbers that were trained.
        base_unchanged: whether the base is there again, bit for bit, once it is taken off; None: not looked at.
    """

    method: str | None = None
    trainable_parameters: int
    stored: Stored
    base_unchanged: bool | None = None
