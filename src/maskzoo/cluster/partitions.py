"""What the scheduler says it has, held against what will be asked for, before anything is submitted."""

import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from maskzoo.errors import UserError, unknown_name

SINFO = ("sinfo", "--noheader", "--format=%P|%G")
SITE = "profiles/slurm/site.yaml"


@dataclass(frozen=True)
class Partition:
    """A partition of the cluster; `default`: jobs that name none go there."""

    name: str
    gpus: bool
    default: bool = False


@dataclass(frozen=True)
class Wish:
    """Where the jobs of a rule will go (None: the default partition), and how many GPUs each will ask for."""

    rule: str
    partition: str | None
    gpus: int


def partitions() -> list[Partition]:
    """What `sinfo` lists; nothing where there is no Slurm at hand, or none that answers."""
    try:
        answer = subprocess.run(SINFO, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return parse(answer.stdout) if answer.returncode == 0 else []


def parse(listing: str) -> list[Partition]:
    """Partitions from lines `name|gres`: one line a kind of node, `*` behind the default, gres such as `gpu:a100:4`."""
    found: dict[str, Partition] = {}
    for line in listing.splitlines():
        shown, _, gres = line.strip().partition("|")
        name = shown.removesuffix("*")
        if name:
            before = found.get(name)
            has = any(one.split(":")[0] == "gpu" for one in gres.split(","))
            found[name] = Partition(name, has or (before is not None and before.gpus), shown.endswith("*"))
    return list(found.values())


def check(wishes: Iterable[Wish], known: Iterable[Partition]) -> None:
    """Refuse what the cluster cannot give.

    Raises:
        UserError: a partition that there is not, or a GPU asked of one that has none; names the rule.
    """
    named: Mapping[str, Partition] = {one.name: one for one in known}
    default = next((one for one in named.values() if one.default), None)
    for wish in wishes:
        where = f"rule {wish.rule}"
        if wish.partition is not None and wish.partition not in named:
            raise unknown_name("partition", wish.partition, named, where=where)
        partition = named[wish.partition] if wish.partition is not None else default
        if wish.gpus and partition is not None and not partition.gpus:
            able = [one.name for one in named.values() if one.gpus]
            raise UserError(
                f"asks for {wish.gpus} GPU(s), and no node of the partition {partition.name!r} has one",
                where=where,
                expected=f"one of {', '.join(able)}" if able else "a partition with GPUs; this cluster lists none",
                hint=f"set cluster.gpu_partition in {SITE}, or cluster.gpu to null to train on CPUs",
            )
