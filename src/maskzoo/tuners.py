"""`import maskzoo.tuners` teaches PEFT the methods of this package that it lacks; then its own functions load them.

import maskzoo.tuners
from peft import PeftModel
model = PeftModel.from_pretrained(base, "path/to/adapter")
"""

from pathlib import Path
from typing import Any

from maskzoo.adaptation.common import registering  # noqa: F401 - teaches PEFT


def load(model: Any, folder: str | Path) -> Any:
    """Put the adapter saved in `folder` on `model`, in place, and what was trained beside it into its weights.

    Returns:
        The `PeftModel` around `model`.

    Raises:
        UserError: there is no adapter, or one of an unknown method.
    """
    from maskzoo.adaptation.common.adapter import load as load_adapter

    return load_adapter(model, Path(folder))


def switch(model: Any, language: str) -> None:
    """Let the language adapters of `language` speak.

    Raises:
        KeyError: no adapter of this model knows the language.
    """
    from maskzoo.adaptation.language_adapter.tuner import switch as switch_language

    switch_language(model, language)
