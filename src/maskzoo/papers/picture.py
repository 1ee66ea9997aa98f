"""All claims in one picture: the paper's value against ours, one dot a claim, the diagonal where they are equal."""

from collections.abc import Sequence
from pathlib import Path

from maskzoo.papers.compared import Compared
from maskzoo.papers.rows import UNVERIFIED, Row
from maskzoo.papers.verdict import NOT_COMPARABLE
from maskzoo.reporting.pictures import claims


def draw(found: Sequence[Compared], path: Path) -> None:
    """Write the picture as SVG; equal data give equal bytes."""
    claims.draw(*dots(found), path)


def dots(found: Sequence[Compared]) -> tuple[list[claims.Claim], list[claims.Claim]]:
    """(scores, errors): values of tables that both sides have, those where more and those where less is better."""
    scores: list[claims.Claim] = []
    errors: list[claims.Claim] = []
    for one in found:
        for row in one.beside:
            if row.kind == "value" and row.claimed is not None:
                (errors if one.paper.tasks[row.task].lower_is_better else scores).append(_claim(one, row, row.claimed))
    return scores, errors


def _claim(one: Compared, row: Row, claimed: float) -> claims.Claim:
    """Shares of 1 where the paper has per cents."""
    assert row.ours is not None, "claims without ours have no place in the picture"
    ours = row.ours.times(0.01) if one.paper.tasks[row.task].percent else row.ours
    return claims.Claim(
        one.paper.slug,
        row.task,
        claimed * (0.01 if one.paper.tasks[row.task].percent else 1.0),
        ours.mean,
        None if ours.low is None or ours.high is None else (ours.low, ours.high),
        compared=row.verdict.word != NOT_COMPARABLE,
        verified=row.known != UNVERIFIED,
    )
