"""Winning tickets: the weights that moved most in a short run are trained, from where they began; all others stay.

The recipe of Lottery Ticket Prompt-learning ("Prompting Small-sized Language Models via Winning Tickets"): a short run
of masked language modeling with every weight, the share that moved most is the ticket, and the weights are wound back.
With `prompts`, soft prompts are trained beside it.

In pretraining the ticket is searched on the domain's corpus and kept beside the model (`model/prepared`); with
`training.steps: 0` that is all that happens. In fine-tuning the ticket of the checkpoint is taken.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from maskzoo.adaptation import prompt
from maskzoo.recipe.method import Method, Place

ALL: tuple[Place, ...] = ("query", "key", "value", "attention_output", "ffn_in", "ffn_out")
FILE = "ticket.safetensors"


class Settings(Method):
    """Winning tickets: the weights that moved most in a short run are trained, from where they began."""

    method: Literal["winning_ticket"] = "winning_ticket"
    fraction: float = Field(default=0.2, gt=0, le=1, description="share of the weights that is the ticket")
    places: tuple[Place, ...] = Field(default=ALL, min_length=1)
    search_steps: int = Field(default=100, ge=1, description="pretraining: steps of the run that finds the ticket")
    ticket: Literal["moved", "random"] = Field(
        default="moved", description="random: as many by chance, to compare with"
    )
    prompts: int = Field(default=0, ge=0, description="soft prompts beside it; then it cannot be merged")


def merges(settings: Settings) -> bool:
    """Weights take the place of weights; prompts have none."""
    return settings.prompts == 0


def objection(model: Any, settings: Settings) -> str | None:
    """Every architecture has weights; not every one can have prompts."""
    return prompt.objection(model, prompt.Settings()) if settings.prompts else None


def search_steps(settings: Settings) -> int:
    """Steps of a run with every weight, before the adapter is put on; what it moved is given to `prepare`."""
    return settings.search_steps if settings.ticket == "moved" else 0


def prepare(moved: dict[str, Any], model: Any, settings: Settings, folder: Path) -> None:
    """Write the ticket: the weights at the chosen places that a run moved most.

    Args:
        moved: name of a parameter -> by how much each of its numbers moved.
    """
    from safetensors.torch import save_file

    from maskzoo.adaptation.common.bits import pack
    from maskzoo.adaptation.common.places import places
    from maskzoo.adaptation.winning_ticket.choice import choose

    chosen = choose({name: moved[f"{name}.weight"] for name in places(model, settings.places)}, settings.fraction)
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: pack(mask) for name, mask in chosen.items()}, folder / FILE)


def config(model: Any, settings: Settings, *, head_is_trained: bool, prepared: Path | None = None) -> Any:
    """Its configuration for PEFT, with the ticket.

    Raises:
        UserError: there is no ticket.
    """
    import torch

    from maskzoo.adaptation.common.places import encoder_prefix, places
    from maskzoo.adaptation.winning_ticket.choice import choose, read
    from maskzoo.adaptation.winning_ticket.tuner import WinningTicketConfig

    names = places(model, settings.places)
    if settings.ticket == "random":
        chance = {name: torch.rand(model.get_submodule(name).weight.shape) for name in names}
        chosen = choose(chance, settings.fraction)
    else:
        chosen = read(prepared, model, names)
    body = encoder_prefix(model).removesuffix(".")
    made = WinningTicketConfig(
        modules=[*([body] if settings.prompts else []), *names],
        counts={name: int(mask.sum()) for name, mask in chosen.items()},
        body=body if settings.prompts else None,
        length=settings.prompts,
        size=int(model.get_input_embeddings().weight.shape[1]),
    )
    object.__setattr__(made, "chosen", chosen)  # no field: the ticket is in the weights, and not written down twice
    return made
