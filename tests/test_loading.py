"""The one door: no code, no pickle, no network, no weights that are no numbers; and nobody goes round it."""

import ast
import builtins
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
)

from maskzoo.adaptation.common.scorer import load_scorer
from maskzoo.errors import UserError
from maskzoo.loading import load_adapter, load_config, load_model, load_tensors, load_tokenizer, load_tokenizer_json
from maskzoo.release.gate import loading as gate
from maskzoo.tokenization import plain
from tests.models.tiny import CONFIGS, tiny
from tests.pretraining.conftest import write_tokenizer

from .conftest import ROOT

EVIL = "from pathlib import Path\nPath(__file__).with_name('ran').touch()\nraise SystemExit\n"


@pytest.fixture(autouse=True)
def _nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> str:
        raise AssertionError("asked whether code may run")

    monkeypatch.setattr(builtins, "input", asked)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    tiny("bert").save_pretrained(tmp_path / "base")
    write_tokenizer(tmp_path / "base", [f"w{number}" for number in range(60)])
    return tmp_path / "base"


def change(file: Path, **values: Any) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


def refused(load: Any, *given: Any) -> str:
    with pytest.raises(UserError) as caught:
        load(*given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_nobody_else_calls_from_pretrained_or_reads_a_pickle() -> None:
    guilty = []
    for file in sorted((ROOT / "src").rglob("*.py")):
        if file.name == "loading.py" and file.parent.name == "maskzoo":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Attribute) and node.attr in ("from_pretrained", "load_peft_weights")
            imported = isinstance(node, (ast.Import, ast.ImportFrom)) and any(
                name.name in ("pickle", "joblib", "load_peft_weights") for name in node.names
            )
            torch_load = isinstance(node, ast.Attribute) and ast.unparse(node) == "torch.load"
            if called or imported or torch_load:
                guilty.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert guilty == []


def test_the_gates_own_process_is_closed_as_well() -> None:
    for program in (gate.LOADER, gate.ADAPTER_LOADER):
        tree = ast.parse(program)
        closed = {
            key.value: value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Dict)
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("from_pretrained"):
                if "Peft" in ast.unparse(node.func):
                    continue
                given = {word.arg: word.value.value for word in node.keywords if isinstance(word.value, ast.Constant)}
                assert (given if "trust_remote_code" in given else closed)["trust_remote_code"] is False


@pytest.mark.parametrize("reference", ["evil.Config", "somebody/evil--evil.Config"])
def test_code_of_a_base_never_runs_and_nobody_is_asked(base: Path, reference: str) -> None:
    (base / "evil.py").write_text(EVIL)
    change(
        base / "config.json", model_type="evil", auto_map={"AutoConfig": reference, "AutoModelForMaskedLM": reference}
    )
    said = "evil.Config" if "--" not in reference else "evil.Config of the Hub repository somebody/evil"
    message = refused(load_config, base)
    assert f"it needs code of its own (auto_map: {said}), which is never run" in message
    assert "expected an architecture and a tokenizer that transformers has itself" in message
    assert refused(load_model, AutoModelForMaskedLM, base) == message
    assert not (base / "ran").exists()


def test_code_beside_an_architecture_that_transformers_has_is_ignored_and_not_passed_on(base: Path) -> None:
    (base / "evil.py").write_text(EVIL)
    change(base / "config.json", auto_map={"AutoConfig": "evil.Config", "AutoModelForMaskedLM": "evil.Model"})
    model, report = load_model(AutoModelForMaskedLM, base)
    assert type(model).__name__ == "BertForMaskedLM"
    assert not report["missing_keys"]
    assert not hasattr(model.config, "auto_map")
    assert not (base / "ran").exists()


def test_a_head_that_only_code_has_is_refused(base: Path) -> None:
    values = json.loads((base / "config.json").read_text())
    (base / "config.json").write_text(
        json.dumps({**values, "model_type": "clip", "auto_map": {"AutoModelForMaskedLM": "evil.Model"}})
    )
    (base / "evil.py").write_text(EVIL)
    assert "cannot load" in refused(load_model, AutoModelForMaskedLM, base)
    assert not (base / "ran").exists()


def test_a_tokenizer_with_code_of_its_own_is_refused(base: Path) -> None:
    (base / "evil.py").write_text(EVIL)
    change(base / "config.json", model_type="evil")
    change(base / "tokenizer_config.json", tokenizer_class="Evil", auto_map={"AutoTokenizer": ["evil.Evil", None]})
    try:
        found = load_tokenizer(base)
    except UserError as error:
        assert "code of its own" in str(error)  # noqa: PT017 - or transformers' own class reads tokenizer.json
    else:
        assert type(found).__module__.startswith("transformers.")
    assert not (base / "ran").exists()


def test_attention_is_no_kernel_from_a_repository(base: Path) -> None:
    change(base / "config.json", attn_implementation="somebody/kernel")
    assert "attn_implementation: somebody/kernel" in refused(load_config, base)


def test_weights_come_in_float32_whatever_they_were_stored_in(base: Path) -> None:
    tiny("bert").half().save_pretrained(base)
    model, _ = load_model(AutoModelForMaskedLM, base)
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused_by_name(base: Path, value: float) -> None:
    kept = load_file(base / "model.safetensors")
    kept["bert.encoder.layer.1.output.dense.weight"][0, 0] = value
    save_file(kept, base / "model.safetensors", {"format": "pt"})
    for auto in (AutoModelForMaskedLM, AutoModelForSequenceClassification):
        message = refused(load_model, auto, base)
        assert "holds weights that are no numbers, in bert.encoder.layer.1.output.dense.weight" in message


def test_large_numbers_are_numbers(base: Path) -> None:
    kept = load_file(base / "model.safetensors")
    kept["bert.encoder.layer.1.output.dense.weight"][:] = 3e38  # their sum is none
    save_file(kept, base / "model.safetensors", {"format": "pt"})
    load_model(AutoModelForMaskedLM, base)


@pytest.mark.parametrize("text", ['{"model_type": "bert", "num_attention_heads": 0}', '{"model_type": 5}', "{}"])
def test_a_config_of_absurd_values_is_a_sentence(base: Path, text: str) -> None:
    (base / "config.json").write_text(text)
    refused(load_model, AutoModelForMaskedLM, base)


def test_a_tokenizer_that_is_none_is_a_sentence(base: Path) -> None:
    (base / "tokenizer.json").write_text('{"model": {"type": "Nothing"}}')
    assert "not a tokenizer" in refused(load_tokenizer_json, base / "tokenizer.json")
    assert "cannot load the tokenizer" in refused(load_tokenizer, base)


def test_an_adapter_is_never_read_from_a_pickle(tmp_path: Path) -> None:
    assert "no adapter in" in refused(load_adapter, tmp_path)
    (tmp_path / "adapter_config.json").write_text('{"peft_type": "LORA", "r": 2}')
    (tmp_path / "adapter_model.bin").write_bytes(b"\x80\x04.")
    assert "has no adapter_model.safetensors; pickled weights are never loaded" in refused(load_adapter, tmp_path)
    save_file({"a": torch.zeros(2)}, tmp_path / "adapter_model.safetensors")
    assert load_adapter(tmp_path)[0].r == 2
    (tmp_path / "adapter_config.json").write_text('{"peft_type": "NOTHING"}')
    assert "an adapter of the unknown method" in refused(load_adapter, tmp_path)


def test_tensors_that_were_cut_off_are_a_sentence(tmp_path: Path) -> None:
    save_file({"a": torch.zeros(200)}, tmp_path / "x.safetensors")
    (tmp_path / "x.safetensors").write_bytes((tmp_path / "x.safetensors").read_bytes()[:300])
    assert "is cut off after 300 of" in refused(load_tensors, tmp_path / "x.safetensors")


@pytest.mark.parametrize(
    ("architecture", "file"), [("xlm-roberta", "sentencepiece.bpe.model"), ("deberta-v2", "spm.model")]
)
def test_a_base_with_a_sentencepiece_model_alone_loads_with_its_own_pieces(
    tmp_path: Path, architecture: str, file: str
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("\n".join(f"the court held that clause {n} of the contract was void" for n in range(200)))
    roles = {"pad_id": -1, "bos_id": 1, "eos_id": 2, "unk_id": 0} if architecture == "xlm-roberta" else {
        "pad_id": 0, "bos_id": 1, "eos_id": 2, "unk_id": 3,
        "pad_piece": "[PAD]", "bos_piece": "[CLS]", "eos_piece": "[SEP]", "unk_piece": "[UNK]",
    }  # fmt: skip
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(tmp_path / "made"), vocab_size=50, minloglevel=9, **roles
    )
    base = tmp_path / "base"
    tiny(architecture).save_pretrained(base)
    shutil.move(tmp_path / "made.model", base / file)
    loaded = load_tokenizer(base)
    own = sentencepiece.SentencePieceProcessor(model_file=str(base / file))
    sentence = "the contract was void"
    pieces = own.encode(sentence, out_type=str)
    assert loaded.convert_ids_to_tokens(loaded(sentence, add_special_tokens=False)["input_ids"]) == pieces
    converted = plain.load(base)
    assert converted.tokenizer.encode(sentence, add_special_tokens=False).tokens == pieces
    assert {"pad", "cls", "sep", "mask"} <= set(converted.special)


def test_a_discriminators_head_is_no_head_for_another_task(tmp_path: Path) -> None:
    config = AutoConfig.for_model("bert", vocab_size=65, **CONFIGS["bert"][1])
    config.id2label, config.label2id = {0: "original", 1: "replaced"}, {"original": 0, "replaced": 1}
    saved = AutoModelForTokenClassification.from_config(config)
    saved.save_pretrained(tmp_path)
    again, report = load_model(AutoModelForTokenClassification, tmp_path)
    assert torch.equal(again.classifier.weight, saved.classifier.weight)
    assert not report["missing_keys"]
    for auto in (AutoModelForSequenceClassification, AutoModelForTokenClassification):
        tuned, report = load_model(auto, tmp_path, config=AutoConfig.from_pretrained(tmp_path))
        assert "classifier.weight" in report["missing_keys"]
        assert not torch.equal(tuned.classifier.weight, saved.classifier.weight)
        one, other = (model.bert.encoder.layer[0].output.dense.weight for model in (tuned, saved))
        assert torch.equal(one, other)
    encoder, report = load_model(AutoModel, tmp_path)
    assert torch.equal(encoder.embeddings.word_embeddings.weight, saved.bert.embeddings.word_embeddings.weight)
    assert not report["unexpected_keys"]
    model, reason = load_scorer(tmp_path)
    assert model is None
    assert reason is not None
    assert reason.startswith("no MLM head: the checkpoint has no cls.predictions.")
