"""Tag schemes: whatever chunks come as, inside the project they are IOB2 (`B-` opens every entity)."""

from collections.abc import Sequence

from maskzoo.errors import UserError

OUTSIDE = "O"


def to_iob2(tags: Sequence[str], *, where: str | None = None) -> list[str]:
    """Chunk tags as IOB2: an `I-X` that continues no entity of type X opens one and becomes `B-X`.

    The one rule turns IOB1 (where `B-` stands only between adjacent entities of a type) and files that hold `I-` alone
    into IOB2, leaves IOB2 as it is, and mends the impossible sequences that a tagger without constraints predicts.
    See Ramshaw and Marcus 1995 (IOB1); Tjong Kim Sang and Veenstra 1999 (IOB2).

    Args:
        tags: one tag a word.
        where: locator of the sentence, for the error.

    Raises:
        UserError: a tag that is neither `O` nor `B-`/`I-` with a type.
    """
    fixed: list[str] = []
    previous = None  # type of the entity that the last word belongs to
    for position, tag in enumerate(tags):
        if tag == OUTSIDE:
            fixed.append(tag)
            previous = None
            continue
        prefix, dash, kind = tag.partition("-")
        if prefix not in ("B", "I") or not dash or not kind:
            raise UserError(
                f"tag {tag!r} of word {position + 1}",
                where=where,
                expected="O, or B- or I- and a type (IOB1 or IOB2)",
                hint="for tags that are no chunks, such as parts of speech, use metric token_accuracy",
            )
        fixed.append(f"I-{kind}" if prefix == "I" and kind == previous else f"B-{kind}")
        previous = kind
    return fixed


def kind_of(tag: str) -> str | None:
    """The entity type of an IOB tag, None for `O`."""
    return None if tag == OUTSIDE else tag.partition("-")[2]
