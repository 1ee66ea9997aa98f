"""What can be set of molecules in a corpus, and where its defaults differ from those of text."""

from typing import Any

from pydantic import Field, model_validator

from maskzoo.strict import Strict

# keys of `corpus`; what the recipe says wins, key by key
PRESETS: dict[str, Any] = {
    "privacy": None,
    "cleaning": {"boilerplate_repeats": 0},
    "deduplication": {"near": None},
}


class Settings(Strict):
    """Curation of molecules written as SMILES: each is kept as its canonical isomeric SMILES, once an InChIKey.

    The filters under `cleaning` are about text and do not apply to molecules.
    """

    largest_fragment: bool = Field(
        default=True, description="of a salt or mixture keep the largest part that holds carbon"
    )
    neutralise: bool = Field(
        default=False, description="in the corpus, add or remove hydrogens where that takes a charge away"
    )
    min_heavy_atoms: int = Field(default=2, ge=1, description="drop molecules with fewer atoms, hydrogens not counted")
    max_heavy_atoms: int = Field(default=100, ge=1, description="drop molecules with more")

    @model_validator(mode="after")
    def _ordered(self) -> "Settings":
        if self.min_heavy_atoms > self.max_heavy_atoms:
            raise ValueError(f"min_heavy_atoms {self.min_heavy_atoms} is more than max_heavy_atoms")
        return self
