"""docs/papers.md: all claims of all papers, ours beside them, and a verdict for each."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskzoo.papers.compared import Compared
from maskzoo.papers.lesson import across
from maskzoo.papers.schema import KNOWN
from maskzoo.papers.section import SCALED, sections
from maskzoo.papers.verdict import NOT_COMPARABLE, NOT_REPRODUCED, REPRODUCED
from maskzoo.reporting.markdown import page, table


def overview(found: Sequence[Compared], records: Sequence[Mapping[str, Any]], picture: str = "papers.svg") -> str:
    """The whole page as Markdown.

    Args:
        records: all records of the zoo, see `results.run_record.read_run_records`.
        picture: its address from the page.
    """
    parts = [_HEAD, f"![The paper's value against ours, a dot a claim]({picture})", _PICTURE]
    parts += ["## At a glance", _glance(found), _GLANCE, "## Labrador's lesson", _lesson(found, records)]
    for one in found:
        parts += [f"## {one.paper.title}", *sections(one, results="")]
    return page(parts)


def _glance(found: Sequence[Compared]) -> str:
    header = ("paper", "claims", "ours beside", "run", REPRODUCED, NOT_REPRODUCED, NOT_COMPARABLE)
    rows = []
    for one in found:
        counts = one.count()
        run = "none"
        if one.run is not None:
            run = f"`{one.run.record['domain']}` `{one.run.scale}`"
            run += f", {SCALED}" if one.run.scale != one.paper.scales[0] else ""
        link = f"[{one.paper.slug}](#{_anchor(one.paper.title)})"
        numbers = (str(counts[word]) for word in (REPRODUCED, NOT_REPRODUCED, NOT_COMPARABLE))
        rows.append((link, str(len(one.rows)), str(len(one.beside)), run, *numbers))
    return table(header, rows)


def _anchor(title: str) -> str:
    """The name that a heading gets on the usual viewers of Markdown."""
    kept = "".join(letter for letter in title.lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")


def _lesson(found: Sequence[Compared], records: Sequence[Mapping[str, Any]]) -> str:
    """Trees or transformers: in the papers' own tables, and in all records of the zoo."""
    both = [
        (lesson.baseline[1] < lesson.encoder[1]) == one.paper.tasks[lesson.task].lower_is_better
        for one in found
        for lesson in one.lessons
        if lesson.baseline is not None and lesson.encoder is not None
    ]
    counts = across(records)
    judged = [lesson.verdict.word for one in found for lesson in one.lessons]
    compared = [word for word in judged if word != NOT_COMPARABLE]
    lines = [
        "Do trees, and other classical models, beat encoders?",
        f"- In the papers' tables that have both, a classical model has the better value on {sum(both)} of {len(both)} "
        "tasks.",
        f"- In the records of this zoo a baseline beats every encoder on {counts['baseline']} of "
        f"{sum(counts.values())} tasks, an encoder beats the best baseline on {counts['encoder']}, and on "
        f"{counts['neither']} neither is clearly ahead (paired tests, corrected).",
        f"- Of {len(compared)} tasks where paper and run can be compared in this, {compared.count(REPRODUCED)} come "
        "out as in the paper.",
    ]
    return "\n".join([lines[0], "", *lines[1:]])


_HEAD = f"""# Papers

Written by `snakemake papers` from [papers/](../papers/), a YAML a paper with every figure of its main table as far as
it is known, and from the records of our runs in [results/](results/): nothing here is typed by hand.
`snakemake papers/puoberta` shows one paper; with `--config scale=small` it first runs the domain, or what of it is
missing, and compares that run instead of the record.

How a figure is known:

{chr(10).join(f"- *{name}*: {text}" for name, text in KNOWN.items())}

What is unverified stands in italics with a question mark and is never judged against.

A verdict judges our run, not the paper. A value is *reproduced* where ours is within the tolerance that the paper's
YAML states; *not reproduced* where it is further off and the paper's value lies outside our interval; else *not
comparable*, with the reason. A statement about two models is reproduced where our corrected paired test says the same;
where chance explains the difference it is not. Values of a run at another scale than the paper's are never compared,
only such statements are, and every row of such a run is marked *scaled down*."""
_PICTURE = (
    "A dot is a value of a paper with one of ours beside it. Hollow dots are not comparable, be it for another measure "
    "or unit, for a run that is scaled down, or for a figure that is unverified: that they lie off the diagonal says "
    "nothing."
)
_GLANCE = (
    "Claims: every cell of a paper's table, and its statements about two models; *ours beside*: those that a run here "
    "has a number for."
)
