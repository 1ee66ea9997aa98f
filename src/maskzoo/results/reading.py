"""What records say, by a rule from their numbers: who beat whom, which model of a role was best, sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from maskzoo.comparison.judging import LEVEL
from maskzoo.reporting.markdown import plain
from maskzoo.reporting.numbers import listed, number
from maskzoo.tasks import metrics

ENCODERS = ("random", "base", "scratch", "adapted")
WORSE, UNCLEAR, BETTER = "worse", "unclear", "better"


def lower_is_better(panel: Mapping[str, Any]) -> bool:
    """Whether less is better on a task of a record."""
    said = panel.get("lower_is_better")
    return metrics.lower_is_better(panel["metric"]) if said is None else bool(said)


def best(panel: Mapping[str, Any], role: str) -> Mapping[str, Any] | None:
    """The model of a role with the best mean on a task; None where the role is not there."""
    sign = -1 if lower_is_better(panel) else 1
    return max((m for m in panel["models"] if m["role"] == role), key=lambda m: sign * m["mean"], default=None)


def named(panel: Mapping[str, Any], name: str | None) -> Mapping[str, Any] | None:
    """The model of a name; None where it was not compared."""
    return next((model for model in panel["models"] if model["name"] == name), None)


def outcome(panel: Mapping[str, Any], model: Mapping[str, Any], other: str | None) -> str | None:
    """better, worse or unclear, by the corrected p-value and the sign; None where the two were not tested."""
    difference = model["differences"].get(other)
    if difference is None:
        return None
    if difference["p_holm"] >= LEVEL or difference["value"] == 0:
        return UNCLEAR
    return BETTER if (difference["value"] < 0) == lower_is_better(panel) else WORSE


def against_baseline(panel: Mapping[str, Any]) -> str | None:
    """How the encoders fare against the best classical baseline of a task.

    better: at least one beats it; worse: every one of them loses to it; None where nothing was tested.
    """
    found = [outcome(panel, m, panel["best_baseline"]) for m in panel["models"] if m["role"] in ENCODERS]
    known = [one for one in found if one is not None]
    if not known:
        return None
    return BETTER if BETTER in known else WORSE if set(known) == {WORSE} else UNCLEAR


def adapted_pairs(record: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """adapted model -> (task's title, outcome against the base that it came from)."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for panel in record["comparison"]["tasks"].values():
        for model in panel["models"]:
            found = outcome(panel, model, model["base"]) if model["role"] == "adapted" else None
            if found is not None:
                pairs.setdefault(model["name"], []).append((panel["title"], found))
    return pairs


def headline(record: Mapping[str, Any]) -> str:
    """One line: encoders against baselines, adapted against base, each as a number of tasks."""
    tasks = list(record["comparison"]["tasks"].values())
    found = [one for one in (against_baseline(panel) for panel in tasks) if one]
    parts = [f"an encoder beats the best baseline on {found.count(BETTER)} of {len(found)} tasks"] if found else []
    pairs = [one for several in adapted_pairs(record).values() for _, one in several]
    if pairs:
        parts.append(f"adapted beats its base in {pairs.count(BETTER)} of {len(pairs)} tests")
    else:
        learned = [one for one in _over_random(tasks) if one]
        if learned:
            parts.append(f"pretraining beats random weights on {learned.count(BETTER)} of {len(learned)} tasks")
    return "; ".join(parts) or "nothing was tested"


def sentences(record: Mapping[str, Any]) -> list[str]:
    """What a run says, a sentence a question: baselines, adaptation, pretraining, perplexity, decontamination."""
    tasks = list(record["comparison"]["tasks"].values())
    found: list[str] = []
    by_outcome: dict[str, list[str]] = {BETTER: [], UNCLEAR: [], WORSE: []}
    for panel in tasks:
        one = against_baseline(panel)
        if one:
            by_outcome[one].append(f"«{plain(panel['title'])}»")
    told = sum(map(len, by_outcome.values()))
    if told:
        found.append(
            "Against the best classical baseline: "
            + "; ".join(
                f"{text} {_listed(by_outcome[kind], told)}"
                for kind, text in (
                    (BETTER, "an encoder is ahead on"),
                    (UNCLEAR, "no encoder is clearly ahead on"),
                    (WORSE, "every encoder is behind on"),
                )
                if by_outcome[kind]
            )
            + "."
        )
    for name, several in adapted_pairs(record).items():
        found.append(f"`{name}`, adapted, against the base it came from: {_tally(several)}.")
    random = [(panel["title"], one) for panel, one in zip(tasks, _over_random(tasks), strict=True) if one]
    if random:
        found.append(f"The best model trained on the domain against random weights: {_tally(random)}.")
    found += _perplexities(record["comparison"]["pseudo_perplexity"])
    found += [one for panel in record["comparison"].get("probes", {}).values() for one in _probed(panel)]
    return found


def _over_random(tasks: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """Per task, the best trained model (scratch or adapted) against random weights."""
    found: list[str | None] = []
    for panel in tasks:
        trained = [model for role in ("scratch", "adapted") if (model := best(panel, role))]
        sign = -1 if lower_is_better(panel) else 1
        random = best(panel, "random")
        if not trained or random is None:
            found.append(None)
            continue
        model = max(trained, key=lambda one: sign * one["mean"])
        found.append(outcome(panel, model, random["name"]) or outcome_reversed(panel, random, model["name"]))
    return found


def outcome_reversed(panel: Mapping[str, Any], model: Mapping[str, Any], other: str) -> str | None:
    """The outcome of `other` against `model`, from the test that the record holds the other way round."""
    found = outcome(panel, model, other)
    return {BETTER: WORSE, WORSE: BETTER}.get(found or "", found)


def _perplexities(panel: Mapping[str, Any]) -> list[str]:
    models = [model for model in panel["models"] if model["role"] != "baseline"]
    if len(models) < 2:
        return []
    ranked = sorted(models, key=lambda model: float(model["mean"]))
    clear = "clearly" if panel["best_is_clear"] else "not clearly"
    return [
        f"Pseudo-perplexity per {panel.get('unit', 'word')} is lowest for `{ranked[0]['name']}`, {clear} below "
        f"`{ranked[1]['name']}`."
    ]


def _probed(panel: Mapping[str, Any]) -> list[str]:
    """What a suite says of adaptation: every model with the one it began as, before and after."""
    means = {model["name"]: model["mean"] for model in panel["models"]}
    pairs = [
        f"`{model['name']}` {number(model['mean'])} after {number(means[model['base']])} of `{model['base']}`"
        for model in panel["models"]
        if model["base"] in means
    ]
    return [f"«{plain(panel['title'])}», {panel['measure']}: {listed(pairs)}."] if pairs else []


def _tally(several: Sequence[tuple[str, str]]) -> str:
    """`better on 1 of 3 tasks («A»), worse on none, unclear on 2`."""
    parts = []
    for kind in (BETTER, WORSE, UNCLEAR):
        titles = [f"«{plain(title)}»" for title, one in several if one == kind]
        if titles:
            parts.append(f"{kind} on {_listed(titles, len(several))}")
    return ", ".join(parts)


def _listed(titles: Sequence[str], of: int) -> str:
    if of == 1:
        return titles[0]
    count = "all" if len(titles) == of else f"{len(titles)} of"
    return f"{count} {of} tasks" + ("" if len(titles) == of else f" ({', '.join(titles)})")
