"""Where text and labels come from: one file or many, and how a file is read."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from maskzoo import registry
from maskzoo.strict import LanguageCode, Name, Strict

Format = Annotated[str, registry.Known("readers")]


class Read(Strict):
    """How a file becomes records. Options that the format does not use are refused by the reader."""

    format: Format
    text: tuple[str, ...] = Field(
        default=(), description="fields whose values make the text, joined by a line break (xml: XPaths below `record`)"
    )
    fields: dict[str, str] = Field(
        default_factory=dict,
        description="further values to keep: name -> column, JSON key or XPath; fasta: id, description, the KEY of "
        "KEY=value in the header, or a regular expression whose first group is the value",
    )
    record: str | None = Field(
        default=None,
        description="xml: name of the element that is one document (default: the root); json: dotted key of the list "
        "or object of records (default: the whole file); jsonl: dotted key of a list of records in every line",
    )
    drop: tuple[str, ...] = Field(default=(), description="xml: names of elements left out with all they contain")
    unit: Literal["file", "paragraph", "line", "sentence", "word"] = Field(
        default="file",
        description="txt, md: what one document is; a sentence ends in punctuation before a capital, a word (of lines "
        "of several SMILES, for example) with white space",
    )
    delimiter: str = Field(default=",", min_length=1, max_length=1, description="csv: the character between two cells")
    unquote: bool = Field(default=False, description="txt: documents that are wrapped in double quotes lose them")
    tokens: str | None = Field(
        default=None,
        description="json, jsonl, parquet: key of a list of words; conll: column number from 0; xml: XPath",
    )
    tags: str | None = Field(
        default=None,
        description="json, jsonl, parquet: key of a list of tags; conll: column number (default: the last); xml: XPath",
    )
    labels: str | None = Field(
        default=None,
        description="fasta: a file of the same archive or folder with a label for each residue under the same id",
    )
    mask: str | None = Field(
        default=None, description="fasta: the same with 1 for residues that are scored; others get the tag `-`"
    )
    encoding: str = "utf-8"
    max_undecodable: float = Field(
        default=0.01, ge=0, le=1, description="share of records with undecodable bytes above which reading stops"
    )


class HubDataset(Strict):
    """A data set of the Hub, pinned to a revision (or a local folder that `datasets.load_dataset` reads)."""

    dataset: str
    revision: str | None = None
    config: str | None = None
    split: str = "train"


class Source(Strict):
    """One source: exactly one of `url`, `files`, `glob`, `simulated` or `hub` says where the bytes are.

    `files` names a CSV in the domain's folder with columns path, sha256, bytes and optionally url; without that column
    the address is `url` + path. `archive` is a pattern of members to read inside a zip or tar file.
    """

    url: str | None = Field(default=None, description="address of one file; with `files` the address of its folder")
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$", description="url: checksum of the file")
    files: str | None = Field(default=None, description="CSV in the domain's folder: path, sha256, bytes[, url]")
    glob: str | None = Field(default=None, description="local files, relative to the domain's folder")
    simulated: str | None = Field(default=None, description="a file that the domain's simulation writes")
    hub: HubDataset | None = Field(default=None, description="a data set of the Hub")
    archive: str | None = Field(default=None, description="pattern of members inside a zip or tar file")
    only: str | None = Field(default=None, description="with files: a pattern of the paths to use")
    where: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="field of `read.fields` -> values: only records that hold one of them, as in a published split",
    )
    among: dict[str, "Source"] = Field(
        default_factory=dict,
        description="field of `read.fields` -> a source whose texts list its values, as a published list of test ids: "
        "only records that hold one of them",
    )
    parallel: dict[Name, "Source"] = Field(
        default_factory=dict,
        description="field -> a source that stands record by record beside this one (a second file of aligned lines): "
        "its text becomes the field",
    )
    read: Read
    licence: str = Field(description="SPDX id, or an id that maskzoo.licences knows")
    language: LanguageCode | None = None
    attribution: str | None = None

    @field_validator("where", mode="before")
    @classmethod
    def _several(cls, where: Any) -> Any:
        """One value may stand without brackets; numbers are compared as they are written."""
        if not isinstance(where, dict):
            return where
        listed = {name: value if isinstance(value, (list, tuple)) else [value] for name, value in where.items()}
        return {name: [str(one) for one in value] for name, value in listed.items()}

    @model_validator(mode="after")
    def _one_place(self) -> "Source":
        places = [name for name in ("files", "glob", "simulated", "hub") if getattr(self, name) is not None]
        if self.url is not None and self.files is None:
            places.append("url")
        if len(places) != 1:
            given = ", ".join(places) or "none"
            raise ValueError(f"exactly one of url, files, glob, simulated, hub says where the bytes are, got {given}")
        if self.url is not None and not self.url.startswith(("https://", "http://")):
            raise ValueError(f"url: {self.url!r} begins with neither https:// nor http://; a local file is a `glob`")
        if "url" in places and self.sha256 is None:
            raise ValueError("a url needs its sha256")
        for key, name, other in [
            *(("parallel", name, other) for name, other in self.parallel.items()),
            *(("among", name, other) for name, other in self.among.items()),
        ]:
            if other.parallel or other.where or other.among:
                raise ValueError(
                    f"{key}.{name} has `where`, `among` or `parallel` of its own, which belong to the first source"
                )
        return self
