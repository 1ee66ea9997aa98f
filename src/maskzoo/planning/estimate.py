"""Arithmetic of a plan: what one variant and all runs of a recipe take on a device."""

from dataclasses import dataclass

from maskzoo.devices import Device

WEIGHTS = 4  # bytes a parameter, float32 as they are kept and released
MOMENTS = 8  # both of Adam's
TRAINED = WEIGHTS + 4 + MOMENTS  # with the gradients
CHECKPOINTS = 2  # that a run keeps to go on from, beside the model
COPY = 2  # bfloat16 weights beside them
# bytes a token and unit of width that a layer keeps for its backward pass: 34 at two bytes a number (Korthikanti et al.
# 2022, section 4.1, without the scores, which fused attention computes anew)
KEPT = {"bf16": 34, "fp32": 68}
LOGIT = {"bf16": 2 + 4 + 4, "fp32": 4}  # bytes of one, its float32 and its gradient; on the CPU one buffer serves all
PROCESS = 0.6e9  # Python, torch and transformers themselves, measured: a run of 0 steps
CLASSES = ((1, "A: less than a device hour"), (10, "B: up to 10"), (100, "C: up to 100"), (1000, "D: up to 1,000"))


@dataclass(frozen=True)
class Run:
    """One pretraining run of a variant.

    Attributes:
        flops: of the whole run.
        hours: on one device.
        memory: bytes at the peak.
        storage: bytes that stay: checkpoints to resume from, and the model.
    """

    variant: str
    parameters: int
    steps: int
    tokens: int
    flops: float
    hours: float
    memory: float
    storage: float


def run(
    variant: str,
    *,
    parameters: int,
    hidden: int,
    layers: int,
    steps: int,
    step_tokens: int,
    kept_tokens: int,
    kept_logits: int,
    step_flops: float,
    device: Device,
) -> Run:
    """What one run takes.

    Args:
        hidden, layers: of the encoder.
        step_tokens: tokens in an optimiser step; kept_tokens: in one forward pass.
        kept_logits: logits of one forward pass that are held at once.
        step_flops: operations of a step, forwards and backwards.
    """
    flops = step_flops * steps
    copy = COPY if device.precision == "bf16" else 0
    return Run(
        variant=variant,
        parameters=parameters,
        steps=steps,
        tokens=steps * step_tokens,
        flops=flops,
        hours=flops / device.rate(hidden) / 3600,
        memory=PROCESS
        + parameters * (TRAINED + copy)
        + KEPT[device.precision] * layers * hidden * kept_tokens
        + LOGIT[device.precision] * kept_logits,
        storage=parameters * (WEIGHTS + CHECKPOINTS * (WEIGHTS + MOMENTS)),
    )


def cost_class(hours: float) -> str:
    """How dear so many hours of a device are; prices change, orders of magnitude do not."""
    return next((name for limit, name in CLASSES if hours < limit), "E: more than 1,000")
