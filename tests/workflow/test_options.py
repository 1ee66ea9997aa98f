"""What one types behind `snakemake`: options that are refused, names that are hinted at, folders that are odd."""

import shutil

import pytest


def said(checkout, *arguments):
    """What a dry run that is refused says."""
    answer = checkout.snakemake("-n", *arguments, check=False)
    text = answer.stdout + answer.stderr
    assert answer.returncode == 2, text
    assert "Traceback" not in text
    assert "Snakefile" not in text, "a mistake in a recipe is not one in the Snakefile"
    return text


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("sclae=small", "--config: unknown key 'sclae'; expected one of"),
        ("processes=many", "--config processes: 'many'; expected a number from 1 to 1000"),
        ("scale=Small!", "--config scale: 'Small!'; expected a name such as small"),
        ("results=a{x}", "--config results: 'a{x}'; expected a folder without braces or line ends"),
    ],
)
def test_a_wrong_option_is_refused_in_one_sentence(checkout, option, message):
    text = said(checkout, "domains/legal", "--config", option)
    assert message in text
    assert option != "sclae=small" or "did you mean 'scale'?" in text


@pytest.mark.parametrize("folder", ["./out/", "."])
def test_a_results_folder_may_be_written_in_any_way(checkout, folder):
    assert checkout.planned("domains/legal", "--config", f"results={folder}")["compare"] == 1


@pytest.mark.parametrize(
    ("target", "meant"), [("legal", "domains/legal"), ("legl", "domains/legal"), ("domain/legal", "domains/legal")]
)
def test_a_bare_name_is_answered_with_its_target(checkout, target, meant):
    assert f"no target '{target}'; did you mean '{meant}'?" in said(checkout, target)


def test_a_mistake_in_a_recipe_is_the_last_line_and_nothing_else(checkout):
    checkout.edit("domains/legal/domain.yaml", ("policy: uniform", "policy: unifrom"))
    lines = said(checkout, "domains/legal").strip().splitlines()
    assert lines[-1].startswith("maskzoo: error: domains/legal/domain.yaml: variants.scratch.masking.policy")


ODD = ["index", "br{ace}", "two words", "x$(touch pwned)", "x;touch pwned", "legal/copy", "-n", "a'b", "ü", ".hidden"]


@pytest.mark.parametrize("odd", ODD)
def test_a_folder_with_an_odd_name_disturbs_nobody_and_runs_nothing(checkout, odd):
    before = checkout.planned("domains/legal")
    shutil.copytree(checkout.folder / "domains/general", checkout.folder / "domains" / odd)
    assert checkout.planned("domains/legal") == before
    checkout.snakemake("--cores", "1", "zoo")
    assert not list(checkout.folder.rglob("pwned"))


def test_odd_folders_are_named_in_the_list_with_what_is_wrong(checkout):
    for odd in ("index", "two words", "legal/copy"):
        shutil.copytree(checkout.folder / "domains/general", checkout.folder / "domains" / odd)
    listed = checkout.snakemake().stdout
    assert "no domain: domains/index: the name 'index' is taken" in listed
    assert "no domain: domains/two words: the name 'two words' cannot be a target; expected letters, digits" in listed
    assert "no domain: domains/legal/copy: it lies within the domain 'legal'; expected beside it" in listed


@pytest.mark.slow
def test_a_results_folder_may_be_called_as_one_likes(checkout):
    odd = "my results $(touch pwned); it's"
    target = f"{odd}/demo/general/simulated"
    checkout.snakemake("--cores", "1", target, "--config", f"results={odd}")
    assert (checkout.folder / target / "documents.jsonl").is_file()
    assert not list(checkout.folder.rglob("pwned"))
