"""Files that a stage wrote, read back as typed values: one of another shape is refused in a sentence.

The model of a file stands beside what writes it (`tasks/results_file.py`, ...). It names what readers use and lets
everything else pass, so an older or a newer file is read as long as it has that.
"""

from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, PlainValidator

from maskzoo.errors import UserError
from maskzoo.files import read_json
from maskzoo.validation import validated

AGAIN = "remove it and run again, it is made anew"


class Written(BaseModel):
    """A part of a written file: types exactly as JSON has them, what nobody reads left out."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, protected_namespaces=())


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no number")
    return value


# a number that is written again as it was: 1 stays 1, and 1.0 stays 1.0
Number = Annotated[float, PlainValidator(_number)]

File = TypeVar("File", bound=Written)


def read_written(model: type[File], file: Path) -> File:
    """What a stage wrote into `file`.

    Raises:
        UserError: it is damaged, or of another shape; says the key, what was expected and what mends it.
    """
    try:
        return validated(model, read_json(file), where=str(file))
    except UserError as error:
        if AGAIN in str(error):
            raise
        raise UserError(str(error), hint=AGAIN) from None


def lacking(file: Path, key: str, why: str) -> UserError:
    """The error for a value that may be missing in general, but not where it is asked for now.

    Args:
        why: what wants it, as `a study that only fine-tunes`.
    """
    return UserError("is missing", where=f"{file}: {key}", expected=f"a value for {why}", hint=AGAIN)
