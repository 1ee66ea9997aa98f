"""One pretraining run: from a base and tokens to a folder with model, metrics and how it was made."""

import hashlib
import json
import resource
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from transformers.utils import logging

from maskzoo import __version__, registry
from maskzoo.errors import UserError
from maskzoo.files import atomic_folder, read_json, sha256_of, write_json
from maskzoo.masking.common.masker import Masker
from maskzoo.masking.common.tables import Tables, open_tables
from maskzoo.models.common.heads import head_parameters
from maskzoo.models.common.start import Vocabulary, base_model, expect_frequencies, fresh_model
from maskzoo.pretraining import checkpoint
from maskzoo.pretraining.adapters import keep_beside, new_words, put_on, search, take_off
from maskzoo.pretraining.loop import Data, Method, rows_at_once, train
from maskzoo.pretraining.sharding import check_sharded
from maskzoo.pretraining.stopping import Told
from maskzoo.pretraining.world import World, joined
from maskzoo.provenance import stamp
from maskzoo.recipe.method import Method as Adaptation
from maskzoo.recipe.training import ABOUT_PROCESSES, Base, Masking, Phase, Training
from maskzoo.tokenization.shards import Shards
from maskzoo.tokenization.windows import Windows

# fields of `training` that change neither the weights nor what is measured
_WITHOUT_EFFECT = {"tensorboard", "checkpoint_every", *ABOUT_PROCESSES}
# tokens that a new head counts words in
_COUNTED = 10_000_000


def pretrain(
    *,
    base: Base,
    base_folder: Path | None,
    tokens: Path,
    tokenizer: Path,
    masking: Masking,
    objective: str,
    training: Training,
    seed: int,
    folder: Path,
    adaptation: Adaptation | None = None,
    tables: Path | None = None,
    world: World | None = None,
    told: Told | None = None,
    where: str | None = None,
) -> dict[str, Any]:
    """Train one model and write `folder`: model/, run.json, metrics.jsonl, checkpoints/, adapter/ if there is one.

    A run that was stopped goes on, one that is finished is left alone, and one whose recipe, tokens or base changed
    starts afresh.

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
        told: set by a signal that tells this process to stop.
        where: file and key of the variant, for messages.

    Returns:
        The content of run.json.

    Raises:
        UserError: unknown policy or objective, no tokens, no tables, a base that does not fit, an adapter that this
            model cannot have, processes that cannot share out the run.
        Stopped: told to; the same call goes on after the last step done.
    """
    if world is None:
        with joined() as world:
            return pretrain(
                base=base, base_folder=base_folder, tokens=tokens, tokenizer=tokenizer, masking=masking,
                objective=objective, training=training, seed=seed, folder=folder, adaptation=adaptation,
                tables=tables, world=world, told=told, where=where,
            )  # fmt: skip
    rows_at_once(training, world, where=where)
    check_sharded(training, world, adaptation=adaptation is not None, where=where)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    phases = phases_of_run(training, masking=masking, objective=objective, where=where)
    opened = [open_tables(own, tables, tokens=tokens, where=key and f"{key}.masking") for own, _, key in phases]
    inputs = {
        **_inputs(tokens, tokenizer, base_folder),
        **{f"masking/{kind}": checksum for one in opened for kind, checksum in one.checksums.items()},
    }
    settings = {
        "base": base.model_dump(mode="json") if base_folder is None else None,
        "masking": masking.model_dump(mode="json"),
        "objective": objective,
        "training": training.model_dump(mode="json", exclude=_WITHOUT_EFFECT),
        "seed": seed,
        "inputs": inputs,
        **({"adaptation": adaptation.model_dump(mode="json")} if adaptation is not None else {}),
    }
    fingerprint = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
    software = {"torch": torch.__version__, "maskzoo": __version__}
    world.insist(**software, **{"what the run is made from": fingerprint})
    finished: dict[str, Any] | None = world.agreed(_make_way(folder, fingerprint) if world.first else None)
    if finished is not None:
        return finished

    data, vocabulary = open_tokens(tokens, tokenizer, length=training.sequence_length)
    head_is_new = False
    if base_folder is None:
        assert base.architecture is not None
        model = fresh_model(
            base.architecture, base.config, vocabulary,
            length=training.sequence_length, seed=seed, dropout=training.dropout, where=where,
        )  # fmt: skip
    else:
        model, head_is_new = base_model(
            base_folder, vocabulary, length=training.sequence_length, seed=seed, dropout=training.dropout, where=where
        )
    if head_is_new and world.first:
        print(f"{folder}: the base has no head for masked language modeling; a new one is trained", file=sys.stderr)
        sample = np.asarray(data.train.tokens[:_COUNTED], dtype=np.int64)
        expect_frequencies(model, torch.from_numpy(np.bincount(sample, minlength=vocabulary.size)))

    def run(trained: Any, for_training: Training, place: Path) -> dict[str, Any]:
        number = max(1, len(for_training.schedule))
        return train(
            trained,
            data,
            training=for_training,
            methods=_methods(phases[:number], opened[:number], data),
            seed=seed,
            folder=place,
            fingerprint=fingerprint,
            head_is_new=head_is_new,
            world=world,
            told=told,
            where=where,
        )

    adapter, prepared, adapted = None, None, {}
    if adaptation is not None:
        prepared = search(model, adaptation, folder / "search", training, run, world=world)
        adapter = put_on(
            model,
            adaptation,
            seed=seed,
            head_is_new=head_is_new,
            new_rows=new_words(tokenizer),
            prepared=prepared,
            where=where and f"{where}.adaptation",
        )
    reached = run(model, training, folder)
    if not world.first:
        result: dict[str, Any] = world.agreed(None)
        return result
    if adapter is not None:
        base_name = base.hub or (str(base_folder) if base_folder is not None else None)
        adapted = {"adaptation": take_off(adapter, folder / "adapter", base=base_name)}
    _save_model(
        model,
        tokenizer,
        folder / "model",
        adapter=folder / "adapter" if adapter is not None and not adapter.merges else None,
        prepared=prepared,
    )
    result = {
        **reached,
        **adapted,
        "settings": settings,
        "fingerprint": fingerprint,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "head_parameters": sum(parameter.numel() for parameter in head_parameters(model)),
        "new_head": head_is_new,
        "model_sha256": sha256_of(folder / "model" / "model.safetensors"),
        **({"peak_device_bytes": torch.cuda.max_memory_allocated()} if torch.cuda.is_available() else {}),
        "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "provenance": stamp(seed=seed, inputs=inputs),
    }
    write_json(folder / "run.json", result)
    world.agreed(result)
    return result


def _make_way(folder: Path, fingerprint: str) -> dict[str, Any] | None:
    """What run.json says where that run is finished; else remove what nobody can go on with."""
    finished = _finished(folder, fingerprint)
    if finished is not None:
        print(f"{folder}: already trained with this recipe, nothing to do", file=sys.stderr)
        return finished
    _clear_other_run(folder, fingerprint)
    for left in (*folder.glob(".*.tmp"), *(folder / "checkpoints").glob(".*.tmp")):  # of a run killed while it wrote
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
    return None


def phases_of_run(
    training: Training, *, masking: Masking, objective: str, where: str | None = None
) -> list[tuple[Masking, ModuleType, str | None]]:
    """Masking, objective and key of every phase, with what it leaves open filled in from the variant.

    Raises:
        UserError: unknown objective.
    """
    found = []
    for number, phase in enumerate(training.schedule or (Phase(),)):
        key = where and (f"{where}.training.schedule.{number}" if training.schedule else where)
        name = phase.objective or objective
        module = registry.load("objectives", name, where=key and f"{key}.objective")
        found.append((phase.masking_over(masking), module, key))
    return found


def _methods(
    phases: Sequence[tuple[Masking, ModuleType, str | None]], tables: Sequence[Tables], data: Data
) -> list[Method]:
    """What the phases of a run do; those of the same masking share what it learns.

    Raises:
        UserError: unknown policy, a masking that cannot be, or one that learns from what an objective does not tell.
    """
    maskers: dict[str, Masker] = {}
    methods = []
    for (masking, objective, key), opened in zip(phases, tables, strict=True):
        same = masking.model_dump_json()
        if same not in maskers:
            maskers[same] = Masker(
                masking,
                data.train,
                mask_id=data.mask_id,
                ordinary=data.ordinary,
                tables=opened,
                where=key and f"{key}.masking",
            )
        masker = maskers[same]
        if masker.learns and not hasattr(objective.Objective, "outcomes"):
            name = objective.__name__.rpartition(".")[2]
            raise UserError(
                f"{masking.policy} learns from the loss of every token, which {name} does not tell",
                where=key and f"{key}.masking.policy",
            )
        methods.append(Method(masker=masker, objective=objective))
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


def _finished(folder: Path, fingerprint: str) -> dict[str, Any] | None:
    """What run.json says, if that run was made from the same things and its model is still there."""
    if not (folder / "run.json").is_file() or not (folder / "model" / "model.safetensors").is_file():
        return None
    result: dict[str, Any] = read_json(folder / "run.json")
    same = result.get("fingerprint") == fingerprint
    return result if same and sha256_of(folder / "model" / "model.safetensors") == result["model_sha256"] else None


def _clear_other_run(folder: Path, fingerprint: str) -> None:
    """Remove what a run with another fingerprint left; it cannot be gone on with."""
    checkpoints = folder / "checkpoints"
    found = checkpoint.steps(checkpoints)
    same = bool(found) and checkpoint.state_of(checkpoints, found[-1])["fingerprint"] == fingerprint
    if same:
        print(f"{folder}: going on after step {found[-1]}", file=sys.stderr)
        return
    if found:
        print(f"{folder}: recipe, tokens or base changed since the last run; starting afresh", file=sys.stderr)
    for left in (checkpoints, *(folder / name for name in ("model", "adapter", "search", "tensorboard"))):
        shutil.rmtree(left, ignore_errors=True)
    for name in ("metrics.jsonl", "run.json"):
        (folder / name).unlink(missing_ok=True)


def _save_model(model: Any, tokenizer: Path, target: Path, *, adapter: Path | None, prepared: Path | None) -> None:
    """A plain transformers folder: config, safetensors weights, the tokenizer's files, and what adaptation adds."""
    with atomic_folder(target) as temporary:
        model.save_pretrained(temporary)
        for path in sorted(tokenizer.iterdir()):
            if path.is_file() and path.name not in ("config.json", "new_tokens.json"):
                shutil.copyfile(path, temporary / path.name)
        keep_beside(temporary, adapter=adapter, prepared=prepared)
