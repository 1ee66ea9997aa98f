"""What stands in the places that a masking policy hid, and which of them are predicted."""

import numpy as np
from numpy.typing import NDArray

from maskzoo.masking.common.draw import lowest


def corrupt(
    ids: NDArray[np.int64],
    hidden: NDArray[np.bool_],
    *,
    shares: tuple[float, float],
    mask_id: int,
    ordinary: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """A copy of `ids` with the hidden places filled.

    Args:
        ids: tokens, (batch, length).
        hidden: places to fill, (batch, length).
        shares: of the places that get the mask, and a random ordinary token; the rest stays as it was. (1, 0) is the
            mask everywhere, (0.8, 0.1) is BERT's rule (Devlin et al. 2019, section 3.1).
        mask_id: id of the mask token.
        ordinary: ids that a random token is drawn from (the vocabulary without specials).
        rng: source of chance.
    """
    mask, random = shares
    filled = ids.copy()
    if mask >= 1:
        filled[hidden] = mask_id
        return filled
    chance = rng.random(ids.shape)
    filled[hidden & (chance < mask)] = mask_id
    replaced = hidden & (chance >= mask) & (chance < mask + random)
    filled[replaced] = rng.choice(ordinary, size=int(replaced.sum()))
    return filled


def subset(
    hidden: NDArray[np.bool_], special: NDArray[np.bool_], *, rate: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Of the hidden places those that are predicted: `floor(rate * n + U(0, 1))` of every row's, at random.

    Wettig et al. 2023 (https://arxiv.org/abs/2202.08005), section 5: corruption and prediction as rates of their own.

    Args:
        hidden: places that are corrupted, (batch, length).
        special: where nothing may be hidden; n counts the others.
        rate: share of those n.
    """
    batch, length = hidden.shape
    count = np.floor(rate * (length - special.sum(axis=1)) + rng.random(batch)).astype(np.int64)
    return lowest(rng.random(hidden.shape), hidden, count)


def shared_out(
    hidden: NDArray[np.bool_], special: NDArray[np.bool_], *, copies: int, rate: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Hidden places dealt out to copies of every row, so that no two copies hide the same and together they hide all.

    Args:
        hidden: of the rows, (batch, length).
        special: where nothing may be hidden.
        copies: of every row.
        rate: what a copy may hide, as a share of its ordinary positions; the last copy takes what is left.

    Returns:
        Booleans, (batch * copies, length); the copies of a row stand next to each other.
    """
    batch, length = hidden.shape
    each = np.maximum(1, np.floor(rate * (length - special.sum(axis=1)) + rng.random(batch)).astype(np.int64))
    ranks = np.empty((batch, length), dtype=np.int64)
    order = np.argsort(np.where(hidden, rng.random(hidden.shape), np.inf), axis=1)
    np.put_along_axis(ranks, order, np.arange(length)[None, :], axis=1)
    owner = np.where(hidden, np.minimum(ranks // each[:, None], copies - 1), -1)
    dealt: NDArray[np.bool_] = owner[:, None, :] == np.arange(copies)[None, :, None]
    return dealt.reshape(batch * copies, length)
