"""A checkpoint's folder with an adapter in it that could not be merged into the weights beside it."""

from pathlib import Path
from typing import Any

FOLDER = "adapter"
PREPARED = "prepared"  # what a method found out in pretraining, for fine-tuning


def load_beside(model: Any, checkpoint: Path) -> Any:
    """A model from a checkpoint, with the adapter on it that lies in the checkpoint's folder, if one does; all trained.

    PEFT is imported only then.
    """
    if (checkpoint / FOLDER / "adapter_config.json").is_file():
        from maskzoo.adaptation.common.adapter import load

        load(model, checkpoint / FOLDER)
        model.requires_grad_(True)
    return model
