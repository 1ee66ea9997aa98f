"""Planted errors: of a known kind, one a pair, the same for the same seed, and nothing else moved by them."""

import random
import re

import pytest

from maskzoo.simulate.domains import general, legal
from maskzoo.simulate.pairs import ENOUGH, PLACES, pairs


@pytest.mark.parametrize("domain", [general, legal])
def test_every_kind_has_its_pairs_and_one_error_tells_the_sentences_apart(domain):
    found = pairs(random.Random("seed"), domain.document)
    kinds = [pair["kind"] for pair in found]
    assert {kind: kinds.count(kind) for kind in PLACES} == dict.fromkeys(PLACES, ENOUGH)
    assert len({pair["good"] for pair in found}) == len(found)
    for pair in found:
        good, bad = pair["good"].split(), pair["bad"].split()
        differing = [number for number, words in enumerate(zip(good, bad, strict=True)) if words[0] != words[1]]
        if pair["kind"] == "order":
            assert len(differing) == 2
            assert {re.sub(r"\W", "", good[at]) for at in differing} == {re.sub(r"\W", "", bad[at]) for at in differing}
        else:
            assert len(differing) == 1
        assert pair["good"][: pair["at"]] == pair["bad"][: pair["at"]]


def test_the_same_seed_gives_the_same_pairs():
    first, second, other = (pairs(random.Random(seed), general.document) for seed in ("a", "a", "b"))
    assert first == second != other
