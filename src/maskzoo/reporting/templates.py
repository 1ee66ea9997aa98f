"""Pages as templates, so that prose can be read as prose: `templates/*.md.j2` for Markdown, `*.html.j2` for HTML.

What is put into a Markdown template is a stranger's text until it says otherwise: all but `Markdown` goes through
`markdown.plain`. HTML templates escape by themselves.
"""

import re
from functools import cache
from typing import Any

from maskzoo.reporting import markdown, numbers
from maskzoo.reporting.markdown import Markdown, plain

GAPS = re.compile(r"\n{3,}")


def page(template: str, /, **values: Any) -> Markdown:
    """A Markdown page or part of one; what a template leaves empty leaves no gap.

    Raises:
        jinja2.UndefinedError: the template asks for what was not given.
    """
    text = _markdown().get_template(f"{template}.md.j2").render(values)
    return Markdown(GAPS.sub("\n\n", text).strip() + "\n")


def html(template: str, /, **values: Any) -> str:
    """An HTML page."""
    return str(_html().get_template(f"{template}.html.j2").render(values))


@cache
def _markdown() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("maskzoo.reporting", "templates"),
        undefined=StrictUndefined,
        finalize=_written,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    found.filters |= {"code": markdown.code, "number": numbers.number, "percent": numbers.percent}
    found.filters |= {"listed": numbers.listed, "size": numbers.size, "bullets": markdown.bullets}
    found.globals["table"] = markdown.table
    return found


@cache
def _html() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("maskzoo.reporting", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )


def _written(value: Any) -> Any:
    from jinja2 import Undefined

    if value is None:
        return Markdown()
    return value if isinstance(value, Undefined) else plain(value)
