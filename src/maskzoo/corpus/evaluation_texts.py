"""What no corpus may hold: all published validation and test texts of a task, whether they are used here or not.

A task may draw a part of a published test set (`limit`), and a tagged sentence has words where its source had text.
Here are all texts, both texts of pairs, and every way in which a sentence is written.
"""

from collections.abc import Iterable
from pathlib import Path

from maskzoo.errors import UserError

EVALUATED = ("validation", "test")
EVALUATION_TEXTS = "evaluation_texts.parquet"


def write_evaluation_texts(texts: Iterable[tuple[str, tuple[str, ...]]], path: Path) -> None:
    """Write a row a text: `split`, and `ways`, the list of ways in which it is written; equal rows once.

    Args:
        texts: split and ways of each.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = dict.fromkeys(texts)
    columns = {
        "split": pa.array([split for split, _ in rows], pa.string()),
        "ways": pa.array([list(ways) for _, ways in rows], pa.list_(pa.string())),
    }
    pq.write_table(pa.table(columns), path, compression="zstd")


def read_evaluation_texts(path: Path) -> dict[str, list[tuple[str, ...]]]:
    """Split -> its texts, each in all ways in which it is written.

    Raises:
        UserError: the file is no such table.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        columns = pq.read_table(path, columns=["split", "ways"]).to_pydict()
    except (pa.ArrowException, OSError) as error:
        raise UserError(
            f"cannot be read: {str(error).splitlines()[0]}",
            where=str(path),
            hint="remove its folder and run `maskzoo tasks` again",
        ) from None
    found: dict[str, list[tuple[str, ...]]] = {split: [] for split in EVALUATED}
    for split, ways in zip(columns["split"], columns["ways"], strict=True):
        found[split].append(tuple(ways))
    return found
