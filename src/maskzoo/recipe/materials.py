"""What a corpus is made of, how each material is curated, and where its defaults differ from those of text."""

from typing import Any, Literal

from maskzoo.recipe.strict import Strict

MaterialName = Literal["text", "protein", "smiles", "code"]


class Protein(Strict):
    """Curation of amino-acid sequences."""


class Smiles(Strict):
    """Curation of molecules written as SMILES."""


class Code(Strict):
    """Curation of source code."""


# keys of `corpus` that a material presets; what the recipe says wins, key by key
PRESETS: dict[str, dict[str, Any]] = {
    "text": {},
    "protein": {"privacy": None, "cleaning": {"boilerplate_repeats": 0}},
    "smiles": {"privacy": None, "cleaning": {"boilerplate_repeats": 0}, "deduplication": {"near": None}},
    "code": {"cleaning": {"boilerplate_repeats": 0}},
}
