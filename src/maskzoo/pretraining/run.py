"""One pretraining run: from a base and tokens to a folder with model, metrics and how it was made."""

import resource
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForMaskedLM
from transformers.utils import logging

from maskzoo import __version__, registry
from maskzoo.errors import UserError
from maskzoo.files import atomic_folder, sha256_of, write_json
from maskzoo.loading import load_model
from maskzoo.masking.common.masker import Masker
from maskzoo.masking.common.tables import Tables, open_all, open_tables
from maskzoo.masking.common.wanted_tables import wanted_by
from maskzoo.models.common.heads import head_parameters
from maskzoo.models.common.read_back import check_model
from maskzoo.models.common.start import Vocabulary, base_model, expect_frequencies, fresh_model
from maskzoo.objectives.common.chosen import class_of
from maskzoo.objectives.common.objective import Released
from maskzoo.pretraining.adapters import keep_beside, new_words, put_on, remove_adapter, search
from maskzoo.pretraining.going_on import SEARCH, Identity, complete, history, make_way
from maskzoo.pretraining.loop import Trained, train
from maskzoo.pretraining.phases import Plan
from maskzoo.pretraining.sharding import check_sharded
from maskzoo.pretraining.step import Method, rows_at_once
from maskzoo.pretraining.stopping import StopSignal
from maskzoo.pretraining.world import World, joined
from maskzoo.provenance import stamp
from maskzoo.recipe.method import Method as Adaptation
from maskzoo.recipe.objective import ObjectiveSettings, refuse_adapter, refuse_after, releases
from maskzoo.recipe.training import WITHOUT_EFFECT, Base, Masking, Phase, Training
from maskzoo.tokenization.shards import Shards
from maskzoo.tokenization.windows import Data, Windows

# tokens that a new head counts words in
_COUNTED = 10_000_000


def pretrain(
    *,
    base: Base,
    base_folder: Path | None,
    tokens: Path,
    tokenizer: Path,
    masking: Masking,
    objective: ObjectiveSettings | str,
    training: Training,
    seed: int,
    folder: Path,
    adaptation: Adaptation | None = None,
    tables: Path | None = None,
    world: World | None = None,
    stop: StopSignal | None = None,
    where: str | None = None,
) -> dict[str, Any]:
    """Train one model and write `folder`: model/, run.json, metrics.jsonl, checkpoints/, adapter/ if there is one.

    A run that was stopped goes on, one that is finished is left alone; one that is only to be longer goes on from its
    last checkpoint at the peak learning rate, and one whose recipe, tokens or base changed starts afresh beside what
    was trained, which is removed once this is complete (`going_on`).

    Started by torchrun, the processes train together and the first one writes. Any number of them can go on with what
    any other number left.

    Args:
        base: what to start from.
        base_folder: its checkpoint; None for a fresh architecture.
        tokens: folder of shards.
        tokenizer: folder of the tokenizer that made them; goes into model/.
        masking, objective, training: the variant's.
        seed: of data order, masks, dropout and new weights.
        folder: where everything is written.
        adaptation: train an adapter on the frozen base; none: every weight.
        tables: listing of the tables that the masking policy needs.
        world: the processes that train together; none: as the environment says.
        stop: set by a signal that asks this process to stop.
        where: file and key of the variant, for messages.

    Returns:
        The content of run.json.

    Raises:
        UserError: unknown policy or objective, no tokens, no tables, a base that does not fit, an adapter that this
            model cannot have, processes that cannot share out the run.
        Stopped: asked to; the same call goes on after the last step done.
    """
    if world is None:
        with joined() as world:
            return pretrain(
                base=base, base_folder=base_folder, tokens=tokens, tokenizer=tokenizer, masking=masking,
                objective=objective, training=training, seed=seed, folder=folder, adaptation=adaptation,
                tables=tables, world=world, stop=stop, where=where,
            )  # fmt: skip
    rows_at_once(training, world, where=where)
    check_sharded(training, world, adaptation=adaptation is not None, where=where)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    objective = objective_settings(objective, where=where)
    phases = phases_of_run(training, masking=masking, objective=objective, where=where)
    refuse_after([one.objective for one in phases], where=where and f"{where}.training.schedule")
    if adaptation is not None:
        refuse_adapter(phases[-1].objective, where=where and f"{where}.adaptation")
    opened = [open_tables(one.masking, tables, tokens=tokens, where=one.at("masking")) for one in phases]
    asked = [
        open_all(wanted_by(one.objective), tables, tokens=tokens, needs=one.objective.name, where=one.at("objective"))
        for one in phases
    ]
    inputs = {
        **_inputs(tokens, tokenizer, base_folder),
        **{f"masking/{kind}": checksum for one in opened for kind, checksum in one.checksums.items()},
        **{f"objective/{kind}": checksum for one in asked for kind, checksum in one.checksums.items()},
    }
    settings = {
        "base": base.model_dump(mode="json") if base_folder is None else None,
        "masking": masking.model_dump(mode="json"),
        "objective": objective.model_dump(mode="json"),
        "training": training.model_dump(mode="json", exclude=set(WITHOUT_EFFECT)),
        "seed": seed,
        "inputs": inputs,
        **({"adaptation": adaptation.model_dump(mode="json")} if adaptation is not None else {}),
    }
    identity = _identity(settings, training, phases, where=where)
    software = {"torch": torch.__version__, "maskzoo": __version__}
    world.insist(**software, **{"what the run is made from": identity.weights})
    finished: dict[str, Any] | None = world.broadcast(make_way(folder, identity) if world.first else None)
    if finished is not None:
        return _said_again(finished, folder, writes=world.first)

    data, vocabulary = open_tokens(tokens, tokenizer, length=training.sequence_length)
    model, head_is_new = _model_at_the_start(base, base_folder, vocabulary, training, seed=seed, where=where)
    if head_is_new and world.first:
        print(f"{folder}: the base has no head for masked language modeling; a new one is trained", file=sys.stderr)
        sample = np.asarray(data.train.tokens[:_COUNTED], dtype=np.int64)
        expect_frequencies(model, torch.from_numpy(np.bincount(sample, minlength=vocabulary.size)))

    def run(trained: Any, for_training: Training, place: Path) -> Trained:
        number = max(1, len(for_training.schedule))
        return train(
            trained,
            data,
            training=for_training,
            methods=_methods(phases[:number], opened[:number], asked[:number], data),
            seed=seed,
            folder=place,
            fingerprint=identity.weights,
            stem=identity.stem if place == folder else None,
            head_is_new=head_is_new,
            world=world,
            stop=stop,
            where=where,
        )

    def plain() -> Any:
        """The base as others get it."""
        if base_folder is None:
            assert base.architecture is not None
            return fresh_model(base.architecture, base.config, vocabulary, length=training.sequence_length, seed=seed)
        return load_model(AutoModelForMaskedLM, base_folder)[0]

    adapter, prepared, adapted = None, None, {}
    if adaptation is not None:
        prepared = search(model, adaptation, folder / SEARCH, training, run, world=world)
        adapter = put_on(
            model,
            adaptation,
            seed=seed,
            head_is_new=head_is_new,
            new_rows=new_words(tokenizer),
            prepared=prepared,
            where=where and f"{where}.adaptation",
        )
    trained = run(model, training, folder)
    if not world.first:
        result: dict[str, Any] = world.broadcast(None)
        return result
    if adapter is not None:
        base_name = base.hub or (str(base_folder) if base_folder is not None else None)
        adapted = {"adaptation": remove_adapter(adapter, folder / "adapter", base=base_name, plain=plain)}
    kind, released = releases(phases[-1].objective), trained.released
    _save_model(
        released,
        tokenizer,
        folder / "model",
        adapter=folder / "adapter" if adapter is not None and not adapter.merges else None,
        prepared=prepared,
    )
    result = {
        **trained.figures,
        **adapted,
        **({} if kind == "masked_lm" else {"released": kind}),
        "settings": settings,
        "fingerprint": identity.weights,
        "measured": identity.measured,
        **history(folder),
        "parameters": sum(parameter.numel() for parameter in released.model.parameters()),
        "head_parameters": sum(parameter.numel() for parameter in head_parameters(released.model))
        if kind == "masked_lm"
        else 0,
        "new_head": head_is_new,
        "model_sha256": sha256_of(folder / "model" / "model.safetensors"),
        **({"peak_device_bytes": torch.cuda.max_memory_allocated()} if torch.cuda.is_available() else {}),
        "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "provenance": stamp(seed=seed, inputs=inputs),
    }
    write_json(folder / "run.json", result)
    complete(folder)
    world.broadcast(result)
    return result


def _model_at_the_start(
    base: Base, base_folder: Path | None, vocabulary: Vocabulary, training: Training, *, seed: int, where: str | None
) -> tuple[Any, bool]:
    """The model that is trained, and whether its head is new to a base that has other weights."""
    shape: dict[str, Any] = {"length": training.sequence_length, "seed": seed, "dropout": training.dropout}
    if base_folder is not None:
        return base_model(base_folder, vocabulary, **shape, where=where)
    assert base.architecture is not None
    return fresh_model(base.architecture, base.config, vocabulary, **shape, where=where), False


def _said_again(finished: dict[str, Any], folder: Path, *, writes: bool) -> dict[str, Any]:
    """A finished run, noted as made from the recipe of today where that is another way to say the same."""
    recipe = stamp().get("recipe")
    if recipe is None or finished["provenance"].get("recipe") == recipe:
        return finished
    finished = {**finished, "provenance": {**finished["provenance"], "recipe": recipe}}
    if writes:
        write_json(folder / "run.json", finished)
    return finished


def _identity(
    settings: Mapping[str, Any], training: Training, phases: "Sequence[PhaseMethods]", *, where: str | None
) -> Identity:
    """What the run is: see `going_on`."""
    shown = training.batch_size * max(phase.masking.copies for phase in phases)
    plan = Plan.of(training, step_tokens=shown * training.sequence_length, where=where)
    constant = all(phase.masking.schedule == "constant" for phase in phases) and "adaptation" not in settings
    return Identity.of(settings, training, length=plan.length if plan.counts_steps else None, constant=constant)


@dataclass(frozen=True)
class PhaseMethods:
    """Masking and objective of a phase, and its file and key for messages."""

    masking: Masking
    objective: ObjectiveSettings
    key: str | None

    def at(self, name: str) -> str | None:
        """File and key of one of them."""
        return self.key and f"{self.key}.{name}"


def objective_settings(objective: ObjectiveSettings | str, *, where: str | None = None) -> ObjectiveSettings:
    """The settings of an objective that may be given by its name alone.

    Raises:
        UserError: there is none of that name.
    """
    if isinstance(objective, ObjectiveSettings):
        return objective
    found: ObjectiveSettings = registry.settings("objectives", objective, where=where and f"{where}.objective")
    return found


def phases_of_run(
    training: Training, *, masking: Masking, objective: ObjectiveSettings, where: str | None = None
) -> list[PhaseMethods]:
    """Masking, objective and key of every phase, with what it leaves open filled in from the variant."""
    found = []
    for number, phase in enumerate(training.schedule or (Phase(),)):
        key = where and (f"{where}.training.schedule.{number}" if training.schedule else where)
        found.append(PhaseMethods(phase.masking_over(masking), phase.objective or objective, key))
    return found


def _methods(
    phases: Sequence[PhaseMethods], tables: Sequence[Tables], asked: Sequence[Tables], data: Data
) -> list[Method]:
    """What the phases of a run do; those of the same masking share what it learns.

    Args:
        tables: of the masking of every phase.
        asked: of the objective of every phase.

    Raises:
        UserError: unknown policy, a masking that cannot be, or one that learns from what an objective does not tell.
    """
    maskers: dict[str, Masker] = {}
    methods = []
    for phase, opened, own in zip(phases, tables, asked, strict=True):
        same = phase.masking.model_dump_json()
        if same not in maskers:
            maskers[same] = Masker(
                phase.masking,
                data.train,
                mask_id=data.mask_id,
                ordinary=data.ordinary,
                tables=opened,
                where=phase.at("masking"),
            )
        masker = maskers[same]
        if masker.learns and not class_of(phase.objective).tells:
            raise UserError(
                f"{phase.masking.policy} learns from the loss of every token, which {phase.objective.name} does not"
                " tell",
                where=phase.at("masking.policy"),
            )
        methods.append(Method(masker=masker, objective=phase.objective, tables=own))
    return methods


def open_tokens(tokens: Path, tokenizer: Path, *, length: int) -> tuple[Data, Vocabulary]:
    """Both splits as windows of `length` tokens, and what the model must know of the tokenizer.

    Raises:
        UserError: no shards, an empty split, a tokenizer without a mask or padding token.
    """
    shards = Shards.open(tokens)
    meta = shards.meta
    for name in ("mask_id", "pad_id"):
        if meta.get(name) is None:
            token = name.removesuffix("_id")
            raise UserError(
                f"the tokenizer has no {token} token", where=str(tokens / "meta.json"), expected=f"a {token} token"
            )
    windows = {}
    for split in ("train", "validation"):
        if not meta["splits"].get(split, {}).get("tokens"):
            raise UserError(
                f"no tokens in the {split} split", where=str(tokens), hint="see the funnel for what took the documents"
            )
        windows[split] = Windows(
            shards.tokens(split), shards.documents(split), special_ids=meta["special_ids"], length=length
        )
    validation = meta["splits"]["validation"]
    return (
        Data(
            train=windows["train"],
            validation=windows["validation"],
            mask_id=meta["mask_id"],
            ordinary=np.setdiff1d(np.arange(meta["vocab_size"]), np.asarray(meta["special_ids"], dtype=np.int64)),
            tokens_per_byte=validation["tokens"] / validation["bytes"] if validation.get("bytes") else None,
            cls_id=meta.get("cls_id"),
            sep_id=meta.get("sep_id"),
            pad_id=meta["pad_id"],
        ),
        Vocabulary(
            size=meta["vocab_size"],
            pad_id=meta["pad_id"],
            mask_id=meta["mask_id"],
            cls_id=meta.get("cls_id"),
            sep_id=meta.get("sep_id"),
            folder=tokenizer,
        ),
    )


def _inputs(tokens: Path, tokenizer: Path, base_folder: Path | None) -> dict[str, str]:
    """What decides the result besides the recipe, as checksums."""
    if not (tokens / "meta.json").is_file():
        raise UserError(f"no tokens in {tokens}", hint="run `maskzoo tokens` first")
    named = {f"tokens/{path.name}": path for path in sorted(tokens.glob("*.bin")) if path.stem != "test"}
    named |= {
        f"tokens/{path.name}": path
        for path in sorted(tokens.glob("*.documents.npy"))
        if not path.name.startswith("test")
    }
    named |= {f"tokenizer/{path.name}": path for path in sorted(tokenizer.glob("*.json"))}
    if base_folder is not None:
        named |= {f"base/{path.name}": path for path in sorted(base_folder.glob("*.safetensors"))}
        named["base/config.json"] = base_folder / "config.json"
    return {name: sha256_of(path) for name, path in named.items()}


def _save_model(
    released: Released, tokenizer: Path, target: Path, *, adapter: Path | None, prepared: Path | None
) -> None:
    """A plain transformers folder: config, safetensors weights, the tokenizer's files, and what adaptation adds.

    Models that an objective releases beside it are folders of the same kind in it.

    Raises:
        UserError: read back, one is not the model.
    """
    with atomic_folder(target) as temporary:
        for name, model in {"": released.model, **released.beside}.items():
            model.save_pretrained(temporary / name)
            check_model(model, temporary / name)
            for path in sorted(tokenizer.iterdir()):
                if path.is_file() and path.name not in ("config.json", "new_tokens.json"):
                    shutil.copyfile(path, temporary / name / path.name)
        keep_beside(temporary, adapter=adapter, prepared=prepared)
