"""A study as a page: one table of all cells, and sentences that say what wins and what is noise, written by a rule."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskzoo.comparison.table import metric_title, title_of
from maskzoo.recipe.study import Study
from maskzoo.recipe.task import Task
from maskzoo.reporting.markdown import page as joined
from maskzoo.reporting.markdown import plain, table
from maskzoo.reporting.numbers import listed, p_value, with_interval
from maskzoo.studies.measures import Trial
from maskzoo.studies.verdicts import Judged, Spread, spread, verdicts

TAKEN_OFF = {True: "0, bit for bit", False: "NOT THE BASE", None: "not looked at"}


def outcome(study: Study, runs: Sequence[Trial], missing: Sequence[str], tasks: Mapping[str, Task]) -> dict[str, Any]:
    """All that a study found, as JSON values.

    Only cells with all seeds are compared; the others are named in `missing`.

    Args:
        tasks: of the recipe; what each is measured by.
    """
    by_cell = {cell: [run for run in runs if run.cell == cell] for cell in study.cells}
    whole = {cell: own for cell, own in by_cell.items() if len(own) == len(study.seeds)}
    reference = study.compared_with if study.compared_with in whole else next(iter(whole))
    measures = {name: _measure(name, tasks) for name in study.judged_by}
    judged = {
        name: verdicts(
            {cell: [run.by(name) for run in own] for cell, own in whole.items()},
            reference,
            lower_is_better=measure["lower_is_better"],
        )
        for name, measure in measures.items()
    }
    return {
        "study": study.name,
        "title": study.title,
        "question": study.question,
        "domain": study.domain,
        "scale": study.scale,
        "seeds": list(study.seeds),
        "budget": study.budget.model_dump(exclude_none=True),
        "reference": reference,
        "forgetting": study.forgetting,
        "missing": list(missing),
        "measures": measures,
        "cells": [
            _cell(study, cell, own, {name: found.get(cell) for name, found in judged.items()})
            for cell, own in whole.items()
        ],
        "runs": [run.as_json() for run in runs],
    }


def _measure(name: str, tasks: Mapping[str, Task]) -> dict[str, Any]:
    """What a measure is called, and which way it is good."""
    if name == "loss":
        return {"title": "loss", "lower_is_better": True}
    task = tasks[name]
    title = f"{name}, {metric_title({'metric': task.metric, 'unit': task.own('unit')})}"
    return {"title": title, "lower_is_better": task.lower_is_better}


def _cell(study: Study, cell: str, runs: Sequence[Trial], judged: Mapping[str, Judged | None]) -> dict[str, Any]:
    first = runs[0]
    forgotten = [run.forgotten for run in runs if run.forgotten is not None]
    return {
        "cell": cell,
        "points": study.cells[cell],
        "by": {
            name: {
                **_plain(spread([run.by(name) for run in runs])),
                "difference": verdict and _plain(verdict.difference),
                "p": verdict and verdict.p,
                "verdict": verdict.word if verdict else "reference",
            }
            for name, verdict in judged.items()
        },
        "adapted": first.adapted,
        "forgotten": _plain(spread(forgotten)) if len(forgotten) == len(runs) else None,
        "restored": all(run.restored for run in runs) if any(run.restored is not None for run in runs) else None,
        "steps": sum(run.steps for run in runs) / len(runs),
        "tokens": sum(run.tokens for run in runs) / len(runs),
        "flops": sum(run.flops for run in runs) / len(runs),
        "seconds": sum(run.seconds for run in runs) / len(runs),
        "trained": first.trained,
        "stored": first.stored,
    }


def ranked(found: Mapping[str, Any], measure: str | None = None) -> list[Mapping[str, Any]]:
    """The cells, the best first, by a measure; by the first one where none is named."""
    name = measure or next(iter(found["measures"]))
    sign = 1 if found["measures"][name]["lower_is_better"] else -1
    return sorted(found["cells"], key=lambda cell: sign * cell["by"][name]["mean"])


def page(found: Mapping[str, Any]) -> str:
    """The study as Markdown."""
    seeds = len(found["seeds"])
    parts = [
        f"# {plain(found['title'])}",
        plain(found["question"]),
        f"Domain `{found['domain']}` at scale `{found['scale']}`; {len(found['cells'])} cells of {seeds} "
        f"seed{'s' if seeds > 1 else ''}, {_spent(found)} Intervals are 95 %, over seeds; differences are taken seed "
        "by seed, and p-values adjusted for the number of cells (Holm).",
        _table(found),
        *(filter(None, (sentences(found, measure) for measure in found["measures"]))),
        *_of_removal(found),
    ]
    if found["missing"]:
        parts.append("Not finished: " + "; ".join(found["missing"]) + ".")
    return joined(parts)


def _spent(found: Mapping[str, Any]) -> str:
    """What every cell got, and what it is judged by."""
    (unit, amount), *_ = found["budget"].items()
    if not _pretrained(found):
        return (
            "all fine-tuned from one pretrained model: seeds are of the new head and of the order of the data. What is "
            "trained and stored counts the head of the first task; a cell without an adapter stores the numbers that "
            "it moved, at 4 bytes each. Minutes are those of fine-tuning on all tasks."
        )
    return (
        f"each with a budget of {amount:,.6g} {unit}. Loss is in nats per hidden token of the validation split, under "
        "the one frozen mask (uniform 15 %) that all cells share."
    )


def _pretrained(found: Mapping[str, Any]) -> bool:
    return "loss" in found["measures"]


def _of_removal(found: Mapping[str, Any]) -> list[str]:
    """How it was seen what is left once an adapter is taken off."""
    looked = [run for run in found["runs"] if run["restored"] is not None]
    if not looked:
        return []
    wrong = {f"`{run['cell']}`" for run in looked if not run["restored"]}
    documents = min(run["restored_on"] for run in looked)
    what = (
        f"With the adapter of a run disabled and the base beside it, both read {documents} test documents of "
        f"`{found['forgetting']}`"
    )
    if wrong:
        return [f"{what}: outputs differ for {listed(sorted(wrong))}."]
    return [f"{what}: every state and logit has the same bits in all {len(looked)} runs that have an adapter."]


def _table(found: Mapping[str, Any]) -> str:
    forgets = any(cell["forgotten"] for cell in found["cells"])
    spent = ["steps", "tokens", "FLOPs"] if _pretrained(found) else []
    judged = [
        part
        for measure in found["measures"].values()
        for part in (measure["title"], f"difference to {title_of(found['reference'])}", "p", "verdict")
    ]
    header = [
        "cell", *judged,
        *([f"forgotten of {found['forgetting']}, nats a word", "with its adapter taken off"] if forgets else []),
        "trained", "stored", *spent, "minutes",
    ]  # fmt: skip
    rows = []
    for cell in ranked(found):
        numbers = [f"{cell['steps']:,.0f}", f"{cell['tokens'] / 1e6:.2f} M", f"{cell['flops']:.2e}"]
        rows.append(
            [
                f"`{cell['cell']}`",
                *(part for value in cell["by"].values() for part in _judged(value)),
                *([_with_interval(cell["forgotten"], sign=True) if cell["forgotten"] else ""] if forgets else []),
                *([_taken_off(cell)] if forgets else []),
                f"{cell['trained']:,}",
                f"{cell['stored'] / 1e6:.2f} MB",
                *numbers[: len(spent)],
                f"{cell['seconds'] / 60:.1f}",
            ]
        )
    return table(header, rows)


def _taken_off(cell: Mapping[str, Any]) -> str:
    return TAKEN_OFF[cell["restored"]] if cell["adapted"] else "has none"


def _judged(value: Mapping[str, Any]) -> tuple[str, ...]:
    """A measure's four columns of a cell."""
    return (
        _with_interval(value),
        _with_interval(value["difference"], sign=True) if value["difference"] else "",
        "" if value["p"] is None else p_value(value["p"]),
        value["verdict"],
    )


def sentences(found: Mapping[str, Any], measure: str) -> str:
    """What wins by a measure, by how much, and what is noise."""
    named: dict[str, list[str]] = {word: [] for word in ("better", "worse", "noise", "one seed")}
    for cell in ranked(found, measure):
        value = cell["by"][measure]
        if value["verdict"] in named:
            by = f" by {abs(value['difference']['mean']):.3f}" if value["verdict"] in ("better", "worse") else ""
            named[value["verdict"]].append(f"`{cell['cell']}`{by}")
    reference = f"`{found['reference']}`"
    said = []
    for word in ("better", "worse"):
        if named[word]:
            is_ = "is" if len(named[word]) == 1 else "are"
            said.append(f"{listed(named[word])} {is_} {word} than {reference}.")
    if named["noise"]:
        said.append(f"What {listed(named['noise'])} did differently from {reference} cannot be told from noise.")
        if not named["better"]:
            said.append(f"Nothing is better than {reference} beyond noise.")
    if named["one seed"]:
        said.append("With one seed nothing can be said of noise.")
    start = f"By {found['measures'][measure]['title']}: " if said and len(found["measures"]) > 1 else ""
    return start + " ".join(said)


def _plain(value: Spread) -> dict[str, Any]:
    return {"mean": value.mean, "interval": None if value.interval is None else [*value.interval]}


def _with_interval(value: Mapping[str, Any], *, sign: bool = False) -> str:
    return with_interval(value["mean"], value["interval"], sign=sign, digits=4)
