"""One record of a source: the unit that readers yield, and that curation and tasks take."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Record:
    """A document (or an example of a task) as read, before anything was changed.

    Attributes:
        text: the text; for tagged records the words joined by a space.
        locator: where it stands: `path` of the file within the source, and the record in it (`#12`, `:line 40`).
        sha256: hex digest of the file it came from ("" for simulated and Hub data).
        fields: values that the recipe asked for by name; `path` is always there.
        tokens, tags: for tagged records, equally long.
        written: the same sentence as it was written, where its words are none (`du` for `de le`); else nothing.
        undecodable: whether bytes could not be decoded and were replaced.
    """

    text: str
    locator: str
    sha256: str
    fields: dict[str, str] = field(default_factory=dict)
    tokens: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    undecodable: bool = False
    written: str = ""
