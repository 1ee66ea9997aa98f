"""A small zoo of its own: one domain whose two pretraining seeds are tiny random models, and a suite of pairs."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

from maskzoo.paths import Layout
from maskzoo.probes.common.kind import Context
from maskzoo.recipe.load import read_recipe

DOMAIN = """
title: Law
summary: A test.
languages: [en]
release: {name: law, variants: [scratch]}
probes: {pairs: {}, pseudo_perplexity: {documents: 3, words: 6}}
scales:
  demo:
    corpus:
      sources:
        text: {glob: "*.txt", licence: MIT, read: {format: txt}}
    tokenizers: {own: {design: wordpiece}}
    bases: {fresh: {architecture: bert}}
    variants: {scratch: {base: fresh, tokenizer: own}}
    seeds: {pretraining: [0, 1]}
"""
SUITE = """
probe: minimal_pairs
title: Order of words
data: {glob: pairs.jsonl, licence: MIT, read: {format: jsonl, text: [good], fields: {bad: bad, kind: kind}}}
paradigm: kind
"""
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = ["the", "court", "may", "order", "pay", "fees", "of", "act", "is", "are"]
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = {
    piece: number
    for number, piece in enumerate(
        [*SPECIALS, *WORDS, *LETTERS, *LETTERS.upper(), *(f"##{one}" for one in LETTERS), *".,'?", "##'"]
    )
}
PAIRS = [
    *(("the court may order fees", bad, "order") for bad in ("court the may order fees", "the may court order fees")),
    ("the act is of the court", "act the is of the court", "order"),
    ("the fees are of the court", "the fees is of the court", "agreement"),
    ("the act is payable", "the act are payable", "agreement"),
]


def write_checkpoint(folder: Path, seed: int, *, lowercase: bool = False, flat: bool = False) -> None:
    """A random BERT of two layers, whose tokenizer spells what it does not know.

    Args:
        flat: every token is as likely as every other.
    """
    backend = Tokenizer(models.WordPiece(VOCABULARY, unk_token="[UNK]"))
    if lowercase:
        from tokenizers import normalizers

        backend.normalizer = normalizers.Lowercase()
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    marks = [("[CLS]", VOCABULARY["[CLS]"]), ("[SEP]", VOCABULARY["[SEP]"])]
    backend.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=marks)
    names = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
    torch.manual_seed(seed)
    shape = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    model = BertForMaskedLM(BertConfig(**shape, vocab_size=len(VOCABULARY), initializer_range=0.5))
    if flat:
        model.bert.embeddings.word_embeddings.weight.data.zero_()
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=backend, **names).save_pretrained(folder)


def write_pairs(file: Path, pairs: list[tuple[str, str, str]]) -> None:
    lines = (json.dumps({"good": good, "bad": bad, "kind": kind}) for good, bad, kind in pairs)
    file.write_text("".join(f"{line}\n" for line in lines))


@pytest.fixture
def law(tmp_path, monkeypatch) -> Context:
    """The domain, with its corpus and the checkpoints of both seeds; the zoo is the current folder."""
    for folder in ("domains/law", "tokenizers", "probes"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "domains/law/domain.yaml").write_text(DOMAIN)
    (tmp_path / "domains/law/text.txt").write_text("the court may order fees")
    (tmp_path / "tokenizers/wordpiece.yaml").write_text("{}")
    (tmp_path / "probes/pairs.yaml").write_text(SUITE)
    write_pairs(tmp_path / "probes/pairs.jsonl", PAIRS)
    monkeypatch.chdir(tmp_path)
    layout = Layout(Path("results"), "demo", "law")
    for seed in (0, 1):
        write_checkpoint(layout.model("scratch", seed), seed)
    layout.documents.parent.mkdir(parents=True)
    texts = [f"the court may order the fees of act {number}" for number in range(5)]
    rows = {"id": [f"d{number}" for number in range(5)], "text": texts, "split": ["test"] * 5}
    pq.write_table(pa.table(rows), layout.documents)
    return Context(read_recipe(Path("domains/law")), layout)


@pytest.fixture
def checkpoint(tmp_path) -> Path:
    """One random model."""
    write_checkpoint(tmp_path / "checkpoint", 0)
    return tmp_path / "checkpoint"
