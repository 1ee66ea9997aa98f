"""Rows of tables as mappings from columns, before anybody knows which column matters."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from maskzoo.corpus import archives
from maskzoo.errors import UserError
from maskzoo.new.places import Place

TABLES = ("csv", "tsv", "jsonl", "json", "parquet")
DELIMITERS = ",;\t|"


def rows(place: Place) -> Iterator[Mapping[str, Any]]:
    """Rows of a table, of all its files in order.

    Raises:
        UserError: a file that is not of its format, or a data set that cannot be read.
    """
    if place.hub is not None:
        from maskzoo.corpus.hub import hub_rows

        yield from hub_rows(place.hub, folder=Path(), where="--from")
        return
    for file in place.files:
        if place.format == "parquet":
            import pyarrow.parquet as pq

            try:
                for batch in pq.ParquetFile(file).iter_batches(batch_size=256):
                    yield from batch.to_pylist()
            except OSError as error:
                raise UserError(f"no Parquet file ({error})", where=str(file)) from None
        else:
            yield from _text_rows(place, file)


def delimiter_of(place: Place) -> str:
    """What separates the cells of the header: a comma, a semicolon, a tab or a bar, whichever is most frequent."""
    with archives.opened(place.files[0], place.files[0].name) as (_, stream):
        header = stream.readline().decode("utf-8-sig", "replace")
    return max(DELIMITERS, key=header.count)


def _text_rows(place: Place, file: Path) -> Iterator[dict[str, Any]]:
    with archives.opened(file, file.name) as (_, stream):
        lines = (line.decode("utf-8-sig", "replace") for line in stream)
        try:
            if place.format == "json":
                found = json.loads("".join(lines))
                several = found if isinstance(found, list) else list(found.values())
                yield from (row for row in several if isinstance(row, dict))
            elif place.format == "jsonl":
                yield from (row for line in lines if line.strip() and isinstance(row := json.loads(line), dict))
            else:
                delimiter = "\t" if place.format == "tsv" else delimiter_of(place)
                csv.field_size_limit(1 << 24)
                for row in csv.DictReader(lines, delimiter=delimiter):
                    yield {str(key): value for key, value in row.items() if key is not None}
        except (ValueError, csv.Error) as error:
            raise UserError(f"no {place.format} ({error})", where=str(file)) from None
