"""`torchrun -m tests.pretraining.together CORPUS JOBS`: pretraining runs one after the other in the same processes."""

import itertools
import json
import signal
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch

from maskzoo.masking import uniform
from maskzoo.pretraining.run import pretrain
from maskzoo.pretraining.stopping import Stopped, StopSignal
from maskzoo.pretraining.world import World, joined
from maskzoo.recipe.training import Base, Masking, Training

SHAPE = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
TRAINING: dict[str, Any] = {
    **{"steps": 8, "sequence_length": 24, "batch_size": 16, "micro_batch_size": 4, "learning_rate": 2e-2},
    **{"dropout": 0.1, "clip": 0.5, "evaluate_every": 1, "evaluation_batches": 1, "checkpoint_every": 4},
}


def run(
    corpus: Path,
    folder: str,
    *,
    world: World,
    stopped_in_step: int | None = None,
    told_in_step: int | None = None,
    **changed: Any,
) -> None:
    """Train in `corpus/folder`; stopped, as by Ctrl-C, while the masks of a step are drawn.

    Or the last process alone is told to stop, as by SIGTERM.
    """
    masking = Masking.model_validate(changed.pop("masking", {}))
    objective = changed.pop("objective", "mlm")
    settings = {name: value for name, value in {**TRAINING, **changed}.items() if value is not None}
    select, calls, stop = uniform.select, itertools.count(), StopSignal()

    def stopping(*arguments: Any, **options: Any) -> Any:
        step = next(calls)
        if step == stopped_in_step:
            raise KeyboardInterrupt
        if step == told_in_step and world.rank == world.size - 1:
            stop.signal = signal.SIGTERM
        return select(*arguments, **options)

    with patch.object(uniform, "select", stopping):
        try:
            pretrain(
                base=Base(architecture="bert", config=SHAPE),
                base_folder=None,
                tokens=corpus / "tokens",
                tokenizer=corpus / "tokenizer",
                masking=masking,
                objective=objective,
                training=Training.model_validate(settings),
                seed=0,
                folder=corpus / folder,
                world=world,
                stop=stop,
            )
        except KeyboardInterrupt:
            assert stopped_in_step is not None
        except Stopped:
            assert told_in_step is not None


if __name__ == "__main__":
    torch.set_num_threads(1)
    with joined("cpu") as joint:
        for job in json.loads(sys.argv[2]):
            run(Path(sys.argv[1]), world=joint, **job)
