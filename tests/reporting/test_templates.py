"""Pages as templates: what strangers wrote is text in them, and what a template leaves empty leaves no gap."""

import jinja2
import pytest

from maskzoo.reporting import templates
from maskzoo.reporting.markdown import Markdown, table
from tests.reporting.hostile import HOSTILE, rendered

CARD = {
    "name": "tiny", "summary": "Contracts.", "purpose": Markdown("For `fill-mask`."), "shareable": True,
    "fills": True, "generator": "",
    "address": Markdown('"."'), "on_hub": False, "example": Markdown('"a <mask> b"'), "gain": "",
    "limits": [], "results": Markdown("### Task"), "seed": 0, "seeds": 1, "resamples": "1,000",
    "corpus": Markdown("| a |"), "making": ["step"], "licence": ["mine"], "attributions": [], "authors": "",
    "contact": None,
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["name", "summary", "authors", "contact"])
def test_no_stranger_acts_in_a_card(text, place):
    html = rendered(templates.page("card", **{**CARD, place: text}))
    links = html.replace('<a href="comparison', "").replace('<a href="how_it', "").replace('<a href="data_sheet', "")
    assert not any(tag in links for tag in ("<script", "<iframe", "<img", "<svg", "<details", "<a ", "<!--"))


def test_parts_that_are_empty_leave_no_gap():
    text = templates.page("card", **CARD)
    assert "\n\n\n" not in text
    assert "What it gained" not in text
    assert "Attributions" not in text
    assert 'fill = pipeline("fill-mask", model=".")  # in this folder; or its id on the Hub\nprint(fill(' in text


def test_markdown_of_ours_stays_markdown():
    gain = table(("a", "b"), [("1", "2")])
    assert gain in templates.page("card", **{**CARD, "gain": gain})


def test_a_value_that_was_forgotten_is_an_error():
    with pytest.raises(jinja2.UndefinedError, match="seeds"):
        templates.page("card", **{key: value for key, value in CARD.items() if key != "seeds"})
