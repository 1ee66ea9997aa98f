"""Personal data is replaced where it is real, and numbers that only look like it stay."""

import pytest

from maskzoo.documents.privacy import scrub

ALL = ("email", "phone", "iban", "ssn")


@pytest.mark.parametrize(
    ("text", "clean", "kind"),
    [
        ("Write to jane.doe+law@mail.example.co.uk.", "Write to [EMAIL].", "email"),
        ("<müller@bücher.example>", "<[EMAIL]>", "email"),
        ("Call +1 202-555-0143 now", "Call [PHONE] now", "phone"),
        ("Call (202) 555-0143, please", "Call [PHONE], please", "phone"),
        ("fax 202.555.0143.", "fax [PHONE].", "phone"),
        ("+33 1 42 68 53 00", "[PHONE]", "phone"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [IBAN]", "iban"),
        ("to GB82WEST12345698765432 AND THEN", "to [IBAN] AND THEN", "iban"),
        ("to DE89 3704 0044 0532 0130 00 BY NOON", "to [IBAN] BY NOON", "iban"),
        ("SSN 536-90-4399.", "SSN [SSN].", "ssn"),
        ("SSN 536 90 4399", "SSN [SSN]", "ssn"),
    ],
)
def test_personal_data_becomes_a_placeholder(text: str, clean: str, kind: str) -> None:
    scrubbed, found = scrub(text, ALL, ("US",))
    assert scrubbed == clean
    assert found == {kind: 1}


@pytest.mark.parametrize(
    "text",
    [
        "R.S.C. 1985, c. C-46, s. 718.2",
        "on 2005-06-01 and from 1985-1986 to 2004-2005",
        "Article L. 121-1-2 du code de la consommation, 1° à 14°",
        "the sum of $1,250,000.00 or 3 000 000 euros",
        "DE88 3704 0044 0532 0130 00",  # wrong check digits
        "000-12-3456 and 666-12-3456",  # never issued
        "order 20255501430 and section 2025550143",
        "@home, user@localhost and 5 @ 3",
        "192.168.100.200",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert scrub(text, ALL, ("US",)) == (text, {})


def test_national_formats_are_read_for_the_regions_of_the_recipe() -> None:
    text = "Tel 01 42 68 53 00"
    assert scrub(text, ALL, ("US",))[0] == text
    assert scrub(text, ALL, ("US", "FR"))[0] == "Tel [PHONE]"


@pytest.mark.parametrize("text", ["401 435 2000", "120 80 1200", "| 212 555 0143 | 80 | 536 90 4399 |", "12.345.678"])
def test_numbers_in_a_row_of_a_table_are_neither_phones_nor_ssns(text: str) -> None:
    assert scrub(text, ALL, ("US", "DE", "ES")) == (text, {})


@pytest.mark.parametrize(
    "address",
    [
        "jean.d'ormesson@lettres.example.fr",
        "o’neill@x.example.ie",
        "jane [at] mail [dot] example.org",
        "jane(at)example.org",
    ],
)
def test_addresses_are_replaced_whole_however_they_are_written(address: str) -> None:
    assert scrub(f"Write to {address} soon", ALL, ())[0] == "Write to [EMAIL] soon"
    assert scrub(f"'{address}'", ALL, ())[0] == "'[EMAIL]'"


def test_only_the_kinds_asked_for_are_scrubbed() -> None:
    assert scrub("a@b.org 536-90-4399", ("ssn",), ()) == ("a@b.org [SSN]", {"ssn": 1})


@pytest.mark.parametrize(
    ("kind", "text", "scrubbed"),
    [
        ("age", "She is 93 years old, her son 60 years old.", "She is [AGE] years old, her son 60 years old."),
        ("ip", "from 192.168.10.4 and 2001:db8::8a2e:370:7334, version 1.2.3", "from [IP] and [IP], version 1.2.3"),
        ("location", "at 12 Maple Street, Springfield, IL 62704.", "at [LOCATION], [LOCATION], IL [LOCATION]."),
    ],
)
def test_ages_above_89_addresses_of_machines_and_of_people_are_replaced(kind: str, text: str, scrubbed: str) -> None:
    assert scrub(text, [kind], ["US"])[0] == scrubbed
