"""Units learned together have the ids that each has alone."""

from pathlib import Path

import numpy as np
import pytest

from maskzoo.tokenization import id_table, plain
from maskzoo.tokenization.id_table import IdTable
from tests.tokenization.conftest import ALGORITHMS

UNITS = [
    "the",
    "",
    "plaintiffs",
    "a[SEP]b",
    "a[PAD]b",
    "[PAD]",
    "(under)",
    "Ωμέγα",
    " old",
    "\n\nbridge",
    "[MASK]",
    "été",
]


@pytest.mark.parametrize("group", [1, 2, 3, 1000])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_rows_are_what_each_unit_gives_alone(
    bases: dict[str, Path], algorithm: str, group: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(id_table, "GROUP", group)
    tokenizer = plain.load(bases[algorithm]).tokenizer
    table = IdTable(tokenizer)
    first = table.add([7, 8, 9])
    rows = [*table.learn(UNITS).tolist(), *table.learn([]).tolist(), *table.learn(UNITS[:2]).tolist()]
    assert rows == list(range(1, len(UNITS) + 3))
    alone = [tokenizer.encode(unit, add_special_tokens=False).ids for unit in [*UNITS, *UNITS[:2]]]
    ids, ends = table.gather(np.array([first, *rows, first]))
    assert ids.tolist() == [7, 8, 9, *(id for one in alone for id in one), 7, 8, 9]
    assert ends.tolist() == np.cumsum([3, *map(len, alone), 3]).tolist()
