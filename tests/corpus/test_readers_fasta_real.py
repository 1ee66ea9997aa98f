"""Real FASTA of the protein domain, read and cleaned: what is known of the files is found in them."""

import os
from collections import Counter
from pathlib import Path

import pytest

from maskzoo.corpus.cache import Cache
from maskzoo.corpus.sources import read_source
from maskzoo.materials.protein import letters
from maskzoo.materials.protein.settings import Settings as Protein
from maskzoo.recipe.load import read_recipe

DOMAIN = Path(__file__).parents[2] / "domains" / "protein"
MIRRORS = [Path(place) for place in os.environ.get("MASKZOO_MIRRORS", "").split(":") if place]
pytestmark = pytest.mark.skipif(
    not any((mirror / "protein" / "manifest.csv").is_file() for mirror in MIRRORS), reason="no mirror of protein data"
)


@pytest.fixture(scope="module")
def recipe():
    return read_recipe(DOMAIN, "small")


def records(source, cache):
    return list(read_source(source, name="t", folder=DOMAIN, simulated=DOMAIN, cache=Cache(cache, MIRRORS)))


def test_resistance_genes_end_in_a_stop_and_lose_it(recipe, tmp_path):
    found = records(recipe.corpus.sources["resistance"], tmp_path)
    result = letters.cleaned([record.text for record in found], Protein())
    changes = sum(result.changes.values(), Counter())
    assert (len(found), sum(map(len, result.texts))) == (9704, 3312723)
    assert changes["stop_removed"] == len(found) + 1  # one ends in two
    assert not any(result.verdicts)


def test_aligned_kinases_lose_their_gaps(recipe, tmp_path):
    found = records(recipe.corpus.sources["histidine_kinases"], tmp_path)
    assert {len(record.text) for record in found} == {64}
    result = letters.cleaned([record.text for record in found], Protein())
    assert sum(result.changes.values(), Counter())["gap_removed"] == 112_532
    assert len(set(result.texts)) == 13_711


def test_residues_of_flip_have_labels_masks_and_splits(recipe, tmp_path):
    data = recipe.tasks["secondary_structure"].data
    counts = {part: len(records(getattr(data, part), tmp_path)) for part in ("train", "validation", "test")}
    assert counts == {"train": 9712, "validation": 1080, "test": 364}


def test_proteins_without_labels_have_none(recipe, tmp_path):
    source = recipe.tasks["conservation"].data.train.model_copy(update={"where": {}})
    found = records(source, tmp_path)
    assert (len(found), sum(not record.tags for record in found)) == (10_507, 41)
