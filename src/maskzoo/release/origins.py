"""What went into a variant's weights: the sources of its corpus, its base, and whatever went into that base."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskzoo.bases import base_folder
from maskzoo.errors import UserError
from maskzoo.files import read_json
from maskzoo.licences import NOT_SHAREABLE, Use
from maskzoo.paths import Layout
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.source import Source


@dataclass(frozen=True)
class Origins:
    """
    Attributes:
        uses: everything whose licence binds the weights.
        base_models: Hub ids of what the weights began as, however many domains ago.
        datasets: Hub ids of data sets among the sources.
        notes: what could not be found out.
        chain: a sentence for every step from the first weights to these.
    """

    uses: tuple[Use, ...]
    base_models: tuple[str, ...]
    datasets: tuple[str, ...]
    notes: tuple[str, ...]
    chain: tuple[str, ...]


def origins(recipe: Recipe, variant: str, layout: Layout, *, seed: int, chosen: str | None = None) -> Origins:
    """Follow a variant back through bases of other domains to a Hub model, a folder or random weights.

    A base without a stated licence is like a source without one: what is made of it is not to be shared, until
    somebody who has looked it up says under which licence it is, in `release.licence`.

    Args:
        chosen: the `release.licence` of a domain that goes on from this one.

    Raises:
        UserError: a corpus or a base that it was made from is not there.
    """
    if not layout.funnel.is_file():
        raise UserError("the corpus has not been made", where=str(layout.funnel), hint="run `maskzoo corpus` first")
    funnel = read_json(layout.funnel)
    uses, datasets = [], []
    for name, counts in funnel["sources"].items():
        if not counts["documents"]:
            continue
        source = recipe.corpus.sources.get(name)
        uses.append(
            Use(
                f"Source {name} of {recipe.name}",
                counts["licence"],
                source.attribution if source else None,
                address(source) if source else None,
            )
        )
        if source and source.hub:
            datasets.append(source.hub.dataset)
    task = recipe.variants[variant].texts_of
    if task is not None:
        data = recipe.tasks[task].data
        for source in filter(None, (data.all, data.train)):
            name = f"Training texts of task {task} of {recipe.name}"
            uses.append(Use(name, source.licence, source.attribution, address(source)))
    texts = recipe.name if task is None else f"the training texts of {task} in {recipe.name}"
    base_name = recipe.variants[variant].base
    base = recipe.bases[base_name]
    step = f"{recipe.name}/{variant}: "
    if base.fresh:
        return Origins(tuple(uses), (), tuple(datasets), (), (f"{step}random weights, trained on {texts}.",))
    if base.domain is not None and base.variant is not None:
        other = read_recipe(_zoo(recipe.folder) / base.domain, layout.scale)
        before = origins(
            other, base.variant, layout.of(base.domain), seed=seed, chosen=chosen or recipe.release.licence
        )
        return Origins(
            _distinct((*uses, *before.uses)),
            before.base_models,
            tuple(dict.fromkeys((*datasets, *before.datasets))),
            before.notes,
            (*before.chain, f"{step}{base.domain}/{base.variant}, trained further on {texts}."),
        )
    what = f"Base {base.hub or base_name}"
    stated = stated_licence(base_folder(recipe, base_name, layout, seed=seed))
    at = f" at {base.revision}" if base.revision else ""
    chain, notes = [f"{step}{base.hub or base_name}{at}, trained further on {texts}."], []
    answered = chosen or recipe.release.licence
    if stated is None and answered is not None:
        chain.append(f"The licence of {what} is not stated in its files; who made this release says {answered}.")
    elif stated is None:
        notes.append(
            f"The licence of {what} is not stated in its files; look it up and name one that it allows in "
            "release.licence."
        )
        stated = NOT_SHAREABLE
    if stated is not None:
        uses.append(Use(what, stated, url=f"https://huggingface.co/{base.hub}" if base.hub else None))
    hub = (base.hub,) if base.hub else ()
    return Origins(tuple(uses), hub, tuple(datasets), tuple(notes), tuple(chain))


def stated_licence(folder: Path) -> str | None:
    """The `license` of the model card in a base's folder, if there is one."""
    card = folder / "README.md"
    if not card.is_file():
        return None
    from huggingface_hub import ModelCard

    data: Any = ModelCard(card.read_text(encoding="utf-8"), ignore_metadata_errors=True).data
    stated = data.get("license")
    if stated == "other":
        stated = data.get("license_name")
    return stated if isinstance(stated, str) else None


def address(source: Source) -> str:
    """Where a source can be found, for readers of a card."""
    if source.hub:
        revision = f" at {source.hub.revision}" if source.hub.revision else ""
        return f"Hub data set {source.hub.dataset}{revision}"
    if source.simulated:
        return f"simulated by this project ({source.simulated})"
    return source.url or (f"files listed in {source.files}" if source.files else "local files")


def _zoo(folder: Path) -> Path:
    return next((parent for parent in folder.resolve().parents if parent.name == "domains"), folder.parent)


def _distinct(uses: tuple[Use, ...]) -> tuple[Use, ...]:
    return tuple(dict.fromkeys(uses))
