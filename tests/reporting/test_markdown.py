"""What strangers write reaches a page as text, and acts nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskzoo.reporting.markdown import Markdown, code, plain, table, tamed
from tests.reporting.hostile import HOSTILE, rendered


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["# {}", "- «{}» is a title", "{}"])
def test_a_title_cannot_act(text, place):
    html = rendered(place.format(plain(text)))
    assert not any(tag in html for tag in ("<script", "<iframe", "<img", "<svg", "<details", "<a ", "<!--"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_of_a_table_holds_no_tag(text):
    html = rendered(table(("a", "b"), [(plain(text), "`p` < 0.05")]))
    assert html.count("<tr>") == 2
    assert not any(tag in html for tag in ("<script", "<iframe", "<img", "<svg", "<details", "<a ", "<!--"))


@pytest.mark.parametrize("text", ["p < 0.001", "5 < x", "Ärzte & Söhne «a»", "$\\frac$", "a * b", "C# | F#"])
def test_harmless_text_stays_as_it_is(text):
    assert plain(text) == text


@given(st.text())
def test_no_text_opens_a_tag(text):
    assert "<script" not in rendered(f"- {plain(text)}").lower()
    assert not plain(text).startswith("\n")


def test_markdown_is_not_escaped_twice():
    assert plain(Markdown("[a](b.md)")) == "[a](b.md)"


def test_a_name_as_code_may_have_backticks():
    assert code("adapted") == "`adapted`"
    assert rendered(code("a`<b>`c")) == "<p><code>a`&lt;b&gt;`c</code></p>\n"


def test_a_bar_does_not_end_a_cell():
    assert table(("a",), [("x|y",)]) == "| a |\n| --- |\n| x\\|y |"


def test_a_page_of_somebody_keeps_its_form_and_loses_what_acts():
    page = (
        "# Data sheet\n\n<script>alert(1)</script>\n\n![p](https://evil.example/p.png) ![own](picture.svg)\n\n"
        "[x](javascript:alert(1)) <details><summary>more</summary>\n\n```html\n<script>\n```\n\n</details>\n"
    )
    found = tamed(page)
    html = rendered(found)
    assert "<script" not in html
    assert "evil.example/p.png" in html
    assert html.count("<img") == 1
    assert 'src="picture.svg"' in html
    assert "javascript" not in html
    assert "<details><summary>more</summary>" in found
    assert "```html\n<script>\n```" in found


def test_inline_code_of_a_page_cannot_hide_a_tag():
    assert "<iframe" not in rendered(tamed("`a` <iframe src=x>` b"))
