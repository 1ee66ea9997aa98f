"""HTML of cards: tables can be scrolled, nothing is fetched, nothing runs."""

import pytest

from maskzoo.reporting.html import rendered
from tests.reporting.hostile import HOSTILE


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_acts(text):
    html = str(rendered(f"# x\n\n{text}\n")).lower()
    assert not any(part in html for part in ("<script", "<iframe", "<img", "<svg", "javascript:", "<!--", "<details o"))


@pytest.mark.parametrize(
    "text",
    [
        "```  `\n{}\n```",  # no fence: its words have a backtick
        "<details>\n```\n{}\n```\n</details>",  # no fence: a line within HTML
        "- a\n\n  ```\n{}\n",  # a fence that ends with its list
        "> ```\n{}\n",
    ],
)
@pytest.mark.parametrize("tag", ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>"])
def test_what_only_looks_like_code_does_not_act_either(text, tag):
    html = str(rendered(text.format(tag)))
    assert tag.split()[0].split(">")[0] not in html
    assert "alert(1)" in html or "<pre>" in html


def test_an_address_within_html_is_no_tag_with_attributes():
    assert "<https" not in rendered("<details>\n<https://onclick=alert(1)>\n</details>")


def test_our_own_folded_parts_work_and_tables_scroll():
    html = rendered("<details><summary>more</summary>\n\n| a |\n| --- |\n| `x` |\n\n</details>\n")
    assert "<details><summary>more</summary>" in html
    assert '<div class="wide"><table>' in html
    assert "</table></div>" in html


def test_a_picture_is_told_in_words_where_the_page_stands_alone():
    assert "<p>the comparison</p>" in rendered("![the comparison](comparison.svg)")
