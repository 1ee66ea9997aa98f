"""One run of pretraining on the corpus of the fixtures: a few steps of a tiny model."""

from pathlib import Path
from typing import Any

from maskzoo.pretraining.run import pretrain
from maskzoo.recipe.training import Base, Masking, Training
from tests.models.tiny import CONFIGS

BERT = Base(architecture="bert", config=CONFIGS["bert"][1])
SHORT = Training(
    steps=12,
    sequence_length=24,
    batch_size=8,
    learning_rate=5e-3,
    evaluate_every=5,
    evaluation_batches=2,
    checkpoint_every=4,
)


def pretrained(
    corpus: Path, folder: str = "run", *, base: Base = BERT, base_folder: Path | None = None, **changed: Any
) -> dict[str, Any]:
    """What `pretrain` returns of a run in `corpus/folder`; `changed` are values of `SHORT`, or arguments of its own."""
    masking = changed.pop("masking", Masking())
    objective = changed.pop("objective", "mlm")
    adaptation = changed.pop("adaptation", None)
    stop = changed.pop("stop", None)
    return pretrain(
        base=base,
        base_folder=base_folder,
        tokens=corpus / "tokens",
        tokenizer=corpus / "tokenizer",
        masking=masking,
        objective=objective,
        training=SHORT.model_copy(update=changed),
        seed=0,
        folder=corpus / folder,
        adaptation=adaptation,
        stop=stop,
    )
