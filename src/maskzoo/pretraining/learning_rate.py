"""Learning rates as pure functions of the place that a run has reached."""

from maskzoo.pretraining.phases import Plan
from maskzoo.recipe.training import Curve, Training


def warm_up_stable_decay(
    step: int, *, steps: int, warmup: float, decay: float, shape: str = "linear", floor: float = 0.0
) -> float:
    """Factor of the peak learning rate at a step (from 0), between 0 and 1.

    Linear up over the first `warmup` share of the steps, flat, then down over the last `decay` share to `floor`, which
    the step after the last one would have. Hu et al. 2024, "MiniCPM" (https://arxiv.org/abs/2404.06395), section 4.
    With `shape="sqrt"` it falls by 1 - sqrt(progress), Hägele et al. 2024 (https://arxiv.org/abs/2405.18392).
    """
    rising = round(warmup * steps)
    falling = round(decay * steps)
    if step < rising:
        return (step + 1) / rising
    if step >= steps:
        return floor
    left = min(1.0, (steps - step) / falling) if falling else 1.0
    if shape == "sqrt":
        left = 1 - (1 - left) ** 0.5
    return floor + (1 - floor) * left


def learning_rate(place: int, plan: Plan, training: Training, *, head_steps: int = 0) -> float:
    """The learning rate at a place of a run.

    Constant for the first `head_steps` places while a new head is warmed, then the run's curve over the others; in a
    phase that has a curve of its own, that one over the phase.
    """
    if place < head_steps:
        return training.head_warmup_learning_rate
    number = plan.phase_at(place)
    own = plan.phases[number].curve
    begin, end = (plan.ends[number - 1] if number else 0, plan.ends[number]) if own else (0, plan.length)
    begin = max(begin, head_steps)
    curve = own or Curve(warmup=training.warmup, decay=training.decay)
    factor = warm_up_stable_decay(
        place - begin,
        steps=end - begin,
        warmup=curve.warmup,
        decay=curve.decay,
        shape=curve.shape,
        floor=curve.floor,
    )
    return training.learning_rate * curve.peak * factor
