"""An adapter in a pretraining run: what is trained, what is kept of it, and the plain model that comes out."""

from pathlib import Path
from typing import Any

from maskzoo.adaptation._adapter import Adapter, adapt, stored, trainable
from maskzoo.adaptation._settings import Method


def put_on(model: Any, settings: Method, *, seed: int, head_is_new: bool, where: str | None) -> Adapter:
    """Freeze `model` but for the adapter that is put on it, and for a head that the base came without.

    Raises:
        UserError: this model cannot have it; names the methods that it can have.
    """
    return adapt(model, settings, seed=seed, head_is_trained=head_is_new, where=where)


def take_off(adapter: Adapter, folder: Path, *, base: str | None, head_is_new: bool) -> dict[str, Any]:
    """Save the adapter alone in `folder`, then merge it into the model.

    Returns:
        What run.json says of it.
    """
    numbers = trainable(adapter.model)
    adapter.save(folder, base=base)
    adapter.merged()
    return {
        "method": adapter.settings.method,
        "trainable_parameters": numbers,
        "stored": stored(folder),
    }
