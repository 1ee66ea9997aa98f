"""What a corpus is made of, how each material is curated, and where its defaults differ from those of text."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from maskzoo.recipe.strict import OFF, Strict

MaterialName = Literal["text", "protein", "smiles", "code"]


AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
RARE = "BZXUO"  # what the alphabet of ESM-2 holds beside them


class Redundancy(Strict):
    """Of sequences alike at `identity` over `coverage` of the shorter one, one stays."""

    identity: float = Field(default=0.9, ge=0.5, le=1, description="share of aligned residues that are the same")
    coverage: float = Field(default=0.8, gt=0, le=1, description="share of a sequence that the alignment must cover")
    tool: Literal["auto", "mmseqs2", "kmers"] = Field(
        default="auto",
        description="mmseqs2 (linclust; keeps the longest), or kmers: MinHash over residue k-mers, an estimate that "
        "knows no alignment (keeps the first); auto: MMseqs2 where it is installed. funnel.json says which one ran",
    )


class Protein(Strict):
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
    def _letters(self) -> "Protein":
        if self.min_length > self.max_length:
            raise ValueError(f"min_length {self.min_length} is more than max_length")
        for letter, target in self.map.items():
            if len(letter) != 1 or not "A" <= letter <= "Z":
                raise ValueError(f"map: {letter!r} is no upper-case letter")
            if target not in tuple(AMINO_ACIDS + RARE):
                raise ValueError(f"map: {letter} becomes {target!r}, which is none of {AMINO_ACIDS + RARE}")
        return self


class Smiles(Strict):
    """Curation of molecules written as SMILES: each is kept as its canonical isomeric SMILES, once an InChIKey.

    The filters under `cleaning` are about text and do not apply to molecules.
    """

    largest_fragment: bool = Field(
        default=True, description="of a salt or mixture keep the largest part that holds carbon"
    )
    neutralise: bool = Field(
        default=False, description="in the corpus, add or remove hydrogens where that takes a charge away"
    )
    min_heavy_atoms: int = Field(default=2, ge=1, description="drop molecules with fewer atoms, hydrogens not counted")
    max_heavy_atoms: int = Field(default=100, ge=1, description="drop molecules with more")

    @model_validator(mode="after")
    def _ordered(self) -> "Smiles":
        if self.min_heavy_atoms > self.max_heavy_atoms:
            raise ValueError(f"min_heavy_atoms {self.min_heavy_atoms} is more than max_heavy_atoms")
        return self


class Code(Strict):
    """Curation of source code: layout stays; licences, generated and minified files, secrets and copies are looked at.

    Two fields of a record are used where `read.fields` names them: `licence` (else its source's licence counts; an SPDX
    line in the file comes before both) and `file`, the path whose ending tells the language (else `path`).
    """

    licences: tuple[str, ...] = Field(
        default=(
            "0BSD",
            "Apache-2.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "BSL-1.0",
            "CC0-1.0",
            "ISC",
            "MIT",
            "MIT-0",
            "PSF-2.0",
            "Python-2.0",
            "Unlicense",
            "Zlib",
        ),
        description="SPDX ids that a file may stand under; a file of another or of no licence is dropped",
    )
    generated: bool = Field(default=True, description="drop files that say near their top that a program wrote them")
    max_line: int = Field(default=1000, ge=1, description="characters; a file with a longer line counts as minified")
    max_mean_line: float = Field(default=100, gt=0, description="characters a line on average, above it minified")
    min_space: float = Field(default=0.04, ge=0, lt=1, description="share of white space, below it minified")
    secrets: bool = Field(default=True, description="replace tokens, keys and passwords by [SECRET]")
    secret_keywords: bool = Field(default=True, description="also quoted values of variables named like a password")
    secret_entropy: tuple[float, float] | None = Field(
        default=(4.5, 3.0),
        description="bits a character above which a quoted base64, and a quoted hexadecimal, string is a secret",
    )


# keys of `corpus` that a material presets; what the recipe says wins, key by key
PRESETS: dict[str, dict[str, Any]] = {
    "text": {},
    "protein": {
        "privacy": None,
        "cleaning": {"boilerplate_repeats": 0},
        "deduplication": {"near": None},
        # a run of 20 residues is no chance; a shorter peptide stands in many proteins, which it was cut from
        "decontamination": {"ngram": 20, "min_sentence_words": 20},
    },
    "smiles": {"privacy": None, "cleaning": {"boilerplate_repeats": 0}, "deduplication": {"near": None}},
    "code": {
        "privacy": {"scrub": ("email",)},  # what is a phone number in prose is a constant in code
        "cleaning": {
            "boilerplate_repeats": 0,
            "min_words": 20,
            "max_symbol_ratio": 0.7,
            "min_letter_ratio": 0.2,
        },
        "deduplication": {"near": {"shingle": 5}, "parts": {}},
        "decontamination": {"ngram": 30, "min_sentence_words": 8},
    },
}
