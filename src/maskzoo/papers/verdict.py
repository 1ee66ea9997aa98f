"""The verdict on one claim: a rule on numbers. It judges our run against the paper, never the paper itself."""

from dataclasses import dataclass
from typing import Literal

from maskzoo.papers.schema import Expected
from maskzoo.results.reading import BETTER, UNCLEAR, WORSE

Word = Literal["reproduced", "not reproduced", "not comparable"]
REPRODUCED: Word = "reproduced"
NOT_REPRODUCED: Word = "not reproduced"
NOT_COMPARABLE: Word = "not comparable"
WORDS: tuple[Word, ...] = (REPRODUCED, NOT_REPRODUCED, NOT_COMPARABLE)
SLACK = 1e-9  # binary fractions: 0.1 + 0.2 is still within 0.3


@dataclass(frozen=True)
class Verdict:
    """A word, and why where that is not plain."""

    word: Word
    why: str = ""

    def __str__(self) -> str:
        return f"{self.word} ({self.why})" if self.why else self.word


def of_value(
    claimed: float,
    mean: float,
    low: float | None,
    high: float | None,
    tolerance: float,
    *,
    lower_is_better: bool = False,
) -> Verdict:
    """A value against the paper's, all in one unit.

    Reproduced where ours is within the tolerance of the paper's. Beyond it, not reproduced, unless the paper's value
    lies in the interval of ours: then so few examples or seeds cannot tell.
    """
    difference = mean - claimed
    if abs(difference) <= tolerance + SLACK:
        return Verdict(REPRODUCED)
    if low is not None and high is not None and low <= claimed <= high:
        return Verdict(
            NOT_COMPARABLE, "our interval holds the paper's value and more than the tolerance: too few to tell"
        )
    better = (difference < 0) == lower_is_better
    return Verdict(NOT_REPRODUCED, "ours is better" if better else "ours is worse")


def of_direction(expected: Expected, outcome: str) -> Verdict:
    """Who is ahead, against who the paper has ahead.

    Args:
        expected: `ahead` or `behind`; for `on_par` see `of_value` with a difference of 0.
        outcome: better, worse or unclear, as `reading.outcome` has it.
    """
    wanted = {"ahead": BETTER, "behind": WORSE}[expected]
    if outcome == wanted:
        return Verdict(REPRODUCED)
    return Verdict(NOT_REPRODUCED, "chance explains the difference" if outcome == UNCLEAR else "the other way round")


def of_lesson(paper_ahead: str, encoders: str) -> Verdict:
    """Trees and linear models against encoders.

    Args:
        paper_ahead: `baseline` or `encoder`, whichever has the better value in the paper.
        encoders: how our encoders fare, see `reading.against_baseline`.
    """
    if encoders == UNCLEAR:
        return Verdict(NOT_REPRODUCED, "neither is clearly ahead here")
    ours = "encoder" if encoders == BETTER else "baseline"
    return Verdict(REPRODUCED) if ours == paper_ahead else Verdict(NOT_REPRODUCED, "the other way round")
