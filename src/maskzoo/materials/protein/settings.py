"""What can be set of proteins in a corpus, and where its defaults differ from those of text."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from maskzoo.strict import OFF, Strict

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
RARE = "BZXUO"  # what the alphabet of ESM-2 holds beside them
# keys of `corpus`; what the recipe says wins, key by key
PRESETS: dict[str, Any] = {
    "privacy": None,
    "cleaning": {"boilerplate_repeats": 0},
    "deduplication": {"near": None},
    # a run of 20 residues is no chance; a shorter peptide stands in many proteins, which it was cut from
    "decontamination": {"ngram": 20, "min_sentence_words": 20},
}


class Redundancy(Strict):
    """Of sequences alike at `identity` over `coverage` of the shorter one, one stays."""

    identity: float = Field(default=0.9, ge=0.5, le=1, description="share of aligned residues that are the same")
    coverage: float = Field(default=0.8, gt=0, le=1, description="share of a sequence that the alignment must cover")
    tool: Literal["auto", "mmseqs2", "kmers"] = Field(
        default="auto",
        description="mmseqs2 (linclust; keeps the longest), or kmers: MinHash over residue k-mers, an estimate that "
        "knows no alignment (keeps the first); auto: MMseqs2 where it is installed. funnel.json says which one ran",
    )


class Settings(Strict):
    """Curation of amino-acid sequences: upper case, without gaps, white space and the stop at the end.

    The filters under `cleaning` are about text and do not apply to sequences.
    """

    map: dict[str, str] = Field(
        default={"U": "C", "O": "K", "J": "X"},
        description="rare letters that become others: selenocysteine, pyrrolysine (ESM-2 knows both: {J: X} keeps them)"
        " and leucine or isoleucine, which ESM-2 does not know; B, Z and X stay; any other letter drops its sequence",
    )
    min_length: int = Field(default=10, ge=1, description="residues")
    max_length: int = Field(default=50_000, ge=1, description="residues")
    max_unknown: float = Field(default=0.1, ge=0, le=1, description="share of X above which a sequence is dropped")
    redundancy: Annotated[Redundancy | None, OFF] = Field(
        default=Redundancy(), description="`off`: similar sequences stay"
    )

    @model_validator(mode="after")
    def _letters(self) -> "Settings":
        if self.min_length > self.max_length:
            raise ValueError(f"min_length {self.min_length} is more than max_length")
        for letter, target in self.map.items():
            if len(letter) != 1 or not "A" <= letter <= "Z":
                raise ValueError(f"map: {letter!r} is no upper-case letter")
            if target not in tuple(AMINO_ACIDS + RARE):
                raise ValueError(f"map: {letter} becomes {target!r}, which is none of {AMINO_ACIDS + RARE}")
        return self
