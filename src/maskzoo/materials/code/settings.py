"""What can be set of source code in a corpus, and where its defaults differ from those of text."""

from typing import Any

from pydantic import Field

from maskzoo.strict import Strict

# keys of `corpus`; what the recipe says wins, key by key
PRESETS: dict[str, Any] = {
    "privacy": {"scrub": ("email",)},  # what is a phone number in prose is a constant in code
    "cleaning": {
        "boilerplate_repeats": 0,
        "min_words": 20,
        "max_symbol_ratio": 0.7,
        "min_letter_ratio": 0.2,
    },
    "deduplication": {"near": {"shingle": 5}, "parts": {}},
    "decontamination": {"ngram": 30, "min_sentence_words": 8},
}


class Settings(Strict):
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
