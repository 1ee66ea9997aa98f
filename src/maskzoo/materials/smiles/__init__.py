"""Smiles: not curated in a way of its own yet, so treated as text."""

from maskzoo.materials.text import GROUPINGS, USES_FIELDS, key, lookup, prepare, task_text

__all__ = ["GROUPINGS", "USES_FIELDS", "key", "lookup", "prepare", "task_text"]
