"""Data sets of the Hub (or a local folder of Parquet or JSON lines), streamed row by row."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from maskzoo.corpus.readers._input import InputFile, Keyed
from maskzoo.corpus.record import Record
from maskzoo.errors import UserError
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
    address = str(local) if local.is_dir() else hub.dataset
    try:
        rows, labels = _opened(address, hub)
        for row in rows:
            yield {**row, **{key: _names(row.get(key), names) for key, names in labels.items()}} if labels else row
    except Exception as error:  # the library's errors have no common root: all that it raises is about this data set
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise UserError(
            f"cannot be read ({type(error).__name__}: {reason[0]})",
            where=f"{where}: data set {hub.dataset}",
            expected="network, and a data set, config, revision and split that exist",
        ) from None


def _opened(address: str, hub: HubDataset) -> tuple[Iterator[Mapping[str, Any]], dict[str, list[str]]]:
    """The rows, and for columns of class labels the names of the classes."""
    import datasets

    rows = datasets.load_dataset(address, name=hub.config, split=hub.split, revision=hub.revision, streaming=True)
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
