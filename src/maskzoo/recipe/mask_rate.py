"""How the masking rate changes over a run: pure functions of the share of the run that is done.

Yang et al. 2023, "Learning Better Masking for Better Language Model Pre-training"
(https://arxiv.org/abs/2208.10806), section 3.1: the rate starts at about twice the usual one and falls to almost
nothing; linear and cosine have the usual rate as their mean, so a run makes as many predictions as at a constant rate.
"""

import math
from typing import Literal

RateSchedule = Literal["constant", "linear", "cosine", "square", "late", "rising", "to_final"]


def rate_at(rate: float, done: float, schedule: RateSchedule, *, final: float | None = None) -> float:
    """The rate when `done` of the run (0 to 1) is over.

    Args:
        rate: the rate that a schedule is made of: its mean, but for `square` (2/3), `late` (4/3) and `to_final`.
        schedule: `linear` 2p(1-t), `cosine` p(1+cos(pi t)) + 0.02, `square` 2p(1-t)^2, `late` 2p(1-t^2) + 0.01,
            `rising` 2pt, `to_final` in a straight line from `rate` to `final`.
        final: where `to_final` ends.
    """
    match schedule:
        case "linear":
            return 2 * rate * (1 - done)
        case "cosine":
            return rate * (1 + math.cos(math.pi * done)) + 0.02
        case "square":
            return 2 * rate * (1 - done) ** 2
        case "late":
            return 2 * rate * (1 - done**2) + 0.01
        case "rising":
            return 2 * rate * done
        case "to_final":
            assert final is not None
            return rate + (final - rate) * done
    return rate
