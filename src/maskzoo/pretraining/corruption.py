"""What stands in the places that a masking policy hid."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray


def corrupt(
    ids: NDArray[np.int64],
    hidden: NDArray[np.bool_],
    *,
    rule: Literal["bert", "mask_only"],
    mask_id: int,
    ordinary: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """A copy of `ids` with the hidden places filled.

    Args:
        ids: tokens, (batch, length).
        hidden: places to fill, (batch, length).
        rule: `mask_only` puts the mask everywhere; `bert` (Devlin et al. 2019, section 3.1) puts it in 80 % of the
            places, a random ordinary token in 10 %, and leaves 10 % as they were.
        mask_id: id of the mask token.
        ordinary: ids that a random token is drawn from (the vocabulary without specials).
        rng: source of chance.
    """
    filled = ids.copy()
    if rule == "mask_only":
        filled[hidden] = mask_id
        return filled
    chance = rng.random(ids.shape)
    filled[hidden & (chance < 0.8)] = mask_id
    replaced = hidden & (chance >= 0.8) & (chance < 0.9)
    filled[replaced] = rng.choice(ordinary, size=int(replaced.sum()))
    return filled
