"""Random spellings are other SMILES of the same molecule, the same for the same seed."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoTokenizer

from maskzoo import materials
from maskzoo.errors import UserError
from maskzoo.materials.smiles.spellings import spellings
from maskzoo.recipe.load import read_recipe
from maskzoo.tokenization.design import read_design
from maskzoo.tokenization.encode import Spellings, pack
from maskzoo.tokenization.make import make_trained
from maskzoo.tokenization.shards import Shards
from tests.tokenization.conftest import write_documents

IBUPROFEN = "CC(C)Cc1ccc([C@H](C)C(=O)O)cc1"


def test_spellings_differ_and_mean_the_same_molecule() -> None:
    found = spellings(IBUPROFEN, 8, seed=0)
    assert len(found) == len(set(found)) >= 5
    assert IBUPROFEN not in found
    smiles = materials.load("smiles")
    assert {smiles.key(one) for one in found} == {smiles.key(IBUPROFEN)}


def test_the_seed_decides() -> None:
    assert spellings(IBUPROFEN, 4, seed=7) == spellings(IBUPROFEN, 4, seed=7)
    assert spellings(IBUPROFEN, 4, seed=7) != spellings(IBUPROFEN, 4, seed=8)


def test_an_unreadable_smiles_has_none() -> None:
    assert spellings("CC(", 4, seed=0) == []


def test_training_documents_are_packed_with_other_spellings_and_the_rest_without(tmp_path: Path) -> None:
    molecules = [f"CC(C)c1ccc({'C' * number}O)cc1" for number in range(1, 41)]
    splits = ["test" if number % 4 == 0 else "train" for number in range(40)]
    documents = write_documents(tmp_path / "documents.parquet", molecules, splits=splits)
    design = Path(__file__).parents[3] / "tokenizers" / "atoms.yaml"
    make_trained(read_design(design), documents, tmp_path / "atoms", where="test")
    pack(documents, tmp_path / "atoms", tmp_path / "once", workers=1)
    for workers in (1, 2):
        pack(
            documents,
            tmp_path / "atoms",
            tmp_path / f"often{workers}",
            workers=workers,
            spellings=Spellings("smiles", 3),
        )
    once, often = Shards.open(tmp_path / "once"), Shards.open(tmp_path / "often1")
    assert np.array_equal(once.tokens("test"), often.tokens("test"))
    assert 100 <= often.meta["splits"]["train"]["documents"] <= 120
    assert often.meta["spellings"] == 3
    assert np.array_equal(often.tokens("train"), Shards.open(tmp_path / "often2").tokens("train"))
    tokenizer = AutoTokenizer.from_pretrained(str(tmp_path / "atoms"))
    offsets = often.documents("train")
    texts = [
        tokenizer.decode(often.tokens("train")[start:end].tolist(), skip_special_tokens=True)
        for start, end in pairwise(offsets)
    ]
    smiles = materials.load("smiles")
    trained = [text for text, split in zip(molecules, splits, strict=True) if split == "train"]
    assert {smiles.key(text) for text in texts} == {smiles.key(text) for text in trained}
    assert set(trained) < set(texts)
    assert len(set(texts)) > 3 * len(trained)


def test_only_molecules_have_spellings(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "domains/legal/domain.yaml").read_text(encoding="utf-8")
    (tmp_path / "domain.yaml").write_text(
        text.replace("{design: wordpiece, vocab_size: 4000}", "{design: wordpiece, spellings: 2}"), encoding="utf-8"
    )
    with pytest.raises(UserError, match=r"tokenizers\.legal\.spellings is for the material smiles"):
        read_recipe(tmp_path, "demo")
