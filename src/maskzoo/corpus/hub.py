"""Data sets of the Hub (or a local folder of Parquet or JSON lines), read row by row.

They are streamed, unless `fetch_hub` brought them: then they are read from the Hub client's cache, without network.
"""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from maskzoo.corpus.cache import Cache
from maskzoo.corpus.readers.common.input import InputFile, Keyed
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.files import read_json, write_json
from maskzoo.recipe.source import HubDataset, Read


def read_hub(hub: HubDataset, options: Read, *, folder: Path, where: str) -> Iterator[Record]:
    """Records of one split of a data set; class labels come as their names.

    Args:
        folder: the domain's folder, to which a local data set is relative.

    Raises:
        UserError: no network, no such data set, configuration, split or column.
    """
    shown = f"{where}: data set {hub.dataset}"
    keyed = Keyed(InputFile(io.BytesIO(), f"{hub.dataset}/{hub.split}", shown), options)
    for number, row in enumerate(hub_rows(hub, folder=folder, where=where), 1):
        yield keyed.record(row, f"{hub.dataset}/{hub.split}#{number}")
    keyed.finish()


def hub_rows(hub: HubDataset, *, folder: Path, where: str) -> Iterator[Mapping[str, Any]]:
    """Rows of one split as mappings from columns; class labels come as their names.

    Args:
        folder: what a local data set is relative to.

    Raises:
        UserError: no network, no such data set, configuration or split.
    """
    local = folder / hub.dataset
    address = str(local) if local.is_dir() else str(_fetched(hub) or hub.dataset)
    try:
        rows, labels = _opened(address, hub)
        for row in rows:
            yield {**row, **{key: _names(row.get(key), names) for key, names in labels.items()}} if labels else row
    except Exception as error:  # the library's errors have no common root: all that it raises is about this data set
        expected = "network (or `maskzoo fetch` run before), and a data set, config, revision and split that exist"
        raise _refused("read", error, hub, where, expected) from None


def fetch_hub(hub: HubDataset, *, folder: Path, where: str) -> Path:
    """Bring the files of a data set's configuration into the Hub client's cache; afterwards they are read from there.

    Returns:
        The folder that they are in.

    Raises:
        UserError: no network, no such data set or revision.
    """
    from huggingface_hub import hf_hub_download, snapshot_download
    from huggingface_hub.errors import EntryNotFoundError
    from huggingface_hub.repocard import metadata_load

    if (folder / hub.dataset).is_dir():
        return folder / hub.dataset
    try:
        try:
            card = hf_hub_download(hub.dataset, "README.md", repo_type="dataset", revision=hub.revision)
            patterns = _patterns(metadata_load(card) or {}, hub.config)
        except EntryNotFoundError:
            patterns = None
        found = snapshot_download(hub.dataset, repo_type="dataset", revision=hub.revision, allow_patterns=patterns)
    except Exception as error:  # the client's errors have no common root: all that it raises is about this data set
        raise _refused("fetched", error, hub, where, "network, and a data set and revision that exist") from None
    write_json(_note(hub), {"folder": found})
    return Path(found)


def _refused(done: str, error: Exception, hub: HubDataset, where: str, expected: str) -> UserError:
    """What the user reads of a data set that cannot be `done`: the first line of what the library said."""
    reason = str(error).strip().splitlines() or [type(error).__name__]
    said = f"cannot be {done} ({type(error).__name__}: {reason[0]})"
    return UserError(said, where=f"{where}: data set {hub.dataset}", expected=expected)


def _patterns(card: Mapping[str, Any], config: str | None) -> list[str] | None:
    """The files of a configuration, as the data set's card lists them; None for all where it lists none."""
    configs = {one.get("config_name"): one.get("data_files") for one in card.get("configs") or ()}
    files = configs.get(config) if config is not None else next(iter(configs.values()), None)
    if not files:
        return None
    listed = [files] if isinstance(files, str | dict) else files
    paths = [one["path"] if isinstance(one, dict) else one for one in listed]
    return ["README.md", *(path for one in paths for path in ([one] if isinstance(one, str) else one))]


def _note(hub: HubDataset) -> Path:
    """Where it is written down that a configuration was fetched whole, and where to."""
    name = "@".join((hub.dataset.replace("/", "--"), hub.revision or "main", hub.config or "default"))
    return Cache.default().folder / "hub" / f"{name}.json"


def _fetched(hub: HubDataset) -> Path | None:
    note = _note(hub)
    found = Path(read_json(note)["folder"]) if note.is_file() else None
    return found if found is not None and found.is_dir() else None


def _opened(address: str, hub: HubDataset) -> tuple[Iterator[Mapping[str, Any]], dict[str, list[str]]]:
    """The rows, and for columns of class labels the names of the classes."""
    import datasets

    revision = None if Path(address).is_dir() else hub.revision
    rows = datasets.load_dataset(address, name=hub.config, split=hub.split, revision=revision, streaming=True)
    labels = {}
    for key, feature in (rows.features or {}).items():
        inner = getattr(feature, "feature", feature)
        if isinstance(inner, datasets.ClassLabel):
            labels[key] = list(inner.names)
    return iter(rows), labels


def _names(value: Any, names: list[str]) -> Any:
    if isinstance(value, list):
        return [_names(item, names) for item in value]
    return names[value] if isinstance(value, int) and 0 <= value < len(names) else value
