"""Tuners of the methods that PEFT lacks, taught to PEFT: importing this module does it once for the process."""

from importlib import import_module
from importlib.util import find_spec

from maskzoo import registry


def _register() -> None:
    """Import the module `tuner` of every method that has one; somebody else's that is broken is left out."""
    for name, module in registry.load_all("adaptation").items():
        tuner = f"{module.__name__}.tuner"
        if not hasattr(module, "__path__") or find_spec(tuner) is None:
            continue
        try:
            import_module(tuner)
        except Exception:  # whatever somebody else's code may raise
            if name in registry.own_names("adaptation"):
                raise


_register()
