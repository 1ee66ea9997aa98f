"""`maskzoo cards`: the model cards of a domain's releases as one page of HTML, for the report."""

import argparse
import html

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError
from maskzoo.files import atomic_file

STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #ccc;padding:.3rem .6rem;text-align:left}
pre{background:#f5f5f5;padding:.8rem;overflow:auto}h1{border-top:3px solid #0072B2;padding-top:1rem}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)


def run(options: argparse.Namespace) -> int:
    recipe, layout = recipe_and_layout(options)
    cards = {name: layout.release(name) / "README.md" for name in recipe.release.variants}
    for name, path in cards.items():
        if not path.is_file():
            command = f"maskzoo release {options.domain} --scale {recipe.scale} --variant {name}"
            raise UserError(f"variant {name!r} has not been released", where=str(path), hint=f"run: {command}")
    page = cards_page(recipe.title, {name: path.read_text(encoding="utf-8") for name, path in cards.items()})
    with atomic_file(layout.card_page) as temporary:
        temporary.write_text(page, encoding="utf-8")
    print(f"{len(cards)} model card{'s' * (len(cards) != 1)} in {layout.card_page}")
    return 0


def cards_page(title: str, cards: dict[str, str]) -> str:
    """HTML of several cards (Markdown with a YAML header, which is shown as it stands)."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    parts = []
    for name, card in cards.items():
        header, body = split_header(card)
        parts.append(
            f"<section id='{html.escape(name)}'>{markdown.render(body)}"
            f"<details><summary>Metadata for the Hub</summary><pre>{html.escape(header)}</pre></details></section>"
        )
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{html.escape(title)}: model cards</title>"
        f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def split_header(card: str) -> tuple[str, str]:
    """The YAML header between the first two `---` lines, and what follows."""
    if card.startswith("---\n") and "\n---\n" in card:
        header, body = card[4:].split("\n---\n", 1)
        return header, body
    return "", card
