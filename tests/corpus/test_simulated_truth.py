"""Curation of the simulated contracts, held against the truth that the simulation planted: recall and precision."""

import re
import shutil

import pyarrow.parquet as pq
import pytest

from maskzoo.cli import main
from maskzoo.paths import Layout
from tests.corpus.outcome import ZOO, Outcome

DOCUMENTS = 600
REPEATS = 30  # documents that hold a boilerplate line: 6 % of them do


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("zoo")
    for folder in ("domains", "tokenizers", "probes"):
        shutil.copytree(ZOO / folder, root / folder)
    recipe = root / "domains" / "legal" / "domain.yaml"
    text = recipe.read_text()
    for pattern, value in (
        (r"documents: \d+", f"documents: {DOCUMENTS}"),
        (r"corpus:\n", f"corpus:\n      cleaning: {{boilerplate_repeats: {REPEATS}}}\n"),
    ):
        text, changed = re.subn(pattern, value, text, count=1)
        assert changed
    recipe.write_text(text)
    for command in ("simulate", "tasks", "corpus"):
        assert main([command, str(recipe.parent), "--results", str(root / "results")]) == 0
    return Outcome(Layout(root / "results", "demo", "legal"))


def test_every_document_is_either_kept_or_dropped(outcome: Outcome) -> None:
    assert sorted([*outcome.kept, *outcome.dropped]) == list(range(DOCUMENTS))


def test_exact_copies_are_found_and_nothing_else(outcome: Outcome) -> None:
    assert outcome.by("exact_duplicates") == outcome.planted("exact_duplicates", "copy")


def test_near_copies_with_2_and_4_percent_edits_are_found_and_nothing_else(outcome: Outcome) -> None:
    found = outcome.by("near_duplicates")
    everything = outcome.planted("near_duplicates", "copy")
    for share, least in ((0.02, 0.98), (0.04, 0.95)):
        copies = outcome.planted("near_duplicates", "copy", edit_share=share)
        assert copies
        assert len(copies & found) >= least * len(copies)
    assert len(found & everything) >= 0.98 * len(found)


def test_contaminated_documents_are_found_and_nothing_else(outcome: Outcome) -> None:
    evaluated = {
        task: {
            text
            for split in ("validation", "test")
            for text in pq.read_table(outcome.layout.task(task) / f"{split}.parquet").column("text").to_pylist()
        }
        for task in ("clause_type", "entities")
    }
    wanted = {
        int(item["document"].rsplit("-", 1)[1])
        for item in outcome.truth["contaminated"]
        if item["text"] in evaluated[item["task"]]
    }
    assert len(wanted) >= 5
    assert outcome.by("decontamination") == wanted


def test_unfit_documents_are_filtered_and_nothing_else(outcome: Outcome) -> None:
    assert outcome.by("filters") == outcome.planted("unfit", "document")
    reasons = {"too_short": "too_short", "symbols": "symbols", "numbers": "few_letters", "undecodable": "undecodable"}
    for kind, reason in reasons.items():
        for number in outcome.planted("unfit", "document", kind=kind):
            assert outcome.dropped[number]["reason"] == reason


def test_personal_data_is_scrubbed_and_decoys_stay(outcome: Outcome) -> None:
    texts = {number: row["text"] for rows in (outcome.kept, outcome.dropped) for number, row in rows.items()}
    for item in outcome.truth["personal_data"]:
        assert item["text"] not in texts[int(item["document"].rsplit("-", 1)[1])]
    for item in outcome.truth["decoys"]:
        assert item["text"] in texts[int(item["document"].rsplit("-", 1)[1])]
    planted = [item["kind"] for item in outcome.truth["personal_data"]]
    assert outcome.funnel["privacy"] == {kind: planted.count(kind) for kind in ("email", "phone", "iban", "ssn")}


def test_boilerplate_and_control_characters_are_gone(outcome: Outcome) -> None:
    lines = {item["line"] for item in outcome.truth["boilerplate"] if len(item["documents"]) >= REPEATS}
    assert lines
    for row in outcome.kept.values():
        assert not lines & set(row["text"].split("\n"))
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", row["text"])
