"""The card's section on the corpus, from funnel.json: sources, what was dropped and why, what else was taken out."""

from collections.abc import Mapping
from typing import Any

from maskzoo import materials
from maskzoo.documents.privacy import titles
from maskzoo.materials import reason_title
from maskzoo.recipe.task import Task
from maskzoo.reporting.markdown import plain, table


def corpus_section(funnel: Mapping[str, Any], tasks: Mapping[str, Task], *, material: str = "text") -> list[str]:
    """Paragraphs and tables: sources, what every stage dropped, personal data, decontamination.

    Args:
        funnel: what funnel.json holds.
        tasks: of the recipe, by name.
        material: what the corpus is made of.
    """
    rows = []
    for stage in funnel["stages"]:
        reasons = ", ".join(
            f"{reason_title(reason, material)}: {entry['documents']:,}" for reason, entry in stage["reasons"].items()
        )
        name = stage["stage"].replace("_", " ")
        rows.append((name, f"{stage['documents_in']:,}", f"{stage['documents_out']:,}", reasons))
    sources = [
        (name, source["licence"], source["language"] or "", f"{source['documents']:,}")
        for name, source in funnel["sources"].items()
    ]
    against = [
        f"- {plain(tasks[name].title if name in tasks else name)}: {_found(counts, material)}."
        for name, counts in funnel["decontamination"].items()
    ]
    return [
        table(("source", "licence", "language", "documents"), sources),
        table(("stage", "documents in", "documents out", "dropped because"), rows),
        *_material(funnel),
        *_privacy(funnel),
        "Decontamination against validation and test texts; documents that held them were dropped:\n\n"
        + "\n".join(against)
        if against
        else "The corpus was not decontaminated against any task.",
    ]


def _material(funnel: Mapping[str, Any]) -> list[str]:
    """What was altered in documents that stay, and how near-duplicates were found where not by MinHash of words."""
    parts = []
    if funnel.get("changes"):
        counts = ", ".join(f"{name.replace('_', ' ')}: {count:,}" for name, count in funnel["changes"].items())
        parts.append(f"Altered in documents that were read: {counts}.")
    found = funnel.get("redundancy")
    if found:
        tool = found["tool"] + (f" ({found['fallback']})" if "fallback" in found else "")
        parts.append(f"Redundancy was removed at an identity of {found['identity']:.0%} by {tool}.")
    return parts


def privacy_limits(funnel: Mapping[str, Any]) -> str:
    """What the search for personal data does not promise, in a sentence."""
    kinds = list(funnel["privacy"])
    if not kinds:
        return "Personal data was not searched for."
    names = "a name without a title, label, degree or relation beside it stays" if "name" in kinds else "names stay"
    return (
        f"Personal data was searched by rules ({', '.join(titles(kinds))}); rules miss some and take what is none: "
        f"{names}. They do not make data anonymous in the sense of a law."
    )


def _privacy(funnel: Mapping[str, Any]) -> list[str]:
    """What was replaced, and how good the rules were where the truth is known, because it was planted."""
    found = funnel["privacy"]
    if not found:
        return ["Personal data was not searched for."]
    counts = ", ".join(f"{count:,} {title}" for count, title in zip(found.values(), titles(list(found)), strict=True))
    parts = [f"Personal data replaced: {counts}."]
    check = funnel.get("privacy_check")
    if check:
        rows = [
            (title, f"{kind['planted']:,}", f"{kind['found']:,}", f"{kind['replaced']:,}", f"{kind['wrongly']:,}")
            for kind, title in zip(check["kinds"].values(), titles(list(check["kinds"])), strict=True)
        ]
        parts += [
            f"Against what the simulation planted, the rules found {check['recall']:.1%} of the personal data, and "
            f"{check['precision']:.1%} of what they replaced was planted. Real notes are harder.",
            table(("personal data", "planted", "found", "replaced", "of these not planted"), rows),
        ]
    return parts


def _found(counts: Mapping[str, int], material: str) -> str:
    """What decontamination against one task found, from its counts in funnel.json."""
    how = [f"{counts['sentences']:,} {materials.load(material).WORDING.holds}"]
    if counts["ngrams"] or material == "text":
        how.append(f"{counts['ngrams']:,} share a run of words with one")
    short = counts.get("too_short", 0)
    limit = f"; {short:,} are too short to be looked for within documents" if short else ""
    return (
        f"{counts['texts_found']:,} of {counts['evaluation_texts']:,} texts were found, in {counts['documents']:,} "
        f"documents ({', '.join(how)}){limit}"
    )
