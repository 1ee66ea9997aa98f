"""Readers stream: memory does not grow with the file, neither Python's nor that of the libraries."""

import json
import subprocess
import sys
import tracemalloc

import pytest


@pytest.mark.parametrize("format_name", ["txt", "md", "jsonl", "csv", "conll", "xml"])
def test_memory_does_not_grow_with_the_file(tmp_path, cache, put, format_name):
    from maskzoo.corpus.sources import read_source
    from maskzoo.recipe.source import Source

    line = "the seller shall deliver the goods " * 20
    unit = {
        "txt": f"{line}\n\n",
        "md": f"{line}\n\n",
        "jsonl": json.dumps({"text": line}) + "\n",
        "csv": f"{line}\n",
        "conll": "word O\n" * 10 + "\n",
        "xml": f"<part><p>{line}</p><q>{line}</q></part>",
    }[format_name]
    head, tail = {"csv": ("text\n", ""), "xml": ("<doc>", "</doc>")}.get(format_name, ("", ""))
    options = {
        "txt": {"unit": "paragraph"},
        "md": {"unit": "paragraph"},
        "jsonl": {"text": ["text"]},
        "csv": {"text": ["text"]},
        "conll": {},
        "xml": {"record": "p", "text": ["."]},
    }[format_name]
    put("a", head + unit * 3000 + tail)
    source = Source.model_validate({"read": {"format": format_name, **options}, "licence": "CC0-1.0", "glob": "data/a"})
    import lxml.etree  # noqa: F401 (its import is not what is measured)

    tracemalloc.start()
    count = sum(1 for _ in read_source(source, name="t", folder=tmp_path, simulated=tmp_path, cache=cache))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 3000
    assert peak < 1_500_000  # of 2 MB and more in most formats


MEASURE = """
import resource, sys
from pathlib import Path
import lxml.etree, pyarrow.parquet
from maskzoo.corpus.cache import Cache
from maskzoo.corpus.sources import read_source
from maskzoo.recipe.source import Source
folder = Path(sys.argv[1])
source = Source.model_validate_json(sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
records = read_source(source, name="t", folder=folder, simulated=folder, cache=Cache(folder))
count = sum(1 for _ in records)
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("format_name", ["xml", "parquet"])
def test_memory_of_the_libraries_does_not_grow_with_the_file_either(tmp_path, format_name):
    import pyarrow as pa
    from pyarrow import parquet

    line = "the seller shall deliver the goods " * 20
    path = tmp_path / f"a.{format_name}"
    if format_name == "xml":
        path.write_text("<doc>" + f"<part><p>{line}</p><q>{line}</q></part>" * 40_000 + "</doc>")
        read = {"format": "xml", "record": "p", "text": ["."]}
    else:
        table = pa.table({"text": [f"{number} {line}" for number in range(80_000)]})
        parquet.write_table(table, path, row_group_size=5000, compression="none", use_dictionary=False)
        read = {"format": "parquet", "text": ["text"]}
    assert path.stat().st_size > 55_000_000
    source = json.dumps({"read": read, "licence": "CC0-1.0", "glob": path.name})
    command = [sys.executable, "-c", MEASURE, str(tmp_path), source]
    count, grown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    path.unlink()
    assert int(count) == (40_000 if format_name == "xml" else 80_000)
    assert int(grown) < 30_000  # KiB; half a file and more when nothing is freed
