"""One run of curation: what comes out, in which order, with which reasons, and that nothing is lost on the way."""

import hashlib
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from maskzoo.corpus.curate import Origin, curate
from maskzoo.corpus.splitting import split_of
from maskzoo.corpus.store import DOCUMENT, DROPPED, StringFile
from maskzoo.documents.record import Record
from maskzoo.documents.words import digest, words
from maskzoo.errors import UserError
from maskzoo.recipe.curation import Cleaning, Curation, DocumentSplit
from tests.corpus.planted import SPLIT, planted, rows

from .invented import Writer, origin, records


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("corpus")
    texts, evaluation = planted()
    return folder, curate(
        [origin(texts)], folder, curation=Curation(split=SPLIT), evaluation={"task": {"test": evaluation}}
    )


def test_every_planted_document_is_dropped_for_its_own_reason(curated: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = curated
    dropped = {row["locator"]: (row["stage"], row["reason"]) for row in rows(folder / "dropped.parquet")}
    assert dropped == {
        "file.txt#10": ("filters", "too_short"),
        "file.txt#11": ("filters", "few_letters"),
        "file.txt#12": ("filters", "too_short"),
        "file.txt#20": ("exact_duplicates", "same_words"),
        "file.txt#30": ("near_duplicates", "similar"),
        "file.txt#40": ("decontamination", "evaluation_text"),
        "file.txt#41": ("decontamination", "shared_ngram"),
    }


def test_details_name_the_kept_document_and_a_number(curated: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = curated
    details = {row["locator"]: row["detail"] for row in rows(folder / "dropped.parquet")}
    ids = {row["locator"]: row["id"] for row in rows(folder / "documents.parquet")}
    assert details["file.txt#20"] == f"same words as {ids['file.txt#5']} (invented file.txt#5)"
    assert details["file.txt#30"].endswith(f"with {ids['file.txt#6']} (invented file.txt#6)")
    assert 0.7 <= float(details["file.txt#30"].split()[2]) < 1
    assert details["file.txt#10"] == "2 words < 5"


def test_files_have_their_columns_and_provenance(curated: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = curated
    assert tuple(pq.read_schema(folder / "documents.parquet").names) == DOCUMENT
    assert tuple(pq.read_schema(folder / "dropped.parquet").names) == DROPPED
    kept = rows(folder / "documents.parquet")
    assert {(row["source"], row["licence"], row["language"], row["sha256"]) for row in kept} == {
        ("invented", "CC0-1.0", "en", "0" * 64)
    }
    assert len({row["id"] for row in kept}) == len(kept)
    assert {row["split"] for row in kept} == {"train", "validation", "test"}
    assert pq.ParquetFile(folder / "documents.parquet").metadata.row_group(0).column(1).compression == "ZSTD"


def test_no_document_is_lost_between_stages(curated: tuple[Path, dict[str, Any]]) -> None:
    folder, funnel = curated
    before = 200
    for stage in funnel["stages"]:
        assert stage["documents_in"] == before
        dropped = stage["reasons"].values()
        assert stage["documents_in"] == stage["documents_out"] + sum(entry["documents"] for entry in dropped)
        if stage["stage"] not in ("cleaning", "privacy"):
            assert stage["bytes_in"] == stage["bytes_out"] + sum(entry["bytes"] for entry in dropped)
        before = stage["documents_out"]
    kept = rows(folder / "documents.parquet")
    assert len(kept) == before == sum(split["documents"] for split in funnel["splits"].values())
    assert funnel["stages"][-1]["bytes_out"] == sum(len(row["text"].encode()) for row in kept)
    assert len(kept) + len(rows(folder / "dropped.parquet")) == 200
    assert funnel["sources"]["invented"]["read"] == 200
    assert funnel["sources"]["invented"]["documents"] == len(kept)


def test_personal_data_is_in_no_file(curated: tuple[Path, dict[str, Any]]) -> None:
    folder, funnel = curated
    assert funnel["privacy"] == {"email": 2, "phone": 1, "iban": 0, "ssn": 0}
    texts = [row["text"] for name in ("documents", "dropped") for row in rows(folder / f"{name}.parquet")]
    assert not any("example.org" in text or "0143" in text for text in [*texts, str(funnel)])
    assert sum("[EMAIL]" in text for text in texts) == 2


def test_decontamination_is_reported_for_each_task(curated: tuple[Path, dict[str, Any]]) -> None:
    assert curated[1]["decontamination"]["task"] == {
        "sentences": 1,
        "ngrams": 2,
        "both": 1,
        "documents": 2,
        "evaluation_texts": 20,
        "texts_found": 2,
        "too_short": 0,
        "splits": {"test": {"evaluation_texts": 20, "texts_found": 2, "whole": 1, "too_short": 0}},
    }


def test_nothing_temporary_stays(curated: tuple[Path, dict[str, Any]]) -> None:
    assert sorted(path.name for path in curated[0].iterdir()) == ["documents.parquet", "dropped.parquet"]


def test_two_processes_write_the_same_bytes_as_one(tmp_path: Path) -> None:
    texts, evaluation = planted(1)
    texts += Writer(2).texts(1000, words=400)  # enough that processes are started
    sums = []
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        curate([origin(texts)], folder, evaluation={"task": {"test": evaluation}}, workers=workers)
        names = ("documents.parquet", "dropped.parquet")
        sums.append([hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names])
    assert sums[0] == sums[1]


def test_adding_a_source_moves_no_document(tmp_path: Path) -> None:
    texts = Writer(3).texts(150)
    splits = []
    for number, sources in enumerate(([origin(texts)], [origin(Writer(4).texts(150), "new"), origin(texts)])):
        folder = tmp_path / str(number)
        folder.mkdir()
        curate(sources, folder, curation=Curation(split=SPLIT))
        found = rows(folder / "documents.parquet")
        splits.append({row["id"]: row["split"] for row in found if row["source"] == "invented"})
    assert splits[0] == splits[1]
    assert len(splits[0]) == 150


def test_of_duplicates_in_two_sources_the_first_source_keeps_its_own(tmp_path: Path) -> None:
    texts = Writer(5).texts(60)
    curate([origin(texts, "first"), origin(texts, "second")], tmp_path, curation=Curation(split=SPLIT))
    assert {row["source"] for row in rows(tmp_path / "documents.parquet")} == {"first"}
    assert {row["source"] for row in rows(tmp_path / "dropped.parquet")} == {"second"}


def test_an_evaluation_text_cannot_hide_behind_a_boilerplate_line_or_a_number(tmp_path: Path) -> None:
    writer = Writer(6)
    hidden = f"{writer.text(8)}\nPage header\n{writer.text(4)} jane@example.org {writer.text(4)}"
    texts = [f"{text}\nPage header" for text in writer.texts(80)]
    curate([origin([*texts, hidden])], tmp_path, evaluation={"task": {"test": [hidden]}})
    assert [row["reason"] for row in rows(tmp_path / "dropped.parquet")] == ["evaluation_text"]
    assert not any("Page header" in row["text"] for row in rows(tmp_path / "documents.parquet"))


def test_undecodable_documents_are_counted_and_dropped(tmp_path: Path) -> None:
    given = records(Writer(7).texts(60))
    given[3].undecodable = True
    given[4].text += " \udc80"
    funnel = curate([Origin("invented", given, "CC0-1.0")], tmp_path)
    assert funnel["stages"][2]["reasons"]["undecodable"]["documents"] == 2


def test_steps_can_be_switched_off(tmp_path: Path) -> None:
    texts, evaluation = planted()
    off = Curation.model_validate(
        {
            "cleaning": {"min_words": 0, "min_letter_ratio": 0, "max_symbol_ratio": 1},
            "deduplication": {"exact": False, "near": None},
            "decontamination": None,
            "privacy": None,
        }
    )
    funnel = curate([origin(texts)], tmp_path, curation=off, evaluation={"task": {"test": evaluation}})
    assert sum(split["documents"] for split in funnel["splits"].values()) == 200
    assert any("jane@example.org" in row["text"] for row in rows(tmp_path / "documents.parquet"))


def test_an_empty_corpus_says_which_filter_took_what(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no document is left of 60.*filters dropped 60 \(too short\)"):
        curate([origin(Writer(8).texts(60))], tmp_path, curation=Curation(cleaning=Cleaning(min_words=500)))
    assert not (tmp_path / ".spill").exists()


def test_a_source_without_documents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the sources hold no document"):
        curate([origin([])], tmp_path)


def test_an_empty_train_split_is_refused(tmp_path: Path) -> None:
    [text] = Writer(9).texts(1)
    salts = (DocumentSplit(validation=0.49, test=0.49, salt=str(number)) for number in range(100))
    split = next(one for one in salts if split_of(digest(words(text)), one) != "train")
    with pytest.raises(UserError, match="no document is left for training: all 1 went to validation and test"):
        curate([origin([text])], tmp_path, curation=Curation(split=split))


def test_a_failing_source_leaves_no_spill(tmp_path: Path) -> None:
    def broken():
        yield Record("some words that are long enough", "0", "")
        raise UserError("the archive is broken")

    with pytest.raises(UserError, match="archive is broken"):
        curate([Origin("broken", broken(), "CC0-1.0")], tmp_path)
    assert not (tmp_path / ".spill").exists()


def test_strings_on_disk_are_read_back_while_others_are_added(tmp_path: Path) -> None:
    strings = StringFile(tmp_path / "strings")
    for number in range(300):
        strings.add("é" * (number % 7) + str(number))
        assert strings[number // 2] == "é" * (number // 2 % 7) + str(number // 2)
    strings.close()
