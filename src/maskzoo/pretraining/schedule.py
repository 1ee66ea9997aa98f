"""Learning rates as pure functions of the step."""

from maskzoo.recipe.training import Training


def warm_up_stable_decay(step: int, *, steps: int, warmup: float, decay: float) -> float:
    """Factor of the peak learning rate at a step (from 0), between 0 and 1.

    Linear up over the first `warmup` share of the steps, flat, then linear down over the last `decay` share; the
    last step would be followed by 0. Hu et al. 2024, "MiniCPM" (https://arxiv.org/abs/2404.06395), section 4.
    """
    rising = round(warmup * steps)
    falling = round(decay * steps)
    if step < rising:
        return (step + 1) / rising
    if step >= steps:
        return 0.0
    return min(1.0, (steps - step) / falling) if falling else 1.0


def learning_rate(step: int, training: Training, *, head_steps: int = 0) -> float:
    """The learning rate of a step: constant while a new head is warmed, then the schedule over the other steps."""
    if step < head_steps:
        return training.head_warmup_learning_rate
    factor = warm_up_stable_decay(
        step - head_steps, steps=training.steps - head_steps, warmup=training.warmup, decay=training.decay
    )
    return training.learning_rate * factor
