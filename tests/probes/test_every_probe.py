"""What holds of every kind of probe and of every suite that is shipped."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from maskzoo import registry
from maskzoo.licences import licence_of
from maskzoo.probes.common.data import fetched, records
from maskzoo.probes.common.kind import Context, Probe
from maskzoo.probes.common.measuring import kind_of, measure, settings_of
from maskzoo.probes.common.results import sample
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.probe import Suite, read_suite, suite_names

from ..conftest import ROOT

KINDS = registry.names("probes")
SUITES = sorted(path.stem for path in (ROOT / "probes").glob("*.yaml"))
# a suite of each kind in the small zoo of conftest; a kind without one fails here, so that it gets one
SMALL = {"minimal_pairs": "pairs", "pseudo_perplexity": "pseudo_perplexity"}


def suite(name: str) -> Suite:
    return read_suite(name, ROOT / "domains" / "general", where="a test")


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_offers_what_the_room_asks_for_and_explains_itself(name: str) -> None:
    module = registry.load("probes", name)
    wanted = [one for one in (*Probe.__annotations__, *vars(Probe)) if not one.startswith("_")]
    assert [one for one in wanted if not hasattr(module, one)] == []
    assert issubclass(module.Settings, Suite)
    assert module.Settings.model_fields["probe"].default == name
    assert module.MEASURE.items.endswith("s")
    assert module.__doc__ is not None
    assert all(field.description or key == "probe" for key, field in module.Settings.model_fields.items())


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_read_and_planned_without_torch(name: str) -> None:
    read = f"from maskzoo import registry; registry.load('probes', {name!r})"
    code = f"{read}; import sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", KINDS)
def test_every_seed_is_asked_the_same_and_the_record_gives_back_its_value(law: Context, name: str) -> None:
    suite = law.recipe.probes[SMALL[name]]
    kind = kind_of(suite)
    folders = [(seed, law.layout.model("scratch", seed)) for seed in (0, 1)]
    found = measure(SMALL[name], suite, "scratch", folders, law)
    again = measure(SMALL[name], suite, "scratch", folders, law)
    assert {**found, "provenance": None} == {**again, "provenance": None}, "the same bits again"
    json.dumps(found, allow_nan=False)
    first, second = (seed[kind.MEASURE.items] for seed in found["seeds"])
    assert [row["id"] for row in first] == [row["id"] for row in second]
    assert len({row["id"] for row in first}) == len(first)
    assert first != second, "two models"
    assert sample([first, second], kind.MEASURE).values.mean() == pytest.approx(found["value"])
    assert found["interval"][0] <= found["value"] <= found["interval"][1]
    assert set(kind.FIGURES) <= set(found)
    assert len(found["provenance"]["inputs"]) >= 3, "both checkpoints, and what was asked"


@pytest.mark.parametrize("name", KINDS)
def test_where_a_checkpoint_has_no_head_the_reason_stands_instead_of_a_number(law: Context, name: str) -> None:
    from transformers import BertModel

    kind = kind_of(suite := law.recipe.probes[SMALL[name]])
    folder = law.layout.model("scratch", 1)
    BertModel.from_pretrained(folder).save_pretrained(folder)
    found = measure(SMALL[name], suite, "scratch", [(0, law.layout.model("scratch", 0)), (1, folder)], law)
    if kind.NEEDS_HEAD:
        assert found["reason"].startswith("no MLM head: the checkpoint has no cls")
        assert found["value"] is None
        assert found["seeds"] == found[kind.MEASURE.items] == []
    else:
        assert found["reason"] is None


@pytest.mark.parametrize("name", SUITES)
def test_a_shipped_suite_is_whole(name: str) -> None:
    found = suite(name)
    assert found.title
    assert found.file == ROOT / "probes" / f"{name}.yaml"
    kind_of(found).check(found, str(found.file))
    recipe = read_recipe(ROOT / "domains" / "general")
    assert kind_of(found).size(found, recipe) is not None, "its cost is said before it runs"
    if found.data is not None:
        licence_of(found.data.licence, where=name)
        assert found.about, "readers are told whose it is"
        assert found.data.attribution or found.data.simulated
    assert not {"title", "about", "published", "size", "file"} & set(settings_of(found)), "words change no result"
    assert all(one.source for one in found.published)


@pytest.mark.parametrize("name", [name for name in SUITES if suite(name).data and not suite(name).data.simulated])
def test_a_shipped_suite_is_as_large_as_it_says(name: str, mirror: Path, law: Context) -> None:
    found = suite(name)
    assert all(len(one) == 64 for one in fetched(found).values())
    assert found.size is not None
    pairs = kind_of(found).questions(found, law)
    groups = {pair.paradigm for pair in pairs}
    assert (len(groups), len(pairs)) == (found.size.groups, found.size.groups * found.size.items)
    words = sum(len(record.text.split()) for record in records(found, law.layout)) / len(pairs)
    assert words == pytest.approx(found.size.words, abs=1)


def test_every_suite_can_be_named_and_a_kind_that_needs_no_data_by_itself() -> None:
    known = suite_names(ROOT / "domains" / "general")
    assert set(SUITES) <= set(known)
    assert "pseudo_perplexity" in known
    assert "minimal_pairs" not in known
