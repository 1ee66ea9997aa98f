"""The funnel counts, and its picture says what the counts say."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from maskzoo.corpus import funnel_picture
from maskzoo.corpus.funnel import Funnel
from maskzoo.corpus.funnel_picture import draw


def filled() -> Funnel:
    funnel = Funnel()
    for number in range(1000):
        funnel.passed("cleaning", 1200, 1000)
        funnel.passed("privacy", 1000, 1000)
        if number < 40:
            funnel.dropped("filters", "too_short", 1000, "source #1: 3 words < 5")
            continue
        for stage in ("filters", "decontamination", "exact_duplicates", "near_duplicates"):
            funnel.passed(stage, 1000, 1000)
    return funnel


def test_reasons_carry_counts_and_the_first_example() -> None:
    filters = filled().as_list()[2]
    assert filters["reasons"] == {"too_short": {"documents": 40, "bytes": 40_000, "example": "source #1: 3 words < 5"}}
    assert (filters["documents_in"], filters["documents_out"]) == (1000, 960)


def test_losses_are_one_line_for_people() -> None:
    assert filled().losses() == "filters dropped 40 (too short)"
    assert Funnel().losses() == "nothing was dropped"


def test_the_picture_shows_counts_as_text_and_is_the_same_twice(tmp_path: Path) -> None:
    value = {"stages": filled().as_list(), "privacy": {"email": 7, "phone": 0}}
    for name in ("one.svg", "two.svg"):
        draw(value, tmp_path / name)
    text = " ".join(ElementTree.parse(tmp_path / "one.svg").getroot().itertext())
    for shown in ("960 documents, 1.0 MB", "dropped 40 too short (40.0 kB)", "7 email", "near-duplicates out"):
        assert shown in text
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_an_empty_funnel_can_be_drawn(tmp_path: Path) -> None:
    draw({"stages": Funnel().as_list(), "privacy": {}}, tmp_path / "empty.svg")
    assert (tmp_path / "empty.svg").stat().st_size > 0


def test_notes_with_large_counts_end_inside_the_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(funnel_picture, "save", lambda figure, path: drawn.append(figure))
    stages = filled().as_list()
    stages[0]["documents_in"] = 99_999
    reasons = ("too_short", "undecodable", "few_letters", "symbols")
    stages[2]["reasons"] = {reason: {"documents": 22_222, "bytes": 99_900_000} for reason in reasons}
    draw({"stages": stages, "privacy": {}}, tmp_path / "large.svg")
    drawn[0].canvas.draw()
    notes = drawn[0].axes[0].texts
    assert any("22,222 few letters, 1 more (399.6 MB)" in note.get_text() for note in notes)
    assert max(note.get_window_extent().x1 for note in notes) <= drawn[0].bbox.x1
