"""The tasks of the small languages from real sources, read through the mirror: counts that their descriptions state."""

import json
from pathlib import Path

import pytest

from maskzoo.cli import main
from maskzoo.recipe.load import read_recipe, scales

ZOO = Path(__file__).parents[2] / "domains"
LANGUAGES = sorted(path.parent.name for path in (ZOO / "low_resource").glob("*/domain.yaml"))


@pytest.fixture(scope="module")
def prepared(mirror, tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")

    def task(language: str, name: str) -> dict:
        arguments = ["--scale", "small", "--results", str(folder), "--task", name]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MASKZOO_CACHE", str(folder / "cache"))
            assert main(["tasks", str(ZOO / "low_resource" / language), *arguments]) == 0
        return json.loads((folder / "small/low_resource" / language / "tasks" / name / "task.json").read_text())

    return task


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_in_order_at_every_scale_and_its_base_is_clear_of_its_tasks(language):
    folder = ZOO / "low_resource" / language
    assert {"demo", "small", "full"} <= set(scales(folder))
    for scale in scales(folder):
        recipe = read_recipe(folder, scale)
        assert "scratch" in recipe.variants
        if scale != "demo":
            assert recipe.tokenizers["extended"].extend == "multilingual"
    base = read_recipe(ZOO / "multilingual", "small").corpus.decontamination
    assert base is not None
    assert base.against == ("low_resource",)


def test_what_differs_without_decontamination_is_decontamination_alone():
    clean, leaky = (read_recipe(ZOO / "low_resource/tsn", scale) for scale in ("small", "small_contaminated"))
    assert leaky.corpus.decontamination is None
    assert clean.corpus.model_copy(update={"decontamination": None}) == leaky.corpus
    assert clean.seeds == leaky.seeds
    for key in ("variants", "tasks", "tokenizers", "bases"):
        assert getattr(leaky, key).items() <= getattr(clean, key).items()
    assert {"scratch", "extended"} <= set(leaky.variants)
    assert {"ner", "pos"} <= set(leaky.tasks)


def test_setswana_is_tested_on_all_of_its_published_sentences(prepared):
    found = prepared("tsn", "ner")
    assert found["counts"]["test"] == 996
    assert found["labels"] == sorted(["O", *(f"{p}-{kind}" for p in "BI" for kind in ("DATE", "LOC", "ORG", "PER"))])
    assert prepared("tsn", "pos")["counts"]["test"] == 602
    assert len(prepared("tsn", "news")["labels"]) == 10


def test_swiss_german_articles_stay_whole(prepared):
    found = prepared("gsw", "noah")
    assert sum(found["counts"].values()) + found["removed"]["duplicates"] + found["removed"]["across_splits"] + found[
        "removed"
    ]["empty"] == pytest.approx(1147, abs=5)
    assert found["counts"]["test"] == pytest.approx(204, abs=2)
    assert prepared("gsw", "uzh")["removed"]["across_splits"] == 10, "sentences that stand in NOAH, too"


def test_swiss_german_tags_are_universal_and_one_table_serves_both_corpora(prepared):
    universal = {
        *("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN"),
        *("NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "VERB", "X"),
    }
    assert set(prepared("gsw", "noah")["labels"]) == universal
    assert set(prepared("gsw", "uzh")["labels"]) == universal


def test_slovak_entities_are_read_from_five_columns_and_tags_from_ten(prepared):
    found = prepared("slk", "ner")
    assert {kind[2:] for kind in found["labels"] if kind != "O"} == {"LOC", "ORG", "PER"}
    assert prepared("slk", "pos")["counts"]["test"] == 1061


def test_tweets_have_two_languages(prepared):
    assert prepared("hin_eng", "language")["labels"] == ["EN", "HI"]
