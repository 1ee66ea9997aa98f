"""A finished run becomes a record, and the record the pages."""

import pytest

from maskzoo.paths import Layout
from maskzoo.recipe.load import read_recipe
from maskzoo.results.detail_page import detail_page
from maskzoo.results.overview_page import overview_page
from maskzoo.results.run_record import collect, command_of

pytestmark = pytest.mark.slow


def test_a_record_holds_what_every_stage_came_to(finished, monkeypatch):
    monkeypatch.chdir(finished.folder)
    # only real runs are recorded; that this one is simulated is all that makes it none
    recipe = read_recipe(finished.folder / "domains/legal", "demo").model_copy(update={"simulate": None})
    layout = Layout(finished.folder / "results", "demo", "legal")
    record = collect(recipe, layout)
    assert record["command"] == command_of("legal", "demo")
    assert 0 < record["minutes"] < 60
    assert [run["variant"] for run in record["pretraining"]] == list(recipe.variants)
    assert all(run["last"]["validation_loss"] < run["first"]["validation_loss"] for run in record["pretraining"])
    assert {one["name"] for one in record["tokenizers"]} >= {"legal", "general_extended", "general (base)"}
    assert record["corpus"]["decontamination"].keys() == recipe.tasks.keys()
    assert record["tasks"]["clause_type"]["counts"]["train"] == 200
    written = str(record)
    assert str(finished.folder) not in written
    assert ".parquet" not in written
    for page in (overview_page([record]), detail_page(record)):
        for model in recipe.compared:
            assert f"`{model}`" in page
    assert collect(recipe, layout, command="make", minutes=7)["minutes"] == 7
