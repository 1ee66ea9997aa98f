"""What a run says while it goes on: metrics.jsonl, a progress bar, TensorBoard where asked."""

import json
from pathlib import Path
from types import TracebackType
from typing import Any

from maskzoo.errors import UserError
from maskzoo.files import atomic_file
from maskzoo.progress import Progress

# metric, what it is called beside the count of steps, its format
SHOWN = (("loss", "loss", ".3f"), ("validation_loss", "val", ".3f"), ("tokens_per_second", "tok/s", ",.0f"))


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """Lines of a metrics file; a line that a kill cut short is left out."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            lines.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return lines


def cut_metrics(path: Path, step: int) -> None:
    """Drop what was written after `step`, so that a run that goes on from there writes no line twice."""
    kept = [line for line in read_metrics(path) if line["step"] <= step]
    with atomic_file(path) as temporary:
        temporary.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")


class Metrics:
    """Open while a run trains; `write` adds one line of metrics and shows it, or does nothing where `silent`."""

    def __init__(
        self, path: Path, *, steps: int | None, done: int, tensorboard: Path | None = None, silent: bool = False
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._board = _board(tensorboard, done) if tensorboard is not None and not silent else None
        self._file = None if silent else path.open("a", encoding="utf-8", buffering=1)
        self._bar = Progress(" ".join(path.parent.parts[-2:]), unit="step", total=steps, done=done, shown=not silent)
        self._shown: dict[str, str] = {}

    def __enter__(self) -> "Metrics":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()
        if self._file is not None:
            self._file.close()
        if self._board is not None:
            self._board.close()

    def advance(self) -> None:
        """One step is done."""
        self._bar.advance()

    def write(self, step: int, **values: float | list[float | None] | None) -> None:
        """Add a line with these values (None is left out) and show the losses and the speed."""
        if self._file is None:
            return
        known = {name: value for name, value in values.items() if value is not None}
        self._file.write(json.dumps({"step": step, **known}) + "\n")
        self._shown |= {short: format(known[name], shape) for name, short, shape in SHOWN if name in known}
        self._bar.show(**{short: self._shown[short] for _, short, _ in SHOWN if short in self._shown})
        if self._board is not None:
            for name, value in known.items():
                if not isinstance(value, list):
                    self._board.add_scalar(name, value, step)


def _board(folder: Path, done: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise UserError(
            "TensorBoard is not installed",
            where="training.tensorboard",
            hint="pip install 'maskzoo[tensorboard]', or set it to false: metrics.jsonl has the same numbers",
        ) from None
    return SummaryWriter(str(folder), purge_step=done + 1)
