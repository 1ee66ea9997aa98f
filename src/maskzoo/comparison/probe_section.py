"""The suites that models were asked without fine-tuning, as Markdown: for the comparison and for cards."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskzoo.comparison.judging import LEVEL, judged, title_of
from maskzoo.reporting.markdown import bullets, code, folded, plain, table
from maskzoo.reporting.numbers import listed, number, p_equals, p_value, with_interval

BETTER = {"higher": ", higher is better", "lower": ", lower is better", "none": ""}


def probe_sections(found: Mapping[str, Any], *, level: str = "##") -> list[str]:
    """A heading and the parts of every suite; nothing where there is none.

    Args:
        found: suite -> panel (`comparison.probes.panels`).
    """
    return [part for panel in found.values() for part in (f"{level} {plain(panel['title'])}", *probe_section(panel))]


def probe_section(panel: Mapping[str, Any]) -> list[str]:
    """What the suite asks, a line a model, what adaptation did, values of groups, and published figures."""
    if not panel["models"]:
        return [*_reasons(panel)]
    return [
        part for part in (_asked(panel), _table(panel), _sentences(panel), _groups(panel), _published(panel)) if part
    ]


def _asked(panel: Mapping[str, Any]) -> str:
    groups = f" of {panel['groups']} paradigms, over which the mean is taken" if panel["groups"] > 1 else ""
    chance = "" if panel["chance"] is None else f" A model that knows nothing comes to {number(panel['chance'])}."
    return (
        f"{plain(panel['about'] + ' ') if panel['about'] else ''} {panel['items']:,} {panel['noun']}{groups}, asked of "
        f"every model as it was pretrained.{chance} Intervals and tests resample "
        f"{'paradigms, and ' + panel['noun'] + ' within them' if panel['groups'] > 1 else panel['noun']}."
    ).strip()


def _table(panel: Mapping[str, Any]) -> str:
    ordered = panel["direction"] != "none"
    value_title = f"{panel['measure']}{BETTER[panel['direction']]} [95 % interval]"
    header = ("model", "role", value_title, "seeds", f"difference to {title_of(panel['reference'])}", "p (Holm)")
    rows = []
    for model in panel["models"]:
        bold = ordered and model["name"] == panel["best"] and panel["best_is_clear"]
        difference = model["differences"].get(panel["reference"])
        rows.append(
            (
                title_of(model["name"]),
                model["role"],
                with_interval(model["mean"], model["interval"], bold=bold),
                str(len(model["seeds"])),
                with_interval(difference["value"], difference["interval"], sign=True)
                if difference
                else "reference" * (model["name"] == panel["reference"]),
                p_value(difference["p_holm"]) if difference else "",
            )
        )
    rows += [(title_of(one["name"]), one["role"], one["reason"], "", "", "") for one in panel["without"]]
    return table(header, rows)


def _sentences(panel: Mapping[str, Any]) -> str:
    """What adaptation did: every model that began as a compared one, against that one; and who is at chance."""
    means = {model["name"]: model["mean"] for model in panel["models"]}
    told = []
    for model in panel["models"]:
        difference = model["differences"].get(model["base"])
        if difference is None:
            continue
        before = f"{title_of(model['base'])} ({number(means[model['base']])})"
        now = f"{title_of(model['name'])} ({number(model['mean'])})"
        p = f"p {p_equals(difference['p_holm'])}"
        if panel["direction"] == "none":
            moved = "differs from" if difference["p_holm"] < LEVEL else "does not differ clearly from"
        else:
            moved = judged(difference, lower_is_better=panel["direction"] == "lower")
        told.append(f"{now} {moved} {before}, which it began as; {p}.")
    if panel["chance"] is not None:
        low_to_high = {model["name"]: model["interval"] for model in panel["models"]}
        same = [title_of(name) for name, (low, high) in low_to_high.items() if low <= panel["chance"] <= high]
        if same:
            told.append(f"Not told apart from chance: {listed(same)}.")
    return bullets(told)


def _groups(panel: Mapping[str, Any]) -> str:
    models = panel["models"]
    names = list(dict.fromkeys(name for model in models for name in model["by_group"]))
    if not names:
        return ""
    rows = [
        (code(name), *("" if (value := model["by_group"].get(name)) is None else number(value) for model in models))
        for name in names
    ]
    return folded(f"{len(names)} parts, means over seeds", table(("", *(title_of(m["name"]) for m in models)), rows))


def _published(panel: Mapping[str, Any]) -> str:
    if not panel["published"]:
        return ""
    figures = [
        f"{plain(one['model'])} {number(one['value'])} "
        f"({'; '.join(plain(one[key]) for key in ('source', 'note') if one.get(key))})"
        for one in panel["published"]
    ]
    return f"Published for all items: {'; '.join(figures)}."


def _reasons(panel: Mapping[str, Any]) -> Sequence[str]:
    return [bullets([f"{title_of(one['name'])}: {plain(one['reason'])}" for one in panel["without"]])]
