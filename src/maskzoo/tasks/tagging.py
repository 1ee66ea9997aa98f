"""Tag schemes: whatever chunks come as, inside the project they are IOB2 (`B-` opens every entity)."""

from collections.abc import Sequence

from maskzoo.errors import UserError

OUTSIDE = "O"
ENDS, ALONE = ("E", "L"), ("S", "U")  # the last word of an entity, and its only one, in BIOES and BILOU
INSIDE = ("I", *ENDS)


def to_iob2(tags: Sequence[str], *, where: str | None = None) -> list[str]:
    """Chunk tags as IOB2: an `I-X` that continues no entity of type X opens one and becomes `B-X`.

    The one rule turns IOB1 (where `B-` stands only between adjacent entities of a type) and files that hold `I-` alone
    into IOB2, leaves IOB2 as it is, and mends the impossible sequences that a tagger without constraints predicts.
    In BIOES (BILOU) `S-` (`U-`) is an entity of one word, and `E-` (`L-`) ends one.
    See Ramshaw and Marcus 1995 (IOB1); Tjong Kim Sang and Veenstra 1999 (IOB2); Ratinov and Roth 2009 (BILOU).

    Args:
        tags: one tag a word.
        where: locator of the sentence, for the error.

    Raises:
        UserError: a tag that is neither `O` nor one of these prefixes with a type.
    """
    fixed: list[str] = []
    previous = None  # type of the entity that the last word belongs to
    for position, tag in enumerate(tags):
        if tag == OUTSIDE:
            fixed.append(tag)
            previous = None
            continue
        prefix, dash, kind = tag.partition("-")
        if prefix not in (*INSIDE, *ALONE, "B") or not dash or not kind:
            raise UserError(
                f"tag {tag!r} of word {position + 1}",
                where=where,
                expected="O, or B- or I- and a type (IOB1, IOB2), or those of BIOES or BILOU",
                hint="for tags that are no chunks, such as parts of speech, use metric token_accuracy",
            )
        fixed.append(f"I-{kind}" if prefix in INSIDE and kind == previous else f"B-{kind}")
        previous = None if prefix in (*ENDS, *ALONE) else kind
    return fixed


def kind_of(tag: str) -> str | None:
    """The entity type of an IOB tag, None for `O`."""
    return None if tag == OUTSIDE else tag.partition("-")[2]
