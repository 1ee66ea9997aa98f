"""The generator's masked loss and the encoder's loss at every position of what the generator drew."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from maskzoo.masking.common.masker import Masker
from maskzoo.models.common.attention import encode
from maskzoo.models.common.cross_entropy import summed_cross_entropy
from maskzoo.models.common.flops import step_flops
from maskzoo.models.common.heads import projection, transform
from maskzoo.models.common.last_layer import encode_at
from maskzoo.objectives.common import objective
from maskzoo.objectives.common.batch import Inputs, Loss, TrainingBatch
from maskzoo.objectives.common.first_token import head_entries
from maskzoo.objectives.rtd import Settings
from maskzoo.objectives.rtd.models import detected, detector_around, generator_of
from maskzoo.tokenization.windows import Batch, Targets

ROWS = 256  # logits held at a time


class Objective(objective.Objective):
    """The mean of the generator's loss and `weight` times that of the detection, as often as positions are predicted.

    Attributes:
        generator: fills masks.
        detector: the encoder that the run trains, under its head.
        added: (vocabulary, width) what the encoder adds to the generator's words, where embeddings are disentangled.
    """

    tells = True

    def __init__(self, model: Any, settings: Settings | None = None, context: objective.Context | None = None) -> None:
        """
        Raises:
            UserError: an architecture without a head for it.
        """
        super().__init__(model, settings, context)
        self.asked = settings or Settings()
        words = model.get_input_embeddings()
        self.generator = generator_of(model, size=self.asked.generator_size)
        if self.asked.embeddings != "separate":
            self.generator.set_input_embeddings(words)
            self.generator.tie_weights()
        self.detector = detector_around(model)
        disentangled = self.asked.embeddings == "disentangled"
        self.added = nn.Parameter(torch.zeros_like(words.weight)) if disentangled else None
        self.to(words.weight.device)

    def draw(self, masker: Masker, *, seed: int, step: int, size: int, done: float = 0.0) -> TrainingBatch:
        """The batch of masked language modeling, and its clean text."""
        drawn = super().draw(masker, seed=seed, step=step, size=size, done=done)
        return _with_clean(drawn.windows, drawn.targets, done=done, masked=drawn.masked)

    def validation(self, windows: Batch, *, mask: Callable[[Batch], Targets]) -> TrainingBatch:
        """The windows under the frozen mask."""
        return _with_clean(windows, mask(windows))

    def forward(self, inputs: Inputs) -> Loss:
        """See `maskzoo.objectives.common.objective`; `clean` (rows, length) are the tokens of the text."""
        states = transform(
            self.generator,
            encode_at(
                self.generator, inputs.ids, inputs.positions, inputs.documents, inputs.predicted, len(inputs.labels)
            ),
        )
        filled = self._filled(states, inputs.labels)
        clean = inputs.extra["clean"]
        shown = clean.masked_scatter(inputs.predicted, self._drawn(states.detach()))
        replaced = (shown != clean).long()
        with self._words_of_its_own():
            seen = encode(self.model, shown, inputs.positions, inputs.documents)
        logits = detected(self.detector, seen).float().flatten(0, 1)
        found = functional.cross_entropy(logits, replaced.flatten(), reduction="sum")
        guessed, number = logits.detach().argmax(-1), float(clean.numel())
        right = guessed == replaced.flatten()
        share = max(1, inputs.of_predicted) / (inputs.of_rows * clean.shape[1])
        return Loss(
            filled + self.asked.weight * share * found,
            {
                "generator_loss": (filled.detach(), float(len(inputs.labels))),
                "detection_loss": (found.detach(), number),
                "detection_accuracy": (right.sum(), number),
                "replaced": (replaced.sum(), number),
                "replaced_found": ((right & replaced.flatten().bool()).sum(), replaced.sum()),
            },
        )

    def _filled(self, states: Tensor, labels: Tensor) -> Tensor:
        """The generator's cross-entropy, summed; told to `outcomes` one by one."""
        seen = None
        if self.outcomes is not None:
            seen = states.new_empty((2, len(labels)), dtype=torch.float32)
            self.outcomes.append(seen)
        return summed_cross_entropy(states, *projection(self.generator), labels, seen=seen)

    @torch.no_grad()
    def _drawn(self, states: Tensor) -> Tensor:
        """A token for every predicted position from what the generator finds probable, by Gumbel noise."""
        weight, bias = projection(self.generator)
        found = []
        for piece in torch.split(states, ROWS):
            logits = functional.linear(piece, weight, bias).float() / self.asked.temperature
            noise = torch.empty_like(logits).exponential_().log_().neg_()
            found.append((logits + noise).argmax(dim=-1))
        return torch.cat(found) if found else states.new_empty(0, dtype=torch.long)

    @contextmanager
    def _disentangled(self) -> Iterator[None]:
        """Words of the encoder: the generator's, which it does not train, and what it adds."""
        words, added = self.model.get_input_embeddings(), self.added
        assert added is not None
        assert "forward" not in vars(words), "nobody else stands in for it"

        def looked_up(ids: Tensor) -> Tensor:
            table = functional.embedding(ids, words.weight.detach(), words.padding_idx)
            return table + functional.embedding(ids, added, words.padding_idx)

        words.forward = looked_up
        try:
            yield
        finally:
            del words.forward

    def _words_of_its_own(self) -> Any:
        return nullcontext() if self.added is None else self._disentangled()

    def flops(self, batch: TrainingBatch) -> float:
        """The generator's step and its draw, and the encoder with its head at every position."""
        rows, length = batch.targets.ids.shape
        tokens = rows * length
        filling = step_flops(self.generator, windows=rows, length=length, predicted=batch.of_predicted)
        drawing = 2.0 * projection(self.generator)[0].numel() * batch.of_predicted
        encoding = step_flops(self.model, windows=rows, length=length, predicted=tokens)
        own = [part for name, part in self.detector.named_children() if name in ("classifier", "head")]
        head = sum(one.numel() for part in own for one in part.parameters() if one.ndim == 2)
        return float(filling + drawing + encoding + 6.0 * tokens * (head - head_entries(self.model)))

    @property
    def masked_model(self) -> Any:
        """The generator."""
        return self.generator

    def release(self) -> objective.Released:
        """The encoder under its head, and the generator beside it with words of its own."""
        words = self.model.get_input_embeddings()
        if self.added is not None:
            self.generator.set_input_embeddings(copy.deepcopy(words))
            self.generator.tie_weights()
            with torch.no_grad():
                words.weight.add_(self.added)
        return objective.Released(self.detector, {"generator": self.generator})


def _with_clean(windows: Batch, targets: Targets, *, done: float = 0.0, masked: Any = None) -> TrainingBatch:
    return TrainingBatch(windows, targets, {"clean": windows.ids}, done, masked, every_row=True)
