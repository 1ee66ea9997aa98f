"""What truth.json says is so in the documents, and nothing that curation would remove is there beside it."""

import random
import re

import phonenumbers
import pytest
from stdnum import iban
from stdnum.us import ssn

from maskzoo.simulate.simulation import SHARES
from maskzoo.simulate.text import jaccard, ngrams, words

from .conftest import Simulated


def test_every_role_is_played_as_often_as_asked(demo: Simulated) -> None:
    truth, count = demo.truth, len(demo.documents)
    assert len(truth["exact_duplicates"]) == round(SHARES["exact_duplicate"] * count)
    assert len(truth["contaminated"]) == round(SHARES["contaminated"] * count)
    for share in (0.02, 0.04, 0.1):
        pairs = [pair for pair in truth["near_duplicates"] if pair["edit_share"] == share]
        assert len(pairs) == round(SHARES[f"near_{share}"] * count)
    assert {entry["kind"] for entry in truth["unfit"]} == {"too_short", "symbols", "numbers", "undecodable"}


def test_exact_copies_differ_in_case_and_space_only(demo: Simulated) -> None:
    changes = set()
    for pair in demo.truth["exact_duplicates"]:
        original, copy = demo.documents[pair["original"]], demo.documents[pair["copy"]]
        assert pair["original"] < pair["copy"]
        assert original.casefold().split() == copy.casefold().split()
        assert (original == copy) == (pair["change"] == "none")
        changes.add(pair["change"])
    assert changes == {"none", "case", "space"}


def test_near_copies_have_the_stated_share_of_other_words(demo: Simulated) -> None:
    for pair in demo.truth["near_duplicates"]:
        original, copy = demo.documents[pair["original"]].split(), demo.documents[pair["copy"]].split()
        assert len(original) == len(copy) == pair["words"]
        different = sum(a != b for a, b in zip(original, copy, strict=True))
        assert different == pair["replaced"]
        assert different / len(original) == pytest.approx(pair["edit_share"], abs=0.5 / len(original) + 1e-9)
        assert pair["jaccard"] == pytest.approx(jaccard(" ".join(original), " ".join(copy)), abs=1e-3)


def test_plain_documents_are_no_near_duplicates(demo: Simulated) -> None:
    plain = sorted(demo.documents.keys() - demo.planted())
    generator = random.Random(0)
    shingles = {name: ngrams(demo.documents[name], 5) for name in generator.sample(plain, 150)}
    names = sorted(shingles)
    largest = max(
        len(shingles[a] & shingles[b]) / len(shingles[a] | shingles[b])
        for place, a in enumerate(names)
        for b in names[:place]
    )
    assert largest < 0.2


def test_contaminated_documents_hold_thirteen_words_of_their_example(demo: Simulated) -> None:
    forms = set()
    for entry in demo.truth["contaminated"]:
        example = demo.task(entry["task"])[entry["example"]]
        text = example["text"] if "text" in example else " ".join(example["tokens"])
        assert entry["text"] == text
        assert entry["planted"] in demo.documents[entry["document"]].split("\n")
        assert ngrams(text) & ngrams(entry["planted"])
        assert (entry["planted"] == text) == (entry["form"] == "whole")
        forms.add(entry["form"])
    assert forms == {"whole", "run"}


def test_other_documents_hold_no_thirteen_words_of_any_example(demo: Simulated) -> None:
    tasks = [path.stem for path in demo.folder.glob("*.jsonl") if path.stem not in ("documents", "pairs")]
    examples = [example.get("text") or " ".join(example["tokens"]) for task in tasks for example in demo.task(task)]
    known = set().union(*map(ngrams, examples))
    contaminated = {entry["document"] for entry in demo.truth["contaminated"]}
    overlapping = {name for name, text in demo.documents.items() if name not in contaminated and ngrams(text) & known}
    assert overlapping == {entry["document"] for entry in demo.truth["unplanned_overlap"]}
    assert len(overlapping) <= 2
    assert min(len(words(example)) for example in examples) >= 15


def test_personal_data_is_valid_and_decoys_are_not(demo: Simulated) -> None:
    for entry in demo.truth["personal_data"]:
        text = entry["text"]
        assert text in demo.documents[entry["document"]]
        if entry["kind"] == "iban":
            assert iban.is_valid(text)
        elif entry["kind"] == "ssn":
            assert ssn.is_valid(text)
        elif entry["kind"] == "phone":
            found = [match.raw_string for match in phonenumbers.PhoneNumberMatcher(f"Call {text} now.", "US")]
            assert found == [text]
        else:
            assert re.fullmatch(r"[a-z0-9.+]+@[a-z0-9.]*example\.(com|org|net)", text)
    assert {entry["kind"] for entry in demo.truth["personal_data"]} == {"email", "phone", "iban", "ssn"}
    for entry in demo.truth["decoys"]:
        text = entry["text"]
        assert text in demo.documents[entry["document"]]
        assert not iban.is_valid(text)
        assert not ssn.is_valid(text)
        assert not list(phonenumbers.PhoneNumberMatcher(f"The number {text} stays.", "US")), text


def test_only_the_planted_footers_repeat(demo: Simulated) -> None:
    footers = {entry["line"]: set(entry["documents"]) for entry in demo.truth["boilerplate"]}
    originals = {pair["original"] for key in ("exact_duplicates", "near_duplicates") for pair in demo.truth[key]}
    seen: dict[str, set[str]] = {}
    for name, text in demo.documents.items():
        for line in text.split("\n"):
            seen.setdefault(line, set()).add(name)
    for line, where in footers.items():
        assert seen[line] == where
        assert len(where) == round(0.06 * len(demo.documents))
    assert max(len(names) for line, names in seen.items() if line not in footers and line.strip()) < 10
    assert not originals & demo.planted()


def test_unfit_documents_are_unfit_and_others_are_not(demo: Simulated) -> None:
    def odd(text: str) -> float:
        return sum(not (c.isalnum() or c.isspace()) for c in text) / len(text)

    def letters(text: str) -> float:
        return sum(c.isalpha() for c in text) / len(text)

    unfit = {entry["document"]: entry["kind"] for entry in demo.truth["unfit"]}
    for name, text in demo.documents.items():
        kind = unfit.get(name)
        assert (len(text.split()) < 5) == (kind == "too_short")
        if kind in ("symbols", "undecodable"):
            assert odd(text) > 0.4
        elif kind != "too_short":
            assert odd(text) < 0.2
        assert (letters(text) < 0.4) == (kind in ("symbols", "undecodable", "numbers"))
    for entry in demo.truth["control_characters"]:
        control = re.findall(r"[\x00-\x08\x0e-\x1f\x7f]", demo.documents[entry["document"]])
        assert len(control) == entry["count"]
