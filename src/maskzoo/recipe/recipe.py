"""The whole recipe of a domain at one scale, and the checks that cross its parts."""

import re
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, SerializeAsAny, field_validator, model_validator

from maskzoo.recipe.curation import Corpus
from maskzoo.recipe.finetuning import Finetuning
from maskzoo.recipe.probe import Suite
from maskzoo.recipe.task import Tasks
from maskzoo.recipe.training import Base, Tokenizer, Variant
from maskzoo.strict import Grown, LanguageCode, Name, Shown, Strict

# a namespace, or a name that leaves room for a variant and a scale (the client's validator of repository ids)
ON_THE_HUB = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?")


class Seeds(Strict):
    """What random draws depend on: weights and batches of pretraining, heads and batches of fine-tuning."""

    pretraining: tuple[int, ...] = Field(default=(0,), min_length=1, description="one run of every variant per seed")
    finetuning: tuple[int, ...] = Field(
        default=(0, 1, 2), min_length=1, description="seed i starts from pretraining seed i modulo their number"
    )

    @model_validator(mode="after")
    def _distinct(self) -> "Seeds":
        for name, seeds in (("pretraining", self.pretraining), ("finetuning", self.finetuning)):
            if len(set(seeds)) < len(seeds):
                raise ValueError(f"{name} names a seed twice")
            if min(seeds) < 0:
                raise ValueError(f"{name} has a seed below 0")
        return self


class Simulation(Strict):
    """A generator of `maskzoo.simulate` and what it is asked for."""

    generator: str = Field(description="name of a module of `maskzoo.simulate.domains`")
    documents: int = Field(default=1000, ge=10, le=10_000_000, description="how many documents")
    seed: int = 0
    settings: dict[str, Any] = Field(default_factory=dict, description="what the generator takes, where it takes some")


class Evaluation(Grown):
    """How models are compared."""

    LATER: ClassVar[tuple[str, ...]] = ("forgetting",)

    bootstrap: int = Field(default=1000, ge=100, le=1_000_000, description="resamples behind an interval")
    reference: str | None = Field(
        default=None, description="the model that others are tested against (default: the first base)"
    )
    perplexity_documents: int = Field(default=100, ge=1, le=10_000_000)
    perplexity_words: int = Field(
        default=100, ge=5, le=100_000, description="words taken from the start of each scored document"
    )
    forgetting: str | None = Field(
        default=None,
        description="a domain of the zoo, such as general, on whose documents variants are held against their base",
    )


class Release(Strict):
    """Which variants become release folders, under which name, and where `publish` puts them."""

    name: str = Field(
        description="of the released model; the variant, where there are several, and a scale other than full follow"
    )
    variants: tuple[str, ...] = Field(min_length=1)
    licence: str | None = Field(
        default=None,
        description="only ever stricter than what the sources allow; answers for a base that states none (default: "
        "derived)",
    )
    authors: tuple[str, ...] = ()
    contact: str | None = None
    namespace: str | None = Field(
        default=None,
        description="user or organisation on the Hub that it is published under (default: the token's user)",
    )
    private: bool = Field(default=True, description="whether a repository that `publish` makes is private")
    version: str = Field(
        default="v1",
        pattern=r"^v\d+(\.\d+)*$",
        description="tag of what is published; another content needs another one",
    )

    @field_validator("name", "namespace")
    @classmethod
    def _on_the_hub(cls, name: str | None) -> str | None:
        if name is not None and (not ON_THE_HUB.fullmatch(name) or "--" in name or ".." in name):
            raise ValueError("the Hub takes letters, digits, and single - _ . between them, 80 characters at most")
        return name


class Recipe(Strict):
    """`domain.yaml` after its scale was laid over it."""

    FILLED_IN: ClassVar[tuple[str, ...]] = ("name", "scale", "folder")
    BESIDE: ClassVar[tuple[str, ...]] = ("scales", "extends", "training", "masking", "finetuning")

    name: str = Field(description="the folder below domains/, filled in when the recipe is read")
    scale: str
    folder: Path
    title: Shown = Field(description="what readers of a card see")
    summary: Shown = Field(description="one sentence for the card")
    languages: tuple[LanguageCode, ...] = Field(
        default=(), description="ISO 639 codes; none for molecules and the like"
    )
    simulate: Simulation | None = None
    corpus: Corpus
    tokenizers: dict[Name, Tokenizer] = Field(min_length=1)
    bases: dict[Name, Base] = Field(min_length=1)
    variants: dict[Name, Variant] = Field(min_length=1)
    tasks: dict[Name, Tasks] = Field(default_factory=dict)
    probes: dict[Name, SerializeAsAny[Suite]] = Field(
        default_factory=dict,
        description="suites of `probes/` that every base and variant is asked without fine-tuning: a list of names, or "
        "a mapping of names to keys that are laid over them; pseudo_perplexity alone where this key is absent",
    )
    seeds: Seeds = Seeds()
    evaluation: Evaluation = Evaluation()
    release: Release

    @model_validator(mode="after")
    def _spellings(self) -> "Recipe":
        for name, tokenizer in self.tokenizers.items():
            if tokenizer.spellings and self.corpus.material != "smiles":
                raise ValueError(
                    f"tokenizers.{name}.spellings is for the material smiles, this corpus is of {self.corpus.material}"
                )
        return self

    @property
    def compared(self) -> tuple[str, ...]:
        """Names of the models in the comparison: bases that variants start from, then variants.

        Bases that are fresh, or a variant of this domain, are none of their own.
        """
        used = [variant.base for variant in self.variants.values()]
        bases = (name for name, base in self.bases.items() if name in used and not base.fresh)
        return (*(name for name in bases if self.bases[name].domain != self.name), *self.variants)

    def pretraining_seed(self, finetuning_seed: int) -> int:
        """The pretraining seed whose checkpoint a fine-tuning seed starts from, so that both vary together."""
        position = self.seeds.finetuning.index(finetuning_seed)
        return self.seeds.pretraining[position % len(self.seeds.pretraining)]

    def finetuning(self, task: str, model: str) -> Finetuning:
        """How a model is fine-tuned on a task: as the task says, but for what a variant says for itself."""
        variant = self.variants.get(model)
        return self.tasks[task].finetuning_under(variant.finetuning if variant else None)

    def slice(self, *keys: str) -> dict[str, Any]:
        """Parts of the recipe as plain JSON values; `a.b` descends. What a rule depends on, and nothing else."""
        return {key: _descend(self, key) for key in keys}


def _descend(value: Any, key: str) -> Any:
    while key:
        if isinstance(value, dict):  # names of variants in studies hold a dot
            part = max((name for name in value if f"{key}.".startswith(f"{name}.")), key=len)
            value, key = value[part], key[len(part) + 1 :]
        else:
            part, _, key = key.partition(".")
            value = getattr(value, part)
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Strict):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value
