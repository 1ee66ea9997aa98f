"""The text of a new data sheet: the facts that were found, and questions that only people can answer."""

from datetime import UTC, datetime

from maskzoo.new.wanted import Wanted
from maskzoo.reporting.markdown import table


def sheet_text(wanted: Wanted) -> str:
    """README.md of a domain's folder; it becomes part of every release."""
    rows = [
        (
            name,
            f"`{one.place.pattern}`",
            f"{one.qualifier}{one.documents:,}",
            f"{one.bytes / 1e6:.2g}",
            f"{one.language} ({100 * one.share:.0f} %)" if one.language else "",
            wanted.licence.id if wanted.licence.shareable else "TODO: which one",
        )
        for name, one in zip(wanted.source_names, wanted.sources, strict=True)
    ]
    today = datetime.now(UTC).date().isoformat()
    parts = [
        f"# Data sheet: {wanted.title.lower()}",
        "**Why.** TODO: what a model of these data is for, and what it should not be used for.",
        f"**What is in it** (as found on {today})",
        table(("source", "where", "documents", "MB", "language", "licence"), rows),
    ]
    if wanted.labels is not None:
        found = wanted.labels
        kinds = (
            f"a quantity ({found.missing:,} rows without a value)"
            if found.numeric
            else ", ".join(f"{name} {count:,}" for name, count in found.classes.items())
        )
        parts.append(f"Task `label`: column `{found.column}`: {kinds}.")
    parts += [
        "**Where it is from.** TODO: who wrote these data, when, how they were collected, and who may use them.",
        "**Known limits.** TODO: what is missing, over-represented, or wrong.",
        "**Personal data.** TODO: whether persons can be recognised. "
        + (
            "E-mail addresses, phone numbers, IBANs and US social security numbers are replaced by placeholders; names "
            "are kept."
            if wanted.material == "text"
            else "Nothing was searched for but what the material asks for."
        ),
    ]
    return "\n\n".join(parts) + "\n"
