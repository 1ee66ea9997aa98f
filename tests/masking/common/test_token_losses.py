"""Losses of every token in one pass are those of the model asked window by window, document by document."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.nn import functional

from maskzoo.masking.common.table import Corpus
from maskzoo.masking.common.token_losses import losses_of
from tests.masking.corpora import corpus_of_ids
from tests.models.tiny import tiny


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("losses")
    tiny("bert").save_pretrained(folder / "base")
    rng = np.random.default_rng(0)
    texts = [rng.integers(5, 65, size).tolist() for size in (9, 3, 30, 14, 5, 1)]
    return replace(corpus_of_ids(folder, texts), base=folder / "base")


def joined(corpus: Corpus, **given: int) -> tuple[np.ndarray, np.ndarray]:
    losses, special = zip(*losses_of(corpus, **given), strict=True)
    return np.concatenate(losses), np.concatenate(special)


def starts_and_ends(corpus: Corpus, window: int) -> list[tuple[int, int]]:
    """Where parts of documents begin and end that a window shows together; a last one that begins earlier apart."""
    cuts = sorted({*corpus.offsets.tolist(), *range(0, len(corpus.ids), window)})
    return [pair for pair in pairwise(cuts) if pair[1] <= len(corpus.ids) // window * window]


@pytest.mark.parametrize("window", [8, 16, 31])
def test_what_is_in_sight_is_scored_as_transformers_does(corpus: Corpus, window: int) -> None:
    losses, special = joined(corpus, window=window, turns=0, at_once=2)
    assert len(losses) == len(special) == len(corpus.ids)
    ids = torch.from_numpy(np.asarray(corpus.ids).astype(np.int64))
    assert (special == np.isin(ids.numpy(), corpus.special_ids)).all()
    assert np.isfinite(losses).all()
    model = tiny("bert")
    for first, last in starts_and_ends(corpus, window):
        with torch.no_grad():
            logits = model(input_ids=ids[None, first:last]).logits[0]
        expected = functional.cross_entropy(logits, ids[first:last], reduction="none").numpy()
        ordinary = ~special[first:last]
        np.testing.assert_allclose(losses[first:last][ordinary], expected[ordinary], atol=2e-5, rtol=1e-4)


def test_each_token_is_scored_once_while_it_is_hidden(corpus: Corpus) -> None:
    seen, special = joined(corpus, window=16, turns=0)
    hidden, _ = joined(corpus, window=16, turns=3)
    again, _ = joined(corpus, window=16, turns=3)
    assert np.array_equal(hidden, again)  # the turns are the same every time
    assert (hidden[~special] > 0).all()
    assert np.mean(hidden[~special] == seen[~special]) < 0.05
    assert (hidden[special] == 0).all()


def test_how_many_windows_go_together_makes_no_difference(corpus: Corpus) -> None:
    one, _ = joined(corpus, window=16, at_once=1)
    all_, _ = joined(corpus, window=16, at_once=100)
    np.testing.assert_allclose(one, all_, atol=1e-5)
