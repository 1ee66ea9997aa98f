"""Corpora that maskings draw their tables from: of token ids, and of texts with tokenizers of the zoo's designs."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from maskzoo.masking.common.table import Corpus
from maskzoo.tokenization.design import read_design
from maskzoo.tokenization.encode import pack
from maskzoo.tokenization.make import make_trained
from maskzoo.tokenization.shards import Shards
from tests.conftest import ROOT
from tests.pretraining.conftest import write_shards, write_tokenizer

TEXTS = [
    "The tribunal (sitting in Reykjavik) dismissed the claimant's appeals; costs follow.",
    "Unforeseeability was pleaded, un-successfully, by subcontractors' representatives.",
    "Übereinstimmung ist nötig: the parties' co-operation isn't optional.",
] * 40
SMALL = {"wordpiece": 110, "bpe": 290, "unigram": 90}  # entries: so few that words have several pieces


def corpus_of(folder: Path, design: str, texts: list[str], **sizes: int) -> Corpus:
    """Documents, a tokenizer of one of the zoo's designs trained on them, and their tokens."""
    documents = folder / "documents.parquet"
    splits = ["train"] * len(texts) + ["validation", "test"]
    pq.write_table(pa.table({"text": [*texts, *texts[:2]], "split": splits}), documents)
    file = ROOT / "tokenizers" / f"{design}.yaml"
    make_trained(
        read_design(file, vocab_size=sizes.get("vocab_size", SMALL[design])), documents, folder / "tokenizer", where="x"
    )
    pack(documents, folder / "tokenizer", folder / "tokens", workers=1)
    return Corpus(Shards.open(folder / "tokens"), documents, folder / "tokenizer")


def corpus_of_ids(folder: Path, documents: list[list[int]]) -> Corpus:
    """Shards with these documents as their train split."""
    write_tokenizer(folder / "tokenizer", [f"w{number}" for number in range(60)])
    write_shards(folder / "tokens")
    texts = [[2, *document, 3] for document in documents]
    flat = np.asarray([token for text in texts for token in text], dtype=np.uint16)
    flat.tofile(folder / "tokens" / "train.bin")
    np.save(folder / "tokens" / "train.documents.npy", np.cumsum([0, *map(len, texts)]).astype(np.uint64))
    meta = folder / "tokens" / "meta.json"
    values = json.loads(meta.read_text())
    values["splits"]["train"] |= {"tokens": len(flat), "documents": len(texts)}
    meta.write_text(json.dumps(values))
    return Corpus(Shards.open(folder / "tokens"), folder / "none", folder / "tokenizer")
