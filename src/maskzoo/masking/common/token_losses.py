"""What a checkpoint makes of every token of a corpus, in one pass without gradients."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from maskzoo.masking.common.table import Corpus


def losses_of(
    corpus: Corpus, *, window: int, turns: int = 0, at_once: int = 16
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.bool_]]]:
    """Cross-entropy of every token of the train split under the corpus' base, dropout off.

    Args:
        window: tokens seen together; windows do not overlap.
        turns: 0: with every token in sight; else each token while it is hidden, together with one of `turns` of the
            others, drawn at random.
        at_once: windows in a forward pass.

    Yields:
        Losses in nats and which tokens are special, both (tokens,), in the order of the tokens.
    """
    import torch

    from maskzoo.models.common import probabilities
    from maskzoo.models.common.attention import encode, longest_sequence
    from maskzoo.models.common.heads import at_places
    from maskzoo.models.common.start import Vocabulary, base_model
    from maskzoo.tokenization.windows import Windows

    meta = corpus.shards.meta
    assert corpus.base is not None
    vocabulary = Vocabulary(meta["vocab_size"], meta["pad_id"], meta["mask_id"], folder=corpus.tokenizer)
    model, _ = base_model(corpus.base, vocabulary, length=8, seed=0)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = model.to(device).eval()
    length = min(window, longest_sequence(model.config))
    windows = Windows(corpus.ids, corpus.offsets, special_ids=meta["special_ids"], length=length)
    starts = np.arange(windows.count) * windows.length
    rest = len(corpus.ids) - windows.count * windows.length
    if rest:  # the last window begins earlier, so that it is as long as the others; only its end is taken
        starts = np.append(starts, len(corpus.ids) - windows.length)
    rng = np.random.default_rng(0)
    for first in range(0, len(starts), at_once):
        chosen = starts[first : first + at_once]
        batch = windows.at(chosen)
        turn = rng.integers(max(1, turns), size=batch.ids.shape)
        losses = np.zeros(batch.ids.shape, dtype=np.float32)
        documents = torch.from_numpy(batch.documents).to(device)
        positions = torch.from_numpy(batch.positions).to(device)
        for number in range(max(1, turns)):
            asked = ~batch.special & (turn == number)
            shown = np.where(asked, meta["mask_id"], batch.ids) if turns else batch.ids
            labels = torch.from_numpy(batch.ids[asked]).to(device)
            if len(labels) == 0:
                continue
            with torch.inference_mode():
                encoded = encode(model, torch.from_numpy(shown).to(device), positions, documents)
                states = at_places(encoded, torch.from_numpy(asked).to(device), len(labels))
                found = probabilities.losses(model, states, labels)
            losses[asked] = found[0].cpu().numpy()
        last = rest if rest and first + at_once >= len(starts) else 0
        flat, special = losses.ravel(), batch.special.ravel()
        if last:
            keep = np.ones(len(flat), dtype=bool)
            keep[len(flat) - windows.length : len(flat) - last] = False
            flat, special = flat[keep], special[keep]
        yield flat, special
