"""The compiled loop finds the units that Python's own cutting finds, numbers each once, and remembers them."""

import random

import pytest

from maskzoo.tokenization import unit_kernel
from maskzoo.tokenization.unit_kernel import Seen, doubtful
from maskzoo.tokenization.words import ODD, SPACED


def documents(seed: int) -> list[str]:
    draw = random.Random(seed)
    signs = (
        "ab,.  \n\t\r"
        + "é\u0100\u0915\u4e2d\U0001f600"
        + "\u00a0\u1680\u2000\u200a\u2028\u202f\u205f\u3000\u200c\u2060"
    )
    texts = ["".join(draw.choices(signs, k=draw.randint(0, 40))) for _ in range(300)]
    return ["", " ", "a", " a", "a ", "a\n\nb", *texts]


@pytest.mark.parametrize("spaced", [True, False])
def test_units_are_those_of_python(spaced: bool) -> None:
    seen, known = Seen(spaced=spaced), []
    for seed in range(3):
        texts = documents(seed)
        before = seen.count
        numbers, counts = seen.numbers([text.encode() for text in texts])
        known += seen.strings(before)
        expected = [SPACED.findall(text) if spaced else text.split() for text in texts]
        assert counts.tolist() == [len(units) for units in expected]
        assert [known[number] for number in numbers] == [unit for units in expected for unit in units]
    assert len(set(known)) == len(known) == seen.count


def test_signs_that_stand_alone_are_cut_off_unless_something_may_combine_with_them() -> None:
    seen = Seen(spaced=False, alone=".,-")
    seen.numbers(["well-known, e.g. x.\u0338 .. a.é -".encode()])
    assert seen.strings(0) == ["well", "-", "known", ",", "e", ".", "g", "x", ".\u0338", "a", ".é"]


def test_units_whose_hashes_collide_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_kernel, "SLOTS", 1 << 10)  # so that nearly every unit finds its place taken
    seen = Seen(spaced=False)
    units = [f"w{number}" for number in range(900)]
    numbers, _ = seen.numbers([" ".join(units).encode(), " ".join(reversed(units)).encode()])
    assert numbers.tolist() == [*range(900), *reversed(range(900))]
    assert seen.strings(0) == units


def test_what_was_cleared_is_numbered_anew() -> None:
    seen = Seen(spaced=False)
    seen.numbers([b"one two"])
    seen.clear()
    assert seen.numbers([b"two"])[0].tolist() == [0]
    assert seen.strings(0) == ["two"]


@pytest.mark.parametrize("spaced", [True, False])
def test_every_character_is_white_space_to_the_loop_as_to_python_or_doubtful(spaced: bool) -> None:
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    raw = [f"a{one}b".encode() for one in every]
    doubt = doubtful(raw).tolist()
    assert {one for one, odd in zip(every, doubt, strict=True) if odd} == {one for one in every if ODD.match(one)}
    sure = [(one, text) for one, text, odd in zip(every, raw, doubt, strict=True) if not odd]
    seen, counts = Seen(spaced=spaced), []
    for start in range(0, len(sure), 20_000):
        seen.clear()
        counts += seen.numbers([text for _, text in sure[start : start + 20_000]])[1].tolist()
    assert {one for (one, _), count in zip(sure, counts, strict=True) if count == 2} == {
        one for one, _ in sure if one.isspace()
    }
