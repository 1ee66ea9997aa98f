"""The compiled loop finds the units that Python's own cutting finds, numbers each once, and remembers them."""

import random

import pytest

from maskzoo.tokenization import unit_kernel
from maskzoo.tokenization.unit_kernel import Seen
from maskzoo.tokenization.words import SPACED


def documents(seed: int) -> list[str]:
    draw = random.Random(seed)
    texts = ["".join(draw.choices("ab,.  \n\t\r", k=draw.randint(0, 40))) for _ in range(300)]
    return ["", " ", "a", " a", "a ", "a\n\nb", *texts]


@pytest.mark.parametrize("spaced", [True, False])
def test_units_are_those_of_python(spaced: bool) -> None:
    seen, known = Seen(spaced=spaced), []
    for seed in range(3):
        texts = documents(seed)
        before = seen.count
        numbers, counts = seen.numbers(texts)
        known += seen.strings(before)
        expected = [SPACED.findall(text) if spaced else text.split() for text in texts]
        assert counts.tolist() == [len(units) for units in expected]
        assert [known[number] for number in numbers] == [unit for units in expected for unit in units]
    assert len(set(known)) == len(known) == seen.count


def test_units_whose_hashes_collide_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_kernel, "SLOTS", 1 << 10)  # so that nearly every unit finds its place taken
    seen = Seen(spaced=False)
    units = [f"w{number}" for number in range(900)]
    numbers, _ = seen.numbers([" ".join(units), " ".join(reversed(units))])
    assert numbers.tolist() == [*range(900), *reversed(range(900))]
    assert seen.strings(0) == units


def test_what_was_cleared_is_numbered_anew() -> None:
    seen = Seen(spaced=False)
    seen.numbers(["one two"])
    seen.clear()
    assert seen.numbers(["two"])[0].tolist() == [0]
    assert seen.strings(0) == ["two"]
