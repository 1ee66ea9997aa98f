"""HTML of cards: tables can be scrolled, nothing is fetched, nothing runs."""

import pytest

from maskzoo.reporting.html import rendered
from tests.reporting.test_markdown import HOSTILE


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_acts(text):
    html = str(rendered(f"# x\n\n{text}\n")).lower()
    assert not any(part in html for part in ("<script", "<iframe", "<img", "<svg", "javascript:", "<!--", "<details o"))


def test_our_own_folded_parts_work_and_tables_scroll():
    html = rendered("<details><summary>more</summary>\n\n| a |\n| --- |\n| `x` |\n\n</details>\n")
    assert "<details><summary>more</summary>" in html
    assert '<div class="wide"><table>' in html
    assert "</table></div>" in html


def test_a_picture_is_told_in_words_where_the_page_stands_alone():
    assert "<p>the comparison</p>" in rendered("![the comparison](comparison.svg)")
