"""Code: not curated in a way of its own yet, so treated as text."""

import re

from maskzoo.materials import Wording
from maskzoo.materials.text import GROUPINGS, USES_FIELDS, key, lookup, prepare, task_text

WORDING = Wording(
    "word",
    "",
    lambda text, most: tuple(re.findall(r"\s*\S+", text)[:most]),
    example="for (int i = 0; i {mask} n; i++) {",
)

__all__ = ["GROUPINGS", "USES_FIELDS", "WORDING", "key", "lookup", "prepare", "task_text"]
