"""The recipe: `domain.yaml` read once into frozen, typed models that reject what they do not know."""
