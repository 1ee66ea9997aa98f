"""What `maskzoo new` writes goes through curation with most of the data left, whatever the data are like."""

import random

import pytest

from maskzoo.cli import main
from maskzoo.corpus.splitting import split_of
from maskzoo.new.trial import salt
from maskzoo.recipe.curation import DocumentSplit
from maskzoo.recipe.load import read_recipe

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
NAMES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "omicron")


def kept(funnel):
    return {split: counts["documents"] for split, counts in funnel["splits"].items()}


def module(draw, functions=60, header=""):
    """A Python file of its own: no function resembles one of another file."""
    lines = [header] if header else []
    for _ in range(functions):
        name, *words = (f"{draw.choice(NAMES)}_{draw.randrange(10**6)}" for _ in range(9))
        lines.append(f"def {name}({words[0]}, {words[1]}):")
        lines += [
            f"    {word} = {draw.choice(words[:2])} {draw.choice('+-*')} {draw.randrange(999)}" for word in words[2:]
        ]
        lines.append(f"    return {' + '.join(words[2:])}\n")
    return "\n".join(lines)


def test_peptides_of_nine_residues_stay_though_the_default_takes_them_for_fragments(zoo, made, corpus, capsys):
    draw = random.Random(0)
    peptides = sorted({"".join(draw.choices(AMINO_ACIDS, k=9)) for _ in range(1500)})
    (zoo / "p.fasta").write_text("".join(f">p{i}\n{one}\n" for i, one in enumerate(peptides)))
    folder = made("peptides", "--from", "p.fasta", "--licence", "CC0-1.0")
    said = capsys.readouterr().out
    assert "loosened: protein.min_length is 9, the default would drop 100% (too_short)" in said
    assert "protein: {min_length: 9} # the default would drop 100% (too_short)" in (folder / "domain.yaml").read_text()
    assert sum(kept(corpus("peptides")).values()) > 0.95 * len(peptides)


def test_the_longest_minimum_that_fits_is_written_and_none_where_the_default_does(zoo, made):
    draw = random.Random(1)
    for name, lengths in (("short", (7, 12)), ("usual", (10, 40))):
        sequences = ("".join(draw.choices(AMINO_ACIDS, k=draw.randint(*lengths))) for _ in range(1200))
        (zoo / f"{name}.faa").write_text("".join(f">{i}\n{one}\n" for i, one in enumerate(sequences)))
        made(name, "--from", f"{name}.faa")
    assert read_recipe(zoo / "domains/short").corpus.protein.min_length == 7
    assert "min_length" not in (zoo / "domains/usual/domain.yaml").read_text()


def test_notes_of_three_words_stay(zoo, made, corpus):
    draw = random.Random(2)
    notes = sorted({" ".join(draw.choices(NAMES, k=3)) for _ in range(1000)})
    (zoo / "notes.txt").write_text("\n".join(notes))
    made("notes", "--from", "notes.txt", "--language", "en")
    assert read_recipe(zoo / "domains/notes").corpus.cleaning.min_words == 3
    assert corpus("notes")["stages"][2]["reasons"] == {}, "no filter drops one; what repeats may go"


def test_a_folder_of_few_files_of_code_is_enough_and_every_split_has_one(zoo, made, corpus):
    draw = random.Random(3)
    (zoo / "src").mkdir()
    for number in range(12):
        (zoo / f"src/m{number}.py").write_text(module(draw))
    made("few", "--from", "src", "--licence", "MIT")
    found = kept(corpus("few"))
    assert sum(found.values()) == 12
    assert min(found.values()) >= 1


def test_files_of_code_that_state_their_own_licence_stay_where_nobody_named_one(zoo, made, corpus):
    draw = random.Random(4)
    (zoo / "src").mkdir()
    for number in range(20):
        header = "# SPDX-License-Identifier: GPL-3.0-or-later" if number < 15 else ""
        (zoo / f"src/m{number}.py").write_text(module(draw, header=header))
    made("own", "--from", "src")
    assert {"GPL-3.0-or-later", "MIT", "LicenseRef-not-shareable"} <= set(
        read_recipe(zoo / "domains/own").corpus.code.licences
    )
    assert sum(kept(corpus("own")).values()) == 20


def test_data_of_which_curation_would_leave_next_to_nothing_are_refused_with_the_reason(zoo, capsys):
    (zoo / "same.txt").write_text("The patient was seen again and nothing had changed since.\n" * 400)
    assert main(["new", "domains/same", "--from", "same.txt", "--language", "en"]) == 2
    said = capsys.readouterr().err
    assert "curation would leave 1 document, and drop 399 same_words" in said
    assert not (zoo / "domains/same").exists()


@pytest.mark.parametrize("documents", [3, 5, 12])
def test_the_salt_puts_a_document_on_every_side(documents):
    digests = [bytes([number]) * 16 for number in range(documents)]
    chosen = salt(digests, 0.2)
    split = DocumentSplit(validation=0.2, test=0.2, salt=chosen)
    assert {split_of(digest, split) for digest in digests} == {"train", "validation", "test"}
    many = [number.to_bytes(16, "big") for number in range(500)]
    assert salt(many, 0.02) == "maskzoo", "the usual one where it does"
