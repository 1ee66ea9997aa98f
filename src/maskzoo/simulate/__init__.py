"""Seeded generators of small corpora that know the truth they planted."""
