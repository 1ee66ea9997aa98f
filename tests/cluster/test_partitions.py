"""What the scheduler lists, held against what rules will ask for."""

import pytest
from snakemake.cli import parse_set_resources
from snakemake.resources import Resources

from maskzoo.cluster import partitions
from maskzoo.cluster.partitions import Partition, Wish, check, parse
from maskzoo.cluster.requests import wishes
from maskzoo.cluster.site import Site
from maskzoo.errors import UserError

LISTING = "short*|(null)\nshort*|lustre:1\nmixed|(null)\nmixed|gpu:a100:4(S:0-1),lustre:1\nlong|gpuless:2\n"
KNOWN = parse(LISTING)


def test_a_listing_has_a_line_for_every_kind_of_node() -> None:
    assert [Partition("short", False, default=True), Partition("mixed", True), Partition("long", False)] == KNOWN
    assert parse("") == []


def test_what_there_is_passes() -> None:
    check([Wish("corpus", None, 0), Wish("corpus", "long", 0), Wish("pretrain", "mixed", 4)], KNOWN)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (
            Wish("corpus", "lnog", 0),
            "rule corpus: unknown partition 'lnog'; expected one of long, mixed, short; did you",
        ),
        (Wish("probe", "long", 1), r"rule probe: asks for 1 GPU\(s\), and no node of the partition 'long'.*mixed"),
        (Wish("probe", None, 1), r"rule probe: asks for 1 GPU\(s\), and no node of the partition 'short'.*mixed"),
    ],
)
def test_what_there_is_not_names_the_rule(wish: Wish, expected: str) -> None:
    with pytest.raises(UserError, match=expected):
        check([Wish("corpus", None, 0), wish], KNOWN)


def test_only_what_handles_a_model_asks_for_a_gpu_and_only_at_its_scales() -> None:
    site = Site(gpu="h100", gpu_partition="mixed")
    asked = {wish.rule for wish in wishes(site, "full", {}, {}) if wish.gpus}
    assert asked == {"pretrain", "finetune", "probe", "forgetting"}
    assert {wish.partition for wish in wishes(site, "full", {}, {}) if wish.gpus} == {"mixed"}
    assert not any(wish.gpus for wish in wishes(site, "small", {}, {}))


def test_the_command_line_comes_before_the_site_and_the_site_before_the_default() -> None:
    def of(rule: str, site: Site) -> Wish:
        overwritten = {"corpus": {"slurm_partition": "mine"}, "simulate": {"gpu": 2}}
        return next(one for one in wishes(site, "demo", overwritten, {"slurm_partition": "usual"}) if one.rule == rule)

    assert of("corpus", Site(partition="long")) == Wish("corpus", "mine", 0)
    assert of("simulate", Site()) == Wish("simulate", "usual", 2)
    assert of("pretrain", Site(partition="long")) == Wish("pretrain", "long", 0)


def test_resources_are_read_as_snakemake_keeps_them() -> None:
    given = parse_set_resources(["compare:slurm_partition=long", "probe:gpu=2", "corpus:gpu=attempt * 2"])
    default = Resources.from_mapping({"slurm_partition": "'short'"})
    found = {wish.rule: wish for wish in wishes(Site(), "demo", given, default)}
    assert found["compare"] == Wish("compare", "long", 0)
    assert found["probe"] == Wish("probe", "short", 2)
    assert found["corpus"] == Wish("corpus", "short", 0), "what an expression comes to is not known yet"


def test_without_slurm_nothing_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert partitions.partitions() == []
