"""One repository: blobs, commits that hold whole trees, branches, tags and pull requests."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch

LARGE = "*.safetensors filter=lfs diff=lfs merge=lfs -text\n*.bin filter=lfs diff=lfs merge=lfs -text\n"
REGULAR_AT_MOST = 10_000_000  # bytes; larger files are never regular ones


def git_oid(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


@dataclass(frozen=True)
class Blob:
    data: bytes
    large: bool = False

    @property
    def sha256(self):
        return hashlib.sha256(self.data).hexdigest()

    @property
    def pointer(self):
        """What git itself holds of a large file."""
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {len(self.data)}\n".encode()

    @property
    def oid(self):
        return git_oid(self.pointer if self.large else self.data)

    def entry(self, path):
        """How a listing of the tree tells of the file."""
        told = {"type": "file", "oid": self.oid, "size": len(self.data), "path": path}
        if self.large:
            told["lfs"] = {"oid": self.sha256, "size": len(self.data), "pointerSize": len(self.pointer)}
        return told


@dataclass(frozen=True)
class Commit:
    id: str
    title: str
    parent: str | None
    tree: dict


@dataclass
class PullRequest:
    number: int
    title: str
    author: str
    status: str = "open"

    @property
    def ref(self):
        return f"refs/pr/{self.number}"


@dataclass
class Repository:
    name: str
    private: bool
    commits: dict = field(default_factory=dict)
    branches: dict = field(default_factory=dict)
    tags: dict = field(default_factory=dict)
    pulls: list = field(default_factory=list)
    changed: str = ""

    def __post_init__(self):
        self.commit("main", {".gitattributes": Blob(LARGE.encode())}, "initial commit")

    @property
    def owner(self):
        return self.name.split("/")[0]

    @property
    def head(self):
        return self.branches["main"]

    def resolve(self, revision):
        """The commit that a branch, tag, pull request or (shortened) commit names, else None."""
        named = self.branches.get(revision) or self.tags.get(revision)
        if named or len(revision) < 7:
            return named
        return next((sha for sha in self.commits if sha.startswith(revision)), None)

    def tree(self, revision="main"):
        return self.commits[self.resolve(revision)].tree

    def commit(self, branch, tree, title):
        parent = self.branches.get(branch)
        made = (len(self.commits), parent, title, sorted((path, blob.oid) for path, blob in tree.items()))
        sha = hashlib.sha1(repr(made).encode()).hexdigest()
        self.commits[sha] = Commit(sha, title, parent, dict(tree))
        self.branches[branch] = sha
        self.changed = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return sha

    def propose(self, title, author, start):
        """Open a pull request whose branch begins at a commit."""
        pull = PullRequest(len(self.pulls) + 1, title, author)
        self.pulls.append(pull)
        self.branches[pull.ref] = start
        return pull

    def merge(self, number):
        """What the button on a pull request does."""
        pull = self.pulls[number - 1]
        pull.status = "merged"
        return self.commit("main", self.tree(pull.ref), f"{pull.title} (#{number})")

    def is_large(self, path, size):
        """Whether .gitattributes sends a file to the large file storage, or its size does."""
        rules = self.tree()[".gitattributes"].data.decode().splitlines() if ".gitattributes" in self.tree() else []
        wanted = [rule.split()[0] for rule in rules if "filter=lfs" in rule]
        return size > REGULAR_AT_MOST or any(fnmatch(path.rsplit("/", 1)[-1], pattern) for pattern in wanted)
