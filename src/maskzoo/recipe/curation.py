"""How a corpus is curated: every filter with its threshold."""

from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from maskzoo import registry
from maskzoo.recipe.sections import Sections
from maskzoo.recipe.source import Source
from maskzoo.strict import OFF, Name, Strict

MaterialName = Annotated[str, registry.Known("materials")]
PersonalData = Annotated[str, registry.Known("privacy")]


class Cleaning(Sections):
    """Filters of single documents; a document that fails one is kept aside with the reason.

    Further filters stand below their names, as `language: {keep: [en]}`; `off` takes one out.
    """

    SECTIONS: ClassVar[str] = "filters"

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

    @model_validator(mode="after")
    def _ordered(self) -> "Cleaning":
        if self.min_words > self.max_words:
            raise ValueError(f"min_words {self.min_words} is more than max_words {self.max_words}")
        return self


class NearDuplicates(Strict):
    """MinHash over word shingles, banded; candidates are kept as duplicates at `threshold` of estimated Jaccard."""

    threshold: float = Field(default=0.7, gt=0, le=1)
    shingle: int = Field(default=3, ge=1, description="words in a shingle")
    permutations: int = Field(default=128, ge=16)


class PartDuplicates(Strict):
    """Parts of documents, such as the functions of a file, are compared as documents are."""

    threshold: float = Field(default=0.8, gt=0, le=1, description="estimated Jaccard from which a part is a repeat")
    share: float = Field(
        default=0.6, gt=0, le=1, description="of a document's units in repeated parts, from which it is dropped"
    )
    min_units: int = Field(default=30, ge=1, description="shorter parts are alike by chance")
    permutations: int = Field(default=64, ge=16)


class Deduplication(Strict):
    """Of documents that repeat one another the first in the order of the sources stays."""

    exact: bool = Field(default=True, description="drop documents with the same words, whatever case and punctuation")
    near: Annotated[NearDuplicates | None, OFF] = Field(
        default=NearDuplicates(), description="`off`: near-duplicates stay"
    )
    parts: Annotated[PartDuplicates | None, OFF] = Field(
        default=None, description="for materials that have parts (code: functions, on by default)"
    )


class Decontamination(Strict):
    """Against validation and test splits of every task of the domain, and of the domains that start from it.

    Texts are compared by their letters, so that it makes no difference how they were cut into words; lengths in words
    are that many times the letters of a word in the script (5 in alphabets, 4 in Thai, 3 in Korean, 2 in Chinese).
    """

    ngram: int = Field(default=13, ge=3, description="words in a row that condemn a document where it shares them")
    sentences: bool = Field(
        default=True, description="also drop documents that hold a whole normalised evaluation text"
    )
    min_sentence_words: int = Field(default=6, ge=1, description="shorter evaluation texts are too common to condemn")
    against: tuple[str, ...] = Field(
        default=(), description="further domains, or groups of them, whose tasks a model made here will meet"
    )


class Privacy(Strict):
    """Personal data replaced by placeholders such as `[EMAIL]`, in kept and in dropped documents alike.

    All kinds together follow the Safe Harbor list of the HIPAA Privacy Rule, by rules that find most and not all.
    """

    scrub: tuple[PersonalData, ...] = Field(
        default=("email", "phone", "iban", "ssn"), description="kinds that are looked for; dates keep their year"
    )
    regions: tuple[str, ...] = Field(
        default=("US",), description="regions whose national phone formats are read (ISO 3166)"
    )


class DocumentSplit(Strict):
    """By a hash of the text, so a document never changes sides when sources are added."""

    validation: float = Field(default=0.02, gt=0, lt=0.5)
    test: float = Field(default=0.02, gt=0, lt=0.5)
    salt: str = "maskzoo"


class Curation(Sections):
    """How documents of any source are curated. Some defaults differ where the material is not text.

    What a material sets of its own stands below the key of its name: `protein: {max_unknown: 0.2}`.
    """

    SECTIONS: ClassVar[str] = "materials"

    material: MaterialName = Field(default="text", description="what the documents are made of")
    cleaning: Cleaning = Cleaning()
    deduplication: Deduplication = Deduplication()
    decontamination: Annotated[Decontamination | None, OFF] = Field(
        default=Decontamination(), description="`off` leaves what is tested in the corpus: for comparisons only"
    )
    privacy: Annotated[Privacy | None, OFF] = Field(default=Privacy(), description="`off`: nothing is replaced")
    split: DocumentSplit = DocumentSplit()

    @model_validator(mode="before")
    @classmethod
    def _presets(cls, raw: Any) -> Any:
        """What the material presets, under what the recipe says."""
        material = raw.get("material", "text") if isinstance(raw, dict) else None
        if not isinstance(material, str) or material not in registry.names("materials"):
            return raw
        for other in sorted((set(registry.names("materials")) & set(raw)) - {material}):
            raise ValueError(f"`{other}` is for the material {other}, this corpus is of {material}")
        module = registry.load("materials", material)
        merged = dict(raw)
        if hasattr(module, "Settings"):
            merged.setdefault(material, {})
        for key, preset in getattr(module, "PRESETS", {}).items():
            given = merged.get(key)
            if key not in merged:
                merged[key] = preset
            elif isinstance(given, dict) and isinstance(preset, dict):
                merged[key] = {**preset, **given}
        return merged

    @model_validator(mode="after")
    def _filters_fit(self) -> "Curation":
        for name in self.cleaning.sections:
            materials = getattr(registry.load("filters", name), "MATERIALS", ("text", "code"))
            if self.material not in materials:
                said = " or ".join(materials)
                raise ValueError(f"`cleaning.{name}` is for the material {said}, this corpus is of {self.material}")
        return self

    @property
    def own(self) -> Any:
        """The `Settings` of the material."""
        return self.sections[self.material]


class Corpus(Curation):
    """Sources and curation of a domain."""

    sources: dict[Name, Source] = Field(min_length=1)
    jobs: int = Field(
        default=1,
        ge=1,
        le=1000,
        exclude=True,  # it changes nothing in the corpus, so nothing depends on it
        description="that curation is shared out to; the corpus is the same (`--config corpus_jobs=` for one run)",
    )
