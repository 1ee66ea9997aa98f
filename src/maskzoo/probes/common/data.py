"""The items of a suite as records: from the cache, a mirror, the network, or the domain's own simulation."""

import hashlib
from collections.abc import Hashable, Sequence
from typing import TypeVar

from maskzoo.documents.record import Record
from maskzoo.files import sha256_of
from maskzoo.paths import Layout
from maskzoo.recipe.probe import Suite

T = TypeVar("T")


def records(suite: Suite, layout: Layout) -> list[Record]:
    """All records of a suite's data, in the order of its files.

    Raises:
        UserError: a file that cannot be had, or is not what the suite says.
    """
    from maskzoo.corpus.cache import Cache
    from maskzoo.corpus.sources import read_source

    assert suite.data is not None
    simulated, cache = layout.simulated, Cache.default()
    return list(
        read_source(suite.data, name=f"of {suite.file.stem}", folder=suite.folder, simulated=simulated, cache=cache)
    )


def fetched(suite: Suite) -> dict[str, str]:
    """Name -> SHA-256 of what a suite takes from elsewhere, as its source says."""
    from maskzoo.corpus.sources import wanted_files

    if suite.data is None:
        return {}
    return {one.path: one.sha256 for one in wanted_files(suite.data, name=suite.file.stem, folder=suite.folder)}


def data_checksums(suite: Suite, layout: Layout) -> dict[str, str]:
    """Name -> SHA-256 of the files of a suite: as its source says, or of files of this machine as they are."""
    if suite.data is None:
        return {}
    found = fetched(suite)
    local = sorted(suite.folder.glob(suite.data.glob)) if suite.data.glob is not None else []
    if suite.data.simulated is not None and (layout.simulated / suite.data.simulated).is_file():
        local.append(layout.simulated / suite.data.simulated)
    return found | {path.name: sha256_of(path) for path in local if path.is_file()}


def limited(items: Sequence[T], groups: Sequence[Hashable], ids: Sequence[str], limit: int | None) -> list[T]:
    """At most `limit` items of each group, those whose ids hash lowest, in the order they came."""
    if limit is None:
        return list(items)
    by_group: dict[Hashable, list[tuple[bytes, int]]] = {}
    for place, (group, name) in enumerate(zip(groups, ids, strict=True)):
        by_group.setdefault(group, []).append((hashlib.sha256(name.encode()).digest(), place))
    chosen = {place for members in by_group.values() for _, place in sorted(members)[:limit]}
    return [item for place, item in enumerate(items) if place in chosen]
