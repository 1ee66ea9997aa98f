"""The masked loss of the encoder and the loss of a decoder that rebuilds the text from the first token's state."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from maskzoo.errors import UserError
from maskzoo.masking.common.masker import Masker
from maskzoo.models.common.attention import position_offset
from maskzoo.models.common.cross_entropy import summed_cross_entropy
from maskzoo.models.common.heads import at_places, projection, transform
from maskzoo.objectives.common.batch import Inputs, Loss, TrainingBatch, masked_batch
from maskzoo.objectives.common.first_token import encode_with_first, flops_with_first, head_entries
from maskzoo.objectives.common.objective import Context
from maskzoo.objectives.common.texts import Texts
from maskzoo.objectives.mlm import objective as mlm
from maskzoo.objectives.retromae import Settings
from maskzoo.objectives.retromae.decoder import Decoder, Embeddings, visible
from maskzoo.tokenization.windows import Batch, Targets, Windows


class Objective(mlm.Objective):
    """The sum of the means of both losses, as often as positions are predicted."""

    def __init__(self, model: Any, settings: Settings | None = None, context: Context | None = None) -> None:
        """
        Raises:
            UserError: an encoder whose embeddings are not as wide as its states, or that has none of its own.
        """
        super().__init__(model, settings, context)
        self.asked = settings or Settings()
        body, config = model.base_model, model.config
        width = config.hidden_size
        if not hasattr(body, "embeddings") or model.get_input_embeddings().embedding_dim != width:
            raise UserError(
                f"retromae cannot ask this {config.model_type} with its own embeddings",
                expected="an encoder whose embeddings are as wide as its states",
            )
        spread = getattr(config, "initializer_range", 0.02)
        length = self.context.data.train.length if self.context.data is not None else 512
        self.embeddings = Embeddings(body, offset=position_offset(config), length=length, spread=spread)
        self.decoder = Decoder(
            width,
            heads=config.num_attention_heads,
            inner=getattr(config, "intermediate_size", None) or 4 * width,
            dropout=_dropout(model),
            spread=spread,
        )
        self.to(model.get_input_embeddings().weight.device)
        self.texts: Texts | None = None
        self.held_out: Texts | None = None

    def prepare(self) -> None:
        """Find the texts of both splits.

        Raises:
            UserError: the tokenizer has no tokens for the start and the end of a text, or the documents no texts.
        """
        data = self.context.data
        assert data is not None
        self.texts, self.held_out = (self._texts(split) for split in (data.train, data.validation))

    def _texts(self, windows: Windows) -> Texts:
        data = self.context.data
        assert data is not None
        return Texts(windows, cls_id=data.cls_id, sep_id=data.sep_id, pad_id=data.pad_id)

    def draw(self, masker: Masker, *, seed: int, step: int, size: int, done: float = 0.0) -> TrainingBatch:
        """Masked texts, which positions the decoder rebuilds, and what each of them may see."""
        assert self.texts is not None, "prepared by the loop"
        batch = self.texts.batch(seed=seed, step=step, size=size)
        drawn = masked_batch(batch, masker, seed=seed, step=step, done=done)
        opens = self.context.tables.at(drawn.windows.places).get("words")
        rng = np.random.default_rng((seed, step, 6))
        return self._with_decoder(drawn.windows, drawn.targets, rng, opens=opens, drawn=drawn)

    def validation(self, windows: Batch, *, mask: Callable[[Batch], Targets]) -> TrainingBatch:
        """Texts of the validation split; what is unseen there are tokens, for which no table is needed."""
        assert self.held_out is not None, "prepared by the loop"
        batch = self.held_out.near(windows.places[:, 0])
        return self._with_decoder(batch, mask(batch), np.random.default_rng((int(batch.places[0, 0]), 6)), opens=None)

    def _with_decoder(
        self,
        windows: Batch,
        targets: Targets,
        rng: np.random.Generator,
        *,
        opens: NDArray[np.uint8] | None,
        drawn: TrainingBatch | None = None,
    ) -> TrainingBatch:
        rebuilt = ~windows.special
        seen = visible(windows, rate=self.asked.decoder_rate, masks=self.asked.decoder_masks, opens=opens, rng=rng)
        return TrainingBatch(
            windows,
            targets,
            {"clean": windows.ids, "rebuilt": rebuilt, "visible": seen},
            done=drawn.done if drawn is not None else 0.0,
            masked=drawn.masked if drawn is not None else None,
            every_row=True,
            counts={"rebuilt": int(rebuilt.sum())},
        )

    def forward(self, inputs: Inputs) -> Loss:
        """See `maskzoo.objectives.common.objective`."""
        first, others = encode_with_first(self.model, inputs)
        masked = self.loss(transform(self.model, others), inputs.labels)
        rebuilt, number = self._rebuilt(inputs, first)
        weight = max(1, inputs.of_predicted) / max(1, inputs.counts["rebuilt"])
        return Loss(masked + rebuilt * weight, {"decoder_loss": (rebuilt.detach(), number)})

    def _rebuilt(self, inputs: Inputs, embedding: Tensor) -> tuple[Tensor, int]:
        """Summed cross-entropy of what the decoder rebuilds from (rows, width) embeddings, and of how many tokens."""
        body, clean, wanted = self.model.base_model, inputs.extra["clean"], inputs.extra["rebuilt"]
        context = self.embeddings.tokens(body, clean, inputs.positions)
        context = torch.cat([embedding[:, None].to(context.dtype), context[:, 1:]], dim=1)
        queries = self.embeddings.positions(body, inputs.positions[:, 1:]) + embedding[:, None]
        states = self.decoder(queries.to(context.dtype), context, inputs.extra["visible"])
        number = int(wanted.sum())
        asked = at_places(states, wanted[:, 1:], number)
        labels = clean[wanted]
        return summed_cross_entropy(transform(self.model, asked), *projection(self.model), labels), number

    def flops(self, batch: TrainingBatch) -> float:
        """Those of the encoder, of the decoder at every position, and of the head at those that are rebuilt."""
        rows, length = batch.targets.ids.shape
        head = 6.0 * batch.counts["rebuilt"] * head_entries(self.model)
        return flops_with_first(self.model, batch) + self.decoder.flops(rows, length) + head


def _dropout(model: Any) -> float:
    """That of the encoder as it was built, which its config may not say."""
    return next((part.p for part in model.base_model.modules() if isinstance(part, torch.nn.Dropout)), 0.0)
