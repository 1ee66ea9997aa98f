"""One paper as Markdown: its claims beside ours, the lesson of classical models, and what has no counterpart here."""

from collections.abc import Callable, Sequence
from functools import partial

from maskzoo.comparison.table import title_of
from maskzoo.papers.compared import Compared
from maskzoo.papers.lesson import Lesson, Named
from maskzoo.papers.ours import Value
from maskzoo.papers.rows import UNVERIFIED, Row
from maskzoo.papers.schema import PaperTask
from maskzoo.papers.verdict import NOT_COMPARABLE, Verdict
from maskzoo.reporting import markdown
from maskzoo.reporting.markdown import folded, plain, table
from maskzoo.reporting.numbers import interval, number, percent, with_interval
from maskzoo.results.reading import BETTER, WORSE
from maskzoo.results.wording import run_line

HEADER = ("claim", "paper", "known", "ours [95 % interval]", "difference", "verdict")
SCALED = "scaled down"


def page(one: Compared) -> str:
    """The whole page of one paper, as the terminal shows it."""
    return markdown.page([f"# {plain(one.paper.title)}", *sections(one, results="docs/")])


def sections(one: Compared, *, results: str) -> list[str]:
    """What stands below a paper's heading.

    Args:
        results: what goes before the addresses of the pages of our runs.
    """
    parts = [f"{one.paper.says} ({one.paper.cite})", _about_run(one, results)]
    if one.paper.notes:
        parts.append("\n".join(f"- {note}" for note in one.paper.notes))
    if one.beside:
        parts.append(table(HEADER, [_cells(one, row) for row in one.beside]))
    if one.lessons:
        parts.append("Classical models against encoders, the best of each:")
        parts.append(
            table(("task", "paper", "ours", "verdict"), [_lesson_cells(one, lesson) for lesson in one.lessons])
        )
    return [*parts, *_alone(one)]


def _about_run(one: Compared, results: str) -> str:
    paper = one.paper
    if paper.domain is None:
        return f"Nothing of ours stands beside it: {paper.without}."
    if one.run is None:
        how = f"`snakemake --cores 8 papers/{paper.slug} --config scale={paper.scales[0]}` runs it"
        if paper.scales[1:]:
            how += (
                f", and at {' or '.join(f'`scale={scale}`' for scale in paper.scales[1:])} what can be had in less time"
            )
        return f"Re-run by `{paper.domain}`, of which there is no record at scale {' or '.join(paper.scales)}: {how}."
    label = f"scale `{one.run.scale}`"
    if one.run.simulated:
        label += ", on simulated data, which say nothing about the world"
    elif one.run.scale != paper.scales[0]:
        label += f", **{SCALED}** from the paper's own (`{paper.scales[0]}`)"
    source = one.run.source
    if source.endswith(".md"):
        source = f"[{source.rpartition('/')[2].removesuffix('.md')}]({results}{source})"
    return f"Ours: `{paper.domain}` at {label}; {run_line(one.run.record)} Numbers: {source}."


def _cells(one: Compared, row: Row) -> tuple[str, ...]:
    task = one.paper.tasks[row.task]
    unit = " %" if task.percent else ""
    if row.kind == "contrast":
        return _contrast_cells(one, row, task)
    claimed = "not known" if row.claimed is None else _given(row.claimed) + unit
    if row.sd is not None:
        claimed += f" (sd {_given(row.sd)})"
    difference = ""
    if row.difference is not None:
        difference = _signed(row.difference, percent=task.percent) + _shifted(row, percent=task.percent)
    assert row.ours is not None, "only claims beside ours are shown here"
    return (
        f"{task.title}: {row.title} ({task.metric})",
        _styled(claimed, row.known),
        row.known,
        f"{title_of(row.ours.name)} {_ours(row.ours, percent=task.percent)}",
        difference,
        _verdict(row.verdict, scaled=row.scaled),
    )


def _contrast_cells(one: Compared, row: Row, task: PaperTask) -> tuple[str, ...]:
    unit = " %" if task.percent else ""
    contrast = next(found for found in one.paper.contrasts.values() if found.title == row.title)
    assert row.ours is not None, "only claims beside ours are shown here"
    expected = {"ahead": "ahead", "behind": "behind", "on_par": "on a par"}.get(row.expect or "", "")
    if contrast.reduction is not None:
        claimed, found = (
            f"{percent(contrast.reduction, 0)} lower",
            "" if row.difference is None else _lower(row.difference),
        )
    else:
        claimed = (
            expected if row.claimed is None else f"{expected} ({_signed(row.claimed, percent=task.percent)}{unit})"
        )
        found = "" if row.difference is None else f"{_signed(row.difference, percent=task.percent)}{unit}"
    beside = "" if row.over is None else f" against {title_of(row.over.name)} {_ours(row.over, percent=task.percent)}"
    return (
        f"{row.title[0].upper()}{row.title[1:]}",
        _styled(claimed, row.known),
        row.known,
        f"{title_of(row.ours.name)} {_ours(row.ours, percent=task.percent)}{beside}",
        found,
        _verdict(row.verdict, scaled=row.scaled),
    )


def _lower(reduction: float) -> str:
    return f"{percent(abs(reduction), 0)} {'lower' if reduction >= 0 else 'higher'}"


def _verdict(verdict: Verdict, *, scaled: bool) -> str:
    """`not comparable (scaled down: 4.7 M weights)`; bold where something was compared."""
    word = f"**{verdict.word}**" if verdict.word != NOT_COMPARABLE else verdict.word
    notes = [note for note in (SCALED if scaled else "", verdict.why) if note]
    return word + (f" ({': '.join(notes)})" if notes else "")


def _styled(text: str, known: str) -> str:
    """What is unverified is told apart at a glance."""
    return f"*{text}?*" if known == UNVERIFIED and text != "not known" else text


def _signed(value: float, *, percent: bool) -> str:
    return number(value, sign=True, digits=_digits(percent))


def _ours(value: Value, *, percent: bool) -> str:
    ends = None if value.low is None or value.high is None else (value.low, value.high)
    return with_interval(value.mean, ends, digits=_digits(percent))


def _digits(percent: bool) -> int | None:
    """Decimals of a number of ours in the paper's unit: per cents have one."""
    return 1 if percent else None


def _shifted(row: Row, *, percent: bool) -> str:
    """The interval of the difference: ours, less the paper's value."""
    if row.ours is None or row.claimed is None or row.ours.low is None or row.ours.high is None:
        return ""
    ends = (row.ours.low - row.claimed, row.ours.high - row.claimed)
    return f" {interval(ends, sign=True, digits=_digits(percent))}"


def _lesson_cells(one: Compared, lesson: Lesson) -> tuple[str, ...]:
    task = one.paper.tasks[lesson.task]
    lower = task.lower_is_better
    ours = _pair(lesson.ours_baseline, lesson.ours_encoder, partial(number, digits=_digits(task.percent)), lower=lower)
    if lesson.encoders is not None:
        ours += f": {_ahead(lesson.encoders)}"
    return (
        task.title,
        _pair(lesson.baseline, lesson.encoder, _given if lesson.verified else _doubtful, lower=lower),
        ours,
        _verdict(lesson.verdict, scaled=lesson.scaled),
    )


def _ahead(encoders: str) -> str:
    return {BETTER: "encoder ahead", WORSE: "baseline ahead"}.get(encoders, "neither clearly ahead")


def _pair(baseline: Named | None, encoder: Named | None, write: Callable[[float], str], *, lower: bool) -> str:
    """`XGBoost **0.387** against Labrador 0.398`, the better in bold."""
    if baseline is None and encoder is None:
        return ""
    lead = None
    if baseline is not None and encoder is not None and baseline[1] != encoder[1]:
        lead = baseline if (baseline[1] < encoder[1]) == lower else encoder
    texts = []
    for one in (baseline, encoder):
        mark = "**" if one is not None and one is lead else ""
        texts.append("none" if one is None else f"{title_of(one[0]).strip('`')} {mark}{write(one[1])}{mark}")
    return " against ".join(texts)


def _given(value: float) -> str:
    """A figure of a paper, with its own digits."""
    return f"{value:g}"


def _doubtful(value: float) -> str:
    """A figure of a paper that nobody verified."""
    return _styled(_given(value), UNVERIFIED)


def _alone(one: Compared) -> list[str]:
    """Claims that nothing of ours stands beside: the paper's table as it is, and the reasons."""
    alone = [row for row in one.rows if row.ours is None]
    if not alone:
        return []
    parts = []
    values = [row for row in alone if row.kind == "value"]
    if values:
        tasks = list(dict.fromkeys(row.task for row in values))
        models = list(dict.fromkeys(row.title for row in values))
        cells = {(row.title, row.task): row for row in values}
        transposed = len(tasks) > len(models)
        first, second = (tasks, models) if transposed else (models, tasks)
        header = ["", *(_heading(one.paper.tasks[name]) if not transposed else name for name in second)]
        rows = []
        for a in first:
            keys = [(b, a) if transposed else (a, b) for b in second]
            label = _heading(one.paper.tasks[a]) if transposed else a
            rows.append([label, *(_alone_cell(cells.get(key)) for key in keys)])
        parts.append(table(header, rows))
    known = "; ".join(dict.fromkeys(f"{row.known}: {row.where}" for row in values))
    reasons: dict[str, list[str]] = {}
    for row in alone:
        what = f"«{row.title}»" if row.kind == "contrast" else _about(one, row, alone)
        names = reasons.setdefault(row.verdict.why, [])
        if what not in names:
            names.append(what)
    listed = "\n".join(f"- {', '.join(names)}: {why}" for why, names in reasons.items())
    title = f"{len(alone)} claims that nothing of ours stands beside: not comparable"
    body = [*parts, *([f"Known: {known}."] if known else []), listed]
    return [folded(title, "\n\n".join(body))]


def _about(one: Compared, row: Row, alone: Sequence[Row]) -> str:
    """A task or a model, whichever the reason is about."""
    return one.paper.tasks[row.task].title if row.verdict.why == one.paper.tasks[row.task].without else row.title


def _alone_cell(row: Row | None) -> str:
    if row is None:
        return ""
    text = "not known" if row.claimed is None else _given(row.claimed)
    if row.sd is not None:
        text += f" ({_given(row.sd)})"
    return _styled(text, row.known)


def _heading(task: PaperTask) -> str:
    return f"{task.title}, {task.metric}"
