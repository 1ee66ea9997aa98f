"""Labrador's lesson, asked of every paper: do trees and linear models beat the encoders, there and here?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskzoo.papers.ours import OurRun, best_of
from maskzoo.papers.rows import UNVERIFIED, scaled_down
from maskzoo.papers.schema import Paper
from maskzoo.papers.verdict import NOT_COMPARABLE, Verdict, of_lesson
from maskzoo.results.reading import BETTER, ENCODERS, UNCLEAR, WORSE, against_baseline

Named = tuple[str, float]  # a model and its value


@dataclass(frozen=True)
class Lesson:
    """One task of a paper.

    Attributes:
        baseline, encoder: the best of each in the paper, in its unit; None where its table has none.
        ours_baseline, ours_encoder: the best of each here; None where there is no run.
        encoders: how ours fare against the best baseline, by the corrected tests of the run.
        verified: whether the paper's values are.
    """

    task: str
    baseline: Named | None
    encoder: Named | None
    verdict: Verdict
    ours_baseline: Named | None = None
    ours_encoder: Named | None = None
    encoders: str | None = None
    scaled: bool = False
    verified: bool = True


def lessons_of(paper: Paper, run: OurRun | None) -> list[Lesson]:
    """A lesson for every task of the paper that has both kinds of model there, or a counterpart here.

    A task of ours that several figures of the paper are compared with is asked once.
    """
    found = []
    asked: set[str] = set()
    for name, task in paper.tasks.items():
        cells = _cells(paper, name)
        baseline, encoder = (_best(paper, cells, kind, lower=task.lower_is_better) for kind in ("baseline", "encoder"))
        whole = task.ours.task if task.ours is not None and task.ours.target is None else None
        panel = run.panel(whole) if run is not None and whole not in asked else None
        if panel is None and (baseline is None or encoder is None):
            continue
        asked |= {whole} if whole is not None else set()
        ours = against_baseline(panel) if panel is not None else None
        ahead = None
        if baseline is not None and encoder is not None:
            ahead = "baseline" if (baseline[1] < encoder[1]) == task.lower_is_better else "encoder"
        factor = 100.0 if task.percent else 1.0
        verified = all(known != UNVERIFIED for _, _, known in cells)
        found.append(
            Lesson(
                name,
                baseline,
                encoder,
                _verdict(paper, name, run, ahead, ours, verified=verified),
                _model(panel, ("baseline",), factor),
                _model(panel, ENCODERS, factor),
                ours,
                scaled=panel is not None and scaled_down(paper, run),
                verified=verified,
            )
        )
    return found


def across(records: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Over the tasks of all records, of every domain the first: how often an encoder, a baseline, neither is ahead."""
    first: dict[str, Mapping[str, Any]] = {}
    for record in records:
        first.setdefault(str(record["domain"]), record)
    found = [
        outcome
        for record in first.values()
        for panel in record["comparison"]["tasks"].values()
        if (outcome := against_baseline(panel))
    ]
    return {
        name: found.count(outcome) for name, outcome in (("encoder", BETTER), ("baseline", WORSE), ("neither", UNCLEAR))
    }


def _cells(paper: Paper, task: str) -> list[tuple[str, float, str]]:
    """(model, value, how it is known) of a task over all tables."""
    return [
        (model, cells[task].value or 0.0, paper.known_of(table, model, task)[0])
        for table, content in paper.tables.items()
        for model, cells in content.rows.items()
        if task in cells and cells[task].value is not None
    ]


def _best(paper: Paper, cells: Sequence[tuple[str, float, str]], kind: str, *, lower: bool) -> Named | None:
    sign = -1 if lower else 1
    of_kind = [(model, value) for model, value, _ in cells if paper.models[model].kind == kind]
    return max(of_kind, key=lambda item: sign * item[1], default=None)


def _model(panel: Mapping[str, Any] | None, roles: Sequence[str], factor: float) -> Named | None:
    model = best_of(panel, roles) if panel is not None else None
    return (str(model["name"]), float(model["mean"]) * factor) if model else None


def _verdict(
    paper: Paper, task: str, run: OurRun | None, ahead: str | None, ours: str | None, *, verified: bool
) -> Verdict:
    if run is None or ours is None:
        return Verdict(NOT_COMPARABLE, paper.tasks[task].without or paper.without or "nothing was tested here")
    if run.simulated:
        return Verdict(NOT_COMPARABLE, "our data are simulated")
    if ahead is None:
        return Verdict(NOT_COMPARABLE, "the paper's table has no classical model, or no value of an encoder")
    if not verified:
        return Verdict(NOT_COMPARABLE, "the paper's figures are unverified")
    return of_lesson(ahead, ours)
