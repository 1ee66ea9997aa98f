"""What strangers write to make a page act, and the HTML that becomes of it."""

HOSTILE = [
    "<script>alert(1)</script>",
    "a <iframe src=//evil.example></iframe>",
    "![x](https://evil.example/pixel.png)",
    "![x][ref]",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "<!-- hidden",
    "line\n\n<svg onload=alert(1)>",
    "<details ontoggle=alert(1)>",
]


def rendered(markdown):
    """HTML as a renderer makes it that lets raw HTML through, as the Hub's does."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)
