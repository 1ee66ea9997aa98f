"""The files of a study: what it found, its page and its picture, among the results and in git (docs/studies/)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskzoo.files import atomic_file, write_json
from maskzoo.studies.table import page

FOLDER = Path("docs/studies")


def write(outcome: Mapping[str, Any], target: Path) -> None:
    """Write the page to `target`, and what it is made of and the picture beside it.

    Args:
        outcome: what `table.outcome` returns, with its provenance.
    """
    _write(outcome, page(outcome), target)


def keep(outcome: Mapping[str, Any], folder: Path = FOLDER) -> Path:
    """Write the same as `<study>.md`, `.json` and `.svg` into a folder, with how it was made, and return the page."""
    target = folder / f"{outcome['study']}.md"
    _write(outcome, kept_page(outcome), target)
    return target


def _write(outcome: Mapping[str, Any], text: str, target: Path) -> None:
    from maskzoo.reporting.pictures.cells import draw
    from maskzoo.studies.table import ranked

    write_json(target.with_suffix(".json"), outcome)
    with atomic_file(target) as temporary:
        temporary.write_text(text, encoding="utf-8")
    draw(outcome, ranked(outcome), target.with_suffix(".svg"))


def kept_page(outcome: Mapping[str, Any]) -> str:
    """The page of a study with its picture, and how it was made."""
    made = outcome["provenance"]
    minutes = sum(run["seconds"] for run in outcome["runs"]) / 60
    return (
        f"{page(outcome)}\n![{outcome['title']}]({outcome['study']}.svg)\n\n"
        f"`{made['command']}` on {made['machine']}, {made['date'][:10]}, {minutes:,.0f} minutes of "
        f"training in all; maskzoo {made['maskzoo']}, commit `{(made['commit'] or 'unknown')[:9]}`.\n"
    )
