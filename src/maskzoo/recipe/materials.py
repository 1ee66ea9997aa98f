"""What a corpus is made of, how each material is curated, and where its defaults differ from those of text."""

from typing import Any, Literal

from pydantic import Field, model_validator

from maskzoo.recipe.strict import Strict

MaterialName = Literal["text", "protein", "smiles", "code"]


class Protein(Strict):
    """Curation of amino-acid sequences."""


class Smiles(Strict):
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
    def _ordered(self) -> "Smiles":
        if self.min_heavy_atoms > self.max_heavy_atoms:
            raise ValueError(f"min_heavy_atoms {self.min_heavy_atoms} is more than max_heavy_atoms")
        return self


class Code(Strict):
    """Curation of source code."""


# keys of `corpus` that a material presets; what the recipe says wins, key by key
PRESETS: dict[str, dict[str, Any]] = {
    "text": {},
    "protein": {"privacy": None, "cleaning": {"boilerplate_repeats": 0}},
    "smiles": {"privacy": None, "cleaning": {"boilerplate_repeats": 0}, "deduplication": {"near": None}},
    "code": {"cleaning": {"boilerplate_repeats": 0}},
}
