"""Minimal pairs: item by item what a plain loop gives, ties are chance, groups weigh the same."""

import json
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForMaskedLM, AutoTokenizer

from maskzoo.probes import minimal_pairs
from maskzoo.probes.common.kind import Context
from maskzoo.probes.common.measuring import measure
from maskzoo.recipe.probe import read_suite

from ..conftest import ROOT
from .conftest import PAIRS, write_checkpoint, write_pairs


def slow(folder: Path, text: str, *, within_word: bool) -> float:
    """Pseudo-log-likelihood by plain transformers: a copy a token, one at a time, over the whole vocabulary."""
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForMaskedLM.from_pretrained(folder).eval()
    encoding = tokenizer(text, return_tensors="pt")
    words, total = encoding.word_ids(), 0.0
    for place, word in enumerate(words):
        if word is None:
            continue
        ids = encoding["input_ids"].clone()
        later = [other for other in range(place, len(words)) if words[other] == word] if within_word else [place]
        ids[0, later] = tokenizer.mask_token_id
        with torch.no_grad():
            logits = model(input_ids=ids, attention_mask=encoding["attention_mask"]).logits
        total += float(logits[0, place].double().log_softmax(-1)[encoding["input_ids"][0, place]])
    return total


@pytest.mark.parametrize("masking", ["original", "within_word_l2r"])
def test_both_sentences_are_worth_what_a_plain_loop_says(law: Context, masking: str) -> None:
    suite = law.recipe.probes["pairs"].model_copy(update={"masking": masking})
    folder = law.layout.model("scratch", 0)
    rows = measure("pairs", suite, "scratch", [(0, folder)], law)["seeds"][0]["pairs"]
    assert [row["id"] for row in rows] == ["order-0", "order-1", "order-2", "agreement-0", "agreement-1"]
    for row, (good, bad, kind) in zip(rows, PAIRS, strict=True):
        assert row["group"] == kind
        wanted = [slow(folder, text, within_word=masking != "original") for text in (good, bad)]
        assert [row["good"], row["bad"]] == pytest.approx(wanted, abs=1e-4)
        assert row["right"] == float(wanted[0] > wanted[1])


@pytest.mark.parametrize("only", ["*agreement*", "anaphor*", "wh_*"])
def test_blimp_of_the_mirror_is_item_by_item_what_a_plain_loop_says(
    law: Context, checkpoint: Path, mirror: Path, only: str
) -> None:
    suite = read_suite("blimp", ROOT / "domains" / "general", where="a test")
    assert isinstance(suite, minimal_pairs.Settings)
    assert suite.data is not None
    suite = suite.model_copy(update={"limit": 1, "data": suite.data.model_copy(update={"only": only})})
    questions = minimal_pairs.questions(suite, law)
    found = measure("blimp", suite, "scratch", [(None, checkpoint)], law)
    rows = found["seeds"][0]["pairs"]
    assert len(rows) == len(questions) == len(found["groups"]) > 1
    for row, pair in zip(rows, questions, strict=True):
        good, bad = (slow(checkpoint, text, within_word=False) for text in (pair.good, pair.bad))
        assert [row["good"], row["bad"]] == pytest.approx([good, bad], abs=2e-4)
        assert row["right"] == (good > bad)
    assert found["value"] == pytest.approx(sum(row["right"] for row in rows) / len(rows))


def test_a_model_that_sees_no_difference_comes_to_chance_not_to_all_or_nothing(law: Context) -> None:
    folder = law.layout.model("scratch", 0)
    write_checkpoint(folder, 0, flat=True)  # the same for every token at every place
    found = measure("pairs", law.recipe.probes["pairs"], "scratch", [(0, folder)], law)
    assert found["value"] == 0.5
    assert found["ties"] == 1.0
    assert found["interval"] == [0.5, 0.5]


def test_a_difference_that_the_tokenizer_does_not_show_is_a_tie(law: Context) -> None:
    write_pairs(Path("probes/pairs.jsonl"), [("The Court may order", "the court MAY order", "case"), PAIRS[0]])
    folder = law.layout.model("scratch", 0)
    write_checkpoint(folder, 0, lowercase=True)
    rows = measure("pairs", law.recipe.probes["pairs"], "scratch", [(0, folder)], law)["seeds"][0]["pairs"]
    assert rows[0]["right"] == 0.5
    assert rows[0]["good"] == rows[0]["bad"]
    assert rows[1]["right"] in (0.0, 1.0)


def test_exchanged_sentences_turn_the_accuracy_round(law: Context) -> None:
    folders = [(seed, law.layout.model("scratch", seed)) for seed in (0, 1)]
    before = measure("pairs", law.recipe.probes["pairs"], "scratch", folders, law)
    write_pairs(Path("probes/pairs.jsonl"), [(bad, good, kind) for good, bad, kind in PAIRS])
    after = measure("pairs", law.recipe.probes["pairs"], "scratch", folders, law)
    assert before["ties"] == 0
    assert after["value"] == pytest.approx(1 - before["value"])


def test_every_paradigm_weighs_the_same(law: Context) -> None:
    found = measure("pairs", law.recipe.probes["pairs"], "scratch", [(0, law.layout.model("scratch", 0))], law)
    assert {name: one["items"] for name, one in found["groups"].items()} == {"order": 3, "agreement": 2}
    rows = found["seeds"][0]["pairs"]
    by_kind = {name: [row["right"] for row in rows if row["group"] == name] for name in found["groups"]}
    means = {name: sum(values) / len(values) for name, values in by_kind.items()}
    assert {name: one["value"] for name, one in found["groups"].items()} == pytest.approx(means)
    assert found["value"] == pytest.approx(sum(means.values()) / 2)


def test_a_limit_draws_the_same_of_each_paradigm_whatever_the_seed(law: Context) -> None:
    many = [(f"the court may pay {number}", f"court the may pay {number}", "order") for number in range(30)]
    few = [(f"the act is {number}", f"the act are {number}", "agreement") for number in range(3)]
    write_pairs(Path("probes/pairs.jsonl"), [*many, *few])
    suite = law.recipe.probes["pairs"].model_copy(update={"limit": 5})
    chosen = minimal_pairs.questions(suite, law)
    assert [pair.paradigm for pair in chosen] == ["order"] * 5 + ["agreement"] * 3
    assert chosen == minimal_pairs.questions(suite, law)
    assert [pair.id for pair in chosen[:5]] != [f"order-{number}" for number in range(5)], "drawn, not the first"
    assert minimal_pairs.size(suite, law.recipe) is None, "the suite does not say how large it is"


def test_phenomena_are_means_over_their_paradigms(law: Context) -> None:
    suite = Path("probes/pairs.yaml")
    suite.write_text(suite.read_text().replace("kind: kind}", "kind: kind, about: about}") + "phenomenon: about\n")
    lines = [json.loads(line) for line in Path("probes/pairs.jsonl").read_text().splitlines()]
    Path("probes/pairs.jsonl").write_text("".join(json.dumps({**line, "about": "grammar"}) + "\n" for line in lines))
    read = read_suite("pairs", Path("domains/law"), where="a test")
    found = measure("pairs", read, "scratch", [(0, law.layout.model("scratch", 0))], law)
    assert found["phenomena"] == {"grammar": {"paradigms": 2, "value": pytest.approx(found["value"])}}
