"""run.json of one pretraining run, as `pretraining/run.py` writes it, read back."""

from pathlib import Path

from maskzoo.adaptation.common.adapter_figures import AdapterFigures
from maskzoo.written import Number, Written, read_written

FILE = "run.json"


class Run(Written):
    """What readers use of a run; None where a run has no such figure, or is from before it was written.

    Attributes:
        seconds: of training, on the clock.
        validation_loss: nats per predicted token of the validation split under the frozen mask.
        parameters: of what is released.
        new_head: whether the head is new to a base that has other weights.
        head_warmup_steps: steps in which a new head was trained alone.
        released: `masked_lm`, or what else the last objective leaves.
        optimiser_bytes, peak_device_bytes, peak_rss_bytes: memory.
        adaptation: of a run that trained an adapter.
    """

    steps: int
    tokens: int
    flops: Number
    seconds: Number
    tokens_per_second: Number | None = None
    validation_loss: Number
    validation_accuracy: Number | None = None
    bits_per_byte: Number | None = None
    parameters: int
    new_head: bool = False
    head_warmup_steps: int = 0
    released: str = "masked_lm"
    optimiser_bytes: int | None = None
    peak_device_bytes: int | None = None
    peak_rss_bytes: int | None = None
    device: str | None = None
    threads: int | None = None
    adaptation: AdapterFigures | None = None

    @property
    def step_seconds(self) -> float | None:
        """Of one step; None of a run without any."""
        return self.seconds / self.steps if self.steps else None


def read_run(folder: Path) -> Run:
    """run.json in the folder of one run.

    Raises:
        UserError: it is damaged, or of another shape.
    """
    return read_written(Run, folder / FILE)
