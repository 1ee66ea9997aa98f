"""The comparison says how variants were adapted and what they forgot; recipes that cannot be are refused."""

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from transformers import AutoModel, AutoModelForMaskedLM

from maskzoo.adaptation import bitfit, bottleneck, invertible
from maskzoo.adaptation.common.adapter import adapt, stored, trainable
from maskzoo.cli import main
from maskzoo.comparison import adaptation_section
from maskzoo.errors import UserError
from maskzoo.files import read_json, write_json
from maskzoo.paths import Layout
from maskzoo.probes.common.checkpoints import checkpoints
from maskzoo.probes.common.kind import Context
from maskzoo.probes.common.measuring import measure
from maskzoo.probes.common.removal import taken_off
from maskzoo.probes.pseudo_perplexity import Settings, chosen_documents
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.recipe import Recipe
from maskzoo.reporting.numbers import number
from tests.adaptation.adapted import disturb
from tests.release.conftest import GENERAL, LAW, WORDS, write_model

PLAIN = "adapted: {base: general, tokenizer: own}\n"
SEVERAL = f"""{PLAIN}
      bitfit: {{base: general, tokenizer: own, adaptation: {{method: bitfit}}}}
      inner: {{base: general, tokenizer: own, adaptation: {{method: bottleneck, reduction: 4}}}}
"""


@pytest.fixture
def law(tmp_path: Path) -> tuple[Recipe, Layout]:
    """Three variants of one base: every weight, biases, and a bottleneck that cannot be merged."""
    text = LAW.replace(PLAIN, SEVERAL).replace("{bootstrap: 200}", "{bootstrap: 200, forgetting: general}")
    for name, recipe in (("law", text), ("general", GENERAL)):
        (tmp_path / "domains" / name).mkdir(parents=True)
        (tmp_path / "domains" / name / "domain.yaml").write_text(recipe)
    (tmp_path / "tokenizers").mkdir()
    (tmp_path / "tokenizers" / "wordpiece.yaml").write_text("{}")
    layout = Layout(tmp_path / "results", "demo", "law")
    base = layout.of("general").model("scratch", 0)
    write_model(base)
    documents = layout.of("general").documents
    documents.parent.mkdir(parents=True)
    texts = [" ".join(WORDS[(number + place) % 10] for place in range(12)) for number in range(3)]
    table = {"id": ["a", "b", "c"], "text": texts, "split": ["test"] * 3}
    pq.write_table(pa.table(table), documents)
    for name, settings in (
        ("adapted", None),
        ("bitfit", bitfit.Settings()),
        ("inner", bottleneck.Settings(reduction=4)),
    ):
        folder = layout.run(name, 0)
        model = AutoModelForMaskedLM.from_pretrained(base)
        run: dict[str, Any] = {"steps": 10, "seconds": 2.0 if settings is None else 1.0, "tokens": 640, "flops": 1e9}
        run |= {"parameters": model.num_parameters(), "validation_loss": 3.0}
        shutil.copytree(base, folder / "model")
        if settings is None:
            disturb(model, 0.1)
            model.save_pretrained(folder / "model")
        else:
            adapter = adapt(model, settings, seed=0, measured=True)
            disturb(model, 0.1)
            numbers, unchanged = trainable(model), adapter.base_is_unchanged()
            adapter.save(folder / "adapter", base=None)
            if adapter.merges:
                adapter.merged().save_pretrained(folder / "model")
            else:
                shutil.copytree(folder / "adapter", folder / "model" / "adapter")
            kept = stored(folder / "adapter")
            run["adaptation"] = {"method": settings.method, "trainable_parameters": numbers, "stored": kept}
            run["adaptation"]["base_unchanged"] = unchanged
        write_json(folder / "run.json", {**run, "optimiser_bytes": 800, "peak_rss_bytes": 10**9})
    return read_recipe(tmp_path / "domains" / "law"), layout


def test_the_comparison_puts_variants_of_a_base_side_by_side(law) -> None:
    recipe, layout = law
    scored = {}
    for model in ("general", "bitfit"):
        there = Context(recipe, layout.of("general"))
        suite = Settings(documents=3, words=10)
        scored[model] = measure("pseudo_perplexity", suite, model, checkpoints(recipe, model, layout), there)
        write_json(layout.forgotten("general", model), scored[model])
    rows = adaptation_section.read(recipe, layout)
    assert [row["method"] for row in rows] == ["full", "bitfit", "bottleneck"]
    assert {row["full"] for row in rows} == {"adapted"}
    _, text, _ = adaptation_section.section(rows)
    biases = 16 * 3 + 16 + 16 + 32 + 16 + 16 + 16 + 16 + 16 + len(WORDS) + 5
    line = next(line for line in text.splitlines() if "`bitfit`" in line)
    assert f" {biases} " in line
    assert "100 ms (0.50)" in line
    assert "the base, bit for bit" in line
    before, after = (number(scored[model]["per_word"]) for model in ("general", "bitfit"))
    assert before != after
    assert f"| {before} | {after} |" in line


def test_it_is_looked_at_whether_the_base_is_there_again_without_the_adapter(law, monkeypatch) -> None:
    recipe, layout = law
    monkeypatch.chdir(recipe.folder.parents[1])
    for model in ("general", "adapted", "bitfit", "inner"):
        assert main(["score", "domains/law", "--model", model, "--on", "general"]) == 0
    found = {name: read_json(layout.forgotten("general", name)) for name in ("general", "adapted", "bitfit", "inner")}
    tokens = 3 * (12 + 2)  # words, and the two marks around each document
    for name in ("bitfit", "inner"):
        assert found[name]["per_word"] != found["general"]["per_word"], "on, it has changed what the model says"
        seen = {"documents": 3, "tokens": tokens, "is_base": True, "differs_by": 0.0}
        assert found[name]["adapter_off"] == [{"pretraining_seed": 0, **seen}]
    assert "adapter_off" not in found["adapted"], "every weight was trained: nothing can be taken off"
    assert "adapter_off" not in found["general"]


@pytest.mark.parametrize(("changed", "is_base"), [([len(WORDS) + 5, len(WORDS) + 6], True), ([6, 7], False)])
def test_rows_of_new_words_leave_the_base_as_it_is_and_rows_of_its_own_do_not(law, tmp_path, changed, is_base) -> None:
    _, layout = law
    base = layout.of("general").model("scratch", 0)
    model = AutoModelForMaskedLM.from_pretrained(base)
    model.resize_token_embeddings(len(WORDS) + 7, mean_resizing=False)
    adapter = adapt(model, bottleneck.Settings(reduction=4), seed=0, new_rows=changed)
    disturb(model, 0.1)
    adapter.save(tmp_path / "adapter", base=None)
    documents = chosen_documents(layout.of("general").documents, documents=3, words=10)
    seen = taken_off(base, tmp_path / "adapter", documents)
    assert seen["is_base"] == is_base
    assert (seen["differs_by"] == 0) == is_base


def test_a_head_that_the_base_lacked_is_no_part_of_it(law, tmp_path) -> None:
    _, layout = law
    base = layout.of("general").model("scratch", 0)
    shutil.copytree(base, tmp_path / "base")
    AutoModel.from_pretrained(base).save_pretrained(tmp_path / "base")
    model = AutoModelForMaskedLM.from_pretrained(tmp_path / "base")
    adapter = adapt(model, invertible.Settings(reduction=4), seed=0, head_is_trained=True)
    disturb(model, 0.1)
    adapter.save(tmp_path / "adapter", base=None)
    documents = chosen_documents(layout.of("general").documents, documents=3, words=10)
    assert taken_off(tmp_path / "base", tmp_path / "adapter", documents)["is_base"]


def test_where_no_variant_has_an_adapter_there_is_no_table(law) -> None:
    recipe, layout = law
    for name in ("bitfit", "inner"):
        (layout.run(name, 0) / "run.json").unlink()
    assert adaptation_section.section(adaptation_section.read(recipe, layout)) == []


def test_recipes_with_adapters_that_cannot_be_are_refused(law) -> None:
    recipe, _ = law
    file = recipe.folder / "domain.yaml"
    text = file.read_text()

    def refused(old: str, new: str, match: str) -> None:
        assert old in text
        file.write_text(text.replace(old, new, 1))
        with pytest.raises(UserError, match=match):
            read_recipe(recipe.folder)

    refused(
        "{method: bitfit}",
        "{method: bitfti}",
        r"adaptation\.method: unknown adaptation method 'bitfti'.*'bitfit'",
    )
    refused("{method: bitfit}", "{place: [query]}", r"variants\.bitfit\.adaptation\.method: is missing")
    refused(
        "{method: bitfit}", "{method: lora, rnk: 3}", r"variants\.bitfit\.adaptation\.rnk: unknown key 'rnk'.*'rank'"
    )
    refused("{method: bitfit}", "{method: lora, rank: 0}", r"variants\.bitfit\.adaptation\.rank: 0: ")
    refused("forgetting: general", "forgetting: genral", r"evaluation\.forgetting: unknown domain 'genral'.*'general'")
    refused("variants: [adapted]", "variants: [inner]", r"release\.variants: 'inner': bottleneck .*cannot be merged")
    refused(
        "{domain: general, variant: scratch}", "{architecture: bert}", r"bitfit leaves most of base 'general' as it is"
    )
