"""What the Snakemake rules of papers ask: which papers there are, and what a comparison needs before it can be made."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from maskzoo.errors import UserError
from maskzoo.papers.read import FOLDER, check_against_recipes, read_paper, slugs
from maskzoo.recipe.load import read_recipe
from maskzoo.results import run_record
from maskzoo.workflow.zoo import Zoo

ALL = "papers"


@dataclass(frozen=True)
class Shelf:
    """All papers below `papers/`.

    Runs on real data take an hour or a GPU, so none starts unasked: without a scale a paper is compared with the record
    of our run in git. With `--config scale=...` it is compared with the run of this checkout at that scale, and
    Snakemake makes what of it is missing.

    Attributes:
        asked: the scale on the command line; None where none was given.
    """

    zoo: Zoo
    asked: str | None = None

    @property
    def slugs(self) -> list[str]:
        return slugs()

    def check(self, targets: Iterable[str]) -> None:
        """Read the papers behind the targets on the command line, and the recipes that they ask for.

        Raises:
            UserError: a paper or a recipe is wrong, or there is no such paper or scale; nothing has run yet.
        """
        for target in targets:
            name = target.rstrip("/")
            if name == ALL:
                for slug in self.slugs:  # the page is made from records: what recipes have by now is no matter
                    read_paper(slug)
            elif target.startswith(f"{FOLDER}/") and not Path(target).is_file():
                self._check(name.removeprefix(f"{FOLDER}/"))

    def _check(self, slug: str) -> None:
        paper = read_paper(slug)
        check_against_recipes(paper, FOLDER / f"{slug}.yaml")
        if self.asked is not None and paper.domain is not None:
            read_recipe(Path("domains") / paper.domain, self.asked)
            self.zoo.check([f"domains/{paper.domain}"])

    def inputs(self, slug: str) -> list[str]:
        """What must be there before a paper is compared: its record, or the run at the scale that was asked for."""
        paper = read_paper(slug)
        if paper.domain is None:
            return []
        if self.asked is not None:
            layout = self.zoo.layout(paper.domain)
            return [str(layout.comparison / "comparison.json"), str(layout.loss_picture)]
        files = [run_record.run_record_file(paper.domain, scale) for scale in paper.scales]
        return [str(file) for file in files if file.is_file()][:1]

    def option(self) -> list[str]:
        """The scale as `maskzoo papers compare` takes it."""
        return ["--scale", self.asked] if self.asked is not None else []

    @classmethod
    def of(cls, zoo: Zoo, scale: object) -> "Shelf":
        """The papers beside a zoo.

        Args:
            scale: of Snakemake's `--config scale=...`; None where it was not given.

        Raises:
            UserError: a scale that is no name.
        """
        if scale is not None and not str(scale).isidentifier():
            raise UserError(f"{scale!r}", where="--config scale", expected="a name, such as small")
        return cls(zoo, None if scale is None else str(scale))
