import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors

SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = 60


def write_tokenizer(folder: Path, words: list[str]) -> None:
    """A word-level tokenizer that AutoTokenizer loads: five specials, then the words."""
    vocabulary = {token: number for number, token in enumerate([*SPECIALS, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(SPECIALS)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "mask_token": "[MASK]",
    }
    config = {"tokenizer_class": "PreTrainedTokenizerFast", **names}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def write_shards(folder: Path, *, vocabulary: int = 5 + WORDS, documents: int = 120, **changed: object) -> None:
    """Shards in the documented format; the text has a pattern to be learned (two words, in turns)."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    splits = {}
    for split, share in (("train", 1.0), ("validation", 0.3), ("test", 0.1)):
        texts = []
        for _ in range(int(documents * share)):
            start, length = int(rng.integers(WORDS)), int(rng.integers(4, 30))
            texts.append([2, *(5 + (start + place % 2) % WORDS for place in range(length)), 3])
        flat = np.asarray([token for text in texts for token in text], dtype=np.uint16)
        flat.tofile(folder / f"{split}.bin")
        np.save(folder / f"{split}.documents.npy", np.cumsum([0, *map(len, texts)]).astype(np.uint64))
        splits[split] = {"documents": len(texts), "tokens": len(flat), "bytes": 4 * len(flat)}
    meta = {
        **{"dtype": "uint16", "vocab_size": vocabulary, "special_ids": [0, 1, 2, 3, 4]},
        **{"mask_id": 4, "pad_id": 0, "cls_id": 2, "sep_id": 3, "splits": splits, "tokenizer_sha256": "0"},
        **changed,
    }
    (folder / "meta.json").write_text(json.dumps(meta))


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """Tiny matrices are slower on two threads than on one, and ten times so on a busy machine."""
    torch.set_num_threads(1)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with tokens/ and tokenizer/."""
    write_tokenizer(tmp_path / "tokenizer", [f"w{number}" for number in range(WORDS)])
    write_shards(tmp_path / "tokens")
    return tmp_path
