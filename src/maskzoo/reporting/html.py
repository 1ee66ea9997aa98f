"""Markdown of ours and of strangers as HTML that does nothing: no tag with attributes, no picture from elsewhere."""

from typing import Any

from maskzoo.reporting.markdown import tamed, tamed_html


def rendered(text: str) -> Any:
    """Safe HTML of a Markdown page, as `markupsafe.Markup`; tables can be scrolled sideways on a narrow screen."""
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    markdown: Any = MarkdownIt("commonmark", {"html": True}).enable("table")
    markdown.add_render_rule("table_open", lambda *_: '<div class="wide"><table>\n')
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    markdown.add_render_rule("image", _alternative)
    for kind in ("html_block", "html_inline"):  # what `tamed` took for code, and the parser does not
        markdown.add_render_rule(kind, _tags)
    return Markup(markdown.render(tamed(text)))


def _tags(_: Any, tokens: Any, index: int, *__: Any) -> str:
    return tamed_html(tokens[index].content)


def _alternative(_: Any, tokens: Any, index: int, *__: Any) -> str:
    """A picture's own words: a page that stands alone has no files beside it."""
    from html import escape

    return escape(tokens[index].content)
