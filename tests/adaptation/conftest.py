from pathlib import Path

import pytest
import torch

from tests.models.tiny import tiny
from tests.pretraining.conftest import WORDS, write_shards, write_tokenizer


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """Tiny matrices are slower on two threads than on one."""
    torch.set_num_threads(1)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with tokens/ and tokenizer/."""
    write_tokenizer(tmp_path / "tokenizer", [f"w{number}" for number in range(WORDS)])
    write_shards(tmp_path / "tokens")
    return tmp_path


@pytest.fixture
def base(corpus: Path) -> Path:
    """A base of the corpus's vocabulary."""
    tiny("bert").save_pretrained(corpus / "base")
    return corpus / "base"
