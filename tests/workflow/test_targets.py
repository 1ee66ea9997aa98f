"""What one types: targets with and without the slash, several at once, nothing at all, and a recipe that is wrong."""

import pytest

WHOLE = {"simulate": 2, "tasks": 3, "corpus": 2, "pretrain": 3, "compare": 1, "release": 1}


@pytest.mark.parametrize("target", ["domains/legal", "domains/legal/"])
def test_a_domain_is_a_target_with_and_without_the_slash(checkout, target):
    planned = checkout.planned("--cores", "8", target)
    assert {rule: planned.get(rule) for rule in WHOLE} == WHOLE
    assert planned[target] == 1


def test_tables_are_made_where_a_masking_needs_them(checkout):
    assert "masking_tables" not in checkout.planned("domains/legal")
    checkout.edit("domains/legal/domain.yaml", ("policy: uniform", "policy: whole_word"))
    planned = checkout.planned("domains/legal")
    assert planned["masking_tables"] == 2  # the two variants of legal, not that of its base
    assert planned["pretrain"] == 3


def test_several_domains_are_one_run(checkout):
    planned = checkout.planned("--cores", "2", "domains/legal", "domains/general")
    assert planned["compare"] == planned["release"] == 2
    assert planned["pretrain"] == 3


def test_a_group_of_domains_is_a_target(checkout):
    for name in ("one", "two"):
        (checkout.folder / "domains/pets" / name).mkdir(parents=True)
        recipe = (checkout.folder / "domains/general/domain.yaml").read_text()
        (checkout.folder / "domains/pets" / name / "domain.yaml").write_text(recipe.partition("  small:")[0])
    assert checkout.planned("domains/pets")["pretrain"] == 2
    assert checkout.planned("domains/pets/one")["pretrain"] == 1


def test_nothing_asked_lists_what_there_is_and_starts_nothing(checkout):
    answer = checkout.snakemake()
    assert "domains/legal" in answer.stdout
    assert "small" in answer.stdout
    assert not (checkout.folder / "results").exists()


def test_a_wrong_recipe_is_refused_before_any_job(checkout):
    checkout.edit("domains/legal/domain.yaml", ("policy: uniform", "policy: unifrom"))
    answer = checkout.snakemake("--cores", "1", "domains/legal", check=False)
    assert answer.returncode != 0
    message = answer.stdout + answer.stderr
    assert "domains/legal/domain.yaml: variants.scratch.masking.policy: unknown masking policy 'unifrom'" in message
    assert "did you mean 'uniform'?" in message
    assert "Traceback" not in message
    assert not (checkout.folder / "results").exists()


def test_an_unknown_domain_is_answered_with_the_nearest(checkout):
    answer = checkout.snakemake("-n", "domains/leagl", check=False)
    assert answer.returncode != 0
    message = answer.stdout + answer.stderr
    assert "domains/leagl: unknown domain 'leagl'; expected one of " in message
    assert "did you mean 'legal'?" in message
    assert "Traceback" not in message


def test_a_wrong_recipe_of_the_base_is_refused_too(checkout):
    checkout.edit("domains/general/domain.yaml", ("policy: uniform", "policy: unifrom"))
    answer = checkout.snakemake("-n", "domains/legal", check=False)
    assert answer.returncode != 0
    assert "domains/general/domain.yaml" in answer.stdout + answer.stderr


def test_a_broken_second_domain_disturbs_nobody(checkout):
    for name in ("broken", "c++"):  # the second would break a regular expression, too
        (checkout.folder / "domains" / name).mkdir()
        (checkout.folder / "domains" / name / "domain.yaml").write_text("title: [")
    assert checkout.planned("domains/legal")["release"] == 1


def test_the_small_scale_is_another_overlay_of_the_same_rules(checkout):
    planned = checkout.planned("domains/legal", "--config", "scale=small")
    assert planned["pretrain"] == 4
    assert "simulate" not in planned


def test_the_dag_can_be_drawn(checkout):
    assert checkout.snakemake("domains/legal", "--dag", "dot").stdout.startswith("digraph")
