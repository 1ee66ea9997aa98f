"""Smiles: not curated in a way of its own yet, so treated as text."""

from maskzoo.materials import Wording
from maskzoo.materials.text import GROUPINGS, USES_FIELDS, key, lookup, prepare, task_text

WORDING = Wording(
    "character", "", lambda text, most: tuple(text[:most]), within_word=False, example="CC(=O)Oc1ccccc1C(=O){mask}"
)

__all__ = ["GROUPINGS", "USES_FIELDS", "WORDING", "key", "lookup", "prepare", "task_text"]
