"""Claims beside our values: a row a claim, with the difference and the verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

from maskzoo.papers.ours import OurRun, Value
from maskzoo.papers.read import cells_of
from maskzoo.papers.schema import ANY, Contrast, Measure, Paper, PaperTask
from maskzoo.papers.verdict import NOT_COMPARABLE, NOT_REPRODUCED, REPRODUCED, Verdict, of_direction, of_value
from maskzoo.results.reading import BETTER, WORSE

UNVERIFIED = "unverified"
WEAKEST = ("unverified", "second-hand", "computed", "read")  # of two cells a difference is known as the weaker one is


@dataclass(frozen=True)
class Row:
    """One claim.

    Attributes:
        kind: `value`: a cell of a table; `contrast`: two models of it, or a statement about them.
        claimed: the paper's value, in its unit; of a contrast the difference or the reduction; None where not known.
        ours: our value in the paper's unit; of a contrast that of the first model.
        over: of a contrast our value of the other model.
        difference: ours minus the paper's; of a contrast our own difference or reduction.
        scaled: whether our run is at another scale than the paper's.
    """

    paper: str
    kind: str
    task: str
    title: str
    claimed: float | None
    known: str
    where: str
    verdict: Verdict
    ours: Value | None = None
    over: Value | None = None
    difference: float | None = None
    sd: float | None = None
    expect: str | None = None
    scaled: bool = False


def rows_of(paper: Paper, run: OurRun | None) -> list[Row]:
    """Every claim of a paper: its tables' cells by task, then its contrasts.

    Args:
        run: ours; None where the domain was not run.
    """
    return [*_values(paper, run), *_contrasts(paper, run)]


def scaled_down(paper: Paper, run: OurRun | None) -> bool:
    """Whether a run is at another scale than the paper's own."""
    return run is not None and run.scale != paper.scales[0]


def _values(paper: Paper, run: OurRun | None) -> Iterator[Row]:
    for name, task in paper.tasks.items():
        for table, content in paper.tables.items():
            for model, cells in content.rows.items():
                if name not in cells:
                    continue
                known, where = paper.known_of(table, model, name)
                claimed = cells[name].value
                ours, reason = _ours(paper, run, name, model)
                difference = None if ours is None or claimed is None else ours.mean - claimed
                yield Row(
                    paper.slug,
                    "value",
                    name,
                    model,
                    claimed,
                    known,
                    where,
                    _value_verdict(paper, run, task, claimed, known, ours, reason),
                    ours,
                    difference=difference,
                    sd=cells[name].sd,
                    scaled=scaled_down(paper, run) and ours is not None,
                )


def _ours(paper: Paper, run: OurRun | None, task: str, model: str) -> tuple[Value | None, str]:
    """Our value beside a cell, and why it cannot be compared, if it cannot or is not there."""
    claimed, mapped = paper.tasks[task], paper.models[model]
    for why in (claimed.without, paper.without, None if mapped.ours else mapped.without):
        if why:
            return None, why
    if run is None:
        return None, _not_run(paper)
    names = mapped.ours_at(run.scale)
    if not names:
        return None, mapped.without or f"nothing of ours stands beside {model} at scale {run.scale}"
    assert claimed.ours is not None, "checked when the paper was read"
    value = run.value(claimed.ours, names)
    if value is None:
        return None, _missing(run, claimed.ours, names)
    if run.simulated:
        return value.times(_factor(claimed)), "our data are simulated"
    return value.times(_factor(claimed)), claimed.differs or mapped.differs or ""


def _missing(run: OurRun, measure: Measure, names: tuple[str, ...]) -> str:
    if measure.task is not None and run.panel(measure.task) is None:
        return f"the run at scale {run.scale} has no task {measure.task}"
    return f"the run at scale {run.scale} has no {measure.target or measure.task or 'loss'} of {' or '.join(names)}"


def _not_run(paper: Paper) -> str:
    return f"{paper.domain} has no record at {' or '.join(paper.scales)}"


def _value_verdict(
    paper: Paper,
    run: OurRun | None,
    task: PaperTask,
    claimed: float | None,
    known: str,
    ours: Value | None,
    reason: str,
) -> Verdict:
    if ours is None or reason:
        return Verdict(NOT_COMPARABLE, reason)
    if claimed is None:
        return Verdict(NOT_COMPARABLE, "the paper's figure is not known here")
    if known == UNVERIFIED:
        return Verdict(NOT_COMPARABLE, "the paper's figure is unverified")
    if scaled_down(paper, run):
        return Verdict(NOT_COMPARABLE, size(ours))
    assert task.tolerance is not None, "checked when the paper was read"
    return of_value(claimed, ours.mean, ours.low, ours.high, task.tolerance, lower_is_better=task.lower_is_better)


def size(ours: Value) -> str:
    """What is small about a scaled-down run: weights, and examples that it learned from."""
    parts = []
    if ours.parameters is not None:
        parts.append(f"{ours.parameters / 1e6:.1f} M weights")
    if ours.training is not None:
        parts.append(f"{ours.training:,} training examples")
    return ", ".join(parts) or "another scale"


def _factor(task: PaperTask) -> float:
    return 100.0 if task.percent else 1.0


def _contrasts(paper: Paper, run: OurRun | None) -> Iterator[Row]:
    for contrast in paper.contrasts.values():
        claimed, known, where = _claimed(paper, contrast)
        ours, over, reason = _ours_of_both(paper, run, contrast)
        found = None
        if ours is not None and over is not None:
            found = 1 - ours.mean / over.mean if contrast.reduction is not None else ours.mean - over.mean
        yield Row(
            paper.slug,
            "contrast",
            contrast.task,
            contrast.title,
            claimed,
            known,
            where,
            _contrast_verdict(paper, run, contrast, known, ours, over, reason),
            ours,
            over,
            found,
            expect=contrast.expect,
            scaled=scaled_down(paper, run) and found is not None,
        )


def _claimed(paper: Paper, contrast: Contrast) -> tuple[float | None, str, str]:
    """(reduction or difference in the paper, how it is known, where); no number where the paper states who is ahead."""
    if contrast.known is not None:  # a statement of its own, whatever the cells of a table say
        return contrast.reduction, contrast.known, str(contrast.where)
    cells = cells_of(paper, contrast)
    assert cells is not None, "checked when the paper was read"
    value = cells[1] - cells[2] if contrast.reduction is None else contrast.reduction
    table = cells[0]
    both = [paper.known_of(table, model, contrast.task) for model in (contrast.model, contrast.over)]
    known, where = min(both, key=lambda one: WEAKEST.index(one[0]))
    return value, known, where


def _ours_of_both(paper: Paper, run: OurRun | None, contrast: Contrast) -> tuple[Value | None, Value | None, str]:
    task = paper.tasks[contrast.task]
    for why in (task.without, paper.without):
        if why:
            return None, None, why
    if run is None:
        return None, None, _not_run(paper)
    assert task.ours is not None, "checked when the paper was read"
    pair = contrast.ours.get(run.scale, contrast.ours.get(ANY, ()))
    values = []
    for place, model in enumerate((contrast.model, contrast.over)):
        mapped = paper.models[model]
        names = (pair[place],) if pair else mapped.ours_at(run.scale)
        if not names:
            why = mapped.without or f"nothing of ours stands beside {model} at scale {run.scale}"
            return None, None, why
        value = run.value(task.ours, names)
        if value is None:
            return None, None, _missing(run, task.ours, names)
        values.append(value.times(_factor(task)))
    return values[0], values[1], "our data are simulated" if run.simulated else ""


def _contrast_verdict(
    paper: Paper,
    run: OurRun | None,
    contrast: Contrast,
    known: str,
    ours: Value | None,
    over: Value | None,
    reason: str,
) -> Verdict:
    if ours is None or over is None or run is None or reason:
        return Verdict(NOT_COMPARABLE, reason)
    if known == UNVERIFIED:
        return Verdict(NOT_COMPARABLE, "the paper's claim is unverified")
    task = paper.tasks[contrast.task]
    assert task.ours is not None, "checked when the paper was read"
    if contrast.reduction is not None:
        assert contrast.tolerance is not None, "checked when the paper was read"
        if scaled_down(paper, run):
            return Verdict(NOT_COMPARABLE, size(ours))
        return of_value(contrast.reduction, 1 - ours.mean / over.mean, None, None, contrast.tolerance)
    outcome = None if task.ours.task is None else run.compared(task.ours.task, ours.name, over.name)
    if contrast.expect == "on_par":
        assert contrast.tolerance is not None, "checked when the paper was read"
        if abs(ours.mean - over.mean) <= contrast.tolerance:
            return Verdict(REPRODUCED)
        if outcome in (BETTER, WORSE):
            return Verdict(NOT_REPRODUCED, f"ours is {outcome}")
        return Verdict(NOT_COMPARABLE, "beyond the tolerance, but chance explains the difference: too few to tell")
    assert contrast.expect is not None, "checked when the paper was read"
    if outcome is None:  # a loss: one number a run, no interval
        lower = ours.mean < over.mean
        outcome = BETTER if lower == task.lower_is_better else WORSE
    return of_direction(contrast.expect, outcome)
