"""A study is a file: its cells are variants of the domain, and what is wrong with it is said by its own keys."""

from pathlib import Path

import pytest

from maskzoo.errors import UserError
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.study import read_study, recipe_of, studied_recipe, studies
from maskzoo.workflow.zoo import Zoo
from tests.conftest import ROOT
from tests.recipe.written_study import write


def test_every_point_meets_every_point_of_the_other_axes(zoo):
    write(zoo)
    recipe = studied_recipe(read_study("rates"))
    names = [f"rates.{cell}" for cell in ("low-plain", "low-detour", "high-plain", "high-detour")]
    assert list(recipe.variants) == names
    own = read_recipe(Path("domains/legal")).variants["scratch"]
    for name, variant in recipe.variants.items():
        assert variant.masking.rate == (0.4 if "high" in name else 0.15)
        assert len(variant.training.schedule) == (2 if "detour" in name else 0)
        assert variant.training.budget.tokens == 4096
        assert (variant.base, variant.tokenizer) == (own.base, own.tokenizer)
        assert variant.training.learning_rate == own.training.learning_rate
    assert recipe.seeds.pretraining == recipe.seeds.finetuning == (0, 1)


def test_the_domains_own_recipe_knows_nothing_of_it(zoo):
    before = read_recipe(Path("domains/legal"))
    write(zoo)
    assert recipe_of(Path("domains/legal"), "demo") == before
    assert recipe_of(Path("domains/legal"), "demo", variant="scratch") == before
    assert "rates.low-plain" in recipe_of(Path("domains/legal"), "demo", variant="rates.low-plain").variants


def test_a_rule_depends_on_its_cell_and_on_no_other(zoo):
    class Job:
        domain, scale, variant = "legal", "demo", "rates.high-plain"

    write(zoo)
    (key, slice_), _ = Zoo().asked("pretrain")(Job()).items()
    assert key == "variants.rates.high-plain"
    assert slice_["masking"]["rate"] == 0.4
    inputs = Zoo(scale="small").study_products("rates")
    assert inputs[0] == "results/demo/legal/studies/rates/study.json", "a study names its own scale"


def test_cells_that_differ_in_their_fine_tuning_share_what_was_pretrained(zoo):
    class Job:
        domain, scale, task = "legal", "demo", "entities"

        def __init__(self, model):
            self.model = self.variant = model

    grid = {"tuning": {"full": None, "lora": {"finetuning": {"epochs": 7, "adaptation": {"method": "lora"}}}}}
    write(zoo, "tunings", variant="adapted", grid=grid, budget={"steps": 0}, tasks=["entities"])
    recipe = studied_recipe(read_study("tunings"))
    assert recipe.seeds.pretraining == (0,)
    assert recipe.seeds.finetuning == (0, 1)
    own = read_recipe(Path("domains/legal")).tasks["entities"].finetuning
    lora = recipe.finetuning("entities", "tunings.lora")
    assert recipe.finetuning("entities", "tunings.full") == own
    assert (lora.epochs, lora.adaptation.method) == (7, "lora")
    assert (lora.batch_size, lora.learning_rate, lora.max_length) == (own.batch_size, own.learning_rate, own.max_length)
    at = Zoo()
    pretraining = [at.asked("pretrain")(Job(f"tunings.{cell}")) for cell in ("full", "lora")]
    texts = [
        str(one).replace("tunings.full", "x").replace("tunings.lora", "x").replace("'full'", "").replace("'lora'", "")
        for one in pretraining
    ]
    assert texts[0] == texts[1], "nothing that is pretrained depends on how it is fine-tuned"
    full, tuned = (at.asked("finetune")(Job(f"tunings.{cell}")) for cell in ("full", "lora"))
    assert full == at.asked("finetune")(Job("scratch")) | {"seeds.finetuning": [0, 1]}
    assert tuned["tasks.entities.finetuning"]["adaptation"]["method"] == "lora"


def test_fine_tuning_must_fit_the_tasks_of_the_study_and_no_others(zoo):
    grid = {"tuning": {"full": None, "mixed": {"finetuning": {"mixed": {"texts": 2}}}}}
    write(zoo, variant="adapted", grid=grid, budget={"steps": 0}, tasks=["clause_type"])
    assert studied_recipe(read_study("rates")).finetuning("clause_type", "rates.mixed").mixed.texts == 2
    write(zoo, variant="adapted", grid=grid, budget={"steps": 0}, tasks=["clause_type", "entities"])
    with pytest.raises(UserError, match=r"grid\.tuning\.mixed\.finetuning: on entities: mixed is for one class"):
        studied_recipe(read_study("rates"))


def test_a_variant_can_take_out_what_all_tasks_have(zoo):
    file = zoo / "domains/legal/domain.yaml"
    file.write_text(file.read_text() + "\nfinetuning: {adaptation: {method: lora}, epochs: 4}\n")
    points = {"lora": None, "full": {"finetuning": {"adaptation": False, "learning_rate": [1.0e-4, 1.0e-3]}}}
    write(zoo, variant="adapted", grid={"tuning": points}, budget={"steps": 0}, tasks=["entities"])
    recipe = studied_recipe(read_study("rates"))
    lora, full = (recipe.finetuning("entities", f"rates.{name}") for name in points)
    assert (lora.adaptation.method, full.adaptation) == ("lora", None)
    assert full.epochs == lora.epochs
    given = recipe.variants["rates.full"].model_dump(mode="json")["finetuning"]
    assert given == {"adaptation": None, "learning_rate": [1.0e-4, 1.0e-3]}, "what is written down has no defaults"


@pytest.mark.parametrize(
    ("changed", "parts"),
    [
        ({"domain": "leagl"}, ["leagl", "did you mean 'legal'?"]),
        ({"scale": "smal"}, ["unknown scale 'smal'", "did you mean 'small'?"]),
        ({"variant": "scrach"}, ["studies/rates.yaml: variant", "did you mean 'scratch'?"]),
        ({"reference": "low"}, ["studies/rates.yaml: reference", "low-plain"]),
        ({"tasks": ["entitties"]}, ["studies/rates.yaml: tasks", "did you mean 'entities'?"]),
        ({"forgetting": "genral"}, ["studies/rates.yaml: forgetting", "did you mean 'general'?"]),
        ({"budget": {"tokens": 0}}, ["studies/rates.yaml: budget.tokens", "greater than 0"]),
        ({"budget": {"steps": -1}}, ["studies/rates.yaml: budget.steps", "greater than or equal to 0"]),
        ({"budget": {"steps": 0}}, ["studies/rates.yaml", "budget.steps 0 pretrains nothing", "`tasks`"]),
        (
            {"grid": {"tuning": {"a": {"finetuning": {"epochs": 0}}}}, "tasks": ["entities"]},
            ["studies/rates.yaml: grid.tuning.a.finetuning", "epochs 0 is for retrieval and cloze"],
        ),
        (
            {"grid": {"tuning": {"a": {"finetuning": {"adaptation": {"method": "lroa"}}}}}, "tasks": ["entities"]},
            ["studies/rates.yaml: grid.tuning.a.finetuning.adaptation.method", "did you mean 'lora'?"],
        ),
        ({"over": {"finetuning": {"epochs": 2}}}, ["studies/rates.yaml", "finetuning changes nothing", "`tasks`"]),
        (
            {"budget": {"steps": 0}, "tasks": ["entities"], "forgetting": "general"},
            ["studies/rates.yaml", "there is no `forgetting` to measure"],
        ),
        (
            {"budget": {"steps": 0}, "tasks": ["entities"]},
            ["studies/rates.yaml: budget.steps", "whose weights stay random", "a base that was trained"],
        ),
        (
            {"budget": {"steps": 0}, "tasks": ["entities"], "variant": "adapted"},
            ["studies/rates.yaml: grid", "training of 'low-detour' is", "the same in all cells", "share one model"],
        ),
        ({"budget": {"steps": 9, "flops": 9}}, ["studies/rates.yaml: budget", "exactly one of"]),
        ({"sedes": [0]}, ["studies/rates.yaml: sedes", "did you mean 'seeds'?"]),
        ({"seeds": [0, 0]}, ["names a seed twice"]),
        ({"grid": {"masking": {}}}, ["axis 'masking'", "no point"]),
        (
            {"grid": {"masking": {"a": {"masking": {"policy": "unifrom"}}}}},
            ["studies/rates.yaml: grid.masking.a.masking.policy", "did you mean 'uniform'?"],
        ),
        (
            {"grid": {"masking": {"a": {"masking": {"rate": 1.5}}}}},
            ["studies/rates.yaml: grid.masking.a.masking.rate", "1.5"],
        ),
        (
            {"grid": {"length": {"a": None, "b": {"training": {"sequence_length": 64}}}}},
            ["studies/rates.yaml: grid", "training.sequence_length of 'b' is 64", "the same in all cells"],
        ),
        (
            {"grid": {"tokens": {"a": None, "b": {"tokenizer": "general"}}}},
            ["studies/rates.yaml: grid", "tokenizer of 'b' is 'general'"],
        ),
    ],
)
def test_a_study_that_cannot_be_is_refused_by_its_key(zoo, changed, parts):
    write(zoo, **changed)
    with pytest.raises(UserError) as refusal:
        studied_recipe(read_study("rates"))
    for part in parts:
        assert part in str(refusal.value)


def test_an_unknown_study_is_answered_with_the_nearest(zoo):
    write(zoo)
    with pytest.raises(UserError, match=r"unknown study 'rate'.*did you mean 'rates'"):
        read_study("rate")
    with pytest.raises(UserError, match="study 'rates' is of legal at scale demo, not of general at demo"):
        recipe_of(Path("domains/general"), "demo", variant="rates.low-plain")


@pytest.mark.parametrize("name", studies(ROOT / "studies"))
def test_the_studies_of_the_zoo_are_in_order(name):
    study = read_study(name, ROOT / "studies")
    recipe = studied_recipe(study, domains=ROOT / "domains")
    assert len(study.seeds) >= 3
    assert len(recipe.variants) >= (8 if name == "masking" else 4)
    assert study.scale == "small"
