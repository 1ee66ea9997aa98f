"""Markdown: tables, and what makes of a stranger's title, label or document plain text that can do nothing."""

import re
from collections.abc import Sequence

# what opens a tag, a comment or an autolink in HTML and CommonMark; a comparison such as `p < 0.001` is none
OPENS = re.compile(r"<(?=[A-Za-z/!?])")
TAG = r"</?(?:br|details|summary|sub|sup|b|i|em|strong|kbd)\s*/?>"
HARMLESS_TAG = re.compile(TAG, re.I)
HARMLESS = re.compile(rf"{TAG}|<https?://[^\s<>\"']+>", re.I)
LINK = re.compile(r"\](?=[(\[])")
REMOTE_IMAGE = re.compile(r"!\[(?=[^\]]*\]\(\s*<?\s*(?:[a-z][a-z0-9+.-]*:|//))", re.I)
SCRIPTED = re.compile(r"(\]\(\s*<?\s*)(?:javascript|data|vbscript|file):", re.I)
REFERENCE = re.compile(r"^( {0,3}\[[^\]]+\]:\s*<?\s*)(?:javascript|data|vbscript|file):", re.I | re.M)
FENCE = re.compile(r"^ {0,3}(`{3,}(?!.*`)|~{3,})")


class Markdown(str):
    """Text that is Markdown already, and is put into a page as it stands."""

    __slots__ = ()


def plain(text: object) -> Markdown:
    """A stranger's text within a line: no tag, link, image or line break of it survives, every letter does."""
    if isinstance(text, Markdown):
        return text
    line = " ".join(str(text).split())
    return Markdown(LINK.sub(r"]\\", OPENS.sub("&lt;", line)))


def code(name: object) -> Markdown:
    """A name as code, whatever signs it has."""
    text = " ".join(str(name).split())
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return Markdown(f"{fence} {text} {fence}" if "`" in text else f"`{text}`")


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Markdown:
    """A table. A cell cannot end its row or column, nor hold a tag."""
    lines = [[_cell(cell) for cell in line] for line in (header, *rows)]
    lines.insert(1, ["---"] * len(header))
    return Markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))


def bullets(lines: Sequence[str]) -> Markdown:
    """A list, a line an entry; nothing where there is none."""
    return Markdown("\n".join(f"- {line}" for line in lines))


def folded(summary: str, body: str) -> Markdown:
    """A part that is opened by a click, where the page is shown as HTML."""
    return Markdown(f"<details><summary>{plain(summary)}</summary>\n\n{body}\n\n</details>")


def page(parts: Sequence[str]) -> str:
    """A page of its parts, an empty line between them; empty parts are left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def tamed(text: str) -> str:
    """Somebody's own Markdown page without what acts: tags with attributes, remote images, scripts in addresses.

    What stands in fences of code stays as it is.
    """
    lines, fence = [], ""
    for line in text.splitlines():
        mark = FENCE.match(line)
        if mark and (not fence or (mark[1].startswith(fence) and not line.strip().strip(fence[0]))):
            fence = "" if fence else mark[1]
            lines.append(line)
        else:
            lines.append(line if fence else _tamed_line(line))
    return "\n".join(lines) + ("\n" if text.endswith("\n") else "")


def tamed_html(text: str, harmless: re.Pattern[str] = HARMLESS_TAG) -> str:
    """Text in which tags are letters, but for the harmless ones, which have no attributes."""
    kept = [found[0] for found in harmless.finditer(text)]
    parts = [OPENS.sub("&lt;", part) for part in harmless.split(text)]
    return "".join(part + tag for part, tag in zip(parts, [*kept, ""], strict=True))


def _tamed_line(line: str) -> str:
    line = tamed_html(line, HARMLESS)
    return REFERENCE.sub(r"\1", SCRIPTED.sub(r"\1", REMOTE_IMAGE.sub("[", line)))


def _cell(text: str) -> str:
    line = " ".join(text.split("\n"))
    line = line if isinstance(text, Markdown) else OPENS.sub("&lt;", line)
    return line.replace("|", "\\|")
