"""The card's section on the corpus, from funnel.json: sources, what was dropped and why, what else was taken out."""

from collections.abc import Mapping
from typing import Any

from maskzoo.evaluation.comparison_table import table
from maskzoo.recipe.task import Task

# kinds of personal data, as a reader calls them
PERSONAL = {
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "iban": "IBANs",
    "ssn": "US social security numbers",
}


def corpus_section(funnel: Mapping[str, Any], tasks: Mapping[str, Task]) -> list[str]:
    """Paragraphs and tables: sources, what every stage dropped, personal data, decontamination.

    Args:
        funnel: what funnel.json holds.
        tasks: of the recipe, by name.
    """
    rows = []
    for stage in funnel["stages"]:
        reasons = ", ".join(
            f"{reason.replace('_', ' ')}: {entry['documents']:,}" for reason, entry in stage["reasons"].items()
        )
        name = stage["stage"].replace("_", " ")
        rows.append((name, f"{stage['documents_in']:,}", f"{stage['documents_out']:,}", reasons))
    sources = [
        (name, source["licence"], source["language"] or "", f"{source['documents']:,}")
        for name, source in funnel["sources"].items()
    ]
    privacy = ", ".join(f"{count:,} {PERSONAL.get(kind, kind)}" for kind, count in funnel["privacy"].items())
    against = [
        f"- {tasks[name].title if name in tasks else name}: {_found(counts)}."
        for name, counts in funnel["decontamination"].items()
    ]
    return [
        table(("source", "licence", "language", "documents"), sources),
        table(("stage", "documents in", "documents out", "dropped because"), rows),
        f"Personal data replaced: {privacy}." if privacy else "Personal data was not searched for.",
        "Decontamination against validation and test texts; documents that held them were dropped:\n\n"
        + "\n".join(against)
        if against
        else "The corpus was not decontaminated against any task.",
    ]


def _found(counts: Mapping[str, int]) -> str:
    """What decontamination against one task found, from its counts in funnel.json."""
    return (
        f"{counts['texts_found']:,} of {counts['evaluation_texts']:,} texts were found, in {counts['documents']:,} "
        f"documents ({counts['sentences']:,} held one whole, {counts['ngrams']:,} shared a run of words with one)"
    )
