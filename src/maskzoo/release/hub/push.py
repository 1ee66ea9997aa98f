"""A release folder to the Hub: one commit or one pull request with all that changed, and a tag for the version.

An attempt begins by reading what is there, so that all of it can be repeated: after an interruption, or an answer that
was lost, the same call goes on where the other stopped. Large files that arrived the Hub knows by their checksums.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from maskzoo.errors import UserError
from maskzoo.files import read_json
from maskzoo.release.hub.errors import explained, status_of, without_token
from maskzoo.release.hub.remote import (
    Changes,
    Remote,
    changes,
    identity,
    read_identity,
    read_remote,
    read_sums,
)
from maskzoo.release.hub.retry import Patience
from maskzoo.release.package import ORIGIN, files_to_upload

if TYPE_CHECKING:
    from huggingface_hub import HfApi

TURNS = 3  # commits by others between reading and writing, before giving up
CHANGED_MEANWHILE = 412
NOTHING = Changes()
PATIENT = Patience()


def judgement(answer: str) -> str:
    """The sentences in the Hub's answer about a card."""
    try:
        return "; ".join(str(error["message"]) for error in json.loads(answer)["errors"])
    except (ValueError, KeyError, TypeError):
        return answer


@dataclass(frozen=True)
class Pushed:
    """What came of it.

    Attributes:
        commit: the head of the main branch that holds the folder, or of the pull request.
        changes: what the commit sent and removed; empty where the repository held the folder already.
        proposal: address of the pull request, if it is one.
        version: the tag at the commit; None for a pull request.
    """

    repository: str
    commit: str
    private: bool
    created: bool = False
    changes: Changes = NOTHING
    proposal: str | None = None
    version: str | None = None


@dataclass(frozen=True)
class Push:
    """A folder on its way to a repository.

    Attributes:
        version: the tag for the commit; None: no tag.
        private: visibility of a repository that is made; that of an existing one is left alone.
        propose: open a pull request instead of a commit to the main branch.
    """

    api: "HfApi"
    folder: Path
    repository: str
    version: str | None
    private: bool = True
    propose: bool = False
    patience: Patience = PATIENT

    def run(self) -> Pushed:
        """Make the repository hold the folder.

        Raises:
            UserError: the Hub rejects the card (nothing was sent), the repository holds something else, the version
                names another commit, or the Hub cannot be reached.
        """
        self._check_card()
        with explained(f"publishing {self.repository}"):
            created = self.patience(self._create)
            tried: list[Changes] = []
            for turn in range(1, TURNS + 1):
                try:
                    return replace(self.patience(lambda: self._once(tried)), created=created)
                except Exception as error:
                    if status_of(error) != CHANGED_MEANWHILE or turn == TURNS:
                        raise
        raise AssertionError("unreachable")

    def _check_card(self) -> None:
        """Let the Hub judge the card before a repository is made or a file sent."""
        from huggingface_hub import ModelCard

        with explained(f"asking the Hub about the card of {self.repository}"):
            card = ModelCard.load(self.folder / "README.md")
            try:
                self.patience(card.validate)
            except ValueError as error:
                raise UserError(
                    f"the Hub rejects the card: {without_token(judgement(str(error)))}",
                    where=str(self.folder / "README.md"),
                    hint="nothing was sent; mend the recipe and release again",
                ) from None

    def _create(self) -> bool:
        """Whether there was no such repository, so that it was made."""
        from huggingface_hub.errors import RepositoryNotFoundError

        try:
            self.api.model_info(self.repository)
        except RepositoryNotFoundError:
            self.api.create_repo(self.repository, private=self.private, exist_ok=True)
            return True
        return False

    def _once(self, tried: list[Changes]) -> Pushed:
        """One attempt; `tried` remembers what earlier ones sent, whose answer may have been lost."""
        remote = read_remote(self.api, self.repository)
        wanted = changes(self.folder, files_to_upload(self.folder), remote.sums)
        if wanted:
            self._check_owner(remote)
        proposal = self._proposed(wanted) if wanted and self.propose else None
        done = Pushed(self.repository, remote.head, remote.private)
        if proposal is not None:
            return replace(done, commit=proposal[1], proposal=proposal[0], changes=tried[-1] if tried else NOTHING)
        if not self.propose:
            self._check_version(remote, wanted)
        if wanted:
            tried.append(wanted)
            commit, address = self._commit(wanted, remote)
            done = replace(done, commit=commit, proposal=address)
        if self.version is not None and not self.propose:
            if self.version not in remote.tags:
                self.api.create_tag(self.repository, tag=self.version, revision=done.commit)
            done = replace(done, version=self.version)
        return replace(done, changes=wanted or (tried[-1] if tried else NOTHING))

    def _commit(self, wanted: Changes, remote: Remote) -> tuple[str, str | None]:
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        told = self.api.create_commit(
            self.repository,
            [
                *(CommitOperationAdd(path, self.folder / path) for path in wanted.sent),
                *(CommitOperationDelete(path) for path in wanted.removed),
            ],
            commit_message=self._title,
            parent_commit=remote.head,
            create_pr=self.propose,
        )
        return told.oid, told.pr_url

    @property
    def _title(self) -> str:
        return " ".join(filter(None, ("Publish", self.repository.split("/")[-1], self.version)))

    def _proposed(self, wanted: Changes) -> tuple[str, str] | None:
        """(address, commit) of an open pull request that proposes this very folder."""
        for one in self.api.get_repo_discussions(
            self.repository, discussion_type="pull_request", discussion_status="open"
        ):
            if one.git_reference is None:
                continue
            sums = read_sums(self.api, self.repository, one.git_reference)
            if not changes(self.folder, files_to_upload(self.folder), sums):
                return one.url, str(self.api.model_info(self.repository, revision=one.git_reference).sha)
        return None

    def _check_owner(self, remote: Remote) -> None:
        """Refuse to write over what is not an earlier version of the same release."""
        there = read_identity(self.api, self.repository, remote)
        mine = identity(read_json(self.folder / ORIGIN))
        if there is None or there == mine:
            return
        holds = "/".join(filter(None, there)) or "something that this zoo did not publish"
        raise UserError(
            f"{self.repository} is taken: it holds {holds}",
            expected=f"a repository of {'/'.join(filter(None, mine))}, or none",
            hint="choose another release.name or release.namespace in domain.yaml, or remove that repository",
        )

    def _check_version(self, remote: Remote, wanted: Changes) -> None:
        """A version that was published never becomes another one."""
        tagged = remote.tags.get(self.version) if self.version else None
        if tagged is None or (tagged == remote.head and not wanted):
            return
        raise UserError(
            f"{self.repository} has a version {self.version} already, and this release is another one",
            where="release.version",
            expected=f"a version other than {', '.join(sorted(remote.tags))}",
            hint="raise it in domain.yaml: what people pulled under a version stays what it was",
        )
