"""Pairs are what their labels say, and what they teach is gone from the model that is released."""

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM

from maskzoo.errors import UserError
from maskzoo.masking.common.masker import Masker
from maskzoo.objectives.linkbert.pairs import LINKED, NEXT, RANDOM, Pairs, neighbours
from maskzoo.pretraining.progress import read_metrics
from maskzoo.recipe.training import Masking
from maskzoo.tokenization.windows import Windows, micro_batches
from tests.objectives.test_every_objective import _objective
from tests.pretraining.conftest import corpus  # noqa: F401 - a fixture
from tests.pretraining.runs import pretrained

TOPICS, EACH, LENGTH = 20, 4, 27


def _windows(*, shuffled=False):
    """Four documents of every topic; the words of a topic stand in no other one."""
    rng = np.random.default_rng(0)
    documents = []
    for topic in range(TOPICS):
        for _ in range(EACH):
            words = rng.choice(np.arange(5 + 10 * topic, 15 + 10 * topic), size=LENGTH)
            documents.append([2, *words, 3])
    if shuffled:
        documents = [documents[place] for place in rng.permutation(len(documents))]
    offsets = np.cumsum([0, *map(len, documents)])
    return Windows(np.concatenate(documents), offsets, special_ids=[0, 1, 2, 3, 4], length=23)


def _pairs():
    return Pairs(_windows(), cls_id=2, sep_id=3, pad_id=0)


def _segments(batch, row):
    ids = batch.ids[row][batch.documents[row] == 0]
    middle = np.flatnonzero(ids == 3)[0]
    return ids[1:middle], ids[middle + 1 : -1]


def _topic(segment):
    (topic,) = set((segment - 5) // 10)
    return topic


def test_every_relation_is_a_third_and_is_what_it_says():
    pairs = _pairs()
    batch, relation = pairs.batch(seed=0, step=0, size=3000)
    for label in (NEXT, LINKED, RANDOM):
        assert (relation == label).mean() == pytest.approx(1 / 3, abs=0.03)
    flat = pairs.windows.tokens
    text = " ".join(map(str, flat))
    for row in range(300):
        first, second = _segments(batch, row)
        if relation[row] == NEXT:
            assert " ".join(map(str, [*first, *second])) in text, "one goes on from the other"
        elif relation[row] == LINKED:
            assert _topic(first) == _topic(second)
        else:
            assert _topic(first) != _topic(second)


def test_a_pair_has_its_marks_its_padding_and_places_of_its_own():
    batch, _ = _pairs().batch(seed=0, step=1, size=200)
    assert (batch.ids[:, 0] == 2).all()
    real = batch.documents == 0
    assert ((batch.ids == 3) & real).sum(axis=1).tolist() == [2] * 200
    assert (batch.ids[~real] == 0).all()
    assert not real.all()
    assert batch.special[~real].all()
    assert batch.special[np.isin(batch.ids, [2, 3])].all()
    assert (batch.positions == np.arange(23)).all()


def test_pairs_follow_from_seed_and_step_alone():
    one, other, later = (_pairs().batch(seed=3, step=step, size=16)[0] for step in (7, 7, 8))
    assert (one.ids == other.ids).all()
    assert not (one.ids == later.ids).all()


def test_neighbours_are_the_nearest_by_tf_idf_done_slowly():
    windows = _windows(shuffled=True)
    documents = [windows.tokens[a + 1 : b - 1] for a, b in zip(windows.offsets, windows.offsets[1:], strict=False)]
    words = sorted({int(word) for document in documents for word in document})
    having = {word: sum(word in document for document in documents) for word in words}
    table = np.asarray(
        [
            [
                (1 + np.log(count)) * np.log(len(documents) / having[word])
                if (count := (document == word).sum())
                else 0
                for word in words
            ]
            for document in documents
        ]
    )
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    alike = table @ table.T - np.eye(len(documents))
    found = neighbours(windows, 3)
    for row in range(len(documents)):
        best = np.sort(alike[row])[::-1][:3]
        assert alike[row][found[row]] == pytest.approx(best)


def test_a_popular_document_is_drawn_no_more_often_for_it():
    pairs = _pairs()
    links = np.bincount(pairs.near[pairs.near >= 0], minlength=len(pairs.near))
    assert pairs._weight[0] == pytest.approx([1 / links[one] if one >= 0 else 0 for one in pairs.near[0]])


def test_documents_too_short_for_two_segments_are_refused():
    windows = Windows(np.asarray([2, 9, 3] * 8), np.arange(0, 25, 3), special_ids=[2, 3], length=20)
    with pytest.raises(UserError, match=r"no document has two segments of 8 tokens"):
        Pairs(windows, cls_id=2, sep_id=3, pad_id=0)


def test_a_pair_that_hides_nothing_has_its_relation_in_a_micro_batch_of_its_own(corpus):  # noqa: F811
    objective, often = _objective(corpus, "linkbert")
    seldom = Masker(Masking(rate=0.02), objective.context.data.train, mask_id=often.mask_id, ordinary=often.ordinary)
    batch = objective.eval().draw(seldom, seed=0, step=0, size=16)
    hides = batch.targets.predicted.any(axis=1)
    assert hides.any()
    assert not hides.all()
    parts = micro_batches(batch.asked, rank=0, processes=1, rows=1)
    shares = [objective(batch.rows(part).tensors(torch.device("cpu"))) for part in parts]
    whole = objective(batch.tensors(torch.device("cpu")))
    assert sum(share.total.item() for share in shares) == pytest.approx(whole.total.item(), rel=1e-5)
    assert sum(share.figures["relation_loss"][1] for share in shares) == 16


def test_a_run_reports_the_relations_and_releases_a_plain_model(corpus):  # noqa: F811
    result = pretrained(corpus, objective="linkbert", steps=30, sequence_length=23, checkpoint_every=10)
    lines = read_metrics(corpus / "run" / "metrics.jsonl")
    assert all({"relation_loss", "relation_accuracy"} <= set(line) for line in lines if "loss" in line)
    model, report = AutoModelForMaskedLM.from_pretrained(corpus / "run" / "model", output_loading_info=True)
    assert not report["unexpected_keys"]
    assert not report["missing_keys"]
    assert result["phases"][0]["objective"] == "linkbert"
    assert not hasattr(model, "relation_head")
