"""Which model types transformers has a masked language model for, and what a config alone says against one."""

import ast
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from maskzoo.models.common.architecture import value

# where model types that no module knows count positions from; None: behind the id of padding
COUNTED_FROM: dict[str, int | None] = {
    **dict.fromkeys(("ibert", "longformer", "luke", "roberta-prelayernorm", "xlm-roberta-xl", "xmod")),
    "mpnet": 2,
}

WITHOUT_GROWTH = frozenset({"ibert"})  # the library cannot grow their vocabulary
# that turn queries and keys by their positions, or look at distances alone
WITHOUT_TABLE = frozenset({"esmc", "eurobert", "funnel", "gte", "jina_embeddings_v3", "nomic_bert", "ultrabert"})


def _adaptive_softmax(config: Any) -> str | None:
    return "has an adaptive softmax (asm) instead of a projection to the vocabulary" if value(config, "asm") else None


def _with_landmarks(config: Any) -> str | None:
    row, landmarks = value(config, "segment_means_seq_len", 64), value(config, "num_landmarks", 64)
    return None if row == landmarks else f"can read nothing but {row} tokens a row, which are {landmarks} landmarks"


# model types that have a masked language model and cannot be trained here: always, or as the config says
REFUSED_ALWAYS: dict[str, str] = {
    **dict.fromkeys(("bart", "mbart", "mvp"), "is an encoder with a decoder, not an encoder under a head"),
    **dict.fromkeys(("modernvbert", "ultravbert"), "reads images beside text"),
    "neomme": "reads images beside text",
    **dict.fromkeys(("mra", "yoso"), "has transformers fetch a kernel from the Hub and run it"),
    "perceiver": "reads bytes into latent vectors and has no hidden state a token",
    "reformer": "hashes its attention at random and wants windows of one exact length",
    "tapas": "reads tables",
}
REFUSED: dict[str, Callable[[Any], str | None]] = {
    "flaubert": _adaptive_softmax,
    "nystromformer": _with_landmarks,
    "xlm": _adaptive_softmax,
}


@cache
def masked_language_models() -> frozenset[str]:
    """Model types of `AutoModelForMaskedLM`, read from the source of transformers: importing it takes seconds."""
    spec = find_spec("transformers")
    assert spec is not None, "transformers is not installed"
    assert spec.origin is not None, "transformers is not installed"
    file = Path(spec.origin).parent / "models" / "auto" / "modeling_auto.py"
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "MODEL_FOR_MASKED_LM_MAPPING_NAMES":
            assert isinstance(node.value, ast.Call), "an ordered mapping"
            return frozenset(name for name, _ in ast.literal_eval(node.value.args[0]))
    raise AssertionError("transformers says elsewhere which masked language models it has")
