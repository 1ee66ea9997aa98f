"""Whether what was trained can be taken off again: the base, with the adapter on it and disabled, is the base itself.

A method that leaves the base's weights alone forgets nothing for good. That is not believed but looked at: both models
read the same texts, and every number that comes out must have the same bits.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from maskzoo.adaptation.common import beside
from maskzoo.adaptation.common.adapter import load
from maskzoo.loading import load_model, load_tokenizer
from maskzoo.probes.pseudo_perplexity import Document
from maskzoo.tasks.finetune_data import length_limit

DOCUMENTS = 20
LENGTH = 256  # tokens that are read of a document, where the base can read so many


def taken_off(base: Path, adapter: Path, documents: Sequence[Document]) -> dict[str, Any]:
    """Hold the base with a disabled adapter against the base, on the first `DOCUMENTS` documents.

    Args:
        base: folder of the base, with its tokenizer.
        adapter: folder of an adapter that was trained on it.

    Returns:
        documents, tokens: how many were read; `is_base`: whether all outputs are equal, bit for bit; `differs_by`: the
        largest absolute difference. Outputs are the encoder's last states and, where the base has a head for masked
        language modeling, logits of the base's own words.
    """
    tokenizer = load_tokenizer(base)
    chosen = documents[:DOCUMENTS]
    plain, head = _model(base), True
    length = length_limit(LENGTH, tokenizer, plain.config)
    texts = [
        tokenizer(document.joiner.join(document.words), truncation=True, max_length=length, return_tensors="pt")
        for document in chosen
    ]
    words = len(tokenizer)  # rows beyond them are to spare, and may have become those of new words
    peft = load(_model(base), adapter)
    if (adapter / beside.FILE).is_file():
        from safetensors import safe_open

        with safe_open(adapter / beside.FILE, framework="pt") as kept:
            head = not any(name.startswith("head.") for name in kept.keys())  # noqa: SIM118
        # rows of new words make the product larger, which may be added up in another order: so for both
        plain.resize_token_embeddings(peft.get_input_embeddings().weight.shape[0], mean_resizing=False)
    differs = 0.0
    same = True
    with torch.inference_mode(), peft.disable_adapter():
        for text in texts:
            for ours, theirs in zip(
                _outputs(peft.eval(), text, words, head), _outputs(plain, text, words, head), strict=True
            ):
                same &= torch.equal(ours, theirs)
                differs = max(differs, float((ours - theirs).abs().max()))
    tokens = sum(text["input_ids"].numel() for text in texts)
    return {"documents": len(chosen), "tokens": tokens, "is_base": same, "differs_by": differs}


def _model(folder: Path) -> Any:
    from transformers import AutoModelForMaskedLM

    return load_model(AutoModelForMaskedLM, folder)[0].eval()


def _outputs(model: Any, text: Any, words: int, head: bool) -> list[Tensor]:
    """Last states (1, length, hidden) and, with a head, logits (1, length, words)."""
    out = model(input_ids=text["input_ids"], attention_mask=text["attention_mask"], output_hidden_states=True)
    return [out.hidden_states[-1], *([out.logits[..., :words]] if head else [])]
