"""Files that were cut, emptied or hit by a flipped bit: a sentence that names them, and no traceback."""

import random
import shutil

import pytest

from maskzoo.cli import main

from ..conftest import ROOT

# what is damaged -> the command that reads it
READ_BY = {
    "tasks/clause_type/task.json": ("baseline", "--task", "clause_type", "--model", "majority"),
    "tasks/clause_type/train.parquet": ("baseline", "--task", "clause_type", "--model", "majority"),
    "tasks/clause_type/test.parquet": ("baseline", "--task", "clause_type", "--model", "majority"),
    "simulated/documents.jsonl": ("corpus", "--threads", "1"),
    "corpus/documents.parquet": ("tokenizer", "--tokenizer", "legal"),
    "tokenizers/legal/tokenizer/tokenizer.json": ("tokens", "--tokenizer", "legal", "--workers", "1"),
    "tokenizers/legal/made.json": ("audit", "--tokenizer", "legal"),
    "tokens/legal/meta.json": ("pretrain", "--variant", "scratch"),
    "tokens/legal/train.bin": ("pretrain", "--variant", "scratch"),
    "tokens/legal/train.documents.npy": ("pretrain", "--variant", "scratch"),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A zoo whose legal domain has tasks, a corpus, a tokenizer and tokens, all small."""
    folder = tmp_path_factory.mktemp("prepared")
    for part in ("domains", "tokenizers", "probes"):
        shutil.copytree(ROOT / part, folder / part)
    recipe = folder / "domains/legal/domain.yaml"
    text = recipe.read_text()
    for old, new in (
        ("documents: 1500, seed", "documents: 100, seed"),
        ("steps: 200, sequence_length: 128, batch_size: 32", "steps: 1, sequence_length: 16, batch_size: 2"),
        ("vocab_size: 4000}", "vocab_size: 500}"),
    ):
        assert old in text
        text = text.replace(old, new)
    recipe.write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for command in (
            ("simulate",), ("tasks",), ("corpus", "--threads", "1"), ("tokenizer", "--tokenizer", "legal"),
            ("tokens", "--tokenizer", "legal", "--workers", "1"),
        ):  # fmt: skip
            assert main([command[0], "domains/legal", *command[1:]]) == 0
    return folder


def flip(content, rng):
    found = bytearray(content)
    found[rng.randrange(len(found))] ^= 1 << rng.randrange(8)
    return bytes(found)


MUTATIONS = {
    "empty": lambda content, rng: b"",
    "half": lambda content, rng: content[: len(content) // 2],
    "without its end": lambda content, rng: content[:-7],
    "flipped bits": lambda content, rng: flip(flip(content, rng), rng),
    "zeros": lambda content, rng: bytes(len(content)),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("damaged", READ_BY)
def test_a_damaged_file_is_a_sentence_and_no_traceback(prepared, tmp_path, monkeypatch, capfd, damaged, mutation):
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "results/demo/legal" / damaged
    file.write_bytes(MUTATIONS[mutation](file.read_bytes(), random.Random(f"{damaged} {mutation}")))
    capfd.readouterr()
    code = main([READ_BY[damaged][0], "domains/legal", *READ_BY[damaged][1:]])
    said = capfd.readouterr().err.strip().splitlines()
    if mutation != "flipped bits" and (mutation, file.suffix) != ("zeros", ".bin"):  # these may be what is read, too
        assert code == 2, said
    if code:
        assert code == 2
        assert said[-1].startswith("maskzoo: error: ")
        names = (file.name, file.parent.name, "contracts")  # of documents.jsonl the source
        assert any(name in said[-1] for name in names), said[-1]
