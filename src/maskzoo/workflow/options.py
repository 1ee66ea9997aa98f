"""What `--config` may say: known keys alone, and a results folder that a rule can be written with."""

import re
from collections.abc import Mapping
from typing import Any

from maskzoo.cluster.site import KEY as CLUSTER
from maskzoo.errors import UserError, unknown_name

KEYS = ("scale", "results", "corpus_jobs", "processes", CLUSTER, "container", "namespace", "create_pr")
COUNTS = ("corpus_jobs", "processes")
SCALE = re.compile(r"[a-z0-9_]+")
UNUSABLE = re.compile(r"[\x00-\x1f{}]")  # braces are wildcards to Snakemake


def check_options(config: Mapping[str, Any]) -> None:
    """Refuse what `--config` cannot mean.

    Raises:
        UserError: an unknown key, a number that is none, a scale or folder that rules cannot be written with.
    """
    for name in config:
        if name not in KEYS:
            raise unknown_name("key", str(name), KEYS, where="--config")
    for name in COUNTS:
        value = config.get(name)
        if value is not None and not (isinstance(value, int) and 1 <= value <= 1000):
            raise UserError(f"{value!r}", where=f"--config {name}", expected="a number from 1 to 1000")
    scale = str(config.get("scale", "demo"))
    if not SCALE.fullmatch(scale):
        raise UserError(f"{scale!r}", where="--config scale", expected="a name such as small")
    results = str(config.get("results", "results"))
    if UNUSABLE.search(results) or not results.strip() or results.startswith("-"):
        raise UserError(f"{results!r}", where="--config results", expected="a folder without braces or line ends")
