"""Every masked language model that has no module of its own: nothing is taken for granted that the model does not show.

The encoder runs whole. Documents of a window are kept apart by a block mask where the model is seen to give the same as
for one document at a time, and stand in rows of their own otherwise, of equal lengths where even padding changes what
comes out. The head is the model's own, run on the predicted positions, and cut before its projection where that gives
the same logits. What a step costs is counted once by torch.
"""

from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

from maskzoo.errors import UserError
from maskzoo.models.common import architecture
from maskzoo.models.common.architecture import behind_padding, value
from maskzoo.models.common.finding import block_lists, places_of, weights
from maskzoo.models.common.supported import (
    COUNTED_FROM,
    REFUSED,
    REFUSED_ALWAYS,
    WITHOUT_GROWTH,
    WITHOUT_TABLE,
)
from maskzoo.recipe.method import Place

if TYPE_CHECKING:
    from torch import Tensor, nn

    from maskzoo.models.common.proof import Facts, Packing

_OF_TASKS = ("classifier", "pooler", "summary")  # dropout of heads that fine-tuning adds


class Architecture(architecture.Architecture):
    """What holds of all of them."""

    SHORTENS = False
    UNUSED: ClassVar[tuple[str, ...]] = ()
    FACTS: ClassVar["WeakKeyDictionary[Any, Facts]"] = WeakKeyDictionary()

    # what a config shows

    def objection(self, config: Any) -> str | None:
        if self.model_type in REFUSED_ALWAYS:
            return REFUSED_ALWAYS[self.model_type]
        return REFUSED[self.model_type](config) if self.model_type in REFUSED else None

    @property
    def grows(self) -> bool:
        return self.model_type not in WITHOUT_GROWTH

    def position_offset(self, config: Any) -> int:
        counted = COUNTED_FROM.get(self.model_type, 0)
        return counted if counted is not None else behind_padding(config)

    def longest_sequence(self, config: Any) -> int:
        positions = value(config, "max_position_embeddings")
        return 1 << 20 if positions is None else int(positions) - self.position_offset(config)

    def has_table(self, config: Any) -> bool:
        return self.model_type not in WITHOUT_TABLE and bool(value(config, "position_biased_input", True))

    def dropouts(self, config: Any) -> tuple[str, ...]:
        own = config.to_dict()
        return tuple(
            name
            for name, rate in own.items()
            if "dropout" in name and type(rate) in (int, float) and not name.startswith(_OF_TASKS)
        )

    def prove(self, model: Any, length: int) -> None:
        self.bias(model)
        self.packing(model, length)

    def make_room(self, config: Any, length: int) -> None:
        if value(config, "max_position_embeddings") is not None:
            super().make_room(config, length)

    # where things are

    def layers(self, model: Any) -> "list[nn.Module]":
        return [model.get_submodule(name) for name in self.block_names(model)]

    def block_names(self, model: Any) -> list[str]:
        lists = block_lists(model.base_model)
        if not lists:
            return []
        kind = type(max(lists.values(), key=weights)[0])
        prefix = self.prefix(model)
        return [
            f"{prefix}{name}.{number}"
            for name, blocks in lists.items()
            if type(blocks[0]) is kind
            for number in range(len(blocks))
        ]

    def place_names(self, model: Any, wanted: tuple[Place, ...]) -> list[str]:
        prefix = self.prefix(model)
        names: list[str] = []
        found: set[Place] = set()
        for name, blocks in block_lists(model.base_model).items():
            there = places_of(blocks[0])
            found |= there.keys()
            own = dict.fromkeys(there[place] for place in wanted if place in there)
            names += [f"{prefix}{name}.{number}.{one}" for number in range(len(blocks)) for one in own]
        missing = [place for place in wanted if place not in found]
        if missing:
            raise UserError(
                f"no linear layer of this {self.model_type} can be told to be its {missing[0]}",
                expected=f"places among {', '.join(sorted(found))}" if found else "another method",
            )
        return names

    def embedding_norm(self, model: Any) -> str | None:
        return None

    def before_projection(self, model: Any) -> str | None:
        return None

    def grow(self, model: Any, size: int) -> list[Any]:
        """
        Raises:
            UserError: the library cannot grow this vocabulary.
        """
        try:
            return super().grow(model, size)
        except (NotImplementedError, TypeError):
            raise UserError(
                f"the vocabulary of a {self.model_type} cannot grow", expected="the base's own tokenizer (`reuse`)"
            ) from None

    # what is computed

    def facts(self, model: Any) -> "Facts":
        from maskzoo.models.common.proof import Facts

        return self.FACTS.setdefault(model, Facts())

    def run(
        self, model: Any, ids: "Tensor", attention: "Tensor | None" = None, positions: "Tensor | None" = None
    ) -> "Tensor":
        """Last hidden states as the library computes them."""
        named = {} if positions is None else {"position_ids": positions}
        states: Tensor = model.base_model(input_ids=ids, attention_mask=attention, **named)[0]
        return states

    def packing(self, model: Any, length: int) -> "Packing":
        """How documents are kept apart in windows of `length` tokens."""
        from maskzoo.models.common import proof

        known = self.facts(model).packings
        if length not in known:
            offsets = sorted({0, int(model.config.pad_token_id or 0) + 1, self.position_offset(model.config)})

            def run(ids: "Tensor", attention: "Tensor | None", positions: "Tensor | None") -> "Tensor":
                return self.run(model, ids, attention, positions)

            known[length] = proof.packing(model, run, length=length, offsets=tuple(offsets))
        return known[length]

    def encode(
        self, model: Any, ids: "Tensor", positions: "Tensor", documents: "Tensor | None", *, causal: bool = False
    ) -> "Tensor":
        if documents is None and not causal:
            return self.run(model, ids)
        if causal:
            self._insist_on_causal(model, ids.shape[1])
        how = self.packing(model, ids.shape[1])
        if how.form is None:
            assert documents is not None
            return self._in_rows(model, ids, documents)
        return self._masked(model, ids, positions, documents, causal=causal)

    def _masked(
        self, model: Any, ids: "Tensor", positions: "Tensor", documents: "Tensor | None", *, causal: bool
    ) -> "Tensor":
        from maskzoo.models.common.attention import block_mask, one_document
        from maskzoo.models.common.proof import FORMS

        how = self.packing(model, ids.shape[1])
        assert how.form is not None
        mask = block_mask(one_document(ids) if documents is None else documents, causal=causal)
        where = None if how.offset is None else positions + how.offset
        return self.run(model, ids, FORMS[how.form](mask), where)

    def _in_rows(self, model: Any, ids: "Tensor", documents: "Tensor") -> "Tensor":
        from maskzoo.models.common.apart import documents_in_rows

        rows, attention, place = documents_in_rows(ids, documents, padding=model.config.pad_token_id or 0)
        states = self.encode_rows(model, rows, attention)
        return states.flatten(0, 1)[place]

    def encode_rows(self, model: Any, ids: "Tensor", attention: "Tensor") -> "Tensor":
        from maskzoo.models.common.apart import of_one_length

        if bool(attention.all()):
            return self.run(model, ids)
        if self.packing(model, max(ids.shape[1], 3)).pads:
            return self.run(model, ids, attention)
        return of_one_length(lambda few, _: self.run(model, few), ids, attention)

    def transform(self, model: Any, states: "Tensor") -> "Tensor":
        from maskzoo.models.common.borrowed_head import before_projection

        self.bias(model)
        flat = states.reshape(-1, states.shape[-1])
        made = before_projection(model, model.get_output_embeddings(), flat)
        return made.view(*states.shape[:-1], -1)

    def projection(self, model: Any) -> "tuple[Tensor, Tensor | None]":
        bias = self.bias(model)
        return model.get_output_embeddings().weight, None if bias is None else model.get_parameter(bias)

    def bias(self, model: Any) -> str | None:
        """Name of the bias that is added to the projection's product; None where there is none.

        Raises:
            UserError: the head is not a projection, with a bias or without, of what stands before it.
        """
        from maskzoo.models.common import proof

        if next(model.parameters()).is_meta:  # a shape without weights: nothing can be tried, and a bias costs nothing
            return None
        facts = self.facts(model)
        if facts.head is None:
            import torch

            with proof.untouched(model):
                ids = torch.ones((1, 4), dtype=torch.long, device=next(model.parameters()).device)
                size = self.run(model, ids).shape[-1]
            facts.head = proof.head(model, model.get_output_embeddings(), size)
        if not facts.head.cut:
            raise UserError(
                f"the head of this {self.model_type} is no projection to the vocabulary of what stands before it"
            )
        return facts.head.bias

    def _insist_on_causal(self, model: Any, length: int) -> None:
        from maskzoo.models.common import proof
        from maskzoo.models.common.attention import one_document

        known = self.facts(model).causal
        if length not in known:
            import torch

            def run(ids: "Tensor") -> "Tensor":
                positions = torch.arange(ids.shape[1], device=ids.device)[None]
                return self._masked(model, ids, positions, one_document(ids), causal=True)

            known[length] = self.packing(model, length).form is not None and proof.causal(run, model, length=length)
        if not known[length]:
            raise UserError(f"attention of a {self.model_type} cannot be made causal", expected="another objective")

    # what it costs

    def step_flops(self, model: Any, *, windows: int, length: int, predicted: int, backward: bool = True) -> float:
        from maskzoo.models.common.counting import counted

        known = self.facts(model).flops
        trained = tuple(backward and parameter.requires_grad for parameter in model.parameters())
        if (length, trained) not in known:
            try:
                known[length, trained] = counted(model, length, backward=backward)
            except (NotImplementedError, RuntimeError):  # a shape without weights whose code looks at numbers
                if not next(model.parameters()).is_meta:
                    raise
                return super().step_flops(model, windows=windows, length=length, predicted=predicted, backward=backward)
        step, window, position = known[length, trained]
        return step + window * windows + position * predicted
