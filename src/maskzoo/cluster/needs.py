"""Memory, time and GPUs of a rule's jobs.

Pretraining is planned (maskzoo.planning): the memory and hours of that variant on that device, with a margin. What
else handles a model gets memory by its size. The rest is told by the scale alone: round figures, generous and not
measured on your cluster. A retry asks for as much again of memory and time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from maskzoo.cluster.site import Site
from maskzoo.devices import Device, device
from maskzoo.paths import Layout
from maskzoo.processes import cores
from maskzoo.recipe.recipe import Recipe

Value = TypeVar("Value")

GB = 1e9
MARGIN = 1.5  # on what is planned: memory
SLOWER = 3.0  # and time: the node may be slower than the machine that planned, or busy
START = 0.25  # hours that any job gets for its start
HOST = (
    8 * GB
)  # main memory of a job whose model is on a GPU, beside copies of the weights while they load and are saved
COPIES = 3 * 4  # bytes a parameter for those
USUAL = 110e6  # parameters of a base-sized encoder; hours of fitting and scoring grow with the size above it

# rule -> scale -> GB, hours. A scale that is not here counts as full.
PLAIN: dict[str, dict[str, tuple[float, float]]] = {
    "simulate": {"demo": (2, 0.25), "small": (2, 0.25), "full": (4, 1)},
    "tasks": {"demo": (2, 0.25), "small": (4, 0.5), "full": (16, 2)},
    "corpus": {"demo": (4, 0.25), "small": (8, 2), "full": (32, 24)},
    "corpus_shard": {"demo": (4, 0.25), "small": (8, 2), "full": (16, 24)},
    "tokenizer": {"demo": (3, 0.25), "small": (8, 1), "full": (64, 8)},
    "audit": {"demo": (3, 0.25), "small": (4, 0.5), "full": (8, 1)},
    "tokens": {"demo": (3, 0.25), "small": (6, 1), "full": (16, 8)},
    "masking_tables": {"demo": (3, 0.25), "small": (8, 1), "full": (32, 8)},
    "baseline": {"demo": (2, 0.25), "small": (4, 1), "full": (16, 4)},
    "curves": {"demo": (2, 0.25), "small": (2, 0.25), "full": (4, 0.5)},
    "compare": {"demo": (2, 0.25), "small": (4, 0.5), "full": (8, 1)},
    "release": {"demo": (3, 0.25), "small": (4, 0.25), "full": (16, 1)},
    "cards": {"demo": (2, 0.25), "small": (2, 0.25), "full": (2, 0.25)},
    "study": {"demo": (2, 0.25), "small": (4, 0.5), "full": (8, 1)},
}
# the same hours for what fits or scores one model of usual size or less, one seed
FITTED: dict[str, dict[str, float]] = {
    "finetune": {"demo": 0.25, "small": 1, "full": 2},
    "probe": {"demo": 0.25, "small": 0.5, "full": 1},
    "forgetting": {"demo": 0.25, "small": 0.5, "full": 1},
}
ON_GPU = ("pretrain", *FITTED)  # rules that use one where the scale has it


@dataclass(frozen=True)
class Need:
    """What one job needs at its first attempt.

    Attributes:
        memory: bytes of main memory.
        device_memory: bytes on each GPU, 0 where it uses none.
    """

    memory: float
    hours: float
    gpus: int = 0
    device_memory: float = 0

    def megabytes(self, attempt: int) -> int:
        """To ask for, at the first, second, ... attempt."""
        return round(self.memory * attempt / 1e6)

    def minutes(self, attempt: int, *, most: float) -> int:
        """To ask for, at most those of `most` hours."""
        return max(1, round(60 * min(most, self.hours * attempt)))


def plain(rule: str, scale: str) -> Need:
    """What a rule that handles no model needs."""
    memory, hours = _at(PLAIN[rule], scale)
    return Need(memory=memory * GB, hours=hours)


def pretraining(recipe: Recipe, variant: str, layout: Layout, site: Site, threads: int, *, processes: int = 1) -> Need:
    """What a pretraining run needs, as it is planned.

    Several processes each hold a model. They share out the work: of as many GPUs, so that it takes less time, unless
    the budget is time; or of the same cores.

    Args:
        processes: that train together.

    Raises:
        UserError: a base whose shape cannot be known here.
    """
    from maskzoo.planning.command import planned_variant

    on_gpu = site.has_gpus(recipe.scale)
    run, _ = planned_variant(recipe, variant, layout, device(site.gpu) if on_gpu and site.gpu else _cpu(threads))
    budget = recipe.variants[variant].training.budget
    timed = budget is not None and budget.seconds is not None
    hours = START + SLOWER * run.hours / (processes if on_gpu and not timed else 1)
    return _of_model(run.parameters, run.memory, hours, on_gpu=on_gpu, processes=processes)


def fitting(rule: str, recipe: Recipe, model: str, layout: Layout, site: Site, *, task: str | None) -> Need:
    """What fine-tuning or scoring a variant, or a base that is compared with, needs.

    Args:
        task: that is fine-tuned on.

    Raises:
        UserError: a base whose shape cannot be known here.
    """
    from maskzoo.planning.estimate import run as estimated
    from maskzoo.planning.shapes import empty_model, shape, vocabulary

    variant = recipe.variants.get(model)
    found = shape(recipe, variant.base if variant else model, layout)
    entries = vocabulary(recipe, variant.tokenizer, layout) if variant else int(found.values["vocab_size"])
    empty = empty_model(found, entries)
    settings = recipe.finetuning(task, model) if task else None
    batch = settings.batch_size * settings.max_length if settings else 32 * 128
    on_gpu = site.has_gpus(recipe.scale)
    parameters = sum(parameter.numel() for parameter in empty.parameters())
    run = estimated(
        model,
        parameters=parameters,
        hidden=empty.config.hidden_size,
        layers=empty.config.num_hidden_layers,
        steps=0,
        step_tokens=0,
        kept_tokens=batch,
        kept_logits=batch * entries if not settings else 0,
        step_flops=0,
        device=device(site.gpu) if on_gpu and site.gpu else _cpu(1),
    )
    runs = len(recipe.seeds.finetuning) + len(settings.learning_rates) - 1 if settings else 1
    hours = _at(FITTED[rule], recipe.scale) * runs * max(1.0, parameters / USUAL)
    return _of_model(parameters, run.memory, hours, on_gpu=on_gpu)


def _of_model(parameters: int, memory: float, hours: float, *, on_gpu: bool, processes: int = 1) -> Need:
    """A need from the memory that training takes in each process, wherever the model is."""
    if not on_gpu:
        return Need(memory=GB + MARGIN * memory * processes, hours=hours)
    return Need(memory=(HOST + COPIES * parameters) * processes, hours=hours, gpus=processes, device_memory=memory)


def _at(by_scale: Mapping[str, Value], scale: str) -> Value:
    return by_scale.get(scale, by_scale["full"])


def _cpu(threads: int) -> Device:
    """So many cores of a CPU such as this machine's."""
    here = _this_cpu()
    return replace(here, peak=here.peak / cores() * threads)


@cache
def _this_cpu() -> Device:
    return device("cpu")
