"""A variant that goes on from another one of its domain, on the training texts of a task."""

from pathlib import Path

import pytest

from maskzoo.comparison.compare import started_from
from maskzoo.errors import UserError
from maskzoo.recipe.load import read_recipe
from maskzoo.workflow.zoo import Zoo

LEGAL = Path("domains/legal/domain.yaml")
BASE = "      general: {domain: general, variant: scratch}\n"
VARIANT = "      adapted: {base: general, tokenizer: general_extended}\n"
TAPT = "      tapt: {base: dapt, tokenizer: general_extended, texts_of: clause_type}\n"


def write(zoo, base="{variant: adapted}", tapt=TAPT, **replaced):
    text = LEGAL.read_text()
    text = text.replace(BASE, f"{BASE}      dapt: {base}\n", 1).replace(VARIANT, VARIANT + tapt, 1)
    for old, new in replaced.items():
        text = text.replace(old, new)
    LEGAL.write_text(text)


class Job:
    domain, scale, variant, tokens = "legal", "demo", "tapt", "general_extended.clause_type"


def test_it_starts_where_the_other_variant_ended_and_reads_the_task_only(zoo):
    write(zoo)
    recipe = read_recipe(LEGAL.parent)
    assert recipe.variants["tapt"].tokens == "general_extended.clause_type"
    assert recipe.variants["adapted"].tokens == "general_extended"
    inputs = Zoo().pretrain_inputs(Job())
    assert "results/demo/legal/tokens/general_extended.clause_type" in inputs
    assert "results/demo/legal/models/adapted/seed0/model" in inputs
    assert Zoo().tokens_inputs(Job()) == [
        "results/demo/legal/tokenizers/general_extended/tokenizer",
        "results/demo/legal/corpus/documents.parquet",
        "results/demo/legal/tasks/clause_type/task.json",
    ]


def test_it_is_compared_with_the_variant_that_it_comes_from_and_that_one_only_once(zoo):
    write(zoo)
    recipe = read_recipe(LEGAL.parent)
    assert recipe.compared == ("general", "scratch", "adapted", "tapt")
    assert started_from(recipe, "tapt") == "adapted"
    assert started_from(recipe, "adapted") == "general"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"base": "{variant: tapt}"}, "'tapt' of 'legal' starts, in the end, from itself"),
        ({"base": "{variant: adpated}"}, "unknown variant 'adpated'.*did you mean 'adapted'"),
        (
            {"clause_type}": "clause_typ}"},
            r"variants.tapt.texts_of: unknown task 'clause_typ'.*did you mean 'clause_type'",
        ),
        (
            {"min_count: 5}": "min_count: 5, metadata: {fields: [source]}}"},
            r"variants.tapt.texts_of: tokenizer 'general_extended' puts metadata before documents",
        ),
        (
            {"min_count: 5}": "min_count: 5, metadata: {fields: [date]}}"},
            r"tokenizers.general_extended.metadata: the corpus has no field 'date' of its own",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_its_key(zoo, changes, said):
    write(zoo, **changes)
    with pytest.raises(UserError, match=said):
        read_recipe(LEGAL.parent)
