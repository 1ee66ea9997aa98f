"""The funnel counts what every stage took, and why."""

from maskzoo.corpus.funnel import Funnel


def filled() -> Funnel:
    funnel = Funnel()
    for number in range(1000):
        funnel.passed("cleaning", 1200, 1000)
        funnel.passed("privacy", 1000, 1000)
        if number < 40:
            funnel.dropped("filters", "too_short", 1000, "source #1: 3 words < 5")
            continue
        for stage in ("filters", "decontamination", "exact_duplicates", "near_duplicates"):
            funnel.passed(stage, 1000, 1000)
    return funnel


def test_reasons_carry_counts_and_the_first_example() -> None:
    filters = filled().as_list()[2]
    assert filters["reasons"] == {"too_short": {"documents": 40, "bytes": 40_000, "example": "source #1: 3 words < 5"}}
    assert (filters["documents_in"], filters["documents_out"]) == (1000, 960)


def test_losses_are_one_line_for_people() -> None:
    assert filled().losses() == "filters dropped 40 (too short)"
    assert Funnel().losses() == "nothing was dropped"
