"""The documents are the same for the same seed, and a contract agrees with itself from the first line to the last."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from maskzoo.cli import main
from maskzoo.simulate import stream, write

from .conftest import Simulated


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("generator", ["legal", "general"])
def test_same_seed_same_bytes_whatever_the_hash_seed(generator: str, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from maskzoo.simulate import write;"
        "write(sys.argv[1], Path(sys.argv[2]), documents=60, seed=5)"
    )
    for hash_seed in ("1", "2"):
        folder = tmp_path / hash_seed
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", program, generator, str(folder)], check=True, env=environment)
    assert files(tmp_path / "1") == files(tmp_path / "2")
    write(generator, tmp_path / "other", documents=60, seed=6)
    other = files(tmp_path / "other")
    assert all(other[name] != content for name, content in files(tmp_path / "1").items())


@pytest.mark.parametrize("generator", ["legal", "general"])
def test_stream_is_repeatable_and_holds_copies_at_the_share_asked_for(generator: str) -> None:
    records = list(stream(generator, seed=1, documents=600, near_duplicates=0.2))
    assert records[:50] == list(stream(generator, seed=1, documents=50, near_duplicates=0.2))
    texts = {record["id"]: record["text"] for record in records}
    assert len(texts) == 600
    copies = [record for record in records if "copy_of" in record]
    assert 80 < len(copies) < 160
    for copy in copies:
        original, edited = texts[copy["copy_of"]].split(), copy["text"].split()
        different = sum(a != b for a, b in zip(original, edited, strict=True))
        assert 0.01 < different / len(original) < 0.12
    assert not any("copy_of" in record for record in stream(generator, seed=1, documents=50, near_duplicates=0))


def test_stream_stops_at_the_megabytes_asked_for() -> None:
    size = sum(len(record["text"].encode()) for record in stream("legal", seed=0, megabytes=0.5))
    assert 500_000 <= size < 520_000


def test_cross_references_point_to_sections_of_the_contract(legal: Simulated) -> None:
    pointed = 0
    for name in legal.documents.keys() - legal.planted():
        text = legal.documents[name]
        sections = set(re.findall(r"^(\d+\.\d+) ", text, re.MULTILINE))
        references = set(re.findall(r"Section (\d+\.\d+)", text))
        assert references <= sections
        pointed += len(references)
    assert pointed > 500


def test_terms_are_defined_before_use_and_roles_are_those_of_the_opening(legal: Simulated) -> None:
    for name in legal.documents.keys() - legal.planted():
        text = legal.documents[name]
        opening, body = text.split("\n", 1)
        roles = re.findall(r'\("the (\w+)"\)', opening)
        roles = [role for role in roles if role not in ("Agreement", "Contract", "Deed", "Instrument")]
        assert len(roles) == 2
        assert all(f"he {role}" in body for role in roles)
        terms = re.findall(r'^1\.\d "([^"]+)"', text, re.MULTILINE)
        assert len(set(terms)) == 4
        clauses = text[text.index("\n2.1 ") :]
        used = set(re.findall(r"\bthe (Products|Site|Records|Cargo|Fleet|Works?|Software|Territory)\b", clauses))
        assert used <= set(terms)


def test_the_party_named_first_pays(legal: Simulated) -> None:
    for name in legal.documents.keys() - legal.planted():
        opening, body = legal.documents[name].split("\n", 1)
        roles = re.findall(r'\("the (\w+)"\)', opening)
        payer = next(role for role in roles if role not in ("Agreement", "Contract", "Deed", "Instrument"))
        price = re.search(r"^2\.1 (.*)$", body, re.MULTILINE)
        assert price is not None
        who = re.search(r"^The (\w+) [\w ]+ pay |from the (\w+) |for which the (\w+) owes", price[1])
        assert who is not None, price[1]
        assert payer in who.groups()


def test_contracts_have_a_vocabulary_of_thousands(legal: Simulated) -> None:
    counts = Counter(word for text in legal.documents.values() for word in re.findall(r"[a-z]+", text.lower()))
    assert 1500 < sum(count >= 3 for count in counts.values()) < 6000


def test_the_command_writes_what_the_recipe_asks_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "domains/legal", "--results", str(tmp_path)]) == 0
    folder = tmp_path / "demo" / "legal" / "simulated"
    assert set(files(folder)) == {
        "documents.jsonl",
        "clause_type.jsonl",
        "entities.jsonl",
        "pairs.jsonl",
        "truth.json",
        "made.json",
    }
    assert "1500 documents" in capsys.readouterr().out


def test_a_scale_with_real_data_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "domains/legal", "--scale", "small", "--results", str(tmp_path)]) == 2
    assert "nothing is simulated at scale 'small'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_unknown_generator_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="did you mean 'legal'"):
        write("legel", tmp_path / "simulated", documents=10, seed=0)
    assert not list(tmp_path.iterdir())
