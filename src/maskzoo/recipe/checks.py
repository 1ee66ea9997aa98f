"""What no single key of a recipe shows: names that point elsewhere, options that must fit, files that must be there."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from maskzoo import registry
from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.folders import designs_folder, domains, zoo_folder
from maskzoo.recipe.objective import refuse_adapter, refuse_after
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.source import Source
from maskzoo.recipe.source_checks import check_source as check_source
from maskzoo.recipe.task import Task


def check_names(recipe: Recipe, file: Path) -> None:
    """Names that point from one part of the recipe to another, or to a registered method.

    Raises:
        UserError: key, name, and the nearest one that exists.
    """

    def known(kind: str, name: str, names: Any, key: str) -> None:
        if name not in names:
            raise unknown_name(kind, name, names, where=f"{file}: {key}")

    clash = set(recipe.bases) & set(recipe.variants)
    if clash:
        raise UserError(f"{sorted(clash)[0]!r} names both a base and a variant", where=f"{file}: variants")
    for name, tokenizer in recipe.tokenizers.items():
        for key in ("reuse", "extend"):
            base = getattr(tokenizer, key)
            if base is not None:
                known("base", base, recipe.bases, f"tokenizers.{name}.{key}")
                if recipe.bases[base].fresh:
                    raise UserError(
                        f"base {base!r} is a fresh architecture and has no tokenizer",
                        where=f"{file}: tokenizers.{name}.{key}",
                    )
        if tokenizer.design is not None:
            designs = {path.stem for path in designs_folder(recipe.folder).glob("*.yaml")}
            known("tokenizer design", tokenizer.design, designs, f"tokenizers.{name}.design")
    for name, variant in recipe.variants.items():
        known("base", variant.base, recipe.bases, f"variants.{name}.base")
        known("tokenizer", variant.tokenizer, recipe.tokenizers, f"variants.{name}.tokenizer")
        if variant.texts_of is not None:
            known("task", variant.texts_of, recipe.tasks, f"variants.{name}.texts_of")
            if not recipe.tasks[variant.texts_of].data.trained_on:
                raise UserError(
                    f"task {variant.texts_of!r} has no texts to train on", where=f"{file}: variants.{name}.texts_of"
                )
            if recipe.tokenizers[variant.tokenizer].metadata is not None:
                raise UserError(
                    f"tokenizer {variant.tokenizer!r} puts metadata before documents, and texts of a task have none",
                    where=f"{file}: variants.{name}.texts_of",
                    expected="a tokenizer without metadata",
                )
        if variant.adaptation is not None and recipe.bases[variant.base].fresh:
            raise UserError(
                f"{variant.adaptation.method} leaves most of base {variant.base!r} as it is, which is random weights",
                where=f"{file}: variants.{name}.adaptation",
                expected="a base that was trained",
            )
        refuse_after(variant.objectives, where=f"{file}: variants.{name}.training.schedule")
        if variant.adaptation is not None:
            refuse_adapter(variant.objectives[-1], where=f"{file}: variants.{name}.adaptation")
    for name in recipe.release.variants:
        known("variant", name, recipe.variants, "release.variants")
        _check_merges(recipe, name, file)
    if recipe.evaluation.reference is not None:
        known("model", recipe.evaluation.reference, recipe.compared, "evaluation.reference")
    if recipe.evaluation.forgetting is not None:
        known("domain", recipe.evaluation.forgetting, domains(zoo_folder(recipe.folder)), "evaluation.forgetting")
    if recipe.simulate is not None:
        known("generator", recipe.simulate.generator, registry.names("simulators"), "simulate.generator")
        asked = {"generator": recipe.simulate.generator, **recipe.simulate.settings}
        registry.settings("simulators", asked, where=f"{file}: simulate.settings")
    for name, settings in recipe.corpus.cleaning.sections.items():
        check = getattr(registry.load("filters", name), "check", None)
        if check is not None:
            check(settings, f"{file}: corpus.cleaning.{name}")
    if recipe.corpus.privacy is not None:
        from phonenumbers import SUPPORTED_REGIONS

        for region in recipe.corpus.privacy.regions:
            known("region", region, SUPPORTED_REGIONS, "corpus.privacy.regions")


def check_finetuning(recipe: Recipe, file: Path, tasks: Collection[str]) -> None:
    """What a variant lays over the fine-tuning of every task must fit all tasks that it is fine-tuned on.

    Raises:
        UserError: the variant, and the task that it does not fit.
    """
    for name, variant in recipe.variants.items():
        for task in (task for task in recipe.tasks if task in tasks and variant.finetuning is not None):
            objection = recipe.finetuning(task, name).objection(recipe.tasks[task].type)
            if objection is not None:
                raise UserError(f"on {task}: {objection}", where=f"{file}: variants.{name}.finetuning")


def _check_merges(recipe: Recipe, variant: str, file: Path) -> None:
    """A release is plain transformers weights, which not every adapter can become."""
    adaptation = recipe.variants[variant].adaptation
    if adaptation is None:
        return
    if not registry.load("adaptation", adaptation.method).merges(adaptation):
        raise UserError(
            f"{variant!r}: {adaptation.method} with these settings cannot be merged into plain weights",
            where=f"{file}: release.variants",
            expected="a variant that plain transformers can load; this one's adapter lies in models/.../adapter",
        )


def check_sources(recipe: Recipe, file: Path) -> None:
    """Sources of the corpus and the tasks: licences, read options, labels, and files of the domain's folder.

    Raises:
        UserError: the first that is wrong, by its key.
    """
    for name, source in recipe.corpus.sources.items():
        check_source(source, recipe, f"{file}: corpus.sources.{name}", recipe.folder)
    for name, task in recipe.tasks.items():
        _check_grouping(task, f"{file}: tasks.{name}")
        for part in ("all", "train", "validation", "test"):
            source = getattr(task.data, part)
            if source is not None:
                check_source(source, recipe, f"{file}: tasks.{name}.data.{part}", recipe.folder)
                _check_fields(task, source, f"{file}: tasks.{name}")


def _check_fields(task: Task, source: Source, where: str) -> None:
    """Fields that a task asks its records for are read from the source; the path of the file always is."""
    task.check(where)
    fields = {"path", *source.read.fields, *source.parallel}
    if task.make is not None:
        known = getattr(registry.load("materials", task.material), "MAKERS", {})
        if task.make.maker not in known:
            raise unknown_name("maker", task.make.maker, known, where=f"{where}.make.maker")
        fields |= set(known[task.make.maker].FIELDS)
    for key, name in task.wanted_fields:
        if name not in fields:
            raise unknown_name("field", name, fields, where=f"{where}.{key}")


def _check_grouping(task: Task, where: str) -> None:
    known = registry.load("materials", task.material).GROUPINGS
    if task.split.by is not None and task.split.by not in known:
        if not known:
            raise UserError(f"{task.split.by!r}: {task.material} has no groupings", where=f"{where}.split.by")
        raise unknown_name("grouping", task.split.by, known, where=f"{where}.split.by")


def check_bases(recipe: Recipe, file: Path) -> None:
    """Architectures, local folders and other domains that models start from; those domains are read on their own.

    Raises:
        UserError: no such folder, domain, architecture or setting of one, or a base that cannot be trained, by its key.
    """
    from maskzoo.recipe.architecture import check_settings
    from maskzoo.recipe.base_configs import check_configs

    for name, base in recipe.bases.items():
        check_settings(base, f"{file}: bases.{name}")
        if base.hub is not None and base.revision is None:
            raise UserError(
                f"{base.hub} may be another model tomorrow",
                where=f"{file}: bases.{name}.revision",
                expected="the commit of the Hub that is meant (or `main`, for whatever stands there)",
            )
        if base.folder is not None and not Path(base.folder).is_dir():
            raise UserError(f"no folder {base.folder!r}", where=f"{file}: bases.{name}.folder")
        if base.domain is not None and base.domain != recipe.name:
            zoo = zoo_folder(recipe.folder)
            if not (zoo / base.domain / "domain.yaml").is_file():
                raise unknown_name("domain", base.domain, domains(zoo), where=f"{file}: bases.{name}.domain")
    check_configs(recipe, file)
