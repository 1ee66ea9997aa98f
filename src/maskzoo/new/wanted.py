"""All that was found out and decided about a new domain, before it is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from maskzoo.licences import Licence
from maskzoo.new.facts import Facts
from maskzoo.new.sizes import Sizes
from maskzoo.new.task_trial import Plan
from maskzoo.new.tasks import Labels
from maskzoo.new.trial import Looser, Trial


@dataclass(frozen=True)
class Wanted:
    """A new domain.

    Attributes:
        folder: `domains/veterinary`.
        sources: at least one, all of one material.
        trial: what curation left of some of the documents.
        looser: filters that are loosened to fit the data.
        file_licences: of code: the licences that a file may state, where the default list does not do.
        salt: of the split, where the default one leaves a side empty.
        labels, plan: of the first source, where a task was asked for.
        unspaced: whether the texts are in a script without spaces between words.
        general: whether a model of the domain `general` is to be adapted at the small scale.
    """

    folder: Path
    title: str
    licence: Licence
    attribution: str | None
    sources: Sequence[Facts]
    sizes: Sizes
    trial: Trial
    looser: Sequence[Looser] = ()
    file_licences: Sequence[str] | None = None
    salt: str | None = None
    labels: Labels | None = None
    plan: Plan | None = None
    unit: str | None = None
    general: bool = False
    unspaced: bool = False

    @property
    def material(self) -> str:
        return self.sources[0].material

    @property
    def languages(self) -> list[str]:
        return list(dict.fromkeys(one.language for one in self.sources if one.language))

    @property
    def summary(self) -> str:
        kind = {"text": "Texts", "code": "Source code", "protein": "Protein sequences", "smiles": "Molecules"}
        return f"{kind[self.material]} of {', '.join(self.source_names)}."

    @property
    def source_names(self) -> list[str]:
        return source_names(self.sources)


def source_names(sources: Sequence[Facts]) -> list[str]:
    """Names of the sources, made different where two are alike."""
    found: list[str] = []
    for one in sources:
        name = one.place.name
        found.append(name if name not in found else f"{name}_{len(found) + 1}")
    return found
