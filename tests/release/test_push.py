"""A folder to the Hub and again: one commit with what changed, a version that stays, or a pull request."""

import pytest

from maskzoo.errors import UserError
from maskzoo.release.hub.push import Push
from maskzoo.release.hub.retry import Patience

from .folders import write_folder

NAME = "me/law"


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "release")


def push(client, folder, **settings):
    return Push(client, folder, NAME, **{"version": "v1", "patience": Patience(attempts=3), **settings}).run()


def contents(hub, revision="main"):
    return {path: blob.data for path, blob in hub.repositories[NAME].tree(revision).items()}


def test_a_push_makes_a_private_repository_with_one_commit_and_a_tag(hub, client, folder):
    pushed = push(client, folder)
    repository = hub.repositories[NAME]
    assert pushed.created
    assert pushed.private
    assert repository.private
    assert [commit.title for commit in repository.commits.values()] == ["initial commit", "Publish law v1"]
    assert repository.tags == {"v1": repository.head}
    assert pushed.commit == repository.head
    sent = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert {path: data for path, data in contents(hub).items() if path != ".gitattributes"} == sent
    assert set(pushed.changes.sent) == set(sent)
    assert repository.tree()["model.safetensors"].large
    assert not repository.tree()["README.md"].large


def test_a_public_repository_is_made_only_when_the_recipe_says_so(hub, client, folder):
    assert not push(client, folder, private=False).private
    assert not hub.repositories[NAME].private


def test_pushing_twice_without_change_makes_no_commit_and_sends_nothing(hub, client, folder):
    first = push(client, folder)
    hub.calls.clear()
    second = push(client, folder)
    assert (second.commit, second.created, bool(second.changes)) == (first.commit, False, False)
    assert len(hub.repositories[NAME].commits) == 2
    assert {call.method for call in hub.calls if call.route != "validate_yaml"} == {"GET"}


def test_only_what_changed_is_sent_and_what_is_gone_is_removed(hub, client, folder):
    push(client, write_folder(folder, extra_txt=b"old"))
    (folder / "extra.txt").unlink()
    write_folder(folder, config_json=b'{"a": 1}\n')
    pushed = push(client, folder, version="v2")
    assert set(pushed.changes.sent) == {"config.json", "how_it_was_made.json"}
    assert pushed.changes.removed == ("extra.txt",)
    assert "extra.txt" not in contents(hub)
    assert ".gitattributes" in contents(hub)
    assert len(hub.made("PUT")) == 1, "the weights did not change"
    assert contents(hub, "v1")["config.json"] == b"{}\n"


def test_a_published_version_never_becomes_another_one(hub, client, folder):
    push(client, folder)
    write_folder(folder, weights=b"other weights")
    before = len(hub.calls)
    with pytest.raises(UserError, match=r"release.version: me/law has a version v1 already.*other than v1.*raise it"):
        push(client, folder)
    assert {call.method for call in hub.calls[before:] if call.route != "validate_yaml"} == {"GET", "HEAD"}
    assert push(client, folder, version="v2").version == "v2"


def test_a_commit_whose_tag_was_never_set_gets_it_from_the_next_push(hub, client, folder):
    push(client, folder)
    del hub.repositories[NAME].tags["v1"]
    assert not push(client, folder).changes
    assert hub.repositories[NAME].tags == {"v1": hub.repositories[NAME].head}


def test_a_pull_request_leaves_the_main_branch_alone_and_is_opened_once(hub, client, folder):
    push(client, folder)
    head = hub.repositories[NAME].head
    write_folder(folder, weights=b"other weights")
    proposed = push(client, folder, propose=True)
    assert proposed.proposal == f"{hub.url}/me/law/discussions/1"
    assert proposed.version is None
    assert hub.repositories[NAME].head == head
    assert contents(hub, "refs/pr/1")["model.safetensors"] == b"other weights"
    again = push(client, folder, propose=True)
    assert (again.proposal, bool(again.changes)) == (proposed.proposal, False)
    assert len(hub.repositories[NAME].pulls) == 1
    hub.repositories[NAME].merge(1)
    merged = push(client, folder, version="v2")
    assert (bool(merged.changes), merged.version) == (False, "v2")
    assert hub.repositories[NAME].tags["v2"] == hub.repositories[NAME].head


def test_a_card_that_the_hub_rejects_stops_before_a_repository_is_made(hub, client, folder):
    card = folder / "README.md"
    card.write_text(card.read_text().replace("apache-2.0", "apache"))
    with pytest.raises(UserError, match=r'README.md: the Hub rejects the card: "license" must be one of'):
        push(client, folder)
    assert hub.repositories == {}
    assert [call.route for call in hub.calls] == ["validate_yaml"]


@pytest.mark.parametrize("settings", [{"domain": "medicine"}, {"scale": "small"}, {"variant": "scratch"}])
def test_a_repository_of_another_release_is_not_written_over(hub, client, folder, settings):
    push(client, folder)
    other = write_folder(folder.parent / "other", **settings)
    with pytest.raises(UserError, match=r"me/law is taken: it holds law/demo/adapted; expected a repository of "):
        push(client, other, version="v2")
    assert len(hub.repositories[NAME].commits) == 2


def test_a_repository_that_somebody_made_by_hand_is_not_written_over(hub, client, folder):
    from ..loopback_hub.repository import Blob

    hub.create(NAME).commit("main", {"README.md": Blob(b"my notes")}, "notes")
    with pytest.raises(UserError, match="it holds something that this zoo did not publish"):
        push(client, folder)
    assert contents(hub) == {"README.md": b"my notes"}


def test_an_existing_empty_repository_is_filled_and_keeps_its_visibility(hub, client, folder):
    hub.create(NAME, private=False)
    pushed = push(client, folder)
    assert (pushed.created, pushed.private) == (False, False)
    assert "model.safetensors" in contents(hub)


def test_large_files_go_in_parts_where_the_hub_asks_for_parts(hub, client, folder):
    hub.multipart_above, hub.part_size = 10_000, 4_000
    weights = bytes(range(256)) * 50
    write_folder(folder, weights=weights)
    push(client, folder)
    assert contents(hub)["model.safetensors"] == weights
    assert len(hub.made("PUT", "/part/")) == 4


def test_lists_of_many_files_come_in_pages(hub, client, folder):
    hub.page = 2
    push(client, write_folder(folder, a_txt=b"a", b_txt=b"b", c_txt=b"c"))
    assert not push(client, folder).changes
    assert any("cursor=" in call.path for call in hub.calls)
