"""Numbers, titles and lines that several pages share."""

from collections.abc import Mapping
from typing import Any

from maskzoo import materials
from maskzoo.comparison import table as comparison_table
from maskzoo.reporting.numbers import size


def metric_title(panel: Mapping[str, Any]) -> str:
    """`macro F1`, or `RMSE in log10 mol/L (lower is better)`."""
    from maskzoo.results.reading import lower_is_better

    return comparison_table.metric_title(panel) + (" (lower is better)" if lower_is_better(panel) else "")


def run_line(record: Mapping[str, Any]) -> str:
    """How a run was made: command, machine, date, minutes, version; and that a record was not taken from results."""
    minutes = f"{record['minutes']:,.0f} minutes" if record["minutes"] is not None else "time not kept"
    commit = f", commit `{record['commit'][:9]}`" if record["commit"] else ""
    made = f"`{record['command']}` on {record['machine']}, {record['date']}, {minutes}"
    line = f"{made}; maskzoo {record['maskzoo']}{commit}."
    return line if record["from"] == "results files" else f"{line} This record was {record['from']}."


def funnel_line(record: Mapping[str, Any]) -> str:
    """What was read, what each stage dropped, what is left, in one line."""
    stages = record["corpus"]["stages"]
    first, last = stages[0], stages[-1]
    dropped = [
        f"{stage['stage'].replace('_', ' ')} {stage['documents_in'] - stage['documents_out']:,}"
        for stage in stages
        if stage["documents_in"] > stage["documents_out"]
    ]
    return (
        f"Corpus: {first['documents_in']:,} documents read ({size(first['bytes_in'])}), "
        f"{last['documents_out']:,} kept ({size(last['bytes_out'])}); "
        f"dropped by {', '.join(dropped) or 'no stage'}."
    )


def decontamination_lines(record: Mapping[str, Any]) -> list[str]:
    """For each task: evaluation texts found in the corpus, and documents removed for it."""
    holds = materials.load(record["material"]).WORDING.holds
    lines = []
    for task, counts in record["corpus"].get("decontamination", {}).items():
        how = [f"{counts['sentences']:,} {holds}"]
        if counts["ngrams"] or record["material"] == "text":
            how.append(f"{counts['ngrams']:,} share a run of words")
        tested = counts.get("splits", {}).get("test")
        of_test = f" (of the test split {tested['texts_found']:,} of {tested['evaluation_texts']:,})" if tested else ""
        lines.append(
            f"`{task}`: {counts['texts_found']:,} of {counts['evaluation_texts']:,} evaluation texts found{of_test}, "
            f"{counts['documents']:,} documents removed ({', '.join(how)})"
        )
    return lines


def anchor(record: Mapping[str, Any]) -> str:
    """The name under which other pages link to a domain's section."""
    return str(record["domain"]).replace("/", "-")
