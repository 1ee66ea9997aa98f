"""Designs are read strictly, and a mistake is answered with file, key and the nearest name."""

from pathlib import Path

import pytest

from maskzoo.errors import UserError
from maskzoo.tokenization.design import read_design

DESIGNS = sorted((Path(__file__).parents[2] / "tokenizers").glob("*.yaml"))


@pytest.mark.parametrize("file", DESIGNS, ids=lambda file: file.stem)
def test_every_design_of_the_zoo_can_be_read(file: Path) -> None:
    assert read_design(file, vocab_size=1000).vocab_size == 1000


def written(folder: Path, text: str) -> Path:
    file = folder / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("algorithm: wordpiece\nvocab_sise: 9", ["mine.yaml: vocab_sise", "did you mean 'vocab_size'"]),
        ("algorithm: bpe\nnormaliser: {lowercas: true}", ["normaliser.lowercas", "did you mean 'lowercase'"]),
        ("algorithm: wordpeice", ["unknown value 'wordpeice'", "did you mean 'wordpiece'"]),
        ("vocab_size: 100", ["algorithm", "is missing", "wordpiece, bpe, unigram"]),
        ("algorithm: bpe\nvocab_size: many", ["vocab_size", "'many'", "integer"]),
        ("algorithm: bpe\nvocab_size: 100", ["smaller than the 256 bytes"]),
        ("algorithm: bpe\npre_tokeniser: bert", ["does not go with bpe", "byte_level"]),
        ("algorithm: bpe\nalgorithm: bpe", ["line 2", "given twice"]),
        ("- a", ["holds a list", "mapping"]),
        ("algorithm: bpe\nspecial_tokens: {cls: <s>, sep: <s>}", ["special_tokens", "same string"]),
    ],
)
def test_a_wrong_design_says_what_would_be_right(tmp_path: Path, text: str, parts: list[str]) -> None:
    with pytest.raises(UserError) as error:
        read_design(written(tmp_path, text))
    for part in parts:
        assert part in str(error.value)


def test_a_design_that_does_not_exist_names_the_nearest(tmp_path: Path) -> None:
    written(tmp_path, "algorithm: bpe")
    with pytest.raises(UserError, match="did you mean 'mine'"):
        read_design(tmp_path / "mime.yaml")
