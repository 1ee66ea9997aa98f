"""The tokenizer of ESM, which transformers has only in Python, as one of the `tokenizers` library with the same ids.

It differs where a letter is not in the vocabulary (lower case, J): there each letter is unknown, not a run of them.
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

VOCABULARY = "vocab.txt"
CLASS = "EsmTokenizer"
UNKNOWN, FIRST, LAST = "<unk>", "<cls>", "<eos>"


def holds(folder: Path) -> bool:
    """Whether the tokenizer in a folder is ESM's."""
    for name, key in (("tokenizer_config.json", "tokenizer_class"), ("config.json", "model_type")):
        file = folder / name
        if file.is_file() and (folder / VOCABULARY).is_file():
            value = json.loads(file.read_text(encoding="utf-8"))
            if isinstance(value, dict) and value.get(key) in (CLASS, "esm"):
                return True
    return False


def converted(folder: Path) -> Tokenizer:
    """A token for each letter, between `<cls>` and `<eos>`; ids are the lines of vocab.txt."""
    lines = (folder / VOCABULARY).read_text(encoding="utf-8").splitlines()
    vocabulary = {line.strip(): number for number, line in enumerate(lines)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence([])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex("."), "isolated")]
    )
    special = [token for token in vocabulary if len(token) > 1]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{FIRST} $A {LAST}",
        pair=f"{FIRST} $A {LAST} $B {LAST}",
        special_tokens=[(token, vocabulary[token]) for token in (FIRST, LAST)],
    )
    return tokenizer
