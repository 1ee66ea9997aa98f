"""Where the data are, as a new recipe says it: of the sources of the corpus, and of the data of a task."""

import json
import os
from pathlib import Path

import yaml

from maskzoo.new.facts import Facts
from maskzoo.new.wanted import Wanted

FLAT = json.dumps  # text as YAML reads it, whatever is in it


def word(text: str) -> str:
    """A word as it is, or in quotes where YAML would take it for something else: `no` (Norwegian), `1984`, `on`."""
    try:
        return text if yaml.safe_load(text) == text else FLAT(text)
    except yaml.YAMLError:
        return FLAT(text)


def sources(wanted: Wanted) -> list[str]:
    """The lines below `corpus.sources`."""
    lines = []
    for name, one in zip(wanted.source_names, wanted.sources, strict=True):
        counted = f"{one.qualifier}{one.documents:,} documents, {one.qualifier}{one.bytes / 1e6:.2g} MB"
        lines += [
            f"    {word(name)}: # {counted} when this was written",
            f"      {address(wanted, one)}",
            f"      {licence(wanted)} # {'decides the licence of the model' if wanted.licence.shareable else TODO}",
        ]
        if one.language:
            lines.append(f"      language: {word(one.language)}")
        if wanted.attribution:
            lines.append(f"      attribution: {FLAT(wanted.attribution)}")
        lines.append(f"      read: {{{', '.join(read(wanted, one))}}}{_unit_comment(one)}")
    return lines


TODO = "TODO: an SPDX id such as CC0-1.0; until there is one, no model of these data may be shared"


def licence(wanted: Wanted) -> str:
    """The key `licence`."""
    return f"licence: {wanted.licence.id}"


def address(wanted: Wanted, one: Facts) -> str:
    """The key that says where the bytes are, relative to the domain's folder."""
    hub = one.place.hub
    if hub is None:
        return f"glob: {FLAT(os.path.relpath(one.place.pattern, wanted.folder))}"
    local = Path(hub.dataset).is_dir()
    name = os.path.relpath(hub.dataset, wanted.folder) if local else hub.dataset
    parts = [f"dataset: {FLAT(name)}"]
    if hub.revision is not None:
        parts.append(f"revision: {FLAT(hub.revision)}")  # in quotes: forty digits would be a number
    if hub.config is not None:
        parts.append(f"config: {FLAT(hub.config)}")
    parts.append(f"split: {FLAT(hub.split)}")
    return f"hub: {{{', '.join(parts)}}}"


def read(wanted: Wanted, one: Facts) -> list[str]:
    """The keys of `read`."""
    parts = [f"format: {one.read.format}"]
    if one.read.text:
        parts.append(f"text: [{', '.join(map(FLAT, one.read.text))}]")
    if one.read.format in ("txt", "md") and wanted.material != "code":
        parts.append(f"unit: {one.read.unit}")
    if one.read.delimiter != ",":
        parts.append(f"delimiter: {FLAT(one.read.delimiter)}")
    return parts


def _unit_comment(one: Facts) -> str:
    if one.read.format != "txt" or one.material != "text":
        return ""
    return " # what one document is: file, paragraph, line or sentence"
