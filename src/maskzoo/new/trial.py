"""A trial of curation: some of the documents go through the real stage, so that a recipe is written that leaves some.

Filters that would take most of the data (sequences of nine residues, notes of three words) are loosened until they fit;
the salt of the split is chosen so that so few documents as there may be stand on every side.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maskzoo import materials
from maskzoo.corpus.decontamination import Evaluation
from maskzoo.corpus.splitting import SPLITS, split_of
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.materials import Unread
from maskzoo.new.facts import Facts, records
from maskzoo.recipe.curation import Curation, DocumentSplit

TRIED, TRIED_BYTES = 2000, 8_000_000  # documents that are curated, and bytes of them
JUDGED = 300  # of those, documents that filters are loosened by
SALTS = 100
# material -> reason of a filter -> (section, key) of `corpus`, and the values that it is loosened to, the nearest first
LOOSER: dict[str, dict[str, tuple[str, str, Sequence[float]]]] = {
    "text": {
        "too_short": ("cleaning", "min_words", (4, 3, 2, 1)),
        "symbols": ("cleaning", "max_symbol_ratio", (0.5, 0.6, 0.8, 1.0)),
        "few_letters": ("cleaning", "min_letter_ratio", (0.3, 0.2, 0.1, 0.0)),
    },
    "code": {
        "too_short": ("cleaning", "min_words", (10, 5, 2, 1)),
        "symbols": ("cleaning", "max_symbol_ratio", (0.8, 0.9, 1.0)),
        "few_letters": ("cleaning", "min_letter_ratio", (0.1, 0.0)),
    },
    "protein": {
        "too_short": ("protein", "min_length", tuple(range(9, 0, -1))),
        "too_long": ("protein", "max_length", (100_000, 1_000_000)),
        "unknown_residues": ("protein", "max_unknown", (0.2, 0.5, 1.0)),
    },
    "smiles": {
        "too_few_atoms": ("smiles", "min_heavy_atoms", (1,)),
        "too_many_atoms": ("smiles", "max_heavy_atoms", (150, 200, 300, 500, 1000)),
    },
}
# share of the documents that a filter may take: of prose and code it is there to take much, of sequences hardly any
MAY_TAKE = {"text": 0.5, "code": 0.5, "protein": 0.05, "smiles": 0.05}
FITS = 0.05  # what it may still take once it is loosened

Settings = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Looser:
    """A filter that was loosened: what the recipe says instead, and the share that the default would have taken."""

    section: str
    key: str
    value: float
    reason: str
    share: float


@dataclass(frozen=True)
class Trial:
    """What became of the documents that were tried.

    Attributes:
        documents, size: that were tried; the size in UTF-8 bytes.
        whole: whether these were all.
        digests: of the documents that stayed, 16 bytes each.
        size_kept: of these.
        dropped: reason -> documents.
    """

    documents: int
    size: int
    whole: bool
    digests: Sequence[bytes]
    size_kept: int
    dropped: Mapping[str, int] = field(default_factory=dict)

    @property
    def losses(self) -> str:
        """What was dropped, the most frequent reason first."""
        ordered = sorted(self.dropped.items(), key=lambda item: -item[1])
        return ", ".join(f"{count:,} {reason}" for reason, count in ordered)


@dataclass(frozen=True)
class Tried:
    """The documents of one source that are tried."""

    name: str
    licence: str
    records: Sequence[Record]


def tried(sources: Sequence[Facts], names: Sequence[str], licence: str) -> tuple[list[Tried], bool]:
    """Documents from all over the sources, as the recipe will read them, and whether they are all."""
    every = max(1, -(-sum(one.documents for one in sources) // TRIED))
    found, complete, budget = [], every == 1, TRIED_BYTES
    for name, one in zip(names, sources, strict=True):
        chosen = []
        for number, record in enumerate(records(one.place, one.read)):
            if budget <= 0 or (one.counted != "all" and number >= TRIED):
                complete = False
                break
            if one.counted == "all" and number % every:
                continue
            chosen.append(record)
            budget -= len(record.text)
        found.append(Tried(name, licence, chosen))
    return found, complete


def loosened(documents: Sequence[Tried], material: str, settings: Settings) -> list[Looser]:
    """The filters that have to be loosened, because at their defaults they would take most of the documents.

    Args:
        settings: what else the recipe says below `corpus`.
    """
    judged = [_thinned(one) for one in documents]
    total = sum(len(one.records) for one in judged)
    found: list[Looser] = []
    settings = {section: dict(keys) for section, keys in settings.items()}
    for _ in LOOSER[material]:  # one that is loosened may let the next one speak
        taken = _verdicts(judged, material, settings)
        reason = next((reason for reason in LOOSER[material] if taken[reason] > MAY_TAKE[material] * total), None)
        if reason is None or any(one.reason == reason for one in found):
            break
        section, key, values = LOOSER[material][reason]
        for value in values:
            settings = {**settings, section: {**settings.get(section, {}), key: value}}
            if _verdicts(judged, material, settings)[reason] <= FITS * total:
                break
        found.append(Looser(section, key, value, reason, taken[reason] / total))
    return found


def trial(
    documents: Sequence[Tried], whole: bool, material: str, settings: Settings, evaluation: Evaluation | None
) -> Trial:
    """Curate the documents as the stage does.

    Args:
        settings: what the recipe says below `corpus`.
        evaluation: task -> split -> texts that are kept out of the corpus.

    Raises:
        UserError: nothing would be left; says what took how many.
    """
    import pyarrow.parquet as pq

    from maskzoo.corpus.curate import Origin, curate

    origins = [Origin(one.name, iter(one.records), one.licence) for one in documents]
    curation = _curation(material, settings)
    with tempfile.TemporaryDirectory() as folder:
        try:
            funnel = curate(origins, Path(folder), curation=curation, evaluation=evaluation, workers=1)
        except UserError as error:
            reason = str(error).partition("; loosen")[0]  # in a recipe that is not written
            kept_out = (
                "what a task tests on, and what repeats it, is no corpus: name other data" if evaluation else None
            )
            raise UserError(
                f"curation would leave nothing to train on ({reason})", where="--from", hint=kept_out
            ) from None
        kept = pq.read_table(Path(folder) / "documents.parquet", columns=["id"]).column("id").to_pylist()
    dropped: Counter[str] = Counter()
    for stage in funnel["stages"]:
        dropped.update({reason: counts["documents"] for reason, counts in stage["reasons"].items()})
    return Trial(
        documents=sum(len(one.records) for one in documents),
        size=sum(len(record.text.encode()) for one in documents for record in one.records),
        whole=whole,
        digests=[bytes.fromhex(one) for one in kept],
        size_kept=sum(counts["bytes"] for counts in funnel["splits"].values()),
        dropped=dropped,
    )


def salt(digests: Sequence[bytes], held_out: float) -> str:
    """A salt by which every split has a document: the usual one, unless few documents fell on one side.

    Raises:
        UserError: none does, so few documents are there.
    """
    usual = DocumentSplit().salt
    for number in range(SALTS):
        chosen = f"{usual}-{number}" if number else usual
        split = DocumentSplit(validation=held_out, test=held_out, salt=chosen)
        sides = Counter(split_of(digest, split) for digest in digests)
        if all(sides[name] for name in SPLITS):
            return chosen
    raise UserError(f"{len(digests)} documents cannot be split", where="--from", expected="more of them")


def _thinned(one: Tried) -> Tried:
    every = max(1, len(one.records) // JUDGED)
    return Tried(one.name, one.licence, one.records[::every][:JUDGED])


def _verdicts(documents: Sequence[Tried], material: str, settings: Settings) -> Counter[str]:
    """Reasons for which documents alone would be dropped."""
    module, curation = materials.load(material), _curation(material, settings)
    return Counter(
        prepared.verdict[0]
        for one in documents
        for prepared in module.prepare(list(_unread(one)), settings=curation, boilerplate=frozenset())
        if prepared.verdict
    )


def _unread(one: Tried) -> Iterator[Unread]:
    for record in one.records:
        fields = {"licence": one.licence, **record.fields}
        yield Unread(record.text, one.name, record.locator, record.sha256, record.undecodable, fields)


def _curation(material: str, settings: Settings) -> Curation:
    return Curation.model_validate({"material": material, **settings})
