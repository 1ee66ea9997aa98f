"""The atom tokenizer: chemistry's signs as tokens, nothing unknown, the text back."""

import csv
import os
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from maskzoo.materials.smiles.atoms import atoms
from maskzoo.tokenization import plain
from maskzoo.tokenization.design import read_design
from maskzoo.tokenization.make import make_trained
from maskzoo.tokenization.words import Encoder
from tests.tokenization.conftest import write_documents

DESIGN = Path(__file__).parents[3] / "tokenizers" / "atoms.yaml"
HARD = [
    "C[C@H](N)C(=O)[O-]",
    "F/C=C\\C#N",
    "BrC%10CC%10Cl",
    "[Na+].[Cl-]",
    "c1c[nH]c2ccccc12",
    "O=[Se]1c2ccccc2C(=O)N1",
    "[99Tc+4]",
    "[13CH3:7]O",
    "[Cu-3](Cl)(Cl)Cl",
    "Sc1ccnc(Cn2cccc2)c1",  # sulfur and carbon, not scandium and copernicium
    "[Sc]",
    "[Cn]",
    "c1[se]ccc1",
    "*c1ccccc1",
    "C[Si](C)(C)C",
    "[U]",
    "[Co@OH22](F)(Cl)(Br)(I)(N)O",
    "[235U]~C$C:C",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The design's vocabulary is a list, so that any corpus will do."""
    root = tmp_path_factory.mktemp("atoms")
    documents = write_documents(root / "documents.parquet", ["CCO"], splits=["train"])
    make_trained(read_design(DESIGN), documents, root / "tokenizer", where="test")
    return root / "tokenizer"


@pytest.mark.parametrize("smiles", HARD)
def test_nothing_is_unknown_and_decoding_gives_it_back(folder: Path, smiles: str) -> None:
    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    ids = tokenizer(smiles)["input_ids"]
    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids, skip_special_tokens=True) == smiles


@pytest.mark.parametrize(
    ("smiles", "tokens"),
    [
        ("C[C@H](N)Cl", ["C", "[C@H]", "(", "N", ")", "Cl"]),
        ("BrC%10CC%10", ["Br", "C", "%10", "C", "C", "%10"]),
        ("Sc1c[nH]c1", ["S", "c", "1", "c", "[nH]", "c", "1"]),
        ("[Sc+3]", ["[Sc", "+", "3", "]"]),
        ("[13CH3]C", ["[", "1", "3", "C", "H", "3", "]", "C"]),
    ],
)
def test_atoms_bonds_and_rings_are_one_token_each(folder: Path, smiles: str, tokens: list[str]) -> None:
    assert AutoTokenizer.from_pretrained(str(folder)).tokenize(smiles) == tokens


def test_pieces_are_looked_up_and_not_cut_again(folder: Path) -> None:
    encoder = Encoder(plain.load(folder).tokenizer)
    assert encoder.cut is not None
    assert encoder.proven([*HARD, *HARD])


def test_signs_joined_are_the_smiles() -> None:
    for smiles in HARD:
        assert "".join(atoms(smiles)) == smiles
    assert atoms("C[C@H]Cl%12") == ["C", "[C@H]", "Cl", "%12"]


def test_real_molecules_with_metals_and_salts_have_no_unknown_sign(folder: Path) -> None:
    mirrors = [Path(mirror) for mirror in os.environ.get("MASKZOO_MIRRORS", "").split(":") if mirror]
    file = next((found for mirror in mirrors if (found := mirror / "smiles/hiv/HIV.csv").is_file()), None)
    if file is None:
        pytest.skip("no mirror with the HIV set (MASKZOO_MIRRORS)")
    with file.open(encoding="utf-8", newline="") as lines:
        texts = [row["smiles"] for row in csv.DictReader(lines)][::8]
    tokenizer = plain.load(folder).tokenizer
    unknown = tokenizer.token_to_id("<unk>")
    for text, encoding in zip(texts, tokenizer.encode_batch(texts, add_special_tokens=False), strict=True):
        assert unknown not in encoding.ids, text
        assert "".join(encoding.tokens) == text
