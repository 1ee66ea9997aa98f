"""What a release is called: its folder's name in cards, and the repository that it has on the Hub."""

from maskzoo.recipe.recipe import Recipe

WHOLE = "full"  # the scale whose releases need no word about it


def release_name(recipe: Recipe, variant: str) -> str:
    """The recipe's name; the variant where there are several; the scale where it is not the full one.

    So that a model made in minutes from simulated texts never takes the name, or the repository, of a real one.
    """
    several = [variant] if len(recipe.release.variants) > 1 else []
    scale = [recipe.scale] if recipe.scale != WHOLE else []
    return "-".join([recipe.release.name, *several, *scale])


def adapter_repository(recipe: Recipe, variant: str, namespace: str) -> str:
    """The id of a variant's adapter on the Hub, beside that of the merged model."""
    return f"{repository(recipe, variant, namespace)}-adapter"


def repository(recipe: Recipe, variant: str, namespace: str) -> str:
    """The id of a release on the Hub, `namespace/name`."""
    return f"{namespace}/{release_name(recipe, variant)}"
