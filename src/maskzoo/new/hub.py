"""A data set of the Hub made certain: which configuration, which split, and the commit that its name stands for now."""

from pathlib import Path
from typing import Any

from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.source import HubDataset

USUAL = "train"


def resolved(name: str, *, config: str | None, split: str | None) -> HubDataset:
    """The data set as a recipe pins it.

    Args:
        name: an id of the Hub, or a folder that `datasets.load_dataset` reads, relative to the current one.
        config: None: the only one, or the one that the data set calls its default.
        split: None: `train`, or the only one.

    Returns:
        With `revision`, the commit that the id stands for now, unless it is a folder; `config` where there are several.

    Raises:
        UserError: no network, no such data set, configuration or split; several of which none is the usual one.
    """
    where = f"--from hub:{name}"
    revision = None if Path(name).is_dir() else _commit(name, where)
    configs, default = _configs(name, revision, where)
    if config is not None and config not in configs:
        raise unknown_name("configuration", config, configs, where=f"{where}: --config")
    if config is None and default is None:
        raise UserError(
            f"has {len(configs)} configurations", where=where, expected=f"--config with one of {', '.join(configs)}"
        )
    chosen = config or default
    splits = _asked("get_dataset_split_names", name, revision, where, config_name=chosen)
    if split is not None and split not in splits:
        raise unknown_name("split", split, splits, where=f"{where}: --split")
    if split is None and USUAL not in splits and len(splits) != 1:
        raise UserError(f"has no split `{USUAL}`", where=where, expected=f"--split with one of {', '.join(splits)}")
    usual = USUAL if USUAL in splits else splits[0]
    return HubDataset(
        dataset=name, revision=revision, config=chosen if len(configs) > 1 else None, split=split or usual
    )


def _commit(name: str, where: str) -> str:
    """The commit at the head of a data set."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        sha = HfApi().dataset_info(name).sha
    except RepositoryNotFoundError:
        raise UserError(
            "no such data set, or one that needs a login",
            where=where,
            expected="owner/name as its page on the Hub says",
        ) from None
    except Exception as error:  # of the client, of the connection, of the validator of names: all about this data set
        raise _unreadable(error, where) from None
    if sha is None:
        raise UserError("the Hub names no commit", where=where)
    return sha


def _configs(name: str, revision: str | None, where: str) -> tuple[list[str], str | None]:
    """All configurations, and the one that is meant where none is named."""
    configs = _asked("get_dataset_config_names", name, revision, where)
    if len(configs) == 1:
        return configs, configs[0]
    return configs, _asked("get_dataset_default_config_name", name, revision, where)


def _asked(question: str, name: str, revision: str | None, where: str, **more: Any) -> Any:
    import datasets

    try:
        return getattr(datasets, question)(name, revision=revision, **more)
    except Exception as error:  # the library's errors have no common root: all that it raises is about this data set
        raise _unreadable(error, where) from None


def _unreadable(error: Exception, where: str) -> UserError:
    reason = str(error).strip().splitlines() or [type(error).__name__]
    return UserError(
        f"cannot be read ({type(error).__name__}: {reason[0]})",
        where=where,
        expected="network, and a data set that `datasets.load_dataset` reads without code of its own",
    )
