"""docs/results.md: all domains in one table and one picture, then a section a domain with its comparison."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from maskzoo.comparison.compare import ROLES
from maskzoo.comparison.table import title_of
from maskzoo.reporting.markdown import page, plain, table
from maskzoo.reporting.numbers import number, with_interval
from maskzoo.results.reading import BETTER, ENCODERS, UNCLEAR, WORSE, against_baseline, best, named, sentences
from maskzoo.results.wording import decontamination_lines, funnel_line, metric_title, run_line

ACROSS = 3  # tasks beside one another in a table
JUDGED = {BETTER: "encoder", UNCLEAR: "neither", WORSE: "baseline", None: ""}


def overview_page(records: Sequence[Mapping[str, Any]]) -> str:
    """The whole page as Markdown.

    Args:
        records: sorted by domain, see `run_record.read_run_records`; at least one.
    """
    parts = [_HEAD, "## At a glance", _glance(records), _GLANCE]
    for _, several in groupby(records, key=lambda record: record["domain"]):
        parts += _section(list(several))
    return page(parts)


def _glance(records: Sequence[Mapping[str, Any]]) -> str:
    """Best of each role, a row a task; of a domain's scales the first."""
    header = ("domain", "task", "metric", "best baseline", *ENCODERS, "ahead")
    rows = []
    for domain, several in groupby(records, key=lambda record: record["domain"]):
        shown = str(domain)
        for panel in next(several)["comparison"]["tasks"].values():
            best_baseline = best(panel, "baseline")
            cells = [number(best_baseline["mean"]) if best_baseline else ""]
            cells += [number(model["mean"]) if (model := best(panel, role)) else "" for role in ENCODERS]
            rows.append((shown, plain(panel["title"]), metric_title(panel), *cells, JUDGED[against_baseline(panel)]))
            shown = ""
    return table(header, rows)


def _section(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Everything about one domain: its first scale in full, further ones beside it."""
    main = records[0]
    parts = [f"## {plain(main['title'])}", plain(main["summary"])]
    for record in records:
        link = f"[details](results/{record['domain']}.{record['scale']}.md)"
        parts.append(f"Scale `{record['scale']}`: {run_line(record)} {funnel_line(record)} More: {link}.")
    said = sentences(main)
    if said:
        parts.append("What it says:\n\n" + "\n".join(f"- {sentence}" for sentence in said))
    found = decontamination_lines(main)
    if found:
        parts.append("Decontamination:\n\n" + "\n".join(f"- {line}" for line in found))
    panels = list(main["comparison"]["tasks"].values())
    parts += [_comparison(panels[start : start + ACROSS]) for start in range(0, len(panels), ACROSS)]
    if len(records) > 1:
        parts += _side_by_side(records)
    return parts


def _comparison(panels: Sequence[Mapping[str, Any]]) -> str:
    """A row a model, a column a task."""
    models: dict[str, str] = {model["name"]: model["role"] for panel in panels for model in panel["models"]}
    header = ("model", "role", *(f"{plain(panel['title'])}: {metric_title(panel)}" for panel in panels))
    rows = []
    for name, role in sorted(models.items(), key=lambda item: ROLES.index(item[1])):
        cells = []
        for panel in panels:
            model = next((model for model in panel["models"] if model["name"] == name), None)
            clear = model is not None and panel["best"] == name and panel["best_is_clear"]
            text = with_interval(model["mean"], model["interval"]) if model else ""
            cells.append(f"**{text}**" if clear else text)
        rows.append((title_of(name), role, *cells))
    return table(header, rows)


def _side_by_side(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """The scales of one domain: for each task that several have a row a model, a column a scale."""
    names = [f"`{record['scale']}`" for record in records]
    parts = [
        f"### {plain(records[0]['title'])}: {' and '.join(names)} side by side",
        "\n".join(f"- `{record['scale']}`: {funnel_line(record)}" for record in records),
    ]
    tasks = dict.fromkeys(name for record in records for name in record["comparison"]["tasks"])
    header = ("task", "model", "role", *(f"`{record['scale']}`" for record in records))
    rows = []
    for task in tasks:
        panels = [record["comparison"]["tasks"].get(task) for record in records]
        there = [panel for panel in panels if panel]
        if len(there) < 2:
            continue
        models = {model["name"]: model["role"] for panel in there for model in panel["models"]}
        shown = f"{plain(there[0]['title'])} ({metric_title(there[0])})"
        for name, role in sorted(models.items(), key=lambda item: ROLES.index(item[1])):
            cells = [_value(panel, name) for panel in panels]
            rows.append((shown, title_of(name), role, *cells))
            shown = ""
    return [*parts, table(header, rows)] if rows else []


def _value(panel: Mapping[str, Any] | None, name: str) -> str:
    model = named(panel, name) if panel else None
    return with_interval(model["mean"], model["interval"]) if model else ""


_HEAD = """# Results

Written by `snakemake docs/results` from the records in [results/](results/), which hold what real runs came to: no
number is typed here, and the sentences follow from the numbers by a rule. A record that was not read from results files
says so. Runs are small (models of some million weights, minutes of training, two seeds of fine-tuning): read them as a
test of the pipeline and of its honesty, not as a verdict on domain adaptation.

Roles: baseline: classical, no network; random: an encoder with untrained weights; base: an encoder as it came; scratch:
trained on the domain alone; adapted: a base trained further on the domain. Brackets: 95 % intervals by bootstrap over
test examples and seeds; few seeds make them too narrow. Tests are paired, corrected by Holm over all tests of a task;
better, worse and ahead mean p < 0.05. Bold: the best, where the interval of its lead over the next excludes zero.

![Errors of all models relative to the best classical baseline](results/zoo.svg)"""
_GLANCE = (
    "Each cell is the best model of its role. Ahead: `encoder` where at least one is better than the best classical "
    "baseline, `baseline` where it is better than every encoder, else `neither`."
)
