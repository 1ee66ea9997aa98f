"""A run record: what a run of one domain at one scale came to, small enough for git, complete enough for every page.

`results/` is not in git. A record holds the comparison as comparison.json has it, and what funnel, tokenizer audits and
pretraining runs say, each number as the stage wrote it, to six significant digits.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError
from maskzoo.files import read_json
from maskzoo.paths import Layout
from maskzoo.pretraining.run_file import read_run
from maskzoo.recipe.recipe import Recipe

FORMAT = 1
FOLDER = Path("docs/results")
SIMULATED = "demo"  # the scale whose data are made up: never recorded
DIGITS = 6


def run_record_file(domain: str, scale: str, folder: Path = FOLDER) -> Path:
    """`docs/results/low_resource/tsn.small.json`."""
    return folder / f"{domain}.{scale}.json"


def command_of(domain: str, scale: str) -> str:
    """The command that makes a domain, as people type it."""
    return f"snakemake --cores 2 domains/{domain} --config scale={scale}"


def collect(recipe: Recipe, layout: Layout, *, command: str | None = None, minutes: float | None = None) -> Any:
    """The record of a finished run.

    Args:
        command: what was typed, where it was not `command_of`.
        minutes: how long the run took; None: from the first stage's date to the comparison's.

    Raises:
        UserError: the domain was not compared at this scale, or its data are simulated.
    """
    if recipe.simulate is not None:
        raise UserError(
            "its data are simulated, and no result about the world",
            where=f"{recipe.name} at scale {recipe.scale}",
            expected="a run on real data",
        )
    return gather(recipe, layout, command=command, minutes=minutes)


def gather(recipe: Recipe, layout: Layout, *, command: str | None = None, minutes: float | None = None) -> Any:
    """What a record holds, of any finished run, also of one on simulated data, which is never kept as a record.

    Raises:
        UserError: the domain was not compared at this scale, or a stage's file is gone.
    """
    file = layout.comparison / "comparison.json"
    if not file.is_file() or not layout.funnel.is_file():
        raise UserError(
            f"{recipe.name} has not been compared at scale {recipe.scale}",
            where=str(file),
            hint=f"run: {command_of(recipe.name, recipe.scale)}",
        )
    others = (
        *(layout.task(name) / "task.json" for name in recipe.tasks),
        *(layout.audit(variant.tokenizer) for variant in recipe.variants.values()),
        *(layout.run(name, seed) / "run.json" for name in recipe.variants for seed in recipe.seeds.pretraining),
    )
    missing = next((path for path in others if not path.is_file()), None)
    if missing is not None:
        raise UserError("is missing", where=str(missing), hint=f"run: {command_of(recipe.name, recipe.scale)}")
    comparison, funnel = read_json(file), read_json(layout.funnel)
    made = comparison.pop("provenance")
    runs = list(_runs(recipe, layout))
    return _rounded(
        {
            "format": FORMAT,
            "domain": recipe.name,
            "scale": recipe.scale,
            "title": recipe.title,
            "summary": recipe.summary,
            "material": recipe.corpus.material,
            "from": "results files",
            "command": command or command_of(recipe.name, recipe.scale),
            "date": made["date"][:10],
            "machine": made["machine"],
            "minutes": _span(recipe, layout, funnel, made) if minutes is None else minutes,
            "maskzoo": made["maskzoo"],
            "commit": made["commit"],
            "versions": made["versions"],
            "corpus": {
                **{key: value for key, value in funnel.items() if key != "provenance"},
                "stages": [_stage(stage) for stage in funnel["stages"]],
            },
            "tasks": {name: _task(layout.task(name) / "task.json") for name in recipe.tasks},
            "tokenizers": list(_tokenizers(recipe, layout)),
            "pretraining": runs,
            "comparison": _without_files(comparison),
        }
    )


def read_run_records(folder: Path = FOLDER) -> list[Any]:
    """All records below a folder, by domain, the scale `small` first.

    Raises:
        UserError: a file that is no record, or whose name is not that of its domain and scale.
    """
    found = []
    for file in sorted(folder.glob("**/*.json")):
        found.append(read_run_record(file, folder))
    return sorted(found, key=lambda record: (record["domain"], record["scale"] != "small", record["scale"]))


def read_run_record(file: Path, folder: Path = FOLDER) -> Any:
    """One record below a folder.

    Raises:
        UserError: it is no record, or its name is not that of its domain and scale.
    """
    try:
        record = read_json(file)
    except ValueError as error:
        raise UserError(f"not JSON ({error})", where=str(file)) from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise UserError(f"no record of format {FORMAT}", where=str(file), hint="see `maskzoo results collect --help`")
    expected = run_record_file(record["domain"], record["scale"], folder)
    if file != expected:
        raise UserError(f"holds {record['domain']} at {record['scale']}", where=str(file), expected=f"name {expected}")
    return record


def _stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    """A stage of the funnel with its reasons as counts alone: examples name files of the machine."""
    return {**stage, "reasons": {reason: entry["documents"] for reason, entry in stage["reasons"].items()}}


def _task(file: Path) -> dict[str, Any]:
    task = read_json(file)
    return {key: task[key] for key in ("counts", "removed", "licences", "relatives", "alike") if key in task}


def _tokenizers(recipe: Recipe, layout: Layout) -> Iterable[dict[str, Any]]:
    """Measures of the tokenizers that variants use, and of the bases that were measured beside them, each once."""
    seen: set[str] = set()
    for name in dict.fromkeys(variant.tokenizer for variant in recipe.variants.values()):
        audit = read_json(layout.audit(name))
        for label, measures in audit["measures"].items():
            if label not in seen:
                seen.add(label)
                yield {"name": label, "way": audit["made"].get("way") if label == name else "base", **measures}


def _runs(recipe: Recipe, layout: Layout) -> Iterable[dict[str, Any]]:
    """Every pretraining run of the domain: what it took, and its first and last validation."""
    import json

    for variant in recipe.variants:
        for seed in recipe.seeds.pretraining:
            folder = layout.run(variant, seed)
            run = read_run(folder)
            lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
            validations = [line for line in lines if "validation_loss" in line]
            measures = ("validation_loss", "validation_accuracy", "bits_per_byte")
            yield {
                "variant": variant,
                "seed": seed,
                **{
                    key: getattr(run, key)
                    for key in ("steps", "tokens", "seconds", "tokens_per_second", "parameters", "device", "threads")
                },
                "first": {key: validations[0].get(key) for key in measures} if validations else {},
                "last": {key: getattr(run, key) for key in measures},
            }


def _span(recipe: Recipe, layout: Layout, funnel: Mapping[str, Any], made: Mapping[str, Any]) -> float:
    """Minutes from the date of the first file of this run that carries one to the comparison."""
    stamps = [funnel["provenance"]["date"]]
    stamps += [read_json(layout.task(name) / "task.json")["provenance"]["date"] for name in recipe.tasks]
    begun = min(datetime.fromisoformat(stamp) for stamp in stamps)
    return round((datetime.fromisoformat(made["date"]) - begun).total_seconds() / 60, 1)


def _without_files(value: Any) -> Any:
    """Without the paths of results files, which are not in git."""
    if isinstance(value, dict):
        return {key: _without_files(item) for key, item in value.items() if key != "results"}
    return [_without_files(item) for item in value] if isinstance(value, list) else value


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
