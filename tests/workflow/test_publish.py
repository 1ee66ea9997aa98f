"""`snakemake publish/<domain>`: only when asked for, through the gate, and no token in what Snakemake keeps."""

import shutil

import pytest

from ..loopback_hub.fixtures import OWNER, environment


@pytest.mark.parametrize("target", ["publish/legal", "publish/legal/", "publish/low_resource/tsn"])
def test_a_domain_is_published_with_and_without_the_slash_after_all_that_it_needs(checkout, target):
    planned = checkout.planned("--cores", "8", target)
    assert planned[target] == planned["release"] == planned["compare"] == 1


def test_no_other_target_leads_to_the_hub(checkout):
    assert not any("publish" in rule for rule in checkout.planned("domains/legal", "domains/low_resource"))
    assert checkout.planned("publish/index") == {"publish/index": 1, "total": 1}


def test_an_unknown_domain_and_a_wrong_recipe_are_refused_before_any_job(checkout):
    answer = checkout.snakemake("-n", "publish/leagl", check=False)
    assert "publish/leagl: unknown domain 'leagl'" in answer.stdout + answer.stderr
    checkout.edit("domains/legal/domain.yaml", ("\nrelease:\n", "\nrelease:\n  version: latest\n"))
    answer = checkout.snakemake("-n", "publish/legal", check=False)
    said = answer.stdout + answer.stderr
    assert "release.version: 'latest'; expected a version such as v1 or v2.1" in said
    assert "Traceback" not in said


def test_where_and_how_a_release_is_published_reruns_nothing_that_makes_it(checkout):
    """`release` depends on what its folder holds; a version or a namespace is no part of that."""
    rule = (checkout.folder / "workflows/release.smk").read_text()
    for key in ("namespace", "private", "version"):
        assert f"release.{key}" not in rule
    assert '"release",' not in rule, "the whole section as one key of the slice"


def test_publishing_through_snakemake_leaves_no_token_in_logs_files_or_provenance(
    checkout, hub, released_zoo, tmp_path, monkeypatch
):
    """The release is there already, so that the one rule runs that talks to the Hub; then every file is searched."""
    shutil.rmtree(checkout.folder / "domains")
    shutil.copytree(released_zoo, checkout.folder, dirs_exist_ok=True)
    shutil.copytree(released_zoo / "tokenizers", checkout.folder / "tokenizers", dirs_exist_ok=True)
    for name, value in environment(hub, tmp_path / "hf", HF_DEBUG="1").items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    command = ["--cores", "1", "--allowed-rules", "publish/law", "--", "publish/law"]
    first = checkout.snakemake(*command)
    second = checkout.snakemake(*command)
    repository = hub.repositories["me/tiny-law-demo"]
    assert [commit.title for commit in repository.commits.values()] == ["initial commit", "Publish tiny-law-demo v1"]
    assert "commit " in first.stdout
    assert "no commit, version v1" in second.stdout
    seen = 0
    for file in [*checkout.folder.rglob("*"), *(tmp_path / "hf").rglob("*")]:
        if file.is_file():
            seen += 1
            assert OWNER.encode() not in file.read_bytes(), file
    assert (checkout.folder / ".snakemake").is_dir()
    assert (checkout.folder / "logs/demo/law/publish.log").is_file()
    assert seen > 20
    assert OWNER not in first.stdout + first.stderr + second.stdout + second.stderr
