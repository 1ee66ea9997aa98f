"""Files of checkpoints that are refused before any library opens them, each in one sentence that says what mends it."""

import json
from pathlib import Path
from typing import Any

import numpy
import pytest
from safetensors.numpy import save_file

from maskzoo.checkpoint_files import IDS, check_tensors, check_tokenizer, check_weights, read_config
from maskzoo.errors import UserError


def weights(file: Path) -> Path:
    save_file({"a": numpy.zeros((4, 5)), "b": numpy.ones(3)}, file)
    return file


def index(folder: Path, named: Any) -> None:
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": named}))


def refused(check: Any, *given: Any) -> str:
    with pytest.raises(UserError) as caught:
        check(*given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("left", [0, 5, 8, 40, -1])
def test_weights_that_were_cut_off_anywhere_are_refused(tmp_path: Path, left: int) -> None:
    file = weights(tmp_path / "model.safetensors")
    file.write_bytes(file.read_bytes()[:left])
    message = refused(check_weights, tmp_path)
    assert "model.safetensors is cut off after" in message
    assert "copy or download it again" in message


def test_weights_with_something_behind_them_or_none_at_all_are_refused(tmp_path: Path) -> None:
    file = weights(tmp_path / "model.safetensors")
    assert check_weights(tmp_path) == [file]
    whole = file.read_bytes()
    file.write_bytes(whole + b"x")
    assert "1 bytes behind its end" in refused(check_tensors, file)
    file.write_bytes(b"\xff" * 64)
    assert "is no safetensors file" in refused(check_tensors, file)
    file.write_bytes((2).to_bytes(8, "little") + b"[]")
    assert "is no safetensors file" in refused(check_tensors, file)


def test_pickled_weights_alone_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    message = refused(check_weights, tmp_path)
    assert "only pytorch_model.bin" in message
    assert "save_pretrained" in message


@pytest.mark.parametrize(
    "name", ["../../x.safetensors", "/x.safetensors", "a/b.safetensors", "..\\x.safetensors", "..", ""]
)
def test_an_index_names_files_of_its_own_folder_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "base").mkdir()
    weights(tmp_path / "x.safetensors")
    index(tmp_path / "base", {"a": name})
    assert "expected names of safetensors files in the same folder" in refused(check_weights, tmp_path / "base")


def test_an_index_names_no_pickle_and_nothing_that_is_missing(tmp_path: Path) -> None:
    weights(tmp_path / "one.safetensors")
    index(tmp_path, {"a": "one.safetensors"})
    assert check_weights(tmp_path) == [tmp_path / "one.safetensors"]
    index(tmp_path, {"a": "one.safetensors", "b": "two.safetensors"})
    assert "names two.safetensors, which is not there" in refused(check_weights, tmp_path)
    index(tmp_path, {"a": "pytorch_model.bin"})
    assert "expected names of safetensors files" in refused(check_weights, tmp_path)
    index(tmp_path, [])
    assert "names no weights" in refused(check_weights, tmp_path)


def test_an_adapter_is_no_base(tmp_path: Path) -> None:
    weights(tmp_path / "model.safetensors")
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "somebody/else"}')
    assert "is an adapter, no model" in refused(check_weights, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "holds a list; expected a JSON object"),
        ("[" * 100_000 + "]" * 100_000, "is nested too deeply"),
        ('{"vocab_size": 100000000000}', "vocab_size 100000000000; expected a number from 1"),
        ('{"vocab_size": -1}', "vocab_size -1"),
        ('{"vocab_size": "many"}', "vocab_size 'many'"),
        ('{"x": "' + "x" * (17 << 20) + '"}', "bytes; expected at most 16,777,216"),
    ],
)
def test_a_config_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "config.json").write_text(text)
    assert said in refused(read_config, tmp_path)


def test_a_config_in_another_encoding_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes('{"a": "é"}'.encode("latin-1"))
    assert "is no JSON" in refused(read_config, tmp_path)


@pytest.mark.parametrize(
    ("vocabulary", "added", "said"),
    [
        ({"a": 0, "b": 2**31 - 2}, [], "token 'b' has the id 2147483646"),
        ({"a": 0}, [{"content": "[MASK]", "id": IDS}], "token '[MASK]' has the id 4194304"),
        ({"a": -1}, [], "token 'a' has the id -1"),
        ({"a": "0"}, [], "token 'a' has the id '0'"),
        ({"a": True}, [], "token 'a' has the id True"),
    ],
)
def test_token_ids_that_no_vocabulary_has_are_refused(tmp_path: Path, vocabulary: Any, added: Any, said: str) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps({"model": {"type": "WordLevel", "vocab": vocabulary}, "added_tokens": added}))
    message = refused(check_tokenizer, tmp_path)
    assert said in message
    assert "expected ids from 0 to 4,194,303" in message


def test_a_tokenizer_is_read_again_where_its_file_changed(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps({"model": {"vocab": {"a": 0}}}))
    check_tokenizer(tmp_path)
    file.write_text(json.dumps({"model": {"vocab": {"a": 0, "b": IDS}}}))
    assert "token 'b'" in refused(check_tokenizer, tmp_path)
