"""A checkpoint as a model that scores: with its head, and with the adapter that could not be merged into it."""

from pathlib import Path
from typing import Any

from maskzoo.adaptation.common.checkpoint import load_beside
from maskzoo.loading import load_model


def load_scorer(folder: Path) -> tuple[Any | None, str | None]:
    """The masked language model in `folder`, or None and why it cannot score.

    transformers fills a missing head with random numbers; here that is a reason, never a score.
    """
    from transformers import AutoModelForMaskedLM
    from transformers.utils import logging as transformers_logging

    logging: Any = transformers_logging
    level = logging.get_verbosity()
    logging.set_verbosity(40)  # logging.ERROR
    bars = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        model, loading = load_model(AutoModelForMaskedLM, folder)
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
    missing = sorted(loading["missing_keys"]) + sorted(str(key) for key in loading["mismatched_keys"])
    if missing:
        return None, f"no MLM head: the checkpoint has no {missing[0]}" + (
            f" and {len(missing) - 1} more weights" if len(missing) > 1 else ""
        )
    return load_beside(model, folder).eval(), None
