"""A small corpus in two languages, written by the tests, and one trained tokenizer of each algorithm."""

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from maskzoo.tokenization.design import Design
from maskzoo.tokenization.make import make_trained

GENERAL = [
    "the",
    "a",
    "of",
    "and",
    "to",
    "house",
    "river",
    "walks",
    "quickly",
    "under",
    "an",
    "old",
    "bridge",
    "while",
    "children",
    "are",
    "reading",
    "books",
    "in",
    "town",
]
GENERAL += ["zabcdefghijklmnopqrstuvwxyz"]  # so that no letter is unknown to a base
LEGAL = [
    "plaintiff",
    "defendant",
    "indemnify",
    "indemnification",
    "subsection",
    "covenant",
    "plaintiffs",
    "hereinafter",
    "lessor",
]
FRENCH = ["le", "la", "de", "bailleur", "locataire", "résiliation", "société", "été", "où", "l'acte", "prévu", "à"]
ALGORITHMS = ("wordpiece", "bpe", "unigram")


def sentences(count: int, *, seed: int, words: list[str]) -> list[str]:
    """Sentences with capitals, punctuation, numbers, double spaces and line ends."""
    draw = random.Random(seed)
    found = []
    for number in range(count):
        chosen = draw.choices(words, k=draw.randint(4, 25))
        text = " ".join(chosen).capitalize()
        text = text.replace(" of ", " (of) ", 1).replace(" and ", ", and\n", 1).replace(" to ", "  to ", 1)
        found.append(f"{text} No. {number % 37}. ")
    return found


def write_documents(
    file: Path, texts: list[str], *, splits: list[str] | None = None, languages: list[str | None] | None = None
) -> Path:
    """A documents.parquet in several row groups; every tenth document is validation, every tenth test."""
    chosen = splits or [{0: "validation", 1: "test"}.get(place % 10, "train") for place in range(len(texts))]
    table = pa.table({"text": texts, "split": chosen, "language": languages or ["en"] * len(texts)})
    pq.write_table(table, file, compression="zstd", row_group_size=100)
    return file


@pytest.fixture(scope="session")
def general(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """documents.parquet of a base: no legal words."""
    return write_documents(
        tmp_path_factory.mktemp("general") / "documents.parquet", sentences(600, seed=1, words=GENERAL)
    )


@pytest.fixture(scope="session")
def legal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """documents.parquet of a domain: general and legal words, English and French."""
    english = sentences(400, seed=2, words=GENERAL + LEGAL)
    french = sentences(150, seed=3, words=[*FRENCH, "of", "and", "to"])
    languages = ["en"] * len(english) + ["fr"] * len(french)
    return write_documents(
        tmp_path_factory.mktemp("legal") / "documents.parquet", english + french, languages=languages
    )


def design(algorithm: str, **settings: object) -> Design:
    size = {"wordpiece": 200, "bpe": 400, "unigram": 160}[algorithm]
    return Design.model_validate({"algorithm": algorithm, "vocab_size": size, **settings})


@pytest.fixture(scope="session")
def bases(general: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A tokenizer folder of each algorithm, trained on the general text."""
    root = tmp_path_factory.mktemp("bases")
    for algorithm in ALGORITHMS:
        make_trained(design(algorithm), general, root / algorithm, where="test")
    return {algorithm: root / algorithm for algorithm in ALGORITHMS}
