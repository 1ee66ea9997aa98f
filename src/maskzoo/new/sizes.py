"""How large a vocabulary, a model and a run should be for so much data. docs/new_domain.md gives the same rule."""

from dataclasses import dataclass
from math import sqrt

from maskzoo.errors import UserError

FEWEST_DOCUMENTS, FEWEST_BYTES = 50, 10_000
FEWEST_LEFT = 10  # documents after curation; files of source code, each of which holds many functions
BYTES_PER_TOKEN = {"text": 4.0, "code": 3.0, "protein": 1.0, "smiles": 1.2}
EPOCHS = 10  # how often a run may see its corpus
BATCH, LENGTH = 32, 128  # sequences in a step and tokens in a sequence, at both scales


@dataclass(frozen=True)
class Sizes:
    """Numbers of a recipe.

    Attributes:
        vocabulary: demo and small; None where the material brings its own.
        steps: demo and small.
        layers, width: of the small scale's model.
        held_out: share of documents in validation, and in test.
    """

    vocabulary: tuple[int, int] | None
    steps: tuple[int, int]
    layers: int
    width: int
    held_out: float


def enough(material: str, documents: int, size: int) -> None:
    """Refuse data that are too few to learn from and to test on.

    Raises:
        UserError: says how many there are and how many it takes.
    """
    fewest, unit = (FEWEST_LEFT, "files") if material == "code" else (FEWEST_DOCUMENTS, "documents")
    if documents < fewest or size < FEWEST_BYTES:
        raise UserError(
            f"{documents:,} document{'s' if documents != 1 else ''} of {size:,} bytes in all",
            where="--from",
            expected=f"at least {fewest} {unit} and {FEWEST_BYTES:,} bytes",
        )


def enough_left(documents: int, dropped: str) -> None:
    """Refuse data of which curation leaves too little to stand on three sides of a split.

    Raises:
        UserError: says how many are left, and what took the others.
    """
    if documents < FEWEST_LEFT:
        raise UserError(
            f"curation would leave {documents} document{'s' if documents != 1 else ''}, and drop {dropped}",
            where="--from",
            expected=f"at least {FEWEST_LEFT} that stay",
        )


def sizes(material: str, documents: int, size: int) -> Sizes:
    """The sizes for a corpus of `documents` and `size` bytes after curation."""
    vocabulary = None
    if material in ("text", "code"):
        small = _rounded(min(max(2 * sqrt(size), 1000), 30_000))
        vocabulary = (min(small, 4000), small)
    tokens = size / BYTES_PER_TOKEN[material]
    most = max(20, round(EPOCHS * tokens / (BATCH * LENGTH)))
    layers, width = (2, 128) if size < 1_000_000 else (4, 256)
    held_out = min(0.1, max(0.02, round(100 / documents, 3)))
    if documents < FEWEST_DOCUMENTS:  # then for about three documents on either side
        held_out = max(held_out, min(0.2, round(3 / documents, 3)))
    return Sizes(vocabulary, (min(most, 60), min(most, 400)), layers, width, held_out)


def _rounded(number: float) -> int:
    """To two significant digits, which is all that the rule is worth."""
    digits = len(str(int(number))) - 2
    return int(round(number / 10**digits) * 10**digits)
