"""The funnel's picture says what the counts say."""

from xml.etree import ElementTree

from maskzoo.corpus.funnel import Funnel
from maskzoo.reporting.pictures.funnel import draw, figure_of
from tests.reporting.pictures.looked import assert_inside, assert_ticks_apart


def filled():
    """A thousand documents, of which a filter drops forty."""
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


def test_the_picture_shows_counts_as_text_and_is_the_same_twice(tmp_path):
    value = {"stages": filled().as_list(), "privacy": {"email": 7, "phone": 0}}
    for name in ("one.svg", "two.svg"):
        draw(value, tmp_path / name, reason=lambda name: f"because {name}")
    text = " ".join(ElementTree.parse(tmp_path / "one.svg").getroot().itertext())
    for shown in ("960 documents, 1.0 MB", "dropped 40 because too_short (40.0 kB)", "7 email", "near-duplicates out"):
        assert shown in text
    assert "dropped by this stage" in text
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_an_empty_funnel_can_be_drawn(tmp_path):
    draw({"stages": Funnel().as_list(), "privacy": {}}, tmp_path / "empty.svg")
    assert "dropped by this stage" not in (tmp_path / "empty.svg").read_text()


def test_notes_with_large_counts_end_inside_the_picture():
    stages = filled().as_list()
    stages[0]["documents_in"] = 99_999
    reasons = ("too_short", "undecodable", "few_letters", "symbols")
    stages[2]["reasons"] = {reason: {"documents": 22_222, "bytes": 99_900_000} for reason in reasons}
    figure = figure_of({"stages": stages, "privacy": {}})
    assert_inside(figure)
    assert_ticks_apart(figure)
    assert any("22,222 few letters, 1 more (399.6 MB)" in note.get_text() for note in figure.axes[0].texts)
