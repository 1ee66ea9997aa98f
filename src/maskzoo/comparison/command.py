"""`maskzoo compare`: comparison.json, comparison.md and comparison.svg from what the evaluation stages left."""

import argparse
from pathlib import Path
from typing import Any

from maskzoo.arguments import add_recipe_arguments, recipe_and_layout
from maskzoo.bases import base_folder
from maskzoo.errors import UserError
from maskzoo.files import atomic_file, read_json, sha256_of, write_json
from maskzoo.paths import Layout
from maskzoo.recipe.probe import ALWAYS
from maskzoo.recipe.recipe import Recipe
from maskzoo.tasks.common.numbers import BOUNDS
from maskzoo.tasks.significance import Clustered


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe_arguments(parser)


def run(options: argparse.Namespace) -> None:
    recipe, layout = recipe_and_layout(options)
    found = compare(recipe, layout)
    models = {model["name"] for task in found["tasks"].values() for model in task["models"]}
    print(f"compared {len(models)} models on {len(found['tasks'])} tasks: {layout.comparison / 'comparison.md'}")


def compare(recipe: Recipe, layout: Layout) -> dict[str, Any]:
    """Write the comparison of a domain and return what comparison.json holds.

    Raises:
        UserError: results of a model are missing, or do not belong to the same test examples.
    """
    from maskzoo.comparison import adaptation_section
    from maskzoo.comparison import compare as c
    from maskzoo.comparison.picture import draw
    from maskzoo.comparison.probes import panels
    from maskzoo.comparison.table import page
    from maskzoo.provenance import stamp

    models = [
        c.Model(
            name,
            c.role(recipe, name),
            c.started_from(recipe, name),
            parameters(_checkpoint(recipe, name, layout)),
        )
        for name in recipe.compared
    ]
    own = {name: said.given() for name, variant in recipe.variants.items() if (said := variant.finetuning) is not None}
    reference, resamples = c.default_reference(recipe), recipe.evaluation.bootstrap
    tasks = {}
    for name, task in recipe.tasks.items():
        scored = c.read_task(layout.root, name, models)
        about = {key: task.own(key) for key in ("title", "type", "language", "metric", "unit")}
        about |= {"apart_by": task.split.by or task.split.group, **_data(layout.task(name) / "task.json")}
        without = c.without(layout.root, name, models)
        if not scored:
            reason = f": {without[0]['name']}: {without[0]['reason']}" if without else ""
            raise UserError(f"no model can do it{reason}", where=f"{recipe.folder / 'domain.yaml'}: tasks.{name}")
        panel = c.compared(scored, reference, resamples=resamples, lower_is_better=task.lower_is_better)
        about |= {"own_finetuning": own} if own else {}
        sample = scored[0].sample
        if isinstance(sample, Clustered):
            about |= {"clusters": int(sample.clusters.max()) + 1}
        tasks[name] = {**about, **panel, "without": without}
    asked = models if ALWAYS in recipe.probes else []
    scored, without, about = c.read_perplexities(layout.root, asked)
    perplexity: dict[str, Any] = {**about, "models": [], "without": without}
    if scored:
        first = next((entry.model.name for entry in scored if entry.model.name == reference), scored[0].model.name)
        perplexity |= c.compared(scored, first, resamples=resamples, lower_is_better=True, by_logarithm=True)
    probes = panels(recipe, layout.root, models, reference)
    adapted = adaptation_section.read(recipe, layout)
    files = {
        file
        for panel in (*tasks.values(), perplexity, *probes.values())
        for model in (*panel["models"], *panel.get("without", ()))
        for file in model["results"]
    }
    found = {
        "domain": recipe.name,
        "scale": recipe.scale,
        "title": recipe.title,
        "resamples": resamples,
        "tasks": tasks,
        "pseudo_perplexity": perplexity,
        **({"probes": probes} if probes else {}),
        **({"adaptation": adapted} if adapted else {}),
        "provenance": stamp(inputs={file: sha256_of(layout.root / file) for file in sorted(files)}),
    }
    draw(found, layout.comparison / "comparison.svg")
    with atomic_file(layout.comparison / "comparison.md") as temporary:
        temporary.write_text(page(found), encoding="utf-8")
    write_json(layout.comparison / "comparison.json", found)
    return found


def _data(file: Path) -> dict[str, Any]:
    """Of a prepared task how many examples each split has, and how many values of each are only bounds; and how many
    tested texts stand in training but for case, white space and final signs."""
    if not file.is_file():  # results can be compared where the task's own files are not
        return {}
    prepared = read_json(file)
    bounds = {
        split: sum(count for label, count in counts.items() if label.endswith(BOUNDS))
        for split, counts in prepared["label_counts"].items()
    }
    alike = {"alike": prepared["alike"]["test"]} if "alike" in prepared else {}
    return {"counts": prepared["counts"], "bounds": bounds if any(bounds.values()) else {}, **alike}


def parameters(folder: Path | None) -> int | None:
    """Weights in a checkpoint's safetensors files, shared ones once; None where there is no such file."""
    import json
    import math

    if folder is None:
        return None
    total = 0
    for file in sorted(folder.glob("*.safetensors")):
        with file.open("rb") as handle:
            header = json.loads(handle.read(int.from_bytes(handle.read(8), "little")))
        total += sum(math.prod(value["shape"]) for name, value in header.items() if name != "__metadata__")
    return total or None


def _checkpoint(recipe: Recipe, name: str, layout: Layout) -> Path | None:
    seed = recipe.seeds.pretraining[0]
    if name in recipe.variants:
        return layout.model(name, seed)
    try:
        return base_folder(recipe, name, layout, seed=seed)
    except UserError:  # results can be compared where the base's own files are not
        return None
