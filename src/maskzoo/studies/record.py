"""Studies that are kept in git: what a study found, its page and its picture, in docs/studies/."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskzoo.files import atomic_file, write_json
from maskzoo.studies.table import page

FOLDER = Path("docs/studies")


def keep(record: Mapping[str, Any], folder: Path = FOLDER) -> Path:
    """Write `<study>.json`, `.md` and `.svg` into a folder, and return the page.

    Args:
        record: what `study.json` holds, see `table.outcome`, with its provenance.
    """
    from maskzoo.studies.picture import draw

    write_json(folder / f"{record['study']}.json", record)
    target = folder / f"{record['study']}.md"
    with atomic_file(target) as temporary:
        temporary.write_text(kept_page(record), encoding="utf-8")
    draw(record, target.with_suffix(".svg"))
    return target


def kept_page(record: Mapping[str, Any]) -> str:
    """The page of a study with its picture, and how it was made."""
    made = record["provenance"]
    minutes = sum(run["seconds"] for run in record["runs"]) / 60
    return (
        f"{page(record)}\n![{record['title']}]({record['study']}.svg)\n\n"
        f"`snakemake studies/{record['study']}` on {made['machine']}, {made['date'][:10]}, {minutes:,.0f} minutes of "
        f"training in all; maskzoo {made['maskzoo']}, commit `{(made['commit'] or 'unknown')[:9]}`.\n"
    )
