"""What holds for every policy that there is, and so for the next one that is added."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from maskzoo import registry
from maskzoo.masking.common.text import Outcome, Text

NEEDED: dict[str, dict[str, Any]] = {
    "linguistic_entity": {"taggers": [{"lexicon": "none"}]},
    "part_of_speech": {"tagger": {"lexicon": "none"}},
}
WITHOUT_BUDGET = {"adaptive", "informask"}  # they hide token by token
POLICIES = registry.names("masking")
VOCABULARY = 80


def _settings(name: str) -> Any:
    return registry.settings("masking", {"policy": name, **NEEDED.get(name, {})})


def _state(name: str) -> dict[str, Any]:
    policy: Any = registry.load("masking", name)
    return policy.start(_settings(name), VOCABULARY) if hasattr(policy, "start") else {}


def _text(batch: int = 200, length: int = 48) -> Text:
    """Windows of several documents with random tables of every kind; the last row is all special tokens."""
    rng = np.random.default_rng(0)
    special = rng.random((batch, length)) < 0.1
    special[-1] = True
    ids = np.where(special, 2, 5 + (rng.zipf(1.4, (batch, length)) - 1) % (VOCABULARY - 5))
    kinds = rng.integers(1, 17, (batch, length))
    spans = np.where(rng.random((batch, length)) < 0.2, 2 * kinds + 1, 0)
    spans[:, 1:] = np.where((spans[:, 1:] == 0) & (spans[:, :-1] > 0), spans[:, :-1] - 1, spans[:, 1:])
    columns = {
        "words": rng.random((batch, length)) < 0.6,
        "ngrams": rng.random((batch, length)) < 0.8,
        "spans": spans,
        "listed": rng.random((batch, length)) < 0.12,
    }
    entries = {
        "counts": rng.integers(1, 1000, VOCABULARY).astype(np.float64),
        "idf": rng.random(VOCABULARY) * 5,
        "informativeness": rng.random(VOCABULARY) * 0.3,
    }
    return Text(
        ids,
        special,
        np.cumsum(rng.random((batch, length)) < 0.05, axis=1),
        {name: column.astype(np.uint8) for name, column in columns.items()},
        entries,
    )


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("rate", [0.02, 0.15, 0.6])
def test_special_tokens_stay_budgets_hold_and_chance_comes_from_the_generator_alone(name: str, rate: float) -> None:
    policy: Any = registry.load("masking", name)
    text, settings, state = _text(), _settings(name), _state(name)
    kept = text.ids.copy(), text.special.copy()
    first, again, other = (
        policy.select(text, rate=rate, settings=settings, rng=np.random.default_rng(seed), state=state)
        for seed in ((0, 1), (0, 1), (0, 2))
    )
    assert first.dtype == bool
    assert first.shape == text.ids.shape
    assert not (first & text.special).any()
    assert (first == again).all()
    assert name == "self_evolution" or (first != other).any()
    assert (text.ids == kept[0]).all()
    assert (text.special == kept[1]).all()
    if name not in WITHOUT_BUDGET | {"self_evolution"}:
        ordinary = (~text.special).sum(axis=1)
        assert (first.sum(axis=1) <= np.ceil(rate * ordinary)).all()


@pytest.mark.parametrize("name", [name for name in POLICIES if hasattr(registry.load("masking", name), "learn")])
def test_what_is_learned_follows_from_what_is_told_and_survives_a_checkpoint(name: str, tmp_path: Path) -> None:
    policy: Any = registry.load("masking", name)
    settings, state = _settings(name), _state(name)
    rng = np.random.default_rng(0)
    ids, losses = rng.integers(5, VOCABULARY, 300), rng.random(300) * 6
    columns = {"spans": (2 * rng.integers(0, 9, 300)).astype(np.uint8)}
    outcome = Outcome(ids, losses, losses < 1, rng.random(300) < 0.8, columns, VOCABULARY)
    before = {key: value.copy() for key, value in state.items()}
    learned = policy.learn(state, outcome, settings=settings, rate=0.15)
    assert all((state[key] == before[key]).all() for key in before)  # what it is given it leaves alone
    assert any((learned[key] != before[key]).any() for key in before)
    assert learned.keys() == before.keys()
    save_file(learned, tmp_path / "state.safetensors")
    loaded = load_file(tmp_path / "state.safetensors")
    assert {key: value.dtype for key, value in loaded.items()} == {key: value.dtype for key, value in before.items()}
    text = _text()
    masks = [
        policy.select(text, rate=0.15, settings=settings, rng=np.random.default_rng(3), state=one)
        for one in (learned, loaded)
    ]
    assert (masks[0] == masks[1]).all()
