"""What every objective is to the training loop: its batches, its loss, its modules, what it costs and leaves behind."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from maskzoo.masking.common.masker import Masker
from maskzoo.masking.common.tables import Tables
from maskzoo.models.common.flops import step_flops
from maskzoo.objectives.common.batch import Inputs, Loss, TrainingBatch, masked_batch
from maskzoo.tokenization.windows import Batch, Data, Targets


def alone(tensor: Tensor) -> Tensor:
    """What one process without others gathers: its own rows."""
    return tensor


@dataclass(frozen=True)
class Context:
    """What a run gives to an objective beside the model.

    Attributes:
        data: both splits and what must be known of the tokenizer; None only where no batch is drawn.
        tables: what the objective's package asked for by `tables(settings)`.
        compiled: whether layers are to be compiled.
        gather: the rows of all processes, with gradients, from those of this one: for losses that compare rows with all
            others of the batch.
    """

    data: Data | None = None
    tables: Tables = field(default_factory=Tables)
    compiled: bool = False
    gather: Callable[[Tensor], Tensor] = alone


@dataclass(frozen=True)
class Released:
    """What is left of a run: the model, and others that are written beside it, by the names of their folders."""

    model: Any
    beside: Mapping[str, Any] = field(default_factory=dict)


class Objective(nn.Module, ABC):
    """A loss around a `...ForMaskedLM`, and all that belongs to it.

    What is set on it as a module, parameter or persistent buffer is trained, clipped, moved, shared out and kept in
    checkpoints with the model's own; nothing may be set on the model itself. Extra modules draw their first weights
    from torch's generator, which is seeded before the objective is made.

    Attributes:
        model: the `...ForMaskedLM` that the run trains.
        settings: as the package's `Settings` reads them.
        tells: whether it fills `outcomes`, which masking policies that learn ask for.
        outcomes: while this is a list, every forward adds a tensor (2, predicted): nats, and 1 where it was right.
        whole_batch: whether a process must see all of its rows in one forward pass, as in-batch negatives do.
    """

    tells = False
    whole_batch = False
    outcomes: list[Tensor] | None = None

    def __init__(self, model: Any, settings: Any = None, context: Context | None = None) -> None:
        """
        Raises:
            UserError: a model or data that it cannot work with.
        """
        super().__init__()
        self.model, self.settings = model, settings
        self.context = context or Context()

    def prepare(self) -> None:
        """What takes its time once before the first step, as arranging the corpus in another way does.

        Raises:
            UserError: the corpus has not what it needs.
        """

    def draw(self, masker: Masker, *, seed: int, step: int, size: int, done: float = 0.0) -> TrainingBatch:
        """What a step shows and asks of: packed windows and what the masking policy predicts, unless it says otherwise.

        Follows from (seed, step) alone; chance comes from `numpy.random.default_rng((seed, step, ...))`.

        Args:
            masker: of the phase.
            seed: of the run.
            step: how many were done.
            size: windows in the batch.
            done: share of the run before this step.
        """
        assert self.context.data is not None
        windows = self.context.data.train.batch(seed=seed, step=step, size=size)
        return masked_batch(windows, masker, seed=seed, step=step, done=done)

    @abstractmethod
    def forward(self, inputs: Inputs) -> Loss:
        """The loss of a micro-batch; chance comes from torch's generator, which is seeded for it."""

    def flops(self, batch: TrainingBatch) -> float:
        """Floating-point operations of a step on the whole batch, forwards and backwards."""
        rows, length = batch.targets.ids.shape
        return step_flops(self.model, windows=rows, length=length, predicted=batch.of_predicted)

    @property
    def masked_model(self) -> Any:
        """The `...ForMaskedLM` whose loss under the frozen mask is the run's yardstick."""
        return self.model

    def validation(self, windows: Batch, *, mask: Callable[[Batch], Targets]) -> TrainingBatch | None:
        """What its own figures are measured on beside the frozen-mask loss; None where it has none.

        Args:
            windows: of the validation split.
            mask: puts the frozen mask on these, or on others of that split.
        """
        return None

    def release(self) -> Released:
        """What is left when all is trained, without a trace of the objective."""
        return Released(self.model)
