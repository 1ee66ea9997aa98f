"""The licence of weights follows from what went into them, and a recipe can only make it stricter."""

import pytest

from maskzoo.errors import UserError
from maskzoo.licences import LICENCES, NOT_SHAREABLE, Use, derive, hub_fields, licence_of

# the Hub's list of licences (huggingface.co/docs/hub/repositories-licenses) as far as the table here can meet it
HUB = """
afl-3.0 apache-2.0 mit isc bsd-2-clause bsd-3-clause mpl-2.0 unlicense pddl odc-by odbl etalab-2.0 cc0-1.0
gpl-2.0 gpl-3.0 lgpl-3.0 agpl-3.0
cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0
cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0
unknown
"""


def derived(*licences: str, chosen: str | None = None) -> str:
    return derive([Use(f"source{i}", name) for i, name in enumerate(licences)], chosen=chosen).licence.id


@pytest.mark.parametrize(
    ("sources", "weights"),
    [
        (["MIT", "CC-BY-4.0", "OGL-Canada-2.0", "LicenseRef-public-domain"], "Apache-2.0"),
        (["MIT", "CC-BY-NC-4.0"], "CC-BY-NC-4.0"),
        (["MIT", "CC-BY-SA-3.0"], "CC-BY-SA-4.0"),
        (["CC-BY-SA-4.0", "CC-BY-NC-4.0"], NOT_SHAREABLE),  # share-alike lets nobody add "non-commercial"
        (["CC-BY-SA-4.0", "CC-BY-NC-SA-4.0"], NOT_SHAREABLE),
        (["CC-BY-NC-SA-4.0", "CC-BY-NC-4.0", "CC-BY-4.0"], "CC-BY-NC-SA-4.0"),
        (["CC-BY-NC-SA-4.0"], "CC-BY-NC-SA-4.0"),
        (["ODbL-1.0", "MIT"], "ODbL-1.0"),
        (["CC-BY-SA-4.0", "GPL-3.0-only"], "GPL-3.0-only"),
    ],
)
def test_strictest_source_decides(sources: list[str], weights: str) -> None:
    assert derived(*sources) == weights


def test_every_source_is_a_reason() -> None:
    reasons = derive([Use("acts", "OGL-Canada-2.0"), Use("news", "CC-BY-NC-4.0")]).reasons
    assert "acts is under OGL-Canada-2.0, which asks for attribution." in reasons
    assert "news is under CC-BY-NC-4.0, which asks for no commercial use, attribution." in reasons
    assert reasons[-1] == "So these weights are under CC-BY-NC-4.0."


def test_licences_that_exclude_one_another_are_named() -> None:
    reasons = derive([Use("encyclopedia", "CC-BY-SA-4.0"), Use("news", "CC-BY-NC-4.0")]).reasons
    assert "CC-BY-SA wants adapted material under its own terms" in reasons[-2]
    assert "CC-BY-NC-4.0 does not allow it" in reasons[-2]


def test_unknown_licence_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UserError, match=r"source0: unknown licence 'CC-BY-4'.*did you mean 'CC-BY-4.0'"):
        derived("CC-BY-4")


def test_recipe_may_ask_for_more_and_never_for_less() -> None:
    assert derived("CC-BY-4.0", chosen="CC-BY-NC-SA-4.0") == "CC-BY-NC-SA-4.0"
    assert derived("CC0-1.0", chosen="CC0-1.0") == "CC0-1.0"
    with pytest.raises(UserError, match=r"release\.licence: MIT allows commercial use.*expected CC-BY-NC-4\.0"):
        derived("CC-BY-NC-4.0", chosen="MIT")
    with pytest.raises(UserError, match="does not keep adapted material under the same terms"):
        derived("CC-BY-SA-4.0", chosen="Apache-2.0")
    with pytest.raises(UserError, match="does not ask for attribution"):
        derived("CC-BY-4.0", chosen="CC0-1.0")


def test_licences_that_cannot_be_met_together_or_forbid_derivatives_stop_the_release() -> None:
    with pytest.raises(UserError, match="cannot be met by one licence"):
        derived("GPL-3.0-only", "CC-BY-NC-4.0")
    with pytest.raises(UserError, match="cannot be met by one licence"):
        derived("ODbL-1.0", "CC-BY-SA-4.0")
    with pytest.raises(UserError, match="forbids sharing adapted material"):
        derived("CC-BY-ND-4.0")


def test_what_nobody_has_licensed_keeps_the_weights_private_whatever_else_went_in() -> None:
    assert derived("MIT", NOT_SHAREABLE) == NOT_SHAREABLE
    assert derived("ODbL-1.0", "CC-BY-SA-4.0", NOT_SHAREABLE) == NOT_SHAREABLE
    reasons = derive([Use("notes", NOT_SHAREABLE), Use("acts", "MIT")]).reasons
    assert reasons[0] == "notes has no licence (LicenseRef-not-shareable): nobody has said that it may be shared."
    assert reasons[-1] == "So these weights are not to be shared."
    assert hub_fields(LICENCES[NOT_SHAREABLE]) == {"license": "unknown"}
    with pytest.raises(UserError, match=r"release\.licence: MIT would let weights be shared .* data which may not be"):
        derived(NOT_SHAREABLE, chosen="MIT")


def test_a_recipe_may_keep_its_weights_private_whatever_the_sources_allow() -> None:
    assert derived("CC-BY-SA-4.0", chosen=NOT_SHAREABLE) == NOT_SHAREABLE


def test_hub_names_what_it_knows_and_gets_name_and_link_of_the_rest() -> None:
    assert hub_fields(licence_of("CC-BY-SA-4.0")) == {"license": "cc-by-sa-4.0"}
    fields = hub_fields(licence_of("OGL-Canada-2.0"))
    assert fields["license"] == "other"
    assert fields["license_name"] == "ogl-canada-2.0"
    assert fields["license_link"].startswith("https://open.canada.ca/")


def test_every_licence_has_an_id_that_the_hub_lists_or_a_name_and_a_link() -> None:
    listed = set(HUB.split())
    for licence in LICENCES.values():
        fields = hub_fields(licence)
        assert fields["license"] in listed or set(fields) == {"license", "license_name", "license_link"}, licence.id
        assert licence.id.lower() not in listed or fields == {"license": licence.id.lower()}
    assert hub_fields(licence_of("CC-BY-SA-2.0"))["license_link"] == "https://creativecommons.org/licenses/by-sa/2.0/"


def test_ids_are_found_in_any_case_and_by_the_hub_id() -> None:
    assert licence_of("apache-2.0").id == "Apache-2.0"
    assert licence_of("gpl-3.0").share_alike == "GPL"
    assert all(licence_of(name) is licence for name, licence in LICENCES.items())
