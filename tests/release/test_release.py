"""A release folder loads with plain transformers alone, tells the truth about itself, and tells no path."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import ModelCard
from huggingface_hub.repocard_data import eval_results_to_model_index, model_index_to_eval_results

from maskzoo.cli import main
from maskzoo.comparison.command import compare
from maskzoo.errors import UserError
from maskzoo.licences import NOT_SHAREABLE
from maskzoo.release.command import release
from maskzoo.release.package import ABSOLUTE, files_to_upload, without_paths

LOADER = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "maskzoo":
            raise ImportError("maskzoo is blocked")

sys.meta_path.insert(0, Blocker())
from transformers import AutoModelForMaskedLM, AutoModelForSequenceClassification, AutoTokenizer, pipeline

folder = sys.argv[1]
_, loading = AutoModelForMaskedLM.from_pretrained(folder, output_loading_info=True)
assert not loading["missing_keys"] and not loading["unexpected_keys"], loading
found = pipeline("fill-mask", model=folder)(sys.argv[2])
assert AutoTokenizer.from_pretrained(folder).mask_token in sys.argv[2]
print(len(found), round(sum(entry["score"] for entry in found), 6) <= 1)
"""


def folder_of(domain: Any) -> Path:
    release(domain.recipe, "adapted", domain.layout)
    return Path(domain.layout.release("adapted"))


def test_folder_fills_masks_with_plain_transformers_where_maskzoo_cannot_be_imported(domain: Any) -> None:
    folder = folder_of(domain)
    text = ModelCard.load(folder / "README.md").data.to_dict()["widget"][0]["text"]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", LOADER, str(folder), text],
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder.parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["5", "True"]


def test_card_metadata_survives_the_hub_clients_parser(domain: Any) -> None:
    folder = folder_of(domain)
    card = ModelCard.load(folder / "README.md")
    data = card.data.to_dict()
    assert data["language"] == ["en"]
    assert data["license"] == "apache-2.0"
    assert data["library_name"] == "transformers"
    assert data["pipeline_tag"] == "fill-mask"
    assert "base_model" not in data, "a base of the zoo is no Hub id"
    assert str(ModelCard(str(card))) == str(card)
    name, results = model_index_to_eval_results(data["model-index"])
    assert name == "tiny-law-demo"
    assert eval_results_to_model_index(name, results) == data["model-index"]
    compared = json.loads((domain.layout.comparison / "comparison.json").read_text())
    mean = next(m["mean"] for m in compared["tasks"]["clauses"]["models"] if m["name"] == "adapted")
    by_type = {result.task_type: result for result in results}
    assert by_type["text-classification"].dataset_type == "maskzoo-law-clauses", "no id that somebody has on the Hub"
    assert by_type["text-classification"].metric_value == round(mean, 4)
    assert by_type["fill-mask"].metric_type == "perplexity"


def test_task_from_the_hub_is_named_by_its_id(domain: Any) -> None:
    changed = domain.reread("            simulated: clauses.jsonl\n", "            hub: {dataset: someone/clauses}\n")
    name, results = model_index_to_eval_results(
        ModelCard.load(folder_of(changed) / "README.md").data.to_dict()["model-index"]
    )
    assert (name, results[0].dataset_type) == ("tiny-law-demo", "someone/clauses")


def test_card_admits_losing_to_the_baseline_and_reports_funnel_privacy_and_decontamination(domain: Any) -> None:
    text = (folder_of(domain) / "README.md").read_text()
    assert "On «Clauses» it loses to TF-IDF + logistic regression." in text
    assert "beats `general`" in text
    assert "Every model was fine-tuned at learning rate 0.0005." in text
    assert "few seeds make them too narrow" in text
    assert "too short: 13" in text
    assert "Personal data replaced: 17 e-mail addresses, 0 phone and fax numbers." in text
    assert (
        "- Clauses: 13 of 230 texts were found, in 12 documents (3 hold a whole text, 11 share a run of words" in text
    )
    assert "pretraining seed 0" in text
    assert "general/scratch: random weights" in text
    assert "acts of law: Department of Justice, simulated by this project (documents.jsonl) (OGL-Canada-2.0, h" in text


def test_card_says_that_the_head_is_new_and_that_the_base_was_not_searched_for_texts_of_the_tasks(domain: Any) -> None:
    text = (folder_of(domain) / "README.md").read_text()
    assert "what the base had read before was not searched" in text
    assert "without a masked-language-modeling head" not in text
    file = domain.layout.run("adapted", 0) / "run.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "new_head": True, "head_warmup_steps": 50}))
    text = (folder_of(domain) / "README.md").read_text()
    assert "a new one was trained, alone for the first 50 steps." in text
    fresh = domain.reread("{domain: general, variant: scratch}", "{architecture: bert}")
    compare(fresh.recipe, fresh.layout)
    assert "had read before" not in (folder_of(fresh) / "README.md").read_text()


def test_every_decimal_number_of_the_card_is_in_a_results_file(domain: Any) -> None:
    folder = folder_of(domain)
    numbers: set[float] = set()

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            for item in value.values():
                collect(item)
        elif isinstance(value, list):
            for item in value:
                collect(item)
        elif isinstance(value, (int, float)):
            numbers.add(float(value))

    for file in (
        domain.layout.comparison / "comparison.json",
        domain.layout.funnel,
        domain.layout.run("adapted", 0) / "run.json",
    ):
        collect(json.loads(file.read_text()))
    collect(domain.recipe.model_dump(mode="json"))
    text = re.sub(r"https://\S+|(?:CC-[A-Z-]+|[A-Za-z]+)-\d\.\d|`[^`]*`", "", (folder / "README.md").read_text())
    for shown in re.findall(r"(?<![\w.])[+-]?\d+\.\d+", text):
        digits = len(shown.split(".")[1])
        known = any(
            abs(abs(float(shown)) - scale * abs(n)) <= 0.5001 * 10**-digits for n in numbers for scale in (1, 100, 1e-6)
        )
        assert known, shown


def test_source_without_documents_and_data_of_tasks_do_not_bind_the_weights(domain: Any) -> None:
    made = release(domain.recipe, "adapted", domain.layout)
    assert made["licence"] == "Apache-2.0", "the non-commercial source gave no document, the task is not in the weights"
    assert "bind nobody" in (domain.layout.release("adapted") / "README.md").read_text()


def test_noncommercial_source_makes_a_noncommercial_card(domain: Any) -> None:
    funnel = json.loads(domain.layout.funnel.read_text())
    funnel["sources"]["unused"]["documents"] = 1
    domain.layout.funnel.write_text(json.dumps(funnel))
    card = ModelCard.load(folder_of(domain) / "README.md")
    assert card.data.to_dict()["license"] == "cc-by-nc-4.0"


def test_sources_of_the_base_bind_too(domain: Any) -> None:
    file = domain.layout.of("general").funnel
    file.write_text(file.read_text().replace("MIT", "CC-BY-SA-3.0"))
    card = ModelCard.load(folder_of(domain) / "README.md")
    assert card.data.to_dict()["license"] == "cc-by-sa-4.0"
    assert "Source prose of general is under CC-BY-SA-3.0" in card.text


def test_base_folder_lends_its_stated_licence_and_an_unstated_one_is_said(
    domain: Any, checkpoint: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    shutil.copytree(checkpoint, base)
    changed = domain.reread("{domain: general, variant: scratch}", f"{{folder: {base}}}")
    card = ModelCard.load(folder_of(changed) / "README.md")
    assert card.data.to_dict()["license"] == "unknown", "like a source without a licence"
    assert "So these weights are not to be shared." in card.text
    assert "Apache-2.0" not in card.text
    assert "is not stated in its files; look it up and name one that it allows in release.licence" in card.text
    (base / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n")
    assert release(changed.recipe, "adapted", changed.layout)["licence"] == "CC-BY-NC-4.0"


def test_a_base_without_a_licence_is_answered_for_by_the_licence_of_the_release(
    domain: Any, checkpoint: Path, tmp_path: Path
) -> None:
    shutil.copytree(checkpoint, tmp_path / "base")
    domain.reread("{domain: general, variant: scratch}", f"{{folder: {tmp_path / 'base'}}}")
    changed = domain.reread("authors:", "licence: CC-BY-SA-4.0, authors:")
    card = ModelCard.load(folder_of(changed) / "README.md")
    assert card.data.to_dict()["license"] == "cc-by-sa-4.0"
    assert "is not stated in its files; who made this release says CC-BY-SA-4.0." in card.text
    assert "Not to be shared" not in card.text


@pytest.mark.parametrize("header", ["", "---\nlicense: other\n---\n", "---\nlicense: unknown\n---\n", "no header"])
def test_what_states_no_licence_gives_none(domain: Any, checkpoint: Path, tmp_path: Path, header: str) -> None:
    base = shutil.copytree(checkpoint, tmp_path / "base")
    (base / "README.md").write_text(header)
    changed = domain.reread("{domain: general, variant: scratch}", f"{{folder: {base}}}")
    assert release(changed.recipe, "adapted", changed.layout)["licence"] == "LicenseRef-not-shareable"


def test_hub_base_is_named_in_the_metadata_and_among_the_attributions(
    domain: Any, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = domain.reread("{domain: general, variant: scratch}", "{hub: someone/encoder, revision: abc}")
    monkeypatch.setattr("maskzoo.release.origins.base_folder", lambda *_, **__: checkpoint)
    monkeypatch.setattr("maskzoo.release.origins.stated_licence", lambda _: "mit")
    card = ModelCard.load(folder_of(changed) / "README.md")
    assert card.data.to_dict()["base_model"] == "someone/encoder"
    assert "- Base someone/encoder: https://huggingface.co/someone/encoder (mit)" in card.text


def test_recipe_licence_looser_than_the_sources_stops_before_anything_is_written(
    domain: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    domain.reread("authors:", "licence: CC0-1.0, authors:")
    folder = str(domain.recipe.folder)
    assert main(["release", folder, "--variant", "adapted", "--results", str(domain.layout.results)]) == 2
    assert "release.licence: CC0-1.0 does not ask for attribution" in capsys.readouterr().err
    assert not domain.layout.release("adapted").exists()


def test_no_file_tells_a_path_and_weights_are_safetensors_only(domain: Any, tmp_path: Path) -> None:
    folder = folder_of(domain)
    names = {file.name for file in files_to_upload(folder)}
    assert {
        "README.md",
        "model.safetensors",
        "config.json",
        "tokenizer.json",
        "data_sheet.md",
        "comparison.md",
    } <= names
    assert not {name for name in names if name.endswith((".bin", ".pt", ".pkl", ".py"))}
    for file in files_to_upload(folder):
        assert str(tmp_path).encode() not in file.read_bytes(), file.name
    assert "maskzoo law" in (folder / "how_it_was_made.json").read_text(), "paths are cut to their last name"


def test_path_in_the_data_sheet_is_refused(domain: Any) -> None:
    (domain.recipe.folder / "README.md").write_text("Data lies in /srv/someone/data/acts.\n")
    with pytest.raises(UserError, match=r"data_sheet\.md: absolute path '/srv/someone/data/acts\.?'"):
        folder_of(domain)
    assert not domain.layout.release("adapted").exists()


def test_how_it_was_made_has_recipe_checksums_and_commit(domain: Any) -> None:
    from maskzoo.files import sha256_of

    folder = folder_of(domain)
    made = json.loads((folder / "how_it_was_made.json").read_text())
    assert made["files"]["model.safetensors"] == sha256_of(folder / "model.safetensors")
    assert made["inputs"]["corpus/documents.parquet"] == sha256_of(domain.layout.documents)
    assert made["recipe"]["variants.adapted"]["base"] == "general"
    assert "commit" in made["provenance"]
    assert made["pretraining"]["tokens"] == 38400


def test_two_releases_differ_in_nothing_but_the_date(domain: Any) -> None:
    def content() -> dict[str, bytes]:
        folder = folder_of(domain)
        files = {file.name: file.read_bytes() for file in files_to_upload(folder)}
        made = json.loads(files.pop("how_it_was_made.json"))
        made["provenance"].pop("date")
        return {**files, "made": json.dumps(made).encode()}

    assert content() == content()


def test_data_sheet_starts_with_the_domains_own_words_and_lists_sources_and_tasks(domain: Any) -> None:
    (domain.recipe.folder / "README.md").write_text("# Law\n\nWhy these statutes.\n")
    text = (folder_of(domain) / "data_sheet.md").read_text()
    assert text.startswith("# Law\n\nWhy these statutes.\n")
    assert "### acts\n\n- licence: OGL-Canada-2.0" in text
    assert "- documents: 137; bytes: 6,850" in text
    assert "### Clauses (`clauses`)" in text


def test_checkpoint_without_head_or_with_pickled_weights_is_refused(domain: Any) -> None:
    model = domain.layout.model("adapted", 0)
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps({**config, "architectures": ["BertModel"]}))
    with pytest.raises(UserError, match="no masked-language-modeling head"):
        folder_of(domain)
    (model / "config.json").write_text(json.dumps(config))
    (model / "model.safetensors").rename(model / "pytorch_model.bin")
    with pytest.raises(UserError, match="pickled weights are never released"):
        folder_of(domain)


def test_unknown_variant_and_missing_comparison_are_clear_errors(
    domain: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["release", str(domain.recipe.folder), "--results", str(domain.layout.results), "--variant"]
    assert main([*command, "adaptd"]) == 2
    assert "did you mean 'adapted'" in capsys.readouterr().err
    (domain.layout.comparison / "comparison.json").unlink()
    assert main([*command, "adapted"]) == 2
    assert "run `maskzoo compare` first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("maskzoo release /srv/me/zoo/domains/law --scale demo", "maskzoo release law --scale demo"),
        ("https://example.org/a/b/c", "https://example.org/a/b/c"),
        (".//Text and ./MarginalNote", ".//Text and ./MarginalNote"),
        ("--results=/mnt/data/results", "--results=results"),
        (r"C:\Users\me\zoo", "zoo"),
        ("and/or 1/2", "and/or 1/2"),
    ],
)
def test_paths_are_cut_and_addresses_are_not(text: str, cut: str) -> None:
    assert without_paths({"x": [text]}) == {"x": [cut]}
    assert not ABSOLUTE.search(cut)


def test_help_of_release_imports_nothing_heavy() -> None:
    code = (
        "import sys, maskzoo.release.command;"
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'huggingface_hub', 'pyarrow')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_source_without_a_licence_makes_a_release_that_says_it_is_not_to_be_shared(domain: Any, capsys: Any) -> None:
    funnel = json.loads(domain.layout.funnel.read_text())
    funnel["sources"]["acts"]["licence"] = NOT_SHAREABLE
    domain.layout.funnel.write_text(json.dumps(funnel))
    arguments = ["--results", str(domain.layout.results), "--variant", "adapted"]
    assert main(["release", str(domain.recipe.folder), *arguments]) == 0
    folder = Path(domain.layout.release("adapted"))
    assert "is not to be shared: name the licences of its sources and base in" in capsys.readouterr().err
    card = ModelCard.load(folder / "README.md")
    assert card.data.to_dict()["license"] == "unknown"
    assert card.text.index("**Not to be shared.**") < card.text.index("## How to use")
    assert "So these weights are not to be shared." in card.text
    assert json.loads((folder / "how_it_was_made.json").read_text())["licence"] == NOT_SHAREABLE


def test_links_into_the_project_are_words_in_a_data_sheet_that_lies_elsewhere(domain: Any) -> None:
    (domain.recipe.folder / "README.md").write_text("# Law\n\nAs [JuriBERT](../../papers/juribert.yaml) has it.\n")
    assert "As JuriBERT has it." in (folder_of(domain) / "data_sheet.md").read_text()


def test_titles_labels_and_documents_of_strangers_are_text_in_card_and_data_sheet(domain: Any) -> None:
    hostile = "<script>alert(1)</script> ![x](https://evil.example/p.png) $\\\\frac$"
    changed = domain.reread("title: Clauses", f"title: '{hostile}'")
    (domain.recipe.folder / "README.md").write_text("# Law\n\n<iframe src=//evil.example></iframe>\n")
    compare(changed.recipe, changed.layout)
    folder = folder_of(changed)
    for name in ("README.md", "data_sheet.md", "comparison.md"):
        text = (folder / name).read_text()
        page = text.split("\n---\n", 1)[-1]
        assert "<script" not in page, name
        assert "<iframe" not in page, name
        assert "![x](https" not in page, name
    assert "<script" not in (folder / "comparison.svg").read_text()


def test_a_card_does_not_contradict_itself_about_decontamination(domain: Any) -> None:
    funnel = json.loads(domain.layout.funnel.read_text())
    domain.layout.funnel.write_text(json.dumps({**funnel, "decontamination": {}}))
    text = (folder_of(domain) / "README.md").read_text()
    assert "not decontaminated" in text
    assert "were taken out" not in text
    assert "may stand in it" in text


def test_what_a_reader_needs_first_stands_first(domain: Any) -> None:
    text = (folder_of(domain) / "README.md").read_text()
    order = ("## How to use", "## What it gained", "## Limits", "## How good it is", "## What it was trained on")
    places = [text.index(heading) for heading in (*order, "## How it was made", "## Licence")]
    assert places == sorted(places)
    assert re.search(
        r"\| Clauses \(macro F1\) \| \*\*0\.\d+\*\* \[.*`general` 0\.\d+; gain \+.*\], clear \| TF-IDF", text
    )


def test_the_snippet_of_a_card_runs_as_it_stands(domain: Any) -> None:
    folder = folder_of(domain)
    [snippet] = re.findall(r"```python\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", snippet], capture_output=True, text=True, env=environment, cwd=folder, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "token_str" in done.stdout


def test_sources_that_no_licence_can_meet_are_not_called_unnamed(domain: Any, capsys: Any) -> None:
    for layout, licence in ((domain.layout, "CC-BY-NC-4.0"), (domain.layout.of("general"), "CC-BY-SA-4.0")):
        funnel = json.loads(layout.funnel.read_text())
        (name, *_) = funnel["sources"]
        funnel["sources"][name]["licence"] = licence
        layout.funnel.write_text(json.dumps(funnel))
    arguments = ["--results", str(domain.layout.results), "--variant", "adapted"]
    assert main(["release", str(domain.recipe.folder), *arguments]) == 0
    assert "is not to be shared: its README.md says why" in capsys.readouterr().err
    text = (Path(domain.layout.release("adapted")) / "README.md").read_text()
    assert "**Not to be shared.**" in text
    assert "nobody may share what was made from both" in text
    assert "nobody has named" not in text
