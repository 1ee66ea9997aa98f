"""A release that asks to pass the gate: its folder, and what it was made from."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskzoo.errors import UserError
from maskzoo.files import read_json
from maskzoo.paths import Layout
from maskzoo.recipe.recipe import Recipe
from maskzoo.release.package import ORIGIN

if TYPE_CHECKING:
    from maskzoo.licences import Derived
    from maskzoo.release.origins import Origins

CARD = "README.md"


@dataclass(frozen=True)
class Problem:
    """Why a release may not pass, and what mends it."""

    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.what}; {self.mend}"


@dataclass(frozen=True)
class Candidate:
    """
    Attributes:
        adapter: whether it is the variant's adapter alone, whose base is somewhere else, and not the whole model.
    """

    recipe: Recipe
    variant: str
    layout: Layout
    adapter: bool = False

    @property
    def folder(self) -> Path:
        return self.layout.adapter_release(self.variant) if self.adapter else self.layout.release(self.variant)

    @property
    def again(self) -> str:
        """The command that makes the folder anew."""
        recipe = self.recipe
        return f"run `maskzoo release domains/{recipe.name} --scale {recipe.scale} --variant {self.variant}`"

    @cached_property
    def made(self) -> Any:
        """What how_it_was_made.json holds.

        Raises:
            UserError: it cannot be read.
        """
        try:
            return read_json(self.folder / ORIGIN)
        except (OSError, ValueError) as error:
            raise UserError(f"cannot be read ({error})", where=str(self.folder / ORIGIN), hint=self.again) from None

    @cached_property
    def card(self) -> str:
        """The text of the card, empty where there is none."""
        file = self.folder / CARD
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """The header of the card as the client of the Hub reads it.

        Raises:
            ValueError: the client cannot read it.
        """
        from huggingface_hub import ModelCard

        data: Any = ModelCard(self.card).data
        return dict(data.to_dict())

    @cached_property
    def origins(self) -> "Origins":
        from maskzoo.release.origins import origins

        return origins(self.recipe, self.variant, self.layout, seed=self.recipe.seeds.pretraining[0])

    @cached_property
    def licence(self) -> "Derived":
        """The licence that follows from the sources.

        Raises:
            UserError: none does.
        """
        from maskzoo.licences import derive

        where = str(self.recipe.folder / "domain.yaml")
        return derive(self.origins.uses, chosen=self.recipe.release.licence, where=where)
