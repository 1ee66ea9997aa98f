"""A site's description: defaults, what is wrong with one, and where its jobs go."""

from typing import Any

import pytest
import yaml

from maskzoo.cluster.site import Site
from maskzoo.errors import UserError

from ..conftest import ROOT


def test_without_a_cluster_there_is_no_site() -> None:
    assert Site.from_config({"scale": "demo"}) is None


def test_the_site_that_is_shipped_names_nothing_of_its_own() -> None:
    shipped = yaml.safe_load((ROOT / "profiles" / "slurm" / "site.yaml").read_text())
    assert Site.from_config(shipped) == Site()
    assert set(shipped["cluster"]) == set(Site.model_fields), "every key is shown"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"partitoin": "long"}, "cluster: partitoin: unknown key 'partitoin'.*did you mean 'partition'"),
        ({"gpu": "h10"}, "cluster: gpu: unknown device 'h10'; expected one of a100, h100, h200, l4"),
        ({"hours": 0}, "cluster: hours: 0: .*greater than 0"),
        ({"gpu_scales": "full"}, "cluster: gpu_scales: 'full'; expected a list"),
        ("long", "cluster: .*'long'; expected a mapping"),
    ],
)
def test_a_wrong_site_is_one_sentence(given: Any, expected: str) -> None:
    with pytest.raises(UserError, match=expected):
        Site.from_config({"cluster": given})


def test_gpus_are_for_the_scales_that_ask_for_them() -> None:
    site = Site(gpu="h100", partition="short", gpu_partition="gpus", gpu_scales=("full", "small"))
    assert [site.has_gpus(scale) for scale in ("demo", "small", "full")] == [False, True, True]
    assert (site.partition_of(gpus=0), site.partition_of(gpus=1)) == ("short", "gpus")
    assert Site(gpu="h100", partition="all").partition_of(gpus=1) == "all"
    assert not Site().has_gpus("full")
