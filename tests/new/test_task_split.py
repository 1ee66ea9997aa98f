"""`maskzoo new --task` keeps relatives on one side of the split, unless that leaves nothing to test on."""

import random

from maskzoo.cli import main

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
RINGS = ("c1ccccc1", "c1ccncc1", "C1CCCCC1", "C1CCNCC1", "c1ccc2ccccc2c1", "c1ccsc1", "C1CCOC1", "c1ccoc1")


def molecules(draw, rings, count=400):
    """SMILES of a ring and a chain on it, all different, and a number for each."""
    found = {}
    while len(found) < count:
        chain = "".join(draw.choices(["C", "CC", "O", "N", "C(C)", "C(F)"], k=draw.randint(2, 6)))
        found[f"CC{chain}{draw.choice(rings)}"] = round(draw.random(), 3)
    return found


def table(path, column, label, rows):
    path.write_text("\n".join([f"{column},{label}", *(f"{text},{value}" for text, value in rows.items())]))


def protein(draw, length=90):
    return "".join(draw.choices(AMINO_ACIDS, k=length))


def mutated(draw, sequence, places):
    letters = list(sequence)
    for place in draw.sample(range(len(letters)), places):
        letters[place] = draw.choice(AMINO_ACIDS)
    return "".join(letters)


def test_molecules_are_split_by_scaffold_and_no_scaffold_is_trained_and_tested(zoo, made, tasks, capsys):
    from maskzoo.materials.smiles import GROUPINGS

    draw = random.Random(0)
    many = [f"{ring[:-1]}{ring[-1]}" for ring in RINGS] + [
        f"{a}CC{b}".replace("1", "2", 0) for a in RINGS for b in RINGS[:2]
    ]
    table(zoo / "m.csv", "smiles", "solubility", molecules(draw, many))
    folder = made(
        "solubility", "--from", "m.csv", "--task", "solubility", "--unit", "log mol/L", "--licence", "CC0-1.0"
    )
    assert "task: numbers in column 'solubility', split by scaffold" in capsys.readouterr().out
    assert "split: {by: scaffold}" in (folder / "domain.yaml").read_text()
    rows, _ = tasks("solubility")
    scaffolds = {name: set(GROUPINGS["scaffold"]([row["text"] for row in found])) for name, found in rows.items()}
    assert all(scaffolds.values())
    assert not scaffolds["train"] & scaffolds["test"]


def test_proteins_of_many_families_are_split_by_identity(zoo, made, tasks):
    draw = random.Random(1)
    rows = {}
    for family in range(20):
        ancestor = protein(draw)
        rows |= {mutated(draw, ancestor, 6): ("membrane" if family % 2 else "soluble") for _ in range(10)}
    table(zoo / "p.csv", "sequence", "place", rows)
    folder = made("places", "--from", "p.csv", "--task", "place", "--licence", "CC0-1.0")
    assert "split: {by: identity}" in (folder / "domain.yaml").read_text()
    found, _ = tasks("places")
    assert {name: len(rows) for name, rows in found.items()}.keys() == {"train", "validation", "test"}
    assert min(map(len, found.values())) >= 10


def test_molecules_of_one_scaffold_are_split_by_a_hash_and_the_recipe_says_why(zoo, made, tasks, capsys):
    draw = random.Random(2)
    table(zoo / "v.csv", "smiles", "affinity", molecules(draw, RINGS[:1], 600))
    folder = made("phenyls", "--from", "v.csv", "--task", "affinity", "--licence", "CC0-1.0")
    assert "split by a hash" in capsys.readouterr().out
    text = (folder / "domain.yaml").read_text()
    assert "by: scaffold" not in text
    assert "by scaffold there is no test (0 of" in text
    found, _ = tasks("phenyls")
    assert min(map(len, found.values())) >= 10


def test_variants_of_one_protein_are_no_corpus_of_their_own(zoo, capsys):
    draw = random.Random(2)
    wild = protein(draw)
    table(zoo / "v.csv", "sequence", "fitness", {mutated(draw, wild, 3): round(draw.random(), 3) for _ in range(300)})
    assert main(["new", "domains/variants", "--from", "v.csv", "--task", "fitness"]) == 2
    said = capsys.readouterr().err
    assert "no document is left of 300" in said
    assert "what a task tests on, and what repeats it, is no corpus: name other data" in said
    assert not (zoo / "domains/variants").exists()


def test_as_much_is_trained_on_as_it_takes_to_show_every_label_that_is_tested(zoo, made, tasks):
    draw = random.Random(3)
    words = [f"word{number}" for number in range(400)]
    labels = [f"kind{number}" for number in range(60) for _ in range(14)]
    rows = {" ".join(draw.choices(words, k=12)): label for label in labels}
    table(zoo / "t.csv", "text", "kind", rows)
    made("kinds", "--from", "t.csv", "--task", "kind", "--language", "en", "--licence", "CC0-1.0")
    _, information = tasks("kinds")
    counts = information["label_counts"]
    assert set(counts["test"]) <= set(counts["train"])
