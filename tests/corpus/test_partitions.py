"""Curation shared out to jobs gives the bytes of one job, whatever their number, whichever material."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from maskzoo.cli import main
from maskzoo.corpus.curate import Origin, curate, curate_partition
from maskzoo.corpus.partitions import Partition
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.files import sha256_of
from maskzoo.recipe.curation import Curation
from tests.corpus.planted import SPLIT, planted, rows

from .invented import Writer, origin

FILES = ("documents.parquet", "dropped.parquet")


def partitioned(
    origins: Sequence[Origin], folder: Path, *, of: int, curation: Curation, evaluation: Any = None, workers: int = 1
) -> dict[str, Any]:
    """The corpus from `of` partitions, made in reverse order."""
    folders = []
    for number in range(of, 0, -1):
        part = folder / f"shard{number}"
        part.mkdir(parents=True)
        curate_partition(
            origins, part, partition=Partition(number, of), curation=curation, evaluation=evaluation, workers=workers
        )
        folders.append(part)
    return curate(origins, folder, curation=curation, evaluation=evaluation, workers=1, partitions=folders)


def sums(folder: Path) -> list[str]:
    return [sha256_of(folder / name) for name in FILES]


def two_sources(seed: int = 0) -> tuple[list[Origin], Any]:
    """Everything that curation finds, spread over two sources of several chunks each."""
    texts, evaluation = planted(seed)
    writer = Writer(seed + 1)
    more = [*writer.texts(1400), *(writer.edited(text, 0.02) for text in texts[60:90]), texts[100], texts[101].upper()]
    return [origin(texts), origin(more, "second")], {"task": {"test": evaluation}}


@pytest.mark.parametrize("of", [2, 7])
def test_partitions_put_together_are_the_bytes_of_one_job(tmp_path: Path, of: int) -> None:
    origins, evaluation = two_sources()
    curation = Curation(split=SPLIT)
    one = curate(origins, tmp_path / "one", curation=curation, evaluation=evaluation, workers=1)
    several = partitioned(origins, tmp_path / "several", of=of, curation=curation, evaluation=evaluation)
    assert sums(tmp_path / "several") == sums(tmp_path / "one")
    assert several == one
    print(*sums(tmp_path / "one"))


def test_near_duplicates_are_found_across_partitions(tmp_path: Path) -> None:
    origins, evaluation = two_sources()
    partitioned(origins, tmp_path, of=2, curation=Curation(split=SPLIT), evaluation=evaluation)
    partition_of = {
        (row["source"], row["locator"]): number
        for number in (1, 2)
        for row in pq.read_table(tmp_path / f"shard{number}" / "documents.parquet").to_pylist()
    }
    pairs = [
        (
            partition_of[row["source"], row["locator"]],
            partition_of[tuple(row["detail"].rpartition("(")[2][:-1].split(" "))],
        )
        for row in rows(tmp_path / "dropped.parquet")
        if row["stage"] == "near_duplicates"
    ]
    assert len(pairs) == 31, "thirty edited copies in the second source, one in the first"
    assert 5 < sum(one != other for one, other in pairs) < 26, (
        "about half of them in another partition than their original"
    )


def test_every_document_is_in_one_partition_and_equal_ones_in_the_same() -> None:
    texts = [*Writer().texts(400), "umlaut \N{LATIN SMALL LETTER U WITH DIAERESIS}", "half a pair \ud800"]
    held = [[Partition(number, 4).holds(text) for number in (1, 2, 3, 4)] for text in texts]
    assert all(sum(row) == 1 for row in held)
    assert all(70 < sum(column) < 140 for column in zip(*held, strict=True)), "402 texts, about 100 a partition"


def functions(writer: Writer, count: int) -> list[str]:
    """Python files of three functions each; every seventh is made of those of earlier files."""
    made: list[str] = []
    files = []
    for number in range(count):
        own = [
            f"def {writer.text(1).strip('.')}_{number}_{part}(value):\n"
            + "".join(
                f"    {word} = value * {place}\n"
                for place, word in enumerate(writer.text(25).split())
                if word.isalpha()
            )
            + "    return value\n"
            for part in range(3)
        ]
        if number % 7 == 6:
            own[:2] = made[:2] if number % 2 else made[-2:]
        made += own
        files.append("\n\n".join(own))
    return files


@pytest.mark.parametrize("material", ["code", "smiles", "protein"])
def test_other_materials_are_partitioned_just_as_well(tmp_path: Path, material: str) -> None:
    if material == "code":
        records = [
            Record(text, f"file{n}.py", "", {"path": f"file{n}.py"}) for n, text in enumerate(functions(Writer(), 60))
        ]
        settings: dict[str, Any] = {}
    elif material == "smiles":
        records = [Record("C" * (n % 40 + 1) + "O" * (n % 3), f"file#{n}", "", {}) for n in range(200)]
        settings = {}
    else:
        amino = "ACDEFGHIKLMNPQRSTVWY"
        texts = [
            "M" + "".join(amino[(n * 7 + place * (n % 5 + 1) + place // 3) % 20] for place in range(80))
            for n in range(80)
        ]
        records = [
            Record(text, f"file#{n}", "", {}) for n, text in enumerate(texts + [text + "A" for text in texts[:20]])
        ]
        settings = {"protein": {"redundancy": {"tool": "kmers"}}}
    curation = Curation.model_validate({"material": material, "split": SPLIT.model_dump(), **settings})
    origins = [Origin("invented", records, "CC0-1.0")]
    one = curate(origins, tmp_path / "one", curation=curation, workers=1)
    assert partitioned(origins, tmp_path / "several", of=3, curation=curation) == one
    assert sums(tmp_path / "several") == sums(tmp_path / "one")
    assert len(rows(tmp_path / "one" / "documents.parquet")) > 10
    assert {row["stage"] for row in rows(tmp_path / "one" / "dropped.parquet")} >= {
        "near_duplicates"
    } or material == "smiles"


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda folder: (folder / "shard1" / "shard.json").unlink(), "shard1: no such shard"),
        (lambda folder: _say(folder / "shard1", made_from="another"), "shard1: was made from another recipe"),
        (lambda folder: _say(folder / "shard1", chunks=99), "was made from another recipe, or other sources"),
        (lambda folder: _say(folder / "shard1", shard=2), r"shards \[2, 2\] of 2; expected each once"),
    ],
)
def test_partitions_that_do_not_fit_are_refused(tmp_path: Path, spoil: Any, expected: str) -> None:
    origins = [origin(Writer().texts(50))]
    folders = [tmp_path / f"shard{number}" for number in (1, 2)]
    for number, folder in enumerate(folders, 1):
        folder.mkdir()
        curate_partition(origins, folder, partition=Partition(number, 2), workers=1)
    spoil(tmp_path)
    with pytest.raises(UserError, match=expected):
        curate(origins, tmp_path / "corpus", workers=1, partitions=folders)
    assert not (tmp_path / "corpus" / ".spill").exists()


def _say(folder: Path, **changes: Any) -> None:
    file = folder / "shard.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


@pytest.mark.parametrize("wrong", ["3/2", "0/2", "2", "a/b"])
def test_a_partition_that_there_cannot_be_is_refused(wrong: str) -> None:
    with pytest.raises(UserError, match="such as 2/8"):
        Partition.read(wrong)


def test_the_command_makes_partitions_and_puts_them_together(zoo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    domain = zoo / "domains" / "general" / "domain.yaml"
    domain.write_text(domain.read_text().replace("documents: 1500, seed", "documents: 300, seed"))
    for command in (["simulate"], ["tasks", "--task", "topic"], ["corpus", "--threads", "1"]):
        assert main([command[0], "domains/general", *command[1:]]) == 0
    root = zoo / "results" / "demo" / "general"
    one = [sha256_of(root / "corpus" / name) for name in FILES]
    folders = [str(root / "corpus_shards" / f"{number}-of-3") for number in (1, 2, 3)]
    for number in (1, 2, 3):
        assert main(["corpus", "domains/general", "--shard", f"{number}/3", "--threads", "1"]) == 0
    assert main(["corpus", "domains/general", "--threads", "1", "--shards", *folders]) == 0
    assert [sha256_of(root / "corpus" / name) for name in FILES] == one
    assert "of 300 documents kept" in capsys.readouterr().out
    assert main(["corpus", "domains/general", "--shards", *folders[:2]]) == 2
    assert "expected each once" in capsys.readouterr().err
    domain.write_text(domain.read_text().replace("summary: Plain", "summary: Very plain"))
    assert main(["corpus", "domains/general", "--threads", "1", "--shards", *folders]) == 0, "the corpus is the same"
    domain.write_text(
        domain.read_text().replace("licence: Apache-2.0\n          language", "licence: MIT\n          language")
    )
    assert main(["corpus", "domains/general", "--shards", *folders]) == 2
    assert "was made from another recipe" in capsys.readouterr().err
