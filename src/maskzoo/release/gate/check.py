"""The gate as a whole: every question is asked, and a refusal lists all that is to be mended."""

from collections.abc import Callable, Iterator

from maskzoo.errors import UserError
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe
from maskzoo.release.gate import card, files, licence, loading, reports, results
from maskzoo.release.gate.candidate import Candidate, Problem

Question = Callable[[Candidate], Iterator[Problem]]
QUESTIONS: tuple[Question, ...] = (
    files.problems,
    card.problems,
    licence.problems,
    reports.problems,
    results.problems,
    loading.problems,
)
OF_ADAPTERS: tuple[Question, ...] = (files.problems, card.problems, licence.problems, loading.problems)  # no results


def check(recipe: Recipe, variant: str, layout: Layout, *, adapter: bool = False) -> Candidate:
    """Let a release pass.

    Raises:
        UserError: there is no release folder, or everything that is wrong with it and how to mend it.
    """
    candidate = Candidate(recipe, variant, layout, adapter)
    if not candidate.folder.is_dir():
        raise UserError(f"variant {variant!r} has not been released", where=str(candidate.folder), hint=candidate.again)
    found = problems(candidate)
    if found:
        listed = "".join(f"\n  {number}. {problem}" for number, problem in enumerate(found, 1))
        raise UserError(f"the release gate refuses it, nothing was sent:{listed}", where=str(candidate.folder))
    return candidate


def problems(candidate: Candidate) -> list[Problem]:
    """What is wrong with a release. A question that cannot be asked is a problem itself, not the end of the others."""
    found: list[Problem] = []
    for question in OF_ADAPTERS if candidate.adapter else QUESTIONS:
        if question is loading.problems and found:
            break  # weights of a folder that is refused anyway are not executed
        try:
            found += question(candidate)
        except UserError as error:
            found.append(Problem(str(error), candidate.again))
    return list(dict.fromkeys(found))
