"""What goes wrong between here and the Hub: waited for, gone on from, or told in one sentence."""

import pytest

from maskzoo.errors import UserError
from maskzoo.release.hub.push import Push
from maskzoo.release.hub.retry import Patience

from ..loopback_hub.fixtures import OTHER, OWNER, point_client_at
from .folders import write_folder

NAME = "me/law"


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "release", weights=b"one", more_safetensors=b"two")


def push(client, folder, **settings):
    return Push(client, folder, NAME, version="v1", patience=Patience(attempts=3), **settings).run()


def published(hub):
    """Whether the repository holds one commit of the whole folder, tagged."""
    repository = hub.repositories[NAME]
    assert len(repository.commits) == 2, "one commit, however often it was tried"
    assert set(repository.tree()) >= {"model.safetensors", "more.safetensors", "README.md", "how_it_was_made.json"}
    return repository.tags == {"v1": repository.head}


STEPS = [
    ("POST", "/api/validate-yaml"),
    ("GET", "/api/models/me/law$"),
    ("POST", "/api/repos/create"),
    ("GET", "/refs"),
    ("GET", "/tree/"),
    ("POST", "/preupload/"),
    ("POST", "/objects/batch"),
    ("PUT", "/large/"),
    ("POST", "/commit/"),
    ("POST", "/tag/"),
]


@pytest.mark.parametrize(("method", "path"), STEPS)
@pytest.mark.parametrize("status", [429, 500, 503])
def test_every_step_is_tried_again_after_a_refusal_that_passes(hub, client, folder, waits, method, path, status):
    hub.faults.refuse(method, path, status, times=2)
    push(client, folder)
    assert published(hub)
    assert len(waits) == 2


@pytest.mark.parametrize(("method", "path"), STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_every_step_is_tried_again_after_a_lost_connection(hub, client, folder, waits, method, path, when):
    hub.faults.cut(method, path, when)
    push(client, folder)
    assert published(hub)
    assert len(waits) == 1


def test_a_commit_whose_answer_was_lost_is_not_made_twice_and_is_reported_as_sent(hub, client, folder, waits):
    hub.faults.cut("POST", "/commit/", "after")
    pushed = push(client, folder)
    assert published(hub)
    assert pushed.commit == hub.repositories[NAME].head
    assert "model.safetensors" in pushed.changes.sent


def test_a_pull_request_whose_answer_was_lost_is_not_opened_twice(hub, client, folder, waits):
    hub.faults.cut("POST", "/commit/", "after")
    pushed = push(client, folder, propose=True)
    assert len(hub.repositories[NAME].pulls) == 1
    assert pushed.proposal.endswith("/discussions/1")


def test_the_wait_is_what_the_hub_asks_for(hub, client, folder, waits):
    hub.faults.refuse("POST", "/commit/", 429, ratelimit='"api";r=0;t=55')
    hub.faults.refuse("POST", "/tag/", 503, Retry_After="7")
    push(client, folder)
    assert waits == [55.0, 7.0]


@pytest.mark.parametrize(
    ("status", "said"),
    [(429, "the Hub limits how often it is asked"), (503, r"the Hub is out of order \(503\)")],
)
def test_after_the_last_attempt_one_sentence_says_what_to_do(hub, client, folder, waits, status, said):
    hub.faults.refuse("POST", "/commit/", status, times=99)
    with pytest.raises(UserError, match=f"publishing me/law: {said}.*run the same command again"):
        push(client, folder)
    hub.faults.clear()
    push(client, folder)
    assert published(hub)


def test_an_upload_that_breaks_off_goes_on_where_it_stopped(hub, client, folder, waits):
    hub.faults.cut("PUT", "/large/", times=99, spared=1)
    with pytest.raises(UserError, match=r"the connection to the Hub was lost.*what has arrived is not sent twice"):
        push(client, folder)
    [arrived] = hub.large
    assert hub.repositories[NAME].tree().keys() == {".gitattributes"}, "nothing is half there"
    hub.faults.clear()
    hub.calls.clear()
    push(client, folder)
    assert published(hub)
    puts = hub.made("PUT", "/large/")
    assert len(puts) == 1
    assert arrived not in puts[0].path


def test_a_commit_by_somebody_else_meanwhile_is_built_upon(hub, client, folder, waits):
    from ..loopback_hub.repository import Blob

    push(client, folder)
    write_folder(folder, weights=b"three")
    repository = hub.repositories[NAME]
    other = {**repository.tree(), "note.txt": Blob(b"a line in between")}
    original = client.create_commit

    def late(*arguments, **named):
        if "note.txt" not in repository.tree():
            repository.commit("main", other, "in between")
        return original(*arguments, **named)

    client.create_commit = late
    pushed = Push(client, folder, NAME, version="v2").run()
    assert repository.tree()["model.safetensors"].data == b"three"
    assert pushed.changes.removed == ("note.txt",)
    assert [commit.title for commit in repository.commits.values()][-2:] == ["in between", "Publish law v2"]


def test_somebody_who_commits_again_and_again_is_named_as_the_reason(hub, client, folder, waits):
    hub.faults.refuse("POST", "/commit/", 412, times=99)
    with pytest.raises(UserError, match="somebody else changed the repository meanwhile, again and again"):
        push(client, folder)


def test_no_connection_at_all_is_one_sentence(hub, client, folder, waits, monkeypatch):
    monkeypatch.setattr(client, "endpoint", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(UserError, match=r"the connection to the Hub was lost: .*refused"):
        push(client, folder)
    assert len(waits) == 2


def test_a_token_that_may_not_write_there_is_told_so(hub, client, folder, tmp_path, monkeypatch):
    hub.create("me/law", private=False)
    point_client_at(hub, tmp_path / "alice", monkeypatch, token=OTHER)
    with pytest.raises(UserError, match=r"the token may not do this: .*you must have write access to me/law"):
        push(client, folder)


def test_a_token_that_was_revoked_is_told_so(hub, client, folder):
    del hub.accounts[OWNER]
    try:
        with pytest.raises(UserError, match=r"the Hub does not accept the token: Invalid credentials.*hf auth login"):
            push(client, folder)
    finally:
        from ..loopback_hub.hub import Account

        hub.accounts[OWNER] = Account("me", {"lab": "write", "library": "read"})


def test_no_sentence_and_no_line_of_the_client_holds_a_token_or_a_signature(hub, client, folder, waits, capfd):
    from maskzoo.release.hub.access import client as quiet_client

    hub.faults.refuse("PUT", "/large/", 503, times=99, message=f"bad token {OWNER} for Bearer {OWNER}")
    with pytest.raises(UserError) as caught:
        push(quiet_client(), folder)
    told = str(caught.value) + "".join(capfd.readouterr())
    assert "bad token <token>" in str(caught.value)
    assert OWNER not in told
    assert "Signature=in" not in told
