"""A paper with its run, rows and lessons: what pages, picture and files are written from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from maskzoo.papers.lesson import Lesson, lessons_of
from maskzoo.papers.ours import OurRun, recorded, run_here
from maskzoo.papers.read import FOLDER, read_paper
from maskzoo.papers.rows import Row, rows_of
from maskzoo.papers.schema import Paper
from maskzoo.papers.verdict import WORDS
from maskzoo.results import run_record


@dataclass(frozen=True)
class Compared:
    """One paper beside one run of ours; no run where there is no record."""

    paper: Paper
    run: OurRun | None
    rows: Sequence[Row]
    lessons: Sequence[Lesson]

    @property
    def beside(self) -> list[Row]:
        """The claims that something of ours stands beside."""
        return [row for row in self.rows if row.ours is not None]

    def count(self) -> dict[str, int]:
        """verdict -> claims."""
        return {word: sum(row.verdict.word == word for row in self.rows) for word in WORDS}

    def as_json(self) -> dict[str, Any]:
        """Every number of the comparison, and where it is from."""
        run = None
        if self.run is not None:
            about = {
                key: self.run.record.get(key) for key in ("domain", "scale", "date", "machine", "command", "commit")
            }
            run = {**about, "numbers": self.run.source, "simulated": self.run.simulated}
        return {
            "paper": self.paper.slug,
            "title": self.paper.title,
            "run": run,
            "verdicts": self.count(),
            "claims": [asdict(row) for row in self.rows],
            "lessons": [asdict(lesson) for lesson in self.lessons],
        }


def compared(paper: Paper, run: OurRun | None) -> Compared:
    """A paper beside a run."""
    return Compared(paper, run, rows_of(paper, run), lessons_of(paper, run))


def compare(
    slug: str,
    *,
    scale: str | None = None,
    results: Path = Path("results"),
    papers: Path = FOLDER,
    records: Path = run_record.FOLDER,
) -> Compared:
    """A paper beside a run of this checkout, or beside its record.

    Args:
        scale: the run of that scale below `results`; None: the record of the first of the paper's scales that has one.

    Raises:
        UserError: no such paper, or one that is wrong; or the domain was not run at the scale.
    """
    paper = read_paper(slug, papers)
    run = None
    if paper.domain is not None:
        run = recorded(paper.domain, paper.scales, records) if scale is None else run_here(paper.domain, scale, results)
    return compared(paper, run)
