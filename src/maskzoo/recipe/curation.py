"""How a corpus is curated: every filter with its threshold."""

from typing import Literal

from pydantic import Field

from maskzoo.recipe.source import Source
from maskzoo.recipe.strict import Name, Strict

PersonalData = Literal["email", "phone", "iban", "ssn"]


class Cleaning(Strict):
    """Filters of single documents; a document that fails one is kept aside with the reason."""

    min_words: int = Field(default=5, ge=0)
    max_words: int = Field(default=1_000_000, ge=1)
    max_symbol_ratio: float = Field(
        default=0.4, gt=0, le=1, description="share of characters neither letter, digit nor space"
    )
    min_letter_ratio: float = Field(default=0.4, ge=0, le=1)
    max_replaced_ratio: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="share of U+FFFD, what an earlier wrong decoding left, above which to drop",
    )
    boilerplate_repeats: int = Field(
        default=50,
        ge=0,
        description="a line seen at least so often in the first documents of a source is removed; 0: never",
    )


class NearDuplicates(Strict):
    """MinHash over word shingles, banded; candidates are kept as duplicates at `threshold` of estimated Jaccard."""

    threshold: float = Field(default=0.7, gt=0, le=1)
    shingle: int = Field(default=3, ge=1, description="words in a shingle")
    permutations: int = Field(default=128, ge=16)


class Deduplication(Strict):
    """Of documents that repeat one another the first in the order of the sources stays."""

    exact: bool = Field(default=True, description="drop documents with the same words, whatever case and punctuation")
    near: NearDuplicates | None = Field(default=NearDuplicates(), description="none: near-duplicates stay")


class Decontamination(Strict):
    """Against validation and test splits of every task of the domain."""

    ngram: int = Field(default=13, ge=3, description="words in an overlapping n-gram that condemns a document")
    sentences: bool = Field(
        default=True, description="also drop documents that hold a whole normalised evaluation text"
    )
    min_sentence_words: int = Field(default=6, ge=1, description="shorter evaluation texts are too common to condemn")


class Privacy(Strict):
    """Personal data replaced by placeholders such as `[EMAIL]`, in kept and in dropped documents alike."""

    scrub: tuple[PersonalData, ...] = ("email", "phone", "iban", "ssn")
    regions: tuple[str, ...] = Field(
        default=("US",), description="regions whose national phone formats are read (ISO 3166)"
    )


class DocumentSplit(Strict):
    """By a hash of the text, so a document never changes sides when sources are added."""

    validation: float = Field(default=0.02, gt=0, lt=0.5)
    test: float = Field(default=0.02, gt=0, lt=0.5)
    salt: str = "maskzoo"


class Curation(Strict):
    """How documents of any source are curated."""

    cleaning: Cleaning = Cleaning()
    deduplication: Deduplication = Deduplication()
    decontamination: Decontamination | None = Decontamination()
    privacy: Privacy | None = Privacy()
    split: DocumentSplit = DocumentSplit()


class Corpus(Curation):
    """Sources and curation of a domain."""

    sources: dict[Name, Source] = Field(min_length=1)
