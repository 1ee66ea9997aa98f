"""Back from the Hub: whole, verified, by version, and afterwards without network."""

import subprocess
import sys

import pytest
from huggingface_hub import constants

from maskzoo.errors import UserError
from maskzoo.release.hub.pull import pull
from maskzoo.release.hub.push import Push
from maskzoo.release.hub.retry import Patience

from ..loopback_hub.fixtures import OTHER, environment, point_client_at
from .folders import write_folder

NAME = "me/law"


@pytest.fixture
def published(hub, client, tmp_path):
    """Two versions of a repository; the second has other weights."""
    folder = write_folder(tmp_path / "release", weights=b"one" * 9000)
    Push(client, folder, NAME, version="v1").run()
    write_folder(folder, weights=b"two" * 9000)
    Push(client, folder, NAME, version="v2").run()
    return hub


def weights(pulled):
    return (pulled.folder / "model.safetensors").read_bytes()[:3]


def test_the_latest_and_every_version_come_back_verified(published):
    latest, first = pull(NAME), pull(NAME, revision="v1")
    assert (weights(latest), weights(first)) == (b"two", b"one")
    assert latest.commit == published.repositories[NAME].head
    assert latest.files == 4


def test_what_was_pulled_is_there_without_network(published, monkeypatch):
    first = pull(NAME, revision="v1")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert pull(NAME, revision="v1") == first
    with pytest.raises(UserError, match="cannot reach the Hub, and me/law at v2 is not in the local cache"):
        pull(NAME, revision="v2")


def test_a_lost_connection_without_a_copy_is_one_sentence(published, waits, monkeypatch):
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(UserError, match="cannot reach the Hub, and me/law at main is not in the local cache"):
        pull(NAME, patience=Patience(attempts=2))
    assert len(waits) == 1


@pytest.mark.parametrize("path", ["/tree/", "/resolve/", "/large/", "/revision/"])
def test_a_hub_in_trouble_is_asked_again(published, waits, path):
    published.faults.refuse("GET", path, 503, times=1)
    assert weights(pull(NAME)) == b"two"
    assert waits


def test_a_download_that_breaks_off_goes_on_from_where_it_stopped(published, waits):
    published.faults.cut("GET", "/large/", "within")
    assert weights(pull(NAME)) == b"two"
    assert len(published.made("GET", "/large/")) == 2


def test_a_file_that_is_not_what_was_published_is_refused_and_taken_out(published):
    [oid] = [oid for oid, data in published.large.items() if data.startswith(b"two")]
    good, bad = published.large[oid], b"bad" * 9000
    published.large[oid] = bad
    repository = published.repositories[NAME]
    with pytest.raises(UserError, match=r"me/law: model.safetensors: sha256 [0-9a-f]{64}; expected " + oid):
        pull(NAME)
    published.large[oid] = good
    assert weights(pull(NAME)) == b"two"
    assert repository.head == pull(NAME).commit


def test_a_revision_that_does_not_exist_is_told_so(published):
    with pytest.raises(UserError, match="pulling me/law at v7: the Hub knows no such revision; maskzoo list --remote"):
        pull(NAME, revision="v7")


def test_a_private_repository_is_not_there_for_others(published, tmp_path, monkeypatch):
    point_client_at(published, tmp_path / "alice", monkeypatch, token=OTHER)
    with pytest.raises(UserError, match="no such repository on the Hub, or a private one that the token may not see"):
        pull(NAME)


def test_a_repository_that_this_zoo_did_not_publish_is_not_trusted(hub, client):
    hub.create("me/other")
    with pytest.raises(UserError, match=r"me/other holds no how_it_was_made.json"):
        pull("me/other")


def test_from_pretrained_gets_it_by_its_id_in_a_process_that_never_saw_the_zoo_or_the_network(
    hub, client, released, tmp_path
):
    """Published, pulled, and loaded offline by plain transformers; the same answers as the folder gives."""
    Push(client, released.layout.release("adapted"), "me/tiny-law-demo", version="v1").run()
    folder = pull("me/tiny-law-demo", revision="v1").folder
    script = """
import sys, torch
from transformers import AutoModelForMaskedLM, AutoTokenizer
def answer(name, **how):
    tokenizer, model = (kind.from_pretrained(name, **how) for kind in (AutoTokenizer, AutoModelForMaskedLM))
    return model(**tokenizer("the court may [MASK] fees", return_tensors="pt")).logits
assert torch.equal(answer("me/tiny-law-demo", revision="v1"), answer(sys.argv[1]))
print("same")
"""
    local = str(released.layout.release("adapted").resolve())
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, local],
        env=environment(None, tmp_path / "hf", token=None),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert folder.is_dir()
    assert done.stdout == "same\n", done.stderr[-2000:]
