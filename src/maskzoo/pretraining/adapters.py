"""An adapter in a pretraining run: what is trained, what is kept of it, and the model that comes out."""

import copy
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from maskzoo import registry
from maskzoo.adaptation.common.adapter import Adapter, adapt, check_read_back, stored, trainable
from maskzoo.adaptation.common.checkpoint import FOLDER, PREPARED
from maskzoo.files import read_json
from maskzoo.models.common.read_back import answers, fixed_batch
from maskzoo.pretraining.world import World
from maskzoo.recipe.method import Method
from maskzoo.recipe.training import Training


def search(
    model: Any,
    settings: Method,
    folder: Path,
    training: Training,
    run: Callable[[Any, Training, Path], object],
    *,
    world: World,
) -> Path | None:
    """Let a copy of `model` be trained for a while, where the method wants to see what moves.

    Args:
        folder: where that run keeps its checkpoints, and where what was found lies afterwards.
        training: how the variant is trained; the search does the same, in one phase and for fewer steps.
        run: trains a model in place, going on where it was stopped.
        world: the processes that do so; the first one writes.

    Returns:
        The folder, or None where there was nothing to search.
    """
    method = registry.load("adaptation", settings.method)
    steps = method.search_steps(settings) if hasattr(method, "search_steps") else 0
    if not steps:
        return None
    other = copy.deepcopy(model)
    run(other, training.model_copy(update={"steps": steps, "budget": None, "schedule": ()}), folder)
    before = dict(model.named_parameters())
    moved = {name: (after.detach().cpu() - before[name].detach()).abs() for name, after in other.named_parameters()}
    if world.first:
        method.prepare(moved, model, settings, folder)
    world.wait()
    return folder


def put_on(
    model: Any,
    settings: Method,
    *,
    seed: int,
    head_is_new: bool,
    new_rows: Sequence[int],
    prepared: Path | None,
    where: str | None,
) -> Adapter:
    """Freeze `model` but for the adapter that is put on it, for a head that the base lacked, and for new words.

    Raises:
        UserError: this model cannot have it; names the methods that it can have.
    """
    return adapt(
        model,
        settings,
        seed=seed,
        head_is_trained=head_is_new,
        new_rows=new_rows,
        prepared=prepared,
        measured=True,
        where=where,
    )


def remove_adapter(adapter: Adapter, folder: Path, *, base: str | None, plain: Callable[[], Any]) -> dict[str, Any]:
    """Save the adapter alone in `folder`, then merge it into the model, or leave the base where that cannot be.

    Args:
        plain: makes the base as others get it, for the adapter to be read back onto.

    Returns:
        What run.json says of it.

    Raises:
        UserError: on its base, the adapter that was saved is another model than the one that was trained.
    """
    ids = fixed_batch(adapter.model)
    wanted = answers(adapter.model, ids)
    numbers, unchanged = trainable(adapter.model), adapter.base_is_unchanged()
    adapter.save(folder, base=base)
    check_read_back(folder, plain(), wanted, ids, device=adapter.model.device)
    facts = {
        "method": adapter.settings.method,
        "merged": adapter.merges,
        "trainable_parameters": numbers,
        "stored": stored(folder),
        "base_unchanged": unchanged,
    }
    if adapter.merges:
        adapter.merged()
    else:
        adapter.removed()
    return facts


def keep_beside(model: Path, *, adapter: Path | None, prepared: Path | None) -> None:
    """Put beside the weights in `model` an adapter that could not be merged, and what was made ready for others."""
    if adapter is not None:
        shutil.copytree(adapter, model / FOLDER)
    for file in sorted(prepared.glob("*.safetensors")) if prepared is not None else ():
        (model / PREPARED).mkdir(exist_ok=True)
        shutil.copyfile(file, model / PREPARED / file.name)


def new_words(tokenizer: Path) -> list[int]:
    """Ids of the words that an `extend`ed tokenizer has beyond its base's."""
    listed = tokenizer / "new_tokens.json"
    return [int(token["id"]) for token in read_json(listed)["added"]] if listed.is_file() else []
