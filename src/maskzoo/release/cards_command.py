"""`maskzoo cards`: the model cards of a domain's releases as one page of HTML, for the report."""

import argparse

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.errors import UserError
from maskzoo.files import atomic_file
from maskzoo.reporting.html import rendered
from maskzoo.reporting.templates import html


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
    parts = [(name, *split_header(card)) for name, card in cards.items()]
    shown = [{"name": name, "header": header, "body": rendered(body)} for name, header, body in parts]
    return html("cards", title=title, cards=shown)


def split_header(card: str) -> tuple[str, str]:
    """The YAML header between the first two `---` lines, and what follows."""
    if card.startswith("---\n") and "\n---\n" in card:
        header, body = card[4:].split("\n---\n", 1)
        return header, body
    return "", card
