"""A masking at work: deterministic by seed and step, with rates that were asked for, and with its tables."""

from pathlib import Path

import numpy as np
import pytest

from maskzoo.errors import UserError
from maskzoo.files import read_json
from maskzoo.masking.common.mask_rates import MaskRates, decile_of
from maskzoo.masking.common.masker import Masker
from maskzoo.masking.common.tables import make, open_tables
from maskzoo.masking.common.words import Words
from maskzoo.recipe.mask_rate import rate_at
from maskzoo.recipe.masking import Masking
from maskzoo.tokenization.shards import Shards
from maskzoo.tokenization.windows import Windows
from tests.masking.corpora import TEXTS, corpus_of


def _windows() -> Windows:
    rng = np.random.default_rng(0)
    lengths = rng.integers(5, 60, 200)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    ids = 5 + (rng.zipf(1.5, offsets[-1]) - 1) % 95
    ids[offsets[:-1]], ids[offsets[1:] - 1] = 2, 3
    return Windows(ids.astype(np.uint16), offsets, special_ids=[0, 1, 2, 3, 4], length=32)


def _masker(windows: Windows, **said: object) -> Masker:
    return Masker(Masking.model_validate(said), windows, mask_id=4, ordinary=np.arange(5, 100))


def test_masks_follow_from_seed_and_step_and_nothing_else() -> None:
    windows = _windows()
    batch = windows.batch(seed=0, step=3, size=16)
    one, other = _masker(windows), _masker(windows)
    other.draw(batch, seed=0, step=2)
    first, again, later = (
        one.draw(batch, seed=0, step=3),
        other.draw(batch, seed=0, step=3),
        one.draw(batch, seed=0, step=4),
    )
    assert (first.ids == again.ids).all()
    assert (first.predicted == again.predicted).all()
    assert (first.predicted != later.predicted).any()


@pytest.mark.parametrize("step", range(3))
def test_more_may_be_corrupted_than_is_predicted(step: int) -> None:
    windows = _windows()
    batch = windows.batch(seed=0, step=step, size=64)
    masked = _masker(windows, rate=0.1, corruption_rate=0.4).draw(batch, seed=0, step=step)
    corrupted = masked.ids == 4
    ordinary = (~batch.special).sum(axis=1)
    assert (np.abs(corrupted.sum(axis=1) - 0.4 * ordinary) < 1).all()
    assert (np.abs(masked.predicted.sum(axis=1) - 0.1 * ordinary) < 1).all()
    assert not (masked.predicted & ~corrupted).any()


def test_more_may_be_predicted_than_is_corrupted_at_a_time() -> None:
    windows = _windows()
    batch = windows.batch(seed=0, step=0, size=8)
    masked = _masker(windows, rate=0.4, corruption_rate=0.1).draw(batch, seed=0, step=0)
    assert masked.ids.shape == (32, 32)
    assert (masked.batch.ids == np.repeat(batch.ids, 4, axis=0)).all()
    by_row = masked.predicted.reshape(8, 4, 32)
    assert by_row.sum(axis=1).max() == 1  # no place twice
    ordinary = (~batch.special).sum(axis=1)
    assert (np.abs(by_row.sum(axis=(1, 2)) - 0.4 * ordinary) < 1).all()
    assert ((masked.ids == 4) == masked.predicted).all()
    assert (by_row.sum(axis=2).max(axis=1) <= np.ceil(0.1 * ordinary) + 3).all()


def test_rates_of_schedules_are_those_of_their_formulas() -> None:
    expected = {  # at the start, half way, at the end
        "constant": (0.15, 0.15, 0.15),
        "linear": (0.3, 0.15, 0.0),
        "cosine": (0.32, 0.17, 0.02),
        "square": (0.3, 0.075, 0.0),
        "late": (0.31, 0.235, 0.01),
        "rising": (0.0, 0.15, 0.3),
        "to_final": (0.15, 0.25, 0.35),
    }
    for schedule, rates in expected.items():
        found = [rate_at(0.15, done, schedule, final=0.35) for done in (0.0, 0.5, 1.0)]  # type: ignore[arg-type]
        assert found == pytest.approx(rates)
    over = np.linspace(0, 1, 10_001)
    assert np.mean([rate_at(0.15, done, "linear") for done in over]) == pytest.approx(0.15)
    assert np.mean([rate_at(0.15, done, "cosine") for done in over]) == pytest.approx(0.17)


def test_the_realised_rate_follows_the_schedule() -> None:
    windows = _windows()
    masker = _masker(windows, rate=0.2, schedule="linear")
    for step in range(10):
        batch = windows.batch(seed=0, step=step, size=64)
        hidden = masker.draw(batch, seed=0, step=step, done=step / 10).predicted
        assert hidden.sum() / (~batch.special).sum() == pytest.approx(0.4 * (1 - step / 10), abs=0.01)


def test_deciles_are_tenths_of_the_text_from_rare_to_frequent() -> None:
    windows = _windows()
    deciles = decile_of(windows.tokens, 100, [0, 1, 2, 3, 4])
    counts = np.bincount(windows.tokens, minlength=100)
    counts[:5] = 0
    by_frequency = np.argsort(counts[5:], kind="stable") + 5
    assert (np.diff(deciles[by_frequency].astype(int)) >= 0).all()
    assert deciles[by_frequency[-1]] >= 7  # the most frequent token is a third of this text
    assert counts[deciles == 0].sum() / counts.sum() == pytest.approx(0.1, abs=0.03)


def test_rates_count_what_was_hidden_and_who_missed_the_budget() -> None:
    rates = MaskRates()
    deciles = np.array([[0, 0, 9, 9], [0, 5, 5, 9]], dtype=np.uint8)
    special = np.array([[False, False, False, True], [False] * 4])
    hidden = np.array([[True, False, False, False], [False] * 4])
    rates.add(deciles, special, hidden, 0.34)
    figures = rates.figures()
    assert figures["mask_rate"] == pytest.approx(1 / 7)
    assert figures["budget_missed"] == 0.5  # the second row has none of the one that four tokens allow
    assert figures["mask_rate_by_decile"][0] == pytest.approx(1 / 3, abs=1e-5)
    assert figures["mask_rate_by_decile"][9] == 0.0
    assert figures["mask_rate_by_decile"][3] is None
    assert MaskRates.from_json(rates.as_json()).figures() == figures


def test_tables_are_made_once_and_known_by_what_they_were_made_from(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, "wordpiece", TEXTS)
    masking, listing = Masking(policy="whole_word"), tmp_path / "masking" / "variant.json"
    where = {"folder": tmp_path / "masking" / "tables" / "own", "listing": listing}
    with pytest.raises(UserError, match=r"whole_word needs tables of the corpus \(words\).*masking-tables"):
        open_tables(masking, listing, tokens=corpus.shards.folder)
    make([Words()], corpus, **where)
    [file] = where["folder"].glob("*.npy")
    written = file.stat().st_mtime_ns
    make([Words(), Words()], corpus, **where)
    assert file.stat().st_mtime_ns == written
    tables = open_tables(masking, listing, tokens=corpus.shards.folder)
    assert (tables.columns["words"] == np.concatenate(list(Words().make(corpus, {})))).all()
    assert tables.checksums["words"] == read_json(listing)["tables"][0]["sha256"]
    with pytest.raises(UserError, match=r"no table 'words' of these settings.*masking-tables"):
        other = Masking.model_validate({"policy": "whole_word", "unit": "block"})
        open_tables(other, listing, tokens=corpus.shards.folder)
    tokens = np.fromfile(corpus.shards.folder / "train.bin", np.uint16)
    tokens[1:].tofile(corpus.shards.folder / "train.bin")
    with pytest.raises(UserError, match=r"the tables were made from other tokens.*masking-tables"):
        open_tables(masking, listing, tokens=corpus.shards.folder)


def test_a_window_sees_the_table_at_its_own_places(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, "wordpiece", TEXTS)
    make([Words()], corpus, folder=tmp_path / "tables", listing=tmp_path / "variant.json")
    masking = Masking(policy="whole_word", rate=0.3)
    tables = open_tables(masking, tmp_path / "variant.json", tokens=corpus.shards.folder)
    shards = Shards.open(corpus.shards.folder)
    windows = Windows(corpus.ids, corpus.offsets, special_ids=shards.meta["special_ids"], length=24)
    ordinary = np.setdiff1d(np.arange(corpus.vocabulary), corpus.special_ids)
    masker = Masker(masking, windows, mask_id=shards.meta["mask_id"], ordinary=ordinary, tables=tables)
    batch = windows.batch(seed=0, step=0, size=32)
    hidden = masker.draw(batch, seed=0, step=0).predicted
    inside = (tables.columns["words"][batch.places] == 0)[:, 1:]  # goes on with the word before it
    assert inside.any()
    assert (hidden[:, 1:] == hidden[:, :-1])[inside].all()


def test_copies_of_a_window_would_tear_words_apart() -> None:
    with pytest.raises(UserError, match="whole_word hides whole groups of tokens"):
        _masker(_windows(), policy="whole_word", rate=0.4, corruption_rate=0.1)
