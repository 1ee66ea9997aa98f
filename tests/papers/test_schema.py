"""A paper's YAML is read strictly: a claim says how it is known, and every name points at something."""

import pytest

from maskzoo.cli import main
from maskzoo.errors import UserError
from maskzoo.papers.read import check_against_recipes, read_paper, slugs

from ..conftest import ROOT


def test_a_bare_number_has_the_provenance_of_its_table_and_a_cell_may_have_its_own(shop):
    paper = shop.read()
    assert paper.known_of("main", "PetBERT", "breed") == ("read", "the readme")
    assert paper.known_of("main", "BERT", "weight") == ("unverified", "recalled")
    assert paper.models["BERT"].ours_at("whatever") == ("base",)
    assert paper.models["PetBERT"].ours_at("small") == ("gone", "adapted")


@pytest.mark.parametrize("missing", ["known", "where"])
def test_a_claim_without_provenance_is_refused_with_file_and_key(shop, missing):
    del shop.raw["tables"]["main"][missing]
    with pytest.raises(UserError, match=r"pets\.yaml: tables\.main\.rows\.PetBERT\.breed: a claim without provenance"):
        shop.read()


def test_a_statement_needs_provenance_too_unless_both_values_stand_in_a_table(shop):
    shop.raw["contrasts"]["gain"]["over"] = "GPT"
    shop.read()
    shop.raw["contrasts"]["gain"]["task"] = "song"
    with pytest.raises(UserError, match=r"contrasts\.gain: a claim without provenance; expected `known` and `where`"):
        shop.read()
    shop.raw["contrasts"]["gain"] |= {"known": "second-hand", "where": "a survey"}
    shop.read()


def change(raw, path, value):
    *parents, last = path.split("/")
    for key in parents:
        raw = raw[key]
    raw[last] = value


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("tables/main/known", "seen", r"tables\.main\.known: unknown value 'seen'.*read, .*unverified"),
        ("tables/main/wher", "x", r"tables\.main\.wher: unknown key 'wher'.*did you mean 'where'"),
        ("tables/main/rows/PetBERT/breed", {"value": None}, "a claim without a figure; expected known: unverified"),
        ("tables/main/rows/PetBERT/breed", "eighty", r"rows\.PetBERT\.breed"),
        ("tables/main/rows/PetBERT/bred", 1.0, r"rows\.PetBERT: unknown task 'bred'.*did you mean 'breed'"),
        ("tables/main/rows/PetBETR", {}, r"tables\.main\.rows: unknown model 'PetBETR'.*did you mean 'PetBERT'"),
        ("tasks/breed/tolerance", None, r"tasks\.breed: needs a `tolerance`, or `differs`"),
        ("tasks/breed/without", "no", r"tasks\.breed: give either `ours`, or `without`"),
        ("tasks/breed/tolerance", -1, r"tasks\.breed\.tolerance"),
        ("tasks/breed/ours", {"task": "breed", "loss_of": "x"}, "give either `task` or `loss_of`"),
        ("models/GPT/without", None, r"models\.GPT: give either `ours`, or `without`"),
        ("models/BERT/ours", {"ful": "base"}, r"models\.BERT\.ours: unknown scale 'ful'.*did you mean 'full'"),
        ("contrasts/gain/over", "PetBERT", "`model` and `over` are the same"),
        ("contrasts/gain/expect", "on_par", "need a `tolerance`"),
        ("contrasts/half/expect", "ahead", "give either `expect` or `reduction`"),
        ("scales", [], "`scales` are those of the `domain`"),
        ("without", "no", "give either `domain`, or `without`"),
        ("slug", "x", r"unknown key 'slug'.*the name of the file"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(shop, path, value, message):
    change(shop.raw, path, value)
    with pytest.raises(UserError, match=message) as caught:
        shop.read()
    assert "pets.yaml: " in str(caught.value)


def test_an_unknown_paper_is_answered_with_the_nearest(capsys, zoo_of_papers):
    assert main(["papers", "compare", "puobert"]) == 2
    assert "unknown paper 'puobert'" in capsys.readouterr().err


@pytest.fixture
def zoo_of_papers(zoo):
    import shutil

    shutil.copytree(ROOT / "papers", zoo / "papers")
    return zoo


def test_every_paper_of_the_zoo_is_in_order_and_mapped_to_what_there_is(zoo_of_papers, capsys):
    assert set(slugs()) == {
        *("bartsmiles", "climatebert", "javabert", "juribert", "labrador", "pepmlm", "puoberta", "selu"),
    }
    assert main(["papers", "check"]) == 0
    assert capsys.readouterr().out.count("in order") == len(slugs())


def test_a_mapping_to_what_no_recipe_has_is_refused(zoo_of_papers):
    file = zoo_of_papers / "papers" / "puoberta.yaml"
    whole = file.read_text()
    for old, new, message in (
        ("ours: {task: pos}", "ours: {task: poss}", r"tasks\.pos\.ours: unknown task \(scale full\) 'poss'"),
        ("ours: scratch}", "ours: scrach}", r"models\.PuoBERTa\.ours: unknown model \(scale full\) 'scrach'"),
        ("domain: low_resource/tsn", "domain: low_resource/tns", r"domain: unknown domain 'low_resource/tns'"),
    ):
        assert old in whole
        file.write_text(whole.replace(old, new))
        with pytest.raises(UserError, match=message):
            check_against_recipes(read_paper("puoberta"), file)


def test_the_figures_of_puoberta_and_of_boosted_trees_in_selu_are_those_of_the_tables():
    """Typed from the tables a second time, so that a slip of one hand is seen."""
    rows = read_paper("puoberta", ROOT / "papers").tables["main"].rows
    assert {name: cell.value for name, cell in rows["PuoBERTa + JW300"].items()} == {
        "pos": 84.1,
        "ner": 80.2,
        "news_cv": 66.2,
        "news": 65.4,
    }
    assert {name: rows[name]["ner"].value for name in rows if "ner" in rows[name]} == {
        "AfriBERTa": 83.2,
        "AfroXLMR-base": 87.7,
        "AfroXLMR-large": 89.4,
        "NCHLT TSN RoBERTa": 74.2,
        "PuoBERTa": 78.2,
        "PuoBERTa + JW300": 80.2,
    }
    trees = read_paper("selu", ROOT / "papers").tables["main"].rows["TF-IDF + XGBoost"]
    assert (trees["requirement_type"].value, trees["smell_doc"].value, trees["story_points"].value) == (
        0.881,
        0.714,
        0.659,
    )
