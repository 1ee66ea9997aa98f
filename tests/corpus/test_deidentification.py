"""Identifiers of the Safe Harbor list are replaced, clinical numbers stay; recall and precision on planted truth."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from maskzoo import registry
from maskzoo.corpus.privacy_check import privacy_check
from maskzoo.documents.privacy import find, scrub, titles
from maskzoo.release.corpus_section import corpus_section
from maskzoo.simulate.simulation import write

KINDS = registry.names("privacy")


def test_every_kind_of_the_recipe_is_a_module_with_a_title_and_none_is_forgotten() -> None:
    assert sorted(KINDS) == registry.names("privacy")
    assert len(set(titles(KINDS))) == len(KINDS)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Dr. Jane Q. Orlow saw him.", "Dr. [NAME] saw him."),
        ("Drs. Brun and van den Berg agree.", "Drs. [NAME] and [NAME] agree."),
        ("Patient name: Keller, Anna", "Patient name: [NAME]"),
        ("Attending: A. Verson", "Attending: [NAME]"),
        ("Signed by: Anna M. Keller, MD", "Signed by: [NAME], MD"),
        # in capitals a name cannot be told from the words behind it: rather too much than too little
        ("MR. KELLER WAS SEEN", "MR. [NAME]"),
        ("his wife Berta was there", "his wife [NAME] was there"),
        ("Mr. Tolben ate. Otto Tolben slept.", "Mr. [NAME] ate. [NAME] slept."),
        ("seen on 03/14/2021 and 2021-03-15", "seen on [DATE] 2021 and [DATE] 2021"),
        ("from March 3 to 5, 2020", "from [DATE] 2020"),
        ("the 3rd of May 2020, 3-Jul-19", "the [DATE] 2020, [DATE]"),
        ("removed on 3/14.", "removed on [DATE]."),
        ("since April, in July 2007", "since [DATE], in [DATE] 2007"),
        ("a 93-year-old man, aged 101", "a [AGE]-year-old man, aged [AGE]"),
        ("ninety-four years old", "[AGE] years old"),
        ("MRN: 0048213, S21-10482", "MRN: [RECORD], [RECORD]"),
        ("Medical record number is 48-21-33", "Medical record number is [RECORD]"),
        ("Policy number ABC-48217", "Policy number [ID]"),
        ("NPI 1932847561 at 00:1B:44:11:3A:B7", "NPI [ID] at [ID]"),
        ("12 Larch Street, Apt 4, Ashford, OH 44120", "[LOCATION], [LOCATION], OH [LOCATION]"),
        ("P.O. Box 12; lives in Ashford", "[LOCATION]; lives in [LOCATION]"),
        ("see https://a.example.org/x, (www.b.example)", "see [URL], ([URL])"),
        ("from 203.0.113.7 and 2001:db8::8a2e:370:7334", "from [IP] and [IP]"),
    ],
)
def test_identifiers_become_placeholders_and_years_and_states_stay(text: str, clean: str) -> None:
    assert scrub(text, KINDS, ("US",))[0] == clean


@pytest.mark.parametrize(
    "text",
    [
        "Take 1/2 tablet; strength 4/5; pain 8/10; BP 120/80; C4-C5.",
        "0.5 mg/kg of heparin and 5/325 mg every 4-6 hours in 2004",
        "Stage 3, pT2N1M0, Gleason 3+4=7, 3/17 nodes, 3.5 x 2.1 x 1.8 cm",
        "Hodgkin lymphoma, Parkinson's disease, a Foley catheter, the Babinski sign",
        "patients 90 and older, a 64-year-old woman, aged 90 days",
        "point 4.1.2.3, enzyme EC 2.7.11.1, GenBank accession number NM_000546, GSH1/2 may act",
        "She lives in Mexico and moved from Ohio. IL-2, IL-4.",
        "Ask your Doctor About this. The Nurse Practitioner came. approved by Medicare.",
    ],
)
def test_doses_values_stages_years_and_eponyms_stay(text: str) -> None:
    assert scrub(text, KINDS, ("US",)) == (text, {})


def test_findings_do_not_overlap_and_the_more_certain_kind_wins() -> None:
    text = "Write to anna.keller@clinic.example.org, https://x.example.org/203.0.113.7 on 03/14/2021."
    found = find(text, KINDS, ("US",))
    assert [finding.kind for finding in found] == ["email", "url", "date"]
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinical") / "simulated"
    write("clinical", folder, documents=500, seed=1)
    return folder


def test_recall_and_precision_on_planted_identifiers(simulated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check = privacy_check(simulated, KINDS, ("US",))
    assert check is not None
    with capsys.disabled():
        print(f"\nde-identification: recall {check['recall']:.1%}, precision {check['precision']:.1%}, by kind:")
        for kind, counts in check["kinds"].items():
            print(f"  {kind:10} " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    assert check["planted"] > 600
    assert check["recall"] > 0.9
    assert check["precision"] > 0.97
    # identifiers without any sign beside them are planted, too: a perfect score would be a fault of the test
    assert check["found"] < check["planted"]
    for kind in ("phone", "email", "ssn", "url"):
        assert check["kinds"][kind]["found"] == check["kinds"][kind]["planted"] > 0


def test_fewer_kinds_are_held_against_their_own_truth_alone(simulated: Path) -> None:
    check = privacy_check(simulated, ("date",), ("US",))
    assert check is not None
    assert check["planted"] == check["kinds"]["date"]["planted"] > 0
    assert check["recall"] < 1


def test_the_card_shows_counts_the_measured_figures_and_the_limits(simulated: Path) -> None:
    check = privacy_check(simulated, KINDS, ("US",))
    funnel = {
        "stages": [],
        "sources": {},
        "decontamination": {},
        "privacy": dict.fromkeys(KINDS, 3),
        "privacy_check": check,
    }
    text = "\n".join(corpus_section(funnel, {}))
    assert "3 medical record numbers" in text
    assert re.search(r"the rules found \d\d\.\d% of the personal data, and \d\d\.\d% of what they replaced", text)
    assert "| ages over 89 |" in text
