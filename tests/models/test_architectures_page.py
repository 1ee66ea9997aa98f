"""docs/architectures.md says what was found out, of every model type that there is.

Three rows are found out anew here; all of them take four minutes: `python -m tests.models.table`.
"""

import re

import pytest

from maskzoo import models
from maskzoo.models.common.supported import REFUSED_ALWAYS, masked_language_models
from tests.conftest import ROOT
from tests.models import table
from tests.models.tiny import CONFIGS_OF_ALL

PAGE = (ROOT / "docs" / "architectures.md").read_text(encoding="utf-8")
ROWS = {cells[0]: cells for line in PAGE.splitlines() if len(cells := line.strip("| ").split(" | ")) == 7}


def test_every_model_type_is_trained_or_refused() -> None:
    types = {name for name in CONFIGS_OF_ALL if name in models.trainable()}
    assert types == models.trainable()
    assert masked_language_models() == (types & masked_language_models()) | set(REFUSED_ALWAYS)
    assert set(ROWS) - {"model type", "---"} == types
    for name, why in REFUSED_ALWAYS.items():
        assert f"| {name} | {why} |" in PAGE


@pytest.mark.parametrize("name", ["electra", "eurobert", "mpnet"])
def test_the_page_says_what_comes_out(name: str) -> None:
    assert table.row(name) == ROWS[name]


def test_nothing_that_is_trained_fails_at_what_it_is_trained_for() -> None:
    for name, (*_, pretrain, resume, score, finetune, adapters) in ROWS.items():
        if name in models.trainable():
            assert (pretrain, resume, score, finetune) == ("yes",) * 4, name
            assert re.search(r"all|bitfit|lora", adapters), name
