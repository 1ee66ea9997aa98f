"""A small domain that went through every stage before the release: real files in the documented formats."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from maskzoo.paths import Layout
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.recipe import Recipe

from ..loopback_hub.fixtures import client, hub, waits  # noqa: F401

LAW = """
title: Tiny law
summary: Statutes and contracts in English.
languages: [en]
release: {name: tiny-law, variants: [adapted], authors: [The developers]}
scales:
  demo:
    simulate: {generator: legal}
    corpus:
      sources:
        acts:
          simulated: documents.jsonl
          licence: OGL-Canada-2.0
          attribution: Department of Justice
          read: {format: jsonl, text: [text]}
        unused: {simulated: more.jsonl, licence: CC-BY-NC-4.0, read: {format: jsonl, text: [text]}}
    tokenizers: {own: {design: wordpiece}}
    bases:
      general: {domain: general, variant: scratch}
    variants:
      adapted: {base: general, tokenizer: own}
    tasks:
      clauses:
        title: Clauses
        type: sequence_classification
        data:
          all:
            simulated: clauses.jsonl
            licence: CC-BY-NC-SA-4.0
            read: {format: jsonl, text: [text], fields: {label: label}}
        label: label
        metric: macro_f1
    evaluation: {bootstrap: 200}
"""
GENERAL = """
title: General
summary: Prose.
languages: [en]
release: {name: general, variants: [scratch]}
scales:
  demo:
    simulate: {generator: general}
    corpus:
      sources:
        prose: {simulated: documents.jsonl, licence: MIT, read: {format: jsonl, text: [text]}}
    tokenizers: {own: {design: wordpiece}}
    bases: {fresh: {architecture: bert}}
    variants:
      scratch: {base: fresh, tokenizer: own}
"""
WORDS = ["the", "court", "may", "order", "fees", "statutes", "contracts", "and", "in", "english", "."]


@dataclass(frozen=True)
class Domain:
    recipe: Recipe
    layout: Layout

    def reread(self, old: str, new: str) -> "Domain":
        """The same domain with a changed domain.yaml."""
        file = self.recipe.folder / "domain.yaml"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
        return Domain(read_recipe(self.recipe.folder), self.layout)


def write_model(folder: Path) -> None:
    """A tiny BERT with a WordPiece tokenizer, as pretraining saves them."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    backend = Tokenizer(models.WordPiece({name: i for i, name in enumerate(names)}, unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer(lowercase=True)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    specials = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
    torch.manual_seed(0)
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    BertForMaskedLM(BertConfig(**shape, vocab_size=len(names))).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=backend, **specials).save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "_name_or_path": str(folder)}))


def write_funnel(layout: Layout, sources: dict[str, tuple[str, int]]) -> None:
    reasons = {"too_short": {"documents": 13, "bytes": 700, "example": "acts#4: 3 words"}}
    stage = {"documents_in": 150, "documents_out": 137, "bytes_in": 9000, "bytes_out": 8300, "reasons": reasons}
    found = {"sentences": 3, "ngrams": 11, "both": 2, "documents": 12, "evaluation_texts": 230, "texts_found": 13}
    write_json(
        layout.funnel,
        {
            "stages": [{"stage": "filters", **stage}],
            "sources": {
                name: {"documents": count, "bytes": 50 * count, "licence": licence, "language": "en"}
                for name, (licence, count) in sources.items()
            },
            "decontamination": {"clauses": found},
            "privacy": {"email": 17, "phone": 0},
            "splits": {"train": {"documents": 131}, "validation": {"documents": 3}, "test": {"documents": 3}},
            "provenance": {},
        },
    )


def write_results(layout: Layout) -> None:
    generator = np.random.default_rng(0)
    gold = [str(x) for x in generator.choice(["a", "b"], 200)]
    for name, share in {"tfidf_logreg": 0.05, "general": 0.5, "adapted": 0.3}.items():
        folder = layout.evaluated("clauses", name)
        predicted = ["b" if x == "a" and generator.random() < share else x for x in gold]
        folder.mkdir(parents=True)
        columns = {"seed": [0] * 200, "id": [f"e{i}" for i in range(200)], "gold": gold, "predicted": predicted}
        pq.write_table(pa.table(columns), folder / "predictions.parquet")
        pairs = list(zip(gold, predicted, strict=True))
        f1 = [2 * pairs.count((x, x)) / (gold.count(x) + predicted.count(x)) for x in "ab"]
        seed = {"seed": 0, "pretraining_seed": 0, "validation": {}, "test": {"macro_f1": sum(f1) / 2}, "seconds": 1.0}
        seed |= {"hyperparameters": {} if name == "tfidf_logreg" else {"learning_rate": 0.0005}}
        write_json(folder / "results.json", {"model": name, "metric": "macro_f1", "seeds": [seed]})
    for name, pll in {"general": -80.0, "adapted": -60.0}.items():
        documents = [{"id": f"d{i}", "pll": pll - i, "words": 20, "tokens": 25, "unknown": 0} for i in range(20)]
        record: dict[str, Any] = {"model": name, "variant": "within_word_l2r", "reason": None, "per_token": 9.5}
        record |= {"words": 400, "tokens": 500, "unknown_share": 0.0, "altered_words": 0.25, "documents": documents}
        write_json(layout.scored(name), record | {"seeds": [{"pretraining_seed": 0, "documents": documents}]})


def write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoint")
    write_model(folder)
    return folder


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory, checkpoint: Path) -> Path:
    """A zoo of two domains up to the comparison of `law`; made once, tests get copies."""
    from maskzoo.comparison.command import compare

    zoo = tmp_path_factory.mktemp("zoo")
    for name, text in (("law", LAW), ("general", GENERAL)):
        (zoo / "domains" / name).mkdir(parents=True)
        (zoo / "domains" / name / "domain.yaml").write_text(text)
    (zoo / "tokenizers").mkdir()
    (zoo / "tokenizers" / "wordpiece.yaml").write_text("{}")
    layout = Layout(zoo / "results", "demo", "law")
    shutil.copytree(checkpoint, layout.model("adapted", 0))
    shutil.copytree(checkpoint, layout.of("general").model("scratch", 0))
    write_funnel(layout, {"acts": ("OGL-Canada-2.0", 137), "unused": ("CC-BY-NC-4.0", 0)})
    write_funnel(layout.of("general"), {"prose": ("MIT", 90)})
    pq.write_table(pa.table({"id": ["x"], "text": ["the court"], "split": ["test"]}), layout.documents)
    write_results(layout)
    compare(read_recipe(zoo / "domains" / "law"), layout)
    return zoo


def copied(zoo: Path, target: Path) -> Domain:
    """`law` in a zoo of its own, with the paths of that zoo in what a run leaves behind."""
    shutil.copytree(zoo, target, dirs_exist_ok=True)
    layout = Layout(target / "results", "demo", "law")
    run = {
        "parameters": 4242,
        "steps": 300,
        "seconds": 2.0,
        "flops": 1e9,
        "tokens": 38400,
        "validation_loss": 2.5177,
        "provenance": {"command": f"maskzoo {target}/domains/law"},
    }
    write_json(layout.run("adapted", 0) / "run.json", run)
    return Domain(read_recipe(target / "domains" / "law"), layout)


@pytest.fixture
def domain(tmp_path: Path, compared: Path) -> Domain:
    """`law`, whose `adapted` began as `general/scratch`: corpus, model, results and comparison are there."""
    return copied(compared, tmp_path)


@pytest.fixture(scope="session")
def released_zoo(tmp_path_factory: pytest.TempPathFactory, compared: Path) -> Path:
    """The same with the release of `adapted`."""
    from maskzoo.release.command import release

    zoo = tmp_path_factory.mktemp("released")
    made = copied(compared, zoo)
    release(made.recipe, "adapted", made.layout)
    return zoo


@pytest.fixture
def released(tmp_path: Path, released_zoo: Path, monkeypatch: pytest.MonkeyPatch) -> Domain:
    """`law` with its release folder, in the current folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(released_zoo, tmp_path, dirs_exist_ok=True)
    return Domain(read_recipe(Path("domains/law")), Layout(Path("results"), "demo", "law"))
