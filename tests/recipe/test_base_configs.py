"""What the config of a base shows is said when the recipe is read, before any job runs."""

import json
from pathlib import Path

import pytest

from maskzoo.errors import UserError
from maskzoo.recipe.load import read_recipe
from tests.models.tiny import tiny

RECIPE = """
title: Tiny
summary: Words.
languages: [en]
corpus:
  sources: {words: {files: words.txt, licence: Apache-2.0, language: en, read: {format: txt}}}
tokenizers: {words: {reuse: start}}
bases: {start: {folder: base}}
variants: {first: {base: start, tokenizer: words}}
training: {sequence_length: 32}
release: {name: tiny, variants: [first]}
scales: {demo: {}}
"""


@pytest.fixture
def domain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "domains" / "tiny"
    folder.mkdir(parents=True)
    (folder / "domain.yaml").write_text(RECIPE)
    (folder / "words.txt").write_text("w1 w2")
    tiny("bert").save_pretrained(tmp_path / "base")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return Path("domains/tiny")


def _changed(**values: object) -> None:
    file = Path("base/config.json")
    kept = {**json.loads(file.read_text()), **values}
    file.write_text(json.dumps({key: value for key, value in kept.items() if value is not None}))


def _refusal(domain: Path) -> str:
    with pytest.raises(UserError) as caught:
        read_recipe(domain, "demo")
    message = str(caught.value)
    assert message.startswith("domains/tiny/domain.yaml: ")
    assert "\n" not in message
    return message


def test_a_base_that_can_be_trained_is_in_order(domain: Path) -> None:
    read_recipe(domain, "demo")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"model_type": "gpt2"}, "bases.start: base is a gpt2, which has no masked language model in transformers"),
        ({"model_type": "bart"}, "bases.start: base is an encoder with a decoder"),
        ({"model_type": None}, "bases.start: base does not say its model_type"),
        ({"is_decoder": True}, "bases.start: base is a decoder (is_decoder)"),
        ({"model_type": "own", "auto_map": {"AutoModel": "own.Own"}}, "base needs code of its own (auto_map)"),
        ({"model_type": "deberta-v2", "conv_kernel_size": 3}, "has a convolution over neighbouring tokens"),
        ({"model_type": "nystromformer", "num_landmarks": 4}, "can read nothing but 64 tokens a row"),
        ({"model_type": "xlm", "asm": True}, "has an adaptive softmax (asm)"),
        (
            {"max_position_embeddings": 31},
            "variants.first.training.sequence_length: sequence_length 32 is more than the 31 positions of base",
        ),
        ({"model_type": "roberta", "max_position_embeddings": 33, "pad_token_id": 1}, "more than the 31 positions"),
        ({"model_type": "mpnet", "max_position_embeddings": 33}, "more than the 31 positions of base"),
    ],
)
def test_what_cannot_be_trained_is_refused(domain: Path, values: dict[str, object], said: str) -> None:
    _changed(**values)
    assert said in _refusal(domain)


def test_code_that_nobody_needs_is_no_objection(domain: Path) -> None:
    _changed(auto_map={"AutoModel": "own.Own"})
    read_recipe(domain, "demo")


def test_pickled_weights_alone_are_refused(domain: Path) -> None:
    Path("base/model.safetensors").rename("base/pytorch_model.bin")
    assert "base holds no safetensors weights, only pytorch_model.bin" in _refusal(domain)


def test_a_vocabulary_that_cannot_grow_is_not_extended(domain: Path) -> None:
    file = domain / "domain.yaml"
    file.write_text(RECIPE.replace("{reuse: start}", "{extend: start}"))
    _changed(model_type="ibert")
    assert "tokenizers.words.extend: the vocabulary of a ibert cannot grow" in _refusal(domain)


def test_a_hub_base_in_the_cache_is_looked_at(domain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = domain / "domain.yaml"
    file.write_text(RECIPE.replace("{folder: base}", "{hub: someone/something, revision: main}"))
    read_recipe(domain, "demo")  # not in the cache: left for the stage that fetches it
    from huggingface_hub import constants

    snapshots = Path(constants.HF_HUB_CACHE) / "models--someone--something"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(Path("hub").absolute()))
    snapshots = Path(constants.HF_HUB_CACHE) / "models--someone--something"
    (snapshots / "refs").mkdir(parents=True)
    (snapshots / "refs" / "main").write_text("abc")
    (snapshots / "snapshots" / "abc").mkdir(parents=True)
    (snapshots / "snapshots" / "abc" / "config.json").write_text('{"model_type": "t5"}')
    assert "someone/something is a t5, which has no masked language model" in _refusal(domain)


def test_a_later_variant_goes_back_to_the_base_it_began_with(domain: Path) -> None:
    file = domain / "domain.yaml"
    bases = "bases: {start: {folder: base}, later: {variant: first}}"
    variants = "  second: {base: later, tokenizer: words, training: {sequence_length: 600}}"
    text = RECIPE.replace("bases: {start: {folder: base}}", bases)
    file.write_text(
        text.replace(
            "variants: {first: {base: start, tokenizer: words}}",
            f"variants:\n  first: {{base: start, tokenizer: words}}\n{variants}",
        )
    )
    assert "variants.second.training.sequence_length" in _refusal(domain)


@pytest.mark.parametrize(("architecture", "said"), [("modernbrt", "did you mean 'modernbert'"), ("bart", "unknown")])
def test_a_fresh_architecture_is_one_that_can_be_trained(domain: Path, architecture: str, said: str) -> None:
    file = domain / "domain.yaml"
    text = RECIPE.replace("{folder: base}", f"{{architecture: {architecture}}}")
    file.write_text(text.replace("{reuse: start}", "{design: words}"))
    Path("tokenizers").mkdir()
    Path("tokenizers/words.yaml").write_text("title: Words\nmodel: wordpiece\nvocab_size: 100\n")
    message = _refusal(domain)
    assert "bases.start.architecture" in message
    assert said in message
