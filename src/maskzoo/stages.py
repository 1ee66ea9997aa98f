"""What each stage is made from in the recipe: the same for Snakemake, which compares, and commands, which note it.

A stage's slice is all of the recipe that decides its result, and nothing else. It stands in `provenance.recipe` of what
the stage leaves; a result whose slice is no longer the recipe's is made again, whoever made it.
"""

import json
from collections.abc import Callable, Mapping
from inspect import signature
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.training import WITHOUT_EFFECT

# raised when a stage makes another thing of the same recipe and inputs, so that results of two versions never stand
# in one table
VERSIONS: dict[str, int] = {
    "simulate": 2,  # minimal pairs with planted errors beside the documents
    "tasks": 2,  # all published texts beside the splits; labels that say the same are one class
    "corpus": 2,  # evaluation texts are looked up by their letters, and all that were published
    "tokenizer": 2,  # what a word is, in every script; runs without end are trained on in parts
    "audit": 2,  # what a word is
}


def asked(stage: str, recipe: Recipe, **names: str) -> dict[str, Any]:
    """The slice of a recipe that a stage's result is made from, as JSON values.

    Args:
        stage: name of the rule.
        names: what the stage is about (task, tokenizer, variant, ...); those that do not matter are passed over.
    """
    found = SLICES[stage](recipe, **_accepted(SLICES[stage], names))
    version = VERSIONS.get(stage, 1)
    plain: dict[str, Any] = json.loads(json.dumps(found if version == 1 else {**found, "version": version}))
    return plain  # as it is read again


def _accepted(function: Callable[..., Any], names: Mapping[str, str]) -> dict[str, str]:
    return {name: names[name] for name in signature(function).parameters if name in names}


def _simulate(recipe: Recipe) -> dict[str, Any]:
    return recipe.slice("simulate")


def _tasks(recipe: Recipe, task: str) -> dict[str, Any]:
    """All of the task but how models are fine-tuned on it."""
    found = recipe.slice(f"tasks.{task}")
    found[f"tasks.{task}"].pop("finetuning", None)
    return found


def _corpus(recipe: Recipe) -> dict[str, Any]:
    found = recipe.slice("corpus")
    found["corpus"].pop("jobs", None)
    return found


def _tokenizer(recipe: Recipe, tokenizer: str) -> dict[str, Any]:
    """The tokenizer, and the base that it comes from; nothing of other tokenizers."""
    chosen = recipe.tokenizers[tokenizer]
    base = chosen.reuse or chosen.extend
    found = recipe.slice(f"tokenizers.{tokenizer}", *([f"bases.{base}"] if base else []))
    found[f"tokenizers.{tokenizer}"].pop("spellings", None)
    return found


def _audit(recipe: Recipe, tokenizer: str) -> dict[str, Any]:
    """The tokenizer, and the bases whose tokenizers it is held against."""
    named = {base for one in recipe.tokenizers.values() for base in (one.reuse, one.extend) if base}
    return {"tokenizer": tokenizer, **recipe.slice(*(f"bases.{base}" for base in sorted(named)))}


def _tokens(recipe: Recipe, tokens: str) -> dict[str, Any]:
    """How documents are arranged for a tokenizer."""
    tokenizer = recipe.tokenizers[tokens.partition(".")[0]]
    if tokenizer.spellings:
        return {"spellings": tokenizer.spellings, **recipe.slice("corpus.material")}
    return {"metadata": tokenizer.metadata.model_dump(mode="json")} if tokenizer.metadata else {}


def _pretrain(recipe: Recipe, variant: str) -> dict[str, Any]:
    """The variant and the base it starts from, whoever does the work and however often it is looked at."""
    found = recipe.slice(f"variants.{variant}", f"bases.{recipe.variants[variant].base}")
    own = found[f"variants.{variant}"]
    for key in WITHOUT_EFFECT:
        own["training"].pop(key, None)
    for key in ("finetuning", "title"):
        own.pop(key, None)
    return found


def of_model(recipe: Recipe, model: str) -> dict[str, Any]:
    """The base of a compared model that is one; nothing for a variant, whose checkpoint is an input."""
    return recipe.slice(f"bases.{model}") if model in recipe.bases else {}


def _finetune(recipe: Recipe, task: str, model: str) -> dict[str, Any]:
    """How a model is fine-tuned on a task, and by what it is measured."""
    found = recipe.slice(f"tasks.{task}.metric", "seeds.finetuning")
    settings = recipe.finetuning(task, model).model_dump(mode="json")
    return {**found, f"tasks.{task}.finetuning": settings, **of_model(recipe, model)}


def _forgetting(recipe: Recipe, model: str) -> dict[str, Any]:
    return {
        **recipe.slice("evaluation.perplexity_documents", "evaluation.perplexity_words"),
        **of_model(recipe, model),
    }


def _compare(recipe: Recipe) -> dict[str, Any]:
    return recipe.slice("title", "evaluation", "probes")


def _release(recipe: Recipe, variant: str) -> dict[str, Any]:
    found = recipe.slice(
        *("title", "summary", "languages", "corpus.sources", f"variants.{variant}"),
        *(f"release.{key}" for key in ("name", "variants", "licence", "authors", "contact")),
    )
    for key in WITHOUT_EFFECT:
        found[f"variants.{variant}"]["training"].pop(key, None)
    return found


SLICES: Mapping[str, Callable[..., dict[str, Any]]] = {
    "simulate": _simulate,
    "tasks": _tasks,
    "corpus": _corpus,
    "tokenizer": _tokenizer,
    "audit": _audit,
    "tokens": _tokens,
    "pretrain": _pretrain,
    "finetune": _finetune,
    "forgetting": _forgetting,
    "compare": _compare,
    "release": _release,
}


def _beside(path: Path) -> tuple[Path, Path]:
    """An output that says itself what it was made from."""
    return path, path


Found = list[tuple[str, dict[str, str]]]


def _trained(recipe: Recipe, names: Mapping[str, str]) -> Found:
    """The runs whose checkpoints are looked at: of the model that is asked for, or of all that are compared."""
    models = [names["model"]] if "model" in names else recipe.compared
    runs = [(name, seed) for name in models if name in recipe.variants for seed in recipe.seeds.pretraining]
    return [("pretrain", {"variant": name, "seed": str(seed)}) for name, seed in runs]


# what a stage reads that says itself from which recipe it is: (stage, what of it)
UPSTREAM: Mapping[str, Callable[[Recipe, Mapping[str, str]], Found]] = {
    "tasks": lambda recipe, _: [("simulate", {})] if recipe.simulate else [],
    "corpus": lambda recipe, _: [
        *([("simulate", {})] if recipe.simulate else []),
        *(("tasks", {"task": task}) for task in recipe.tasks),
    ],
    "tokenizer": lambda recipe, names: [] if recipe.tokenizers[names["tokenizer"]].reuse else [("corpus", {})],
    "audit": lambda _, names: [("corpus", {}), ("tokenizer", {"tokenizer": names["tokenizer"]})],
    "tokens": lambda _, names: [("corpus", {}), ("tokenizer", {"tokenizer": names["tokens"].partition(".")[0]})],
    "pretrain": lambda recipe, names: [("tokens", {"tokens": recipe.variants[names["variant"]].tokens})],
    "finetune": lambda recipe, names: [("tasks", {"task": names["task"]}), *_trained(recipe, names)],
    "probe": lambda recipe, names: _trained(recipe, names),
    "score": lambda recipe, names: _trained(recipe, names),
    "baseline": lambda _, names: [("tasks", {"task": names["task"]})],
    "compare": lambda recipe, _: [
        ("finetune", {"task": task, "model": model}) for task in recipe.tasks for model in recipe.compared
    ],
}
OPTIONS = {"tokens": "tokenizer"}  # what a name is called on the command line


# stage -> (an output of its rule, the JSON in which it says what it was made from)
RECORDS: Mapping[str, Callable[..., tuple[Path, Path]]] = {
    "simulate": lambda layout: (layout.simulated, layout.simulated / "made.json"),
    "tasks": lambda layout, task: _beside(layout.task(task) / "task.json"),
    "corpus": lambda layout: _beside(layout.funnel),
    "tokenizer": lambda layout, tokenizer: _beside(layout.tokenizer_made(tokenizer)),
    "audit": lambda layout, tokenizer: _beside(layout.audit(tokenizer)),
    "tokens": lambda layout, tokens: (layout.tokens(tokens), layout.tokens(tokens) / "meta.json"),
    "pretrain": lambda layout, variant, seed: _beside(layout.run(variant, int(seed)) / "run.json"),
    "finetune": lambda layout, task, model: _beside(layout.evaluated(task, model) / "results.json"),
    "probe": lambda layout, suite, model: _beside(layout.probed(suite, model)),
    "forgetting": lambda layout, model, other: _beside(layout.forgotten(other, model)),
    "compare": lambda layout: _beside(layout.comparison / "comparison.json"),
}


def record(stage: str, layout: Layout, **names: str) -> tuple[Path, Path]:
    """An output of a stage, and the JSON file that says what it was made from."""
    return RECORDS[stage](layout, **_accepted(RECORDS[stage], names))


def check_found(stage: str, recipe: Recipe, layout: Layout, **names: str) -> None:
    """Refuse to go on with what another recipe made: everything a stage reads that says so of itself.

    Raises:
        UserError: names the file, the key that differs, and the command that makes it anew.
    """
    for before, about in UPSTREAM[stage](recipe, names) if stage in UPSTREAM else []:
        _, file = record(before, layout, **about)
        said = recipe_in(file)
        wanted = asked(before, recipe, **about)
        if said is not None and said != wanted:
            option = "".join(f" --{OPTIONS.get(name, name)} {value}" for name, value in about.items())
            raise UserError(
                f"was made from another recipe ({difference(said, wanted)})",
                where=str(file),
                hint=f"run: maskzoo {before} {recipe.folder}{option} --scale {recipe.scale} --results {layout.results}",
            )


def difference(said: Any, wanted: Any, key: str = "") -> str:
    """The first key at which two slices differ, and both values."""
    if isinstance(said, dict) and isinstance(wanted, dict):
        for name in (*said, *(name for name in wanted if name not in said)):
            if said.get(name) != wanted.get(name):
                return difference(said.get(name), wanted.get(name), f"{key}.{name}" if key else name)
    return f"{key}: {_short(said)}, now {_short(wanted)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def recipe_in(file: Path) -> dict[str, Any] | None:
    """The slice that a result says it was made from; None where it says nothing, or is not there or not whole."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))["provenance"]["recipe"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return said if isinstance(said, dict) else None
