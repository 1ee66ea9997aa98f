"""`maskzoo publish`, `pull` and `list --remote`, as people type them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from maskzoo.cli import main

from ..loopback_hub.fixtures import OTHER, OWNER, READER, environment, point_client_at

NAME = "me/tiny-law-demo"
# the same command in another process, without the one that loads the release
QUICK = """
import sys
from maskzoo.cli import main
from maskzoo.release.gate import check, loading

check.QUESTIONS = tuple(question for question in check.QUESTIONS if question is not loading.problems)
sys.exit(main(["publish", "law"]))
"""


@pytest.fixture(autouse=True)
def quick_gate(monkeypatch):
    """The process that loads a release is left out: the gate's own tests start it."""
    from maskzoo.release.gate import loading
    from maskzoo.release.gate.check import QUESTIONS

    rest = tuple(question for question in QUESTIONS if question is not loading.problems)
    monkeypatch.setattr("maskzoo.release.gate.check.QUESTIONS", rest)


def refused(capsys, *arguments):
    assert main(arguments) == 2
    return capsys.readouterr().err


def test_publish_pull_and_list_by_the_name_of_the_domain(hub, client, released, capsys):
    assert main(["publish", "law"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("tiny-law-demo: the release gate lets it pass, 9 files, ")
    head = hub.repositories[NAME].head
    assert said[1] == f"{NAME} (private, new): commit {head[:12]}, 9 files sent, 0 removed, version v1"
    assert main(["publish", "domains/law"]) == 0
    assert f"{NAME} (private): unchanged at {head[:12]}, no commit, version v1" in capsys.readouterr().out
    assert len(hub.repositories[NAME].commits) == 2
    assert main(["pull", "law", "--scale", "demo", "--revision", "v1"]) == 0
    said = capsys.readouterr().out
    assert f"{NAME} at {head[:12]}: 9 files verified in " in said
    assert f"AutoModelForMaskedLM.from_pretrained('{NAME}', revision='v1')" in said
    assert main(["list", "--remote"]) == 0
    header, row = capsys.readouterr().out.splitlines()
    assert header.split() == [
        "repository",
        "domain",
        "scale",
        "variant",
        "seen",
        "by",
        "licence",
        "versions",
        "changed",
    ]
    assert row.split()[:-1] == [NAME, "law", "demo", "adapted", "members", "apache-2.0", "v1"]
    assert main(["list", "--remote", "--json"]) == 0
    [told] = json.loads(capsys.readouterr().out)["published"]
    assert (told["repository"], told["domain"], told["versions"]) == (NAME, "law", ["v1"])


def test_the_recipe_says_where_how_and_under_which_version(hub, client, released, capsys):
    released.reread("authors:", "namespace: lab, private: false, version: v2.1, authors:")
    assert main(["publish", "law"]) == 0
    assert not hub.repositories["lab/tiny-law-demo"].private
    assert set(hub.repositories["lab/tiny-law-demo"].tags) == {"v2.1"}
    assert main(["pull", "law", "--scale", "demo"]) == 0
    assert main(["publish", "law", "--namespace", "me", "--create-pr"]) == 0
    assert f"pull request {hub.url}/me/tiny-law-demo/discussions/1, 9 files sent" in capsys.readouterr().out


def test_an_existing_public_repository_is_left_public_and_said(hub, client, released, capsys):
    hub.create(NAME, private=False)
    assert main(["publish", "law"]) == 0
    assert "the recipe says private: an existing repository is left as it is" in capsys.readouterr().out


def test_without_a_token_it_says_which_command_logs_in_and_asks_nobody(hub, released, tmp_path, monkeypatch, capsys):
    point_client_at(hub, tmp_path / "nobody", monkeypatch, token=None)
    said = refused(capsys, "publish", "law")
    assert "no token for the Hub; expected to be logged in; run `hf auth login`, or set HF_TOKEN" in said
    assert hub.calls == []


def test_the_login_of_the_client_serves_as_well_as_the_environment(hub, released, tmp_path, monkeypatch, capsys):
    point_client_at(hub, tmp_path / "hf", monkeypatch, token=None)
    (tmp_path / "hf").mkdir()
    (tmp_path / "hf" / "token").write_text(OWNER)
    assert main(["publish", "law"]) == 0
    assert NAME in hub.repositories


def test_a_token_that_may_only_read_is_told_so_before_anything_is_sent(hub, released, tmp_path, monkeypatch, capsys):
    point_client_at(hub, tmp_path / "hf", monkeypatch, token=READER)
    assert "the token of me may only read; expected a token that may write" in refused(capsys, "publish", "law")
    assert hub.repositories == {}


@pytest.mark.parametrize("namespace", ["alice", "library"])
def test_a_name_that_exists_under_another_owner_is_refused_before_anything_is_sent(
    hub, client, released, capsys, namespace
):
    hub.create(f"{namespace}/tiny-law-demo")
    said = refused(capsys, "publish", "law", "--namespace", namespace)
    assert f"--namespace: '{namespace}' belongs to somebody else: the token is me's and may not write there" in said
    assert "expected one of me, lab; choose with release.namespace" in said
    assert {call.route for call in hub.calls} == {"whoami"}
    released.reread("authors:", f"namespace: {namespace}, authors:")
    assert "domains/law/domain.yaml: release.namespace: " in refused(capsys, "publish", "law")


def test_another_ones_repository_of_that_name_is_no_obstacle(hub, client, released, tmp_path, monkeypatch):
    assert main(["publish", "law"]) == 0
    point_client_at(hub, tmp_path / "alice", monkeypatch, token=OTHER)
    assert main(["publish", "law"]) == 0
    assert set(hub.repositories) == {NAME, "alice/tiny-law-demo"}


def test_the_gate_comes_first_and_needs_no_network(hub, released, tmp_path, monkeypatch, capsys):
    point_client_at(hub, tmp_path / "nobody", monkeypatch, token=None)
    (released.layout.release("adapted") / "notes.txt").write_text("x")
    assert "the release gate refuses it, nothing was sent:" in refused(capsys, "publish", "law")
    (released.layout.release("adapted") / "notes.txt").unlink()
    assert main(["publish", "law", "--dry-run"]) == 0
    assert hub.calls == []


def test_a_client_told_to_stay_offline_is_not_talked_round(released, monkeypatch, capsys):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert "the client of the Hub is told to stay offline; unset HF_HUB_OFFLINE" in refused(capsys, "publish", "law")


def test_words_that_are_wrong_are_answered_with_the_right_ones(client, released, capsys):
    assert "unknown released variant 'adaptd'" in refused(capsys, "publish", "law", "--variant", "adaptd")
    assert "did you mean 'law'?" in refused(capsys, "publish", "lwa")
    assert "unknown scale 'full'" in refused(capsys, "pull", "law")
    assert "expected either a domain, for example domains/legal, or --index" in refused(capsys, "publish")


def test_pull_without_a_name_to_go_by_asks_whose(released, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    said = refused(capsys, "pull", "law", "--scale", "demo")
    assert "release.namespace: whose release?; expected a user or organisation there, --namespace, or a token" in said


def test_the_page_of_the_zoo_links_what_is_published_and_is_itself_published_once(hub, client, released, capsys):
    assert main(["publish", "--index"]) == 0
    page = hub.repositories["me/maskzoo"].tree()["README.md"].data.decode()
    assert "| law | `tiny-law-demo` | en | 4,242 | Apache-2.0 | Clauses: macro F1 0." in page
    assert main(["publish", "law"]) == 0
    assert main(["publish", "--index"]) == 0
    page = hub.repositories["me/maskzoo"].tree()["README.md"].data.decode()
    assert "| law | [tiny-law-demo](https://huggingface.co/me/tiny-law-demo) | en |" in page
    capsys.readouterr()
    assert main(["publish", "--index"]) == 0
    assert "me/maskzoo (private): unchanged at " in capsys.readouterr().out


def test_every_number_of_the_page_is_in_the_card_of_its_model(released, tmp_path):
    from huggingface_hub import ModelCard

    from maskzoo.release.hub.index import write_index

    page = (write_index(Path("results"), "me", set()) / "README.md").read_text()
    card = ModelCard.load(released.layout.release("adapted") / "README.md").data
    for result in card.eval_results:
        assert f"{result.task_name}: {result.metric_name} {result.metric_value:g}" in page
    assert "(simulated texts: these show that the pipeline works)" in page
    assert "- Apache-2.0: tiny-law-demo" in page
    assert str(tmp_path) not in page
    assert ModelCard(page).data.license == "other"


def test_nothing_released_makes_no_page(client, released, tmp_path, monkeypatch, capsys):
    assert "nothing was released" in refused(capsys, "publish", "--index", "--results", "elsewhere")
    assert not Path("elsewhere").exists()


def test_a_killed_upload_goes_on_with_the_next_command_and_no_token_is_left_anywhere(hub, released, tmp_path):
    """Another process that is killed while it sends; the next sends only the rest. Then everything is searched."""
    hub.multipart_above, hub.part_size = 1_000, 2_000
    hub.faults.refuse("POST", "/commit/", 503, times=1)
    environ = environment(hub, tmp_path / "hf", HF_DEBUG="1")
    command = [sys.executable, "-c", QUICK]
    started = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    told = ""
    for line in started.stdout:
        told += line
        if "answer 503" in line:
            started.kill()
            break
    told += started.communicate()[0]
    assert hub.large, "the weights had arrived"
    assert hub.repositories[NAME].tree().keys() == {".gitattributes"}
    hub.calls.clear()
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert hub.made("PUT") == [], "no byte of them was sent again"
    assert hub.repositories[NAME].tags
    assert OWNER not in told + done.stdout + done.stderr
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or OWNER.encode() not in file.read_bytes(), file
