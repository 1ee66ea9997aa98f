"""docs/results/<domain>.<scale>.md: everything a record holds about one run, as tables."""

from collections.abc import Mapping
from typing import Any

from maskzoo.comparison.table import page
from maskzoo.materials import reason_title
from maskzoo.reporting import markdown
from maskzoo.reporting.markdown import plain, table
from maskzoo.reporting.numbers import number, percent, size
from maskzoo.results.reading import sentences
from maskzoo.results.wording import decontamination_lines, run_line


def detail_page(record: Mapping[str, Any]) -> str:
    """The whole page as Markdown."""
    parts = [
        f"# {plain(record['title'])} at the scale `{record['scale']}`",
        f"{plain(record['summary'])} {run_line(record)}",
        "\n".join(f"- {sentence}" for sentence in sentences(record)),
        "## What happened to the documents",
        _funnel(record["corpus"], record["material"]),
        _altered(record["corpus"]),
        "\n".join(f"- {line}" for line in decontamination_lines(record)),
        "## Tokenizers",
        _tokenizers(record["tokenizers"]),
        "## Pretraining",
        _runs(record["pretraining"]),
        _tasks(record["tasks"]),
        _comparison(record["comparison"]),
    ]
    return markdown.page(parts)


def _funnel(corpus: Mapping[str, Any], material: str) -> str:
    rows = [
        (
            stage["stage"].replace("_", " "),
            f"{stage['documents_out']:,}",
            size(stage["bytes_out"]),
            ", ".join(f"{count:,} {reason_title(reason, material)}" for reason, count in stage["reasons"].items()),
        )
        for stage in corpus["stages"]
    ]
    return table(("stage", "documents left", "size", "dropped, and why"), rows)


def _altered(corpus: Mapping[str, Any]) -> str:
    """What was replaced or rewritten in documents that stayed."""
    parts = []
    if corpus.get("privacy"):
        parts.append("replaced: " + ", ".join(f"{count:,} {kind}" for kind, count in corpus["privacy"].items()))
    if corpus.get("changes"):
        changes = (f"{kind.replace('_', ' ')} {count:,}" for kind, count in corpus["changes"].items())
        parts.append("altered: " + ", ".join(changes))
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _tokenizers(found: list[Mapping[str, Any]]) -> str:
    rows = []
    for one in found:
        parts = ", ".join(f"{code} {measures['fertility']:.2f}" for code, measures in one["by_language"].items())
        rows.append(
            (
                f"`{one['name']}`",
                str(one["way"]),
                f"{one['vocabulary']:,}",
                f"{one['fertility']:.2f}" + (f" ({parts})" if parts else ""),
                percent(one["continued_word_share"]),
                percent(one.get("unknown_characters", one["unknown_rate"]), 2),
                f"{one['bytes_per_token']:.2f}",
            )
        )
    header = (
        "tokenizer",
        "made",
        "vocabulary",
        "tokens per word",
        "continued words",
        "unknown",
        "bytes per token",
    )
    return "On held-out documents of the domain.\n\n" + table(header, rows)


def _runs(runs: list[Mapping[str, Any]]) -> str:
    header = ("run", "seed", "steps", "tokens", "minutes", "tokens/s", "validation loss, frozen mask", "bits per byte")
    rows = [
        (
            f"`{run['variant']}`",
            "" if run["seed"] is None else str(run["seed"]),
            f"{run['steps']:,}",
            f"{run['tokens'] / 1e6:.1f} M",
            "" if run["seconds"] is None else f"{run['seconds'] / 60:.1f}",
            "" if not run["tokens_per_second"] else f"{run['tokens_per_second']:,.0f}",
            _from_to(run, "validation_loss"),
            _from_to(run, "bits_per_byte"),
        )
        for run in runs
    ]
    return table(header, rows) + "\n\nLosses of different tokenizers are not comparable."


def _from_to(run: Mapping[str, Any], key: str) -> str:
    first, last = run["first"].get(key), run["last"].get(key)
    if last is None:
        return ""
    return number(last) if first is None or first == last else f"{number(first)} → {number(last)}"


def _tasks(tasks: Mapping[str, Any]) -> str:
    if not tasks:
        return ""
    rows = [
        (
            f"`{name}`",
            *(f"{task['counts'].get(split, 0):,}" for split in ("train", "validation", "test")),
            ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in task["removed"].items() if count),
            ", ".join(task.get("licences", ())),
        )
        for name, task in tasks.items()
    ]
    header = ("task", "train", "validation", "test", "left out, and why", "licence")
    parts = ["## Examples of the tasks", table(header, rows)]
    related = [_relatives(name, task["relatives"]) for name, task in tasks.items() if task.get("relatives")]
    if related:
        parts.append("Tested examples with a near relative in training:")
        parts.append("\n".join(f"- {line}" for line in related))
    alike = [f"`{name}`: {task['alike']['test']:,}" for name, task in tasks.items() if task.get("alike")]
    if alike:
        parts.append(
            f"Tested texts that stand in training but for case, white space or final signs: {'; '.join(alike)}."
        )
    return "\n\n".join(parts)


def _relatives(name: str, found: Mapping[str, Any]) -> str:
    """How many tested examples have a near relative in training, and what counts as near."""
    near = found.get("near") or f"{found['identity']:.0%} identical"
    if found.get("coverage") is not None:
        near += f" over {found['coverage']:.0%} of the length"
    return f"`{name}`: {found['with_relative_in_train']:,} of {found['test']:,} ({near}; {found['tool']})"


def _comparison(comparison: Mapping[str, Any]) -> str:
    """The page that `maskzoo compare` writes, a heading lower."""
    _, _, body = page(comparison).partition("\n")
    deeper = "\n".join(f"#{line}" if line.startswith("#") else line for line in body.splitlines())
    return f"## Comparison\n{deeper}".rstrip()
