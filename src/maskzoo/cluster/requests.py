"""The `resources:` of every rule: functions that Snakemake calls for each job and attempt."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from maskzoo.cluster.needs import ON_GPU, PLAIN, Need, fitting, plain, pretraining
from maskzoo.cluster.partitions import Wish
from maskzoo.cluster.site import Site
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe


class Jobs(Protocol):
    """What is known of a job by its wildcards."""

    @property
    def site(self) -> Site | None: ...
    @property
    def submits(self) -> bool: ...
    def of(self, wildcards: Any) -> Recipe: ...
    def layout_of(self, wildcards: Any) -> Layout: ...
    def processes_of(self, wildcards: Any) -> int: ...


def resources(jobs: Jobs, rule: str) -> dict[str, Callable[..., int | str | None]]:
    """What the jobs of a rule ask for, by the Slurm executor's names; nothing where there is no cluster."""
    if jobs.site is None:
        return {}
    site = jobs.site
    known: dict[tuple[object, ...], Need] = {}

    def need(wildcards: Any, threads: int) -> Need:
        key = (*(getattr(wildcards, name, None) for name in ("domain", "scale", "variant", "model", "task")), threads)
        if key not in known:
            known[key] = _need(jobs, site, rule, wildcards, threads)
        return known[key]

    def mem_mb(wildcards: Any, threads: int, attempt: int) -> int:
        return need(wildcards, threads).megabytes(attempt)

    def runtime(wildcards: Any, threads: int, attempt: int) -> int:
        return need(wildcards, threads).minutes(attempt, most=site.hours)

    def gpu(wildcards: Any) -> int | None:
        each = _gpus(site, rule, wildcards.scale)  # pretraining may be shared out, a GPU for each process
        return each * (jobs.processes_of(wildcards) if rule == "pretrain" else 1) or None

    def gpu_model(wildcards: Any) -> str | None:
        return site.gpu_model if _gpus(site, rule, wildcards.scale) else None

    def slurm_partition(wildcards: Any) -> str | None:
        return site.partition_of(gpus=_gpus(site, rule, wildcards.scale))

    return {
        **({"mem_mb": mem_mb, "runtime": runtime} if jobs.submits else {}),
        **({"gpu": gpu} if rule in ON_GPU and site.gpu else {}),
        **({"gpu_model": gpu_model} if rule in ON_GPU and site.gpu_model else {}),
        **({"slurm_partition": slurm_partition} if site.partition or site.gpu_partition else {}),
    }


def wishes(
    site: Site, scale: str, overwritten: Mapping[str, Mapping[str, Any]], default: Mapping[str, Any]
) -> list[Wish]:
    """Where the jobs of every rule will go at a scale.

    Args:
        overwritten: what `--set-resources` says: rule -> resource -> value, or what Snakemake made of it.
        default: what `--default-resources` says.
    """
    found = []
    for rule in dict.fromkeys((*ON_GPU, *PLAIN, *overwritten)):
        own, gpus = overwritten.get(rule, {}), _gpus(site, rule, scale)
        partition = _value(own, "slurm_partition", site.partition_of(gpus=gpus) or _value(default, "slurm_partition"))
        asked = str(_value(own, "gpu", gpus))
        found.append(Wish(rule, partition, int(asked) if asked.isdecimal() else gpus))
    return found


def _value(given: Mapping[str, Any], name: str, otherwise: Any = None) -> Any:
    """A resource as it was typed; an expression has a value only within a job, so it counts as not given."""
    if name not in given:
        return otherwise
    typed = str(getattr(given[name], "raw", given[name])).strip("'\"")
    return typed if re.fullmatch(r"[\w.-]+", typed) else otherwise


def _gpus(site: Site, rule: str, scale: str) -> int:
    return int(rule in ON_GPU and site.has_gpus(scale))


def _need(jobs: Jobs, site: Site, rule: str, wildcards: Any, threads: int) -> Need:
    if rule not in ON_GPU:
        return plain(rule, wildcards.scale)
    recipe, layout = jobs.of(wildcards), jobs.layout_of(wildcards)
    if rule == "pretrain":
        together = jobs.processes_of(wildcards)
        return pretraining(recipe, wildcards.variant, layout, site, threads, processes=together)
    return fitting(rule, recipe, wildcards.model, layout, site, task=getattr(wildcards, "task", None))
