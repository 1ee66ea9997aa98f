"""`maskzoo new` finds out what data are, writes a recipe that is in order, and says what is wrong with data."""

import json
import random

import pytest
import yaml

from maskzoo.cli import main
from maskzoo.corpus.cache import Cache
from maskzoo.corpus.sources import read_source
from maskzoo.errors import UserError
from maskzoo.new.sizes import enough, enough_left, sizes
from maskzoo.recipe.load import read_recipe

SENTENCES = {
    "en": "The patient, a {animal}, had been coughing for {days} days and was given some tablets against the fever.",
    "de": "Der Patient, ein {animal}, hustete seit {days} Tagen und bekam einige Tabletten gegen das hohe Fieber.",
}
ANIMALS = ("dog", "cat", "horse")


def visits(language="en", count=300):
    draw = random.Random(0)
    for _ in range(count):
        animal, days = draw.choice(ANIMALS), draw.randint(2, 900)
        yield animal, days, SENTENCES[language].format(animal=animal, days=days)


@pytest.fixture
def table(zoo):
    """visits.csv: an id, a text, a class, a number, and one animal that is too rare."""
    lines = [f'{number},"{text}",{animal},{days}.5' for number, (animal, days, text) in enumerate(visits())]
    lines.append(f'x,"{SENTENCES["en"].format(animal="lion", days=3)}",lion,3.5')
    (zoo / "visits.csv").write_text("id,finding,animal,weight\n" + "\n".join(lines))
    return zoo


def new(*arguments, licence="CC0-1.0"):
    return main(["new", *arguments, *(["--licence", licence] if licence else [])])


def refused(capsys, *arguments, **options):
    assert new(*arguments, **options) == 2
    return capsys.readouterr().err


def records(recipe, name):
    source = recipe.corpus.sources[name]
    return list(read_source(source, name=name, folder=recipe.folder, simulated=recipe.folder, cache=Cache("cache")))


@pytest.mark.parametrize(("language", "unit"), [("en", "paragraph"), ("de", "line")])
def test_text_gets_its_language_its_documents_and_a_recipe_in_order_at_both_scales(zoo, language, unit):
    (zoo / "notes").mkdir()
    texts = [text for _, _, text in visits(language)]
    for start in range(0, 300, 100):
        gap = "\n\n" if unit == "paragraph" else "\n"
        (zoo / f"notes/n{start}.txt").write_text(gap.join(texts[start : start + 100]))
    assert new("domains/veterinary", "--from", "notes/*.txt") == 0
    for scale in ("demo", "small"):
        recipe = read_recipe(zoo / "domains/veterinary", scale)
        assert recipe.languages == (language,)
        assert recipe.corpus.sources["notes"].read.unit == unit
        assert len(records(recipe, "notes")) == 300
        assert [v.training.steps > 0 for v in recipe.variants.values()] == [False, True]
    assert "300" in (zoo / "domains/veterinary/README.md").read_text()
    assert main(["check", "domains/veterinary"]) == 0


def test_words_that_yaml_takes_for_something_else_stay_words(table):
    (table / "visits.csv").rename(table / "1984.csv")
    asked = ["--from", "1984.csv", "--text", "finding", "--task", "animal", "--language", "no"]
    assert new("domains/veterinary", *asked) == 0
    recipe = read_recipe(table / "domains/veterinary")
    assert recipe.languages == ("no",)
    assert recipe.tasks["label"].language == "no"
    assert list(recipe.corpus.sources) == ["1984"]
    assert recipe.corpus.privacy.regions == ("NO",)


def test_a_column_of_labels_becomes_a_task_and_rare_ones_are_left_out(table):
    assert new("domains/veterinary", "--from", "visits.csv", "--task", "animal") == 0
    recipe = read_recipe(table / "domains/veterinary", "demo")
    task = recipe.tasks["label"]
    assert (task.type, task.metric) == ("sequence_classification", "macro_f1")
    assert recipe.corpus.sources["visits"].read.text == ("finding",)
    found = read_source(
        task.data.all, name="label", folder=recipe.folder, simulated=recipe.folder, cache=Cache("cache")
    )
    assert {record.fields["label"] for record in found} == set(ANIMALS)
    assert task.limit.train == 300
    assert read_recipe(table / "domains/veterinary", "small").tasks["label"].limit.train == 1000


def test_a_column_of_numbers_becomes_a_regression_in_its_unit(table):
    assert new("domains/veterinary", "--from", "visits.csv", "--task", "weight", "--unit", "kg") == 0
    task = read_recipe(table / "domains/veterinary", "small").tasks["label"]
    assert (task.type, task.unit, task.metric) == ("regression", "kg", "spearman")


def test_a_table_with_semicolons_and_one_of_json_lines_are_read(zoo):
    rows = [{"animal": animal, "note": text} for animal, _, text in visits("de")]
    (zoo / "a.csv").write_text("note;animal\n" + "\n".join(f'"{row["note"]}";{row["animal"]}' for row in rows))
    (zoo / "b.jsonl").write_text("\n".join(map(json.dumps, rows)))
    for name, file in (("commas", "a.csv"), ("lines", "b.jsonl")):
        assert new(f"domains/{name}", "--from", file) == 0
        recipe = read_recipe(zoo / "domains" / name, "demo")
        assert recipe.languages == ("de",)
        assert len(records(recipe, file[0])) == 300


def test_molecules_proteins_and_code_are_known_by_what_they_are(zoo):
    draw = random.Random(1)
    (zoo / "list.txt").write_text("\n".join("C" * draw.randint(1, 40) + "c1ccccc1O" for _ in range(900)))
    with (zoo / "p.faa").open("w") as file:
        for number in range(200):
            file.write(f">p{number}\n{''.join(draw.choices('ACDEFGHIKLMNPQRSTVWY', k=120))}\n")
    (zoo / "src/deep").mkdir(parents=True)
    for number in range(60):
        text = "\n".join(f"def f{i}(x):\n    return x + {number * i}" for i in range(12))
        (zoo / f"src/deep/m{number}.py").write_text(text)
    (zoo / "src/Main.java").write_text("class Main { int x = 1; }\n")
    (zoo / "src/notes.md").write_text("# About\n")
    for name, data, material, design in (
        ("molecules", "list.txt", "smiles", "atoms"),
        ("proteins", "p.faa", "protein", "residues"),
        ("sources", "src", "code", "code"),
    ):
        assert new(f"domains/{name}", "--from", data, licence="GPL-3.0-only") == 0
        recipe = read_recipe(zoo / "domains" / name, "demo")
        assert recipe.corpus.material == material
        assert [tokenizer.design for tokenizer in recipe.tokenizers.values()] == [design]
    assert set(recipe.corpus.sources) == {"py", "java"}
    assert recipe.corpus.code.licences == ("GPL-3.0-only",), "else every file would be dropped for its licence"


def test_a_data_set_in_the_hubs_layout_is_read_as_one(zoo):
    (zoo / "mine").mkdir()
    (zoo / "mine/train.jsonl").write_text("\n".join(json.dumps({"text": text}) for _, _, text in visits()))
    assert new("domains/veterinary", "--from", "hub:mine") == 0
    recipe = read_recipe(zoo / "domains/veterinary", "demo")
    assert recipe.corpus.sources["mine"].hub.dataset == "../../mine"
    assert len(records(recipe, "mine")) == 300


def test_what_a_shell_makes_of_a_pattern_without_quotes_is_understood(zoo):
    for number in range(3):
        text = "\n\n".join(text for _, _, text in visits(count=100))
        (zoo / f"n{number}.txt").write_text(text)
    files = [f"n{number}.txt" for number in range(3)]
    assert new("domains/all", "--from", *files) == 0
    assert yaml.safe_load((zoo / "domains/all/domain.yaml").read_text())["corpus"]["sources"]["texts"]["glob"]
    (zoo / "m.txt").write_text("more")
    assert new("domains/some", "--from", *files) == 2


def test_nothing_is_overwritten_or_left_half_written(table, capsys):
    folder = table / "domains/veterinary"
    folder.mkdir()
    (folder / "README.md").write_text("mine")
    assert new("domains/veterinary", "--from", "visits.csv") == 0
    assert (folder / "README.md").read_text() == "mine"
    before = (folder / "domain.yaml").read_text()
    assert "there is a domain already" in refused(capsys, "domains/veterinary", "--from", "visits.csv")
    assert (folder / "domain.yaml").read_text() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--text", "findings"],
            "unknown column 'findings'; expected one of animal, finding, id, weight; did you mean",
        ),
        (
            ["--task", "anmal"],
            "unknown column 'anmal'; expected one of animal, finding, id, weight; did you mean 'animal'",
        ),
        (["--task", "finding"], "different values, 0 of them at least 10 times"),
    ],
)
def test_a_column_that_does_not_exist_or_labels_nothing(table, capsys, arguments, said):
    assert said in refused(capsys, "domains/veterinary", "--from", "visits.csv", *arguments)
    assert not (table / "domains/veterinary").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("domains/legal", "there is a domain already"),
        ("domains/legal/mine", "lies within the domain domains/legal"),
        ("domains/low_resource", "is a group of domains"),
        ("domains/Cats!", "'Cats!' is no name of a domain; expected lower-case letters"),
        ("veterinary", "expected a folder below domains/, like domains/veterinary"),
    ],
)
def test_a_name_that_cannot_be(table, capsys, name, said):
    assert said in refused(capsys, name, "--from", "visits.csv")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("none/*.txt", "no file matches 'none/*.txt'"),
        ("empty.txt", "empty"),
        ("short.txt", "1 document of 12 bytes in all; expected at least 50 documents and 10,000 bytes"),
        ("scan.docx", "scan.docx is of an unknown format; expected files that end in one of .txt"),
        ("void", "no file of a known format: it is empty"),
        ("genes.fa", "sequences of nucleotides; expected amino acids"),
        ("numbers.csv", "no column looks like text; expected --text with one of a, b"),
    ],
)
def test_data_that_are_none(zoo, capsys, data, said):
    (zoo / "empty.txt").touch()
    (zoo / "short.txt").write_text("Hello there.")
    (zoo / "scan.docx").write_bytes(b"PK")
    (zoo / "void").mkdir()
    (zoo / "genes.fa").write_text("".join(f">g{i}\nACGTTGCAACGTTTGA\n" for i in range(99)))
    (zoo / "numbers.csv").write_text("a,b\n" + "1,2\n" * 99)
    assert said in refused(capsys, "domains/veterinary", "--from", data)
    assert not (zoo / "domains/veterinary").exists()


def test_sizes_grow_with_the_data_by_the_rule_that_the_guide_gives():
    small, large = sizes("text", 500, 100_000), sizes("text", 100_000, 64_000_000)
    assert small.vocabulary == (1000, 1000)
    assert large.vocabulary == (4000, 16_000)
    assert (small.layers, small.width) == (2, 128)
    assert (large.layers, large.width) == (4, 256)
    assert small.steps == (60, 61), "ten times 25,000 tokens, 4,096 a step"
    assert large.steps == (60, 400)
    assert sizes("protein", 500, 100_000).vocabulary is None
    assert sizes("text", 60, 100_000).held_out == 0.1
    assert sizes("code", 20, 100_000).held_out == 0.15, "about three of twenty files"


def test_so_few_data_are_refused():
    with pytest.raises(UserError, match="3 documents of 100,000 bytes in all; expected at least 50 documents"):
        enough("text", 3, 100_000)
    enough("code", 12, 20_000)
    with pytest.raises(UserError, match="expected at least 10 files and 10,000 bytes"):
        enough("code", 9, 20_000)
    with pytest.raises(UserError, match="curation would leave 9 documents, and drop 41 similar; expected at least 10"):
        enough_left(9, "41 similar")
