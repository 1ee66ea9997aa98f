"""The comparison as a page: tables, and sentences that say who won, written by a rule from the numbers."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from maskzoo.comparison.adaptation_section import section
from maskzoo.comparison.judging import judged as judged
from maskzoo.comparison.judging import title_of as title_of
from maskzoo.comparison.probe_section import probe_sections
from maskzoo.reporting.markdown import folded, plain, table
from maskzoo.reporting.markdown import page as joined
from maskzoo.reporting.numbers import (
    count_of,
    listed,
    number,
    p_equals,
    p_value,
    percent,
    with_interval,
)
from maskzoo.tasks import metrics


def metric_title(task: Mapping[str, Any]) -> str:
    """What the task is measured by: `macro F1`; for errors with their unit: `RMSE in log10 mol/L`."""
    title = metrics.title_of(task["metric"])
    in_unit = getattr(metrics.load(task["metric"]), "IN_UNIT", False)
    return f"{title} in {plain(task['unit'])}" if in_unit and task.get("unit") else title


def page(comparison: Mapping[str, Any]) -> str:
    """The whole comparison as Markdown."""
    parts = [f"# Comparison: {plain(comparison['title'])}", _legend(comparison)]
    for task in comparison["tasks"].values():
        parts.append(f"## {plain(task['title'])}")
        parts += [data(task), task_table(task), verdict(task), by_target(task), tuning(task)]
    perplexities = perplexity_section(comparison["pseudo_perplexity"])
    parts += ["## Pseudo-perplexity of the corpus", *perplexities] if perplexities else []
    parts += probe_sections(comparison.get("probes", {}))
    parts += section(comparison.get("adaptation", ()))
    return joined(parts)


def data(task: Mapping[str, Any]) -> str:
    """How many examples there are, what keeps the splits apart, and how values are treated that are only bounds."""
    if not task.get("counts"):
        return ""
    counts = task["counts"]
    text = f"{counts['train']:,} training, {counts['validation']:,} validation and {counts['test']:,} test examples"
    text += f", kept apart by {task['apart_by']}." if task.get("apart_by") else "."
    if task.get("clusters"):
        text += f" Intervals resample the {task['clusters']:,} tested groups as a whole."
    if task.get("bounds"):
        bounds = task["bounds"]
        text += (
            f" Values known only as a bound ({bounds['train']:,} in training, {bounds['test']:,} in the test split) "
            "are no part of any metric; in training they cost only where an answer is on their wrong side."
        )
    return text


def task_table(task: Mapping[str, Any]) -> str:
    """One task as a Markdown table; the best mean is bold only where the interval of its lead excludes zero."""
    lower = ", lower is better" if task.get("lower_is_better") else ""
    value_title = f"{metric_title(task)}{lower} [95 % interval]"
    gain_title = f"difference to {title_of(task['reference'])}"
    header = ("model", "role", value_title, "seeds", gain_title, "p (Holm)", "parameters")
    rows: list[tuple[str, ...]] = []
    for model in task["models"]:
        bold = model["name"] == task["best"] and task["best_is_clear"]
        difference = model["differences"].get(task["reference"])
        rows.append(
            (
                title_of(model["name"]),
                model["role"],
                with_interval(model["mean"], model["interval"], bold=bold),
                str(len(model["seeds"])),
                _difference(difference) if difference else "reference" if model["name"] == task["reference"] else "",
                p_value(difference["p_holm"]) if difference else "",
                count_of(model["parameters"]),
            )
        )
    rows += _without(task.get("without", ()))
    return table(header, rows)


def _without(models: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Rows of the models that a table has no numbers of, with the reason in their place."""
    return [(title_of(model["name"]), model["role"], plain(model["reason"]), *[""] * 4) for model in models]


def verdict(task: Mapping[str, Any], *, only: str | None = None) -> str:
    """A sentence for every trained model: against the base it came from, the reference and the best baseline.

    Args:
        only: the one model to speak of.
    """
    metric, lower = metric_title(task), bool(task.get("lower_is_better"))
    means = {model["name"]: model["mean"] for model in task["models"]}
    sentences = []
    for model in task["models"]:
        if model["role"] == "baseline" or not model["differences"] or only not in (None, model["name"]):
            continue
        against = dict.fromkeys((model["base"], task["reference"], task["best_baseline"]))
        clauses = [
            f"{judged(difference, lower_is_better=lower)} {title_of(other)} ({number(means[other])}; "
            f"difference {_difference(difference)}, p {p_equals(difference['p_holm'])})"
            for other in against
            if (difference := model["differences"].get(other))
        ]
        sentences.append(f"- {title_of(model['name'])} ({metric} {number(model['mean'])}) {listed(clauses)}.")
    best, lead = title_of(task["best"]), task["lead"]
    if lead is None:
        return f"Only {best} was evaluated."
    ahead = f"{best} leads {title_of(lead['over'])} by {_difference(lead)}"
    best = f"Best: {ahead}." if task["best_is_clear"] else f"No clear winner: {ahead}, which chance can explain."
    return "\n".join([best, "", *sentences]) if sentences else best


def by_target(task: Mapping[str, Any]) -> str:
    """The values behind a mean over targets, a line a target and a column a model; nothing for one target alone."""
    models = [model for model in task["models"] if model.get("by_target")]
    targets = list(dict.fromkeys(target for model in models for target in model["by_target"]))
    values = [[model["by_target"].get(target, {}).get(task["metric"]) for model in models] for target in targets]
    rows = [
        (plain(target), *("" if value is None else number(value) for value in row))
        for target, row in zip(targets, values, strict=True)
        if any(value is not None for value in row)
    ]
    if not rows:
        return ""
    header = ("", *(title_of(model["name"]) for model in models))
    summary = f"{metric_title(task)}, means over seeds: {len(rows)} parts"
    return folded(summary, table(header, rows))


def tuning(task: Mapping[str, Any]) -> str:
    """How the models of a task were fine-tuned: seeds, pretrainings behind them, learning rates tried and chosen."""
    tuned = [model for model in task["models"] if model["learning_rates"]]
    if not tuned:
        return ""
    if all(model.get("epochs") == 0 for model in tuned):
        return f"No model was fine-tuned: each answers as it was pretrained.{_cut(tuned)}"
    tried = sorted({float(rate) for model in tuned for rate in (*model["learning_rates"], *model["tried_rates"])})
    if len(tried) > 1:
        chosen = ", ".join(
            f"{title_of(model['name'])} {' or '.join(f'{rate:g}' for rate in model['learning_rates'])}"
            for model in tuned
        )
        rates = (
            f"Learning rates {', '.join(f'{rate:g}' for rate in tried)} were tried with the first seed of every model, "
            f"which keeps its best on validation: {chosen}."
        )
    else:
        rates = f"Every model was fine-tuned at learning rate {tried[0]:g}."
    rates += _own(task) + _cut(tuned)
    pretrainings = max(len(model["pretraining_seeds"]) for model in tuned)
    if pretrainings > 1:
        return f"{rates} Their seeds start from {pretrainings} pretrainings."
    return f"{rates} All seeds of a model start from one pretraining: no interval covers what another would give."


def _own(task: Mapping[str, Any]) -> str:
    """Which models were fine-tuned otherwise than the rest, since their variants say so."""
    said = (f"{title_of(name)} (`{json.dumps(given)[1:-1]}`)" for name, given in task.get("own_finetuning", {}).items())
    named = ", ".join(said)
    return f" Fine-tuned otherwise than the rest: {named}." if named else ""


def _cut(tuned: Sequence[Mapping[str, Any]]) -> str:
    """What fine-tuned models did not read of long test examples, where there are such; baselines read all."""
    if not any(model["truncated_test_examples"] for model in tuned):
        return ""
    shares = ", ".join(
        f"{title_of(model['name'])} {percent(model['truncated_test_examples'] / model['examples'], 0)}"
        for model in tuned
    )
    longest = max(model["max_length"] for model in tuned)
    return f" Texts were cut at {longest} tokens, but not for the baselines. Share of test texts cut: {shares}."


def perplexity_section(found: Mapping[str, Any]) -> list[str]:
    """Table, sentences and reading help of the pseudo-perplexities; nothing where a domain does not ask for them."""
    if not found["models"] and not found["without"]:
        return []
    parts: list[str] = []
    unit = found.get("unit", "word")
    header = (
        "model",
        "role",
        f"per {unit} [95 % interval]",
        "per token",
        "unknown tokens",
        f"{unit}s altered",
        "seeds",
    )
    rows: list[tuple[str, ...]] = [
        (
            title_of(model["name"]),
            model["role"],
            with_interval(model["mean"], model["interval"], bold=clear),
            number(model["per_token"]),
            percent(model["unknown_share"]),
            percent(model["altered_words"]),
            str(len(model["seeds"])),
        )
        for model in found["models"]
        for clear in [model["name"] == found["best"] and found["best_is_clear"]]
    ]
    rows += _without(found["without"])
    parts.append(table(header, rows))
    means = {model["name"]: model["mean"] for model in found["models"]}
    sentences = [
        f"- {title_of(model['name'])} ({number(model['mean'])}) {judged(difference, lower_is_better=True)} "
        f"{title_of(other)} ({number(means[other])}; p {p_equals(difference['p_holm'])})."
        for model in found["models"]
        for other, difference in model["differences"].items()
    ]
    parts.append("\n".join(sentences))
    if found["models"]:
        hidden = (
            "with the later pieces of its word"
            if found["variant"] == "within_word_l2r"
            else "alone" + (", so that words of many pieces look easier" if unit == "word" else "")
        )
        parts.append(
            f"Lower is better. {found['words']:,} {unit}s from the beginnings of {found['documents']} test documents, "
            f"the same for all models. Each token is predicted while it is masked {hidden}; the sum is divided by the "
            f"number of {unit}s, so that tokenizers can be compared. An unknown token costs its own probability and "
            f"the spelling of the characters it hides by uniform guesses. A tokenizer that alters {unit}s (case, "
            "accents) leaves its model less to predict, which flatters it."
        )
    return parts


def _legend(comparison: Mapping[str, Any]) -> str:
    resamples = comparison["resamples"]
    return (
        f"Scale `{comparison['scale']}`. Roles: base: not adapted; scratch: trained on this domain alone; adapted: a "
        "base trained further on this domain; random: "
        "untrained weights; baseline: classical. Values are means over seeds. Intervals: bootstrap "
        f"of test examples and seeds, {resamples:,} resamples; few seeds make them too narrow. p: two-sided paired "
        "bootstrap on the same examples, corrected by Holm over all tests of a task; the least it can show is "
        f"1/{resamples + 1} times the number of tests. Bold: the best, where the interval of its lead over the next "
        "excludes zero."
    )


def _difference(difference: Mapping[str, Any]) -> str:
    return with_interval(difference["value"], difference["interval"], sign=True)
