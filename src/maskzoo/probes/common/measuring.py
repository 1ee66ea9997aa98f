"""One suite asked of one model: its checkpoints in turn, and the record that results keep."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from maskzoo import registry
from maskzoo.files import read_json, sha256_of
from maskzoo.probes.common.checkpoints import checkpoints, checksum
from maskzoo.probes.common.data import data_checksums
from maskzoo.probes.common.kind import Context, Measured, NotMeasuredError, Probe
from maskzoo.recipe.probe import Suite

ABOUT_READERS = frozenset({"title", "about", "published", "size"})  # keys of a suite that no result depends on


def kind_of(suite: Suite) -> Probe:
    """The module that carries a suite out."""
    return cast(Probe, registry.load("probes", suite.probe))


def settings_of(suite: Suite) -> dict[str, Any]:
    """What of a suite its results depend on, as JSON values."""
    return suite.model_dump(mode="json", exclude=set(ABOUT_READERS))


def dependencies(suite: Suite, context: Context, folders: Sequence[tuple[int | None, Path]]) -> dict[str, Any]:
    """What the results of a model are made from: settings, and name -> SHA-256 of data, documents and checkpoints."""
    kind = kind_of(suite)
    inputs = data_checksums(suite, context.layout)
    if kind.NEEDS_CORPUS and context.layout.documents.is_file():
        inputs["corpus/documents.parquet"] = sha256_of(context.layout.documents)
    for seed, folder in folders:
        inputs["checkpoint" if seed is None else f"checkpoint of seed {seed}"] = checksum(folder)
    return {"settings": {**settings_of(suite), **context.recipe.slice(*kind.RECIPE)}, "inputs": inputs}


def finished(target: Path, made_from: dict[str, Any]) -> bool:
    """Whether a result is there and was made from just this."""
    if not target.is_file():
        return False
    record = read_json(target)
    made: dict[str, Any] = {"settings": record.get("settings"), "inputs": record.get("provenance", {}).get("inputs")}
    return made == made_from


def measure(
    name: str,
    suite: Suite,
    model: str,
    folders: Sequence[tuple[int | None, Path]],
    context: Context,
    *,
    made_from: dict[str, Any] | None = None,
    threads: int | None = None,
) -> dict[str, Any]:
    """What a suite finds of the checkpoints of a model, as JSON; where one cannot be asked, why.

    Args:
        name: of the suite in the recipe.
        folders: (pretraining seed, checkpoint).
        made_from: `dependencies`, where they are known.

    Raises:
        UserError: data that are absent or wrong.
    """
    kind = kind_of(suite)
    questions = kind.questions(suite, context)
    made_from = made_from or dependencies(suite, context, folders)
    import torch

    from maskzoo.probes.common.results import record
    from maskzoo.probes.common.subject import load_subject
    from maskzoo.provenance import stamp

    if threads:
        torch.set_num_threads(threads)
    measured: list[tuple[int | None, Measured]] = []
    reason = None
    for seed, folder in folders:
        subject, reason = load_subject(folder, head=kind.NEEDS_HEAD)
        if subject is None:
            break
        try:
            measured.append((seed, kind.measure(suite, questions, subject, context)))
        except NotMeasuredError as error:
            reason = str(error)
            break
    found = {"model": model, "suite": name, "probe": suite.probe, **kind.described(suite, context), "reason": reason}
    if reason:
        skipped = dict.fromkeys(("value", "interval", *kind.FIGURES))
        found |= {**skipped, kind.MEASURE.items: [], "groups": {}, "seeds": []}
    else:
        found |= record(measured, kind.MEASURE)
        found |= kind.summary(suite, [one for _, one in measured], context)
    return {**found, "settings": made_from["settings"], "provenance": stamp(inputs=made_from["inputs"])}


def probe(
    name: str, model: str, context: Context, *, again: bool = False, threads: int | None = None
) -> dict[str, Any]:
    """Ask a suite of a recipe of a model and write the result, unless it is there and made from the same.

    Raises:
        UserError: a checkpoint or data that are absent.
    """
    from maskzoo.files import write_json

    recipe, layout = context.recipe, context.layout
    suite, target = recipe.probes[name], layout.probed(name, model)
    folders = checkpoints(recipe, model, layout)
    made_from = dependencies(suite, context, folders)
    if not again and finished(target, made_from):
        found: dict[str, Any] = read_json(target)
        return {**found, "kept": True}
    found = measure(name, suite, model, folders, context, made_from=made_from, threads=threads)
    write_json(target, found)
    return found
