"""Identifiers of invented patients in the forms that notes write them, and decoys that resemble them and must stay.

Not written to fit any rules: some lines have no sign that a name or a place stands there, and some decoys look like
dates and names. Telephone numbers, web and IP addresses come from ranges set aside for fiction and documentation.
"""

import random
import re

from maskzoo.simulate import names, personal
from maskzoo.simulate.names import MONTHS, pick

KINDS = ("name", "date", "location", "age", "record", "identifier", "phone", "email", "ssn", "url", "ip")
STATES = ("OH", "PA", "MI", "IL", "Ohio", "Vermont", "Oregon", "NY", "Texas")
LINES = {
    "name": (
        "Patient name: {last}, {first}",
        "Name: {full}",
        "Electronically signed by {full}, MD",
        "Dictated by: {full}, M.D.",
        "cc: Dr. {last2}",
        "Attending: {initial}. {last2}",
        "Mr. {last} was seen together with Dr. {full2}.",
        "Mrs. {last} asked for a copy of this report.",
        "The daughter, {first2}, will drive home.",
        "His wife {first2} was present during the talk.",
        "Ms. {full} understood the instructions. {first_again} will call back.",
        "DR. {LAST} was informed.",
        "Next of kin: {full2}",
        "Nurse {last2} gave the first dose.",
        "Results were discussed with {full2} by telephone.",
        "{full} tolerated the procedure well.",
    ),
    "date": (
        "Date of birth: {numeric}",
        "Admitted: {numeric}",
        "Seen on {written}.",
        "Surgery took place on {european}.",
        "Collected {iso}",
        "Last visit was in {month_year}.",
        "Stitches were removed on {short}.",
        "Reported: {dashed}",
        "The pain began in {month}.",
        "Due back the {ordinal}.",
        "Signed {dotted}",
    ),
    "location": (
        "Address: {street}, {city}, {state} {zip}",
        "Lives alone at {street} in {city}.",
        "{S} lives in {city} with a cat.",
        "Mail to {box}, {city}, {state} {zip}",
        "{S} moved here from {city} last year.",
        "Transferred from the hospital of {city}.",
    ),
    "age": (
        "A {old}-year-old resident of a nursing home.",
        "The mother died at the age of {old}.",
        "{S} is {old} years old and lives alone.",
        "This {old} y/o patient walks with a stick.",
        "{S} turned {old} last week.",
        "The patient, {old_words} years old, declined surgery.",
        "At {old} {s} still drives.",
    ),
    "record": (
        "MRN: {digits7}",
        "Medical record number {three}",
        "Hospital No. {hospital}",
        "Accession number {accession}",
        "Encounter ID {digits8}",
        "See also {specimen}.",
        "Chart #{digits7}",
        "Old records are under {digits7}.",
    ),
    "identifier": (
        "Policy number {policy}",
        "Member ID {member}",
        "DEA # {dea}",
        "NPI {npi}",
        "License plate {plate} was noted by the porter.",
        "Pacemaker serial number {device}",
        "Account no. {digits8}",
        "Driver's license number {licence}",
        "The pump, s/n {digits7}, was checked.",
        "Insurance card {member} was copied.",
    ),
    "phone": ("Telephone: {phone}", "Call {phone} with questions.", "Fax {phone}", "Reached at {phone} by the ward."),
    "email": ("E-mail: {email}", "Send the report to {email}.", "{email} is the preferred contact."),
    "ssn": ("SSN: {ssn}", "Social security number {ssn}", "{ssn} is on the card."),
    "url": ("Portal: {url}", "Pictures are at {url}.", "See {url} for the diary of the patient."),
    "ip": ("Logged in from {ip}.", "Remote monitor at {ip}", "Consent was given online (IP {ip})."),
}
DECOYS = (
    "Take {1/2} tablet of the white pills.",
    "Muscle strength was {4/5} in both arms.",
    "Pain was {8/10} at rest and {2/10} after the dose.",
    "History of {Hodgkin lymphoma}, now in remission.",
    "A {Foley catheter} was placed without difficulty.",
    "{Parkinson's disease} was diagnosed in {1998}.",
    "The {Babinski sign} was absent and {L4/5} was tender.",
    "Sequenced against {NM_000546} and enzyme {EC 2.7.11.1} was normal.",
    "Given {5/325 mg} every {4-6 hours} as needed.",
    "Margins are {0.2-0.4 cm} away, {3/17} nodes involved.",
    "The group of patients {90 and older} does as well as others.",
    "Follow for {95 days} and weigh {twice a week}.",
    "A {64-year-old} brother has the same complaint.",
    "Apgar scores were {8/9} and weight was {3.250 kg}.",
    "Point {4.1.2} of the protocol allows {1,250 mL} in {24 h}.",
    "In {2004} the {Mayo score} was {7}.",
    "{Crohn disease} and {Paget cells} were considered.",
    "Dose {2-3-2} of the taper, then {10-5-5 mg}.",
    "She {may 3} times a day use the spray, but not on {1/2} a lung.",
    "{Dr. Scholl's} pads did not help.",
)
SLOT = re.compile(r"\{([^{}]+)\}")
MARK = re.compile("\ue000([a-z]+)\ue001([^\ue002]*)\ue002")
OLD_WORDS = ("ninety-one", "ninety-four", "ninety", "ninety-eight", "one hundred and two")
# slots that are no personal data by themselves
FREE = frozenset({"state", "S", "s"})


def with_personal_data(generator: random.Random, text: str) -> tuple[str, list[dict[str, object]]]:
    """`text` with six to twelve lines that identify people, and what they are: `kind`, `text` and `start`."""
    values = _values(generator)
    lines = text.split("\n")
    for kind in (pick(generator, KINDS) for _ in range(6 + int(generator.random() * 7))):
        line = _filled(pick(generator, LINES[kind]), kind, values)
        if generator.random() < 0.5:
            values = _values(generator, values)
        # identifiers stand at the head, at the foot and between
        place = generator.random()
        lines.insert(0 if place < 0.35 else len(lines) if place < 0.6 else int(generator.random() * len(lines)), line)
    return _unmarked("\n".join(lines))


def with_decoys(generator: random.Random, text: str) -> tuple[str, list[dict[str, str]]]:
    """`text` with two to four lines of numbers and names that identify nobody, and what they are (`kind`, `text`)."""
    lines, found = text.split("\n"), []
    for line in generator.sample(DECOYS, 2 + int(generator.random() * 3)):
        found += [{"kind": "decoy", "text": slot} for slot in SLOT.findall(line)]
        lines.insert(1 + int(generator.random() * len(lines)), SLOT.sub(r"\1", line))
    return "\n".join(lines), found


def _filled(line: str, kind: str, values: dict[str, str]) -> str:
    """The line with its slots filled, and what identifies somebody marked."""

    def value(slot: re.Match[str]) -> str:
        found = values[slot[1]]
        return found if slot[1] in FREE else f"\ue000{kind}\ue001{found}\ue002"

    return SLOT.sub(value, line)


def _unmarked(marked: str) -> tuple[str, list[dict[str, object]]]:
    """The text without marks, and the kind, text and start of what was marked."""
    parts: list[str] = []
    found: list[dict[str, object]] = []
    end = length = 0
    for mark in MARK.finditer(marked):
        parts += [marked[end : mark.start()], mark[2]]
        length += mark.start() - end
        found.append({"kind": mark[1], "text": mark[2], "start": length})
        length += len(mark[2])
        end = mark.end()
    parts.append(marked[end:])
    return "".join(parts), found


def _digits(generator: random.Random, count: int) -> str:
    return "".join(str(int(generator.random() * 10)) for _ in range(count))


def _letters(generator: random.Random, count: int) -> str:
    return "".join(chr(65 + int(generator.random() * 26)) for _ in range(count))


def _values(generator: random.Random, patient: dict[str, str] | None = None) -> dict[str, str]:
    """A value for every slot; the patient of a note keeps the name."""
    day, month = 1 + int(generator.random() * 28), 1 + int(generator.random() * 12)
    year, name = 1930 + int(generator.random() * 94), MONTHS[month - 1]
    first, last = names.first_name(generator), names.surname(generator)
    if patient:
        first, last = patient["first"], patient["last"]
    first2, last2 = names.first_name(generator), names.surname(generator)
    female = generator.random() < 0.5
    number = 1 + int(generator.random() * 4000)
    way = pick(generator, ("Street", "Avenue", "Road", "Lane", "Drive", "Blvd"))
    flat = pick(generator, ("", "", f", Apt {1 + int(generator.random() * 40)}"))
    ordinal = {1: "1st", 2: "2nd", 3: "3rd", 21: "21st", 22: "22nd", 23: "23rd"}.get(day, f"{day}th")
    place = names.place(generator)
    return {
        "first": first,
        "first_again": first,
        "last": last,
        "full": f"{first} {last}",
        "first2": first2,
        "last2": last2,
        "full2": f"{first2} {last2}",
        "LAST": last.upper(),
        "initial": first2[0],
        "numeric": f"{month:02d}/{day:02d}/{year}",
        "written": f"{name} {day}, {year}",
        "european": f"{day} {name} {year}",
        "iso": f"{year}-{month:02d}-{day:02d}",
        "month_year": f"{name} {year}",
        "short": f"{month}/{day}",
        "dashed": f"{day:02d}-{name[:3]}-{year % 100:02d}",
        "month": name,
        "ordinal": f"{ordinal} of {name}",
        "dotted": f"{month}.{day}.{year % 100:02d}",
        "street": f"{number} {place} {way}{flat}",
        "city": names.place(generator),
        "state": pick(generator, STATES),
        "zip": f"{10000 + int(generator.random() * 89999)}",
        "box": f"P.O. Box {number}",
        "old": str(90 + int(generator.random() * 15)),
        "old_words": pick(generator, OLD_WORDS),
        "S": "She" if female else "He",
        "s": "she" if female else "he",
        "digits7": _digits(generator, 7),
        "digits8": _digits(generator, 8),
        "three": "-".join(_digits(generator, 2) for _ in range(3)),
        "hospital": "H" + _digits(generator, 7),
        "accession": f"S{_digits(generator, 2)}-{_digits(generator, 5)}",
        "specimen": f"SP-{_digits(generator, 2)}-{_digits(generator, 5)}",
        "policy": f"{_letters(generator, 3)}-{_digits(generator, 5)}",
        "member": _letters(generator, 3) + _digits(generator, 7),
        "dea": "B" + _letters(generator, 1) + _digits(generator, 7),
        "device": "PM" + _digits(generator, 7),
        "licence": _letters(generator, 1) + _digits(generator, 7),
        "plate": f"{1 + int(generator.random() * 9)}{_letters(generator, 3)}{_digits(generator, 3)}",
        "npi": "1" + _digits(generator, 9),
        "phone": personal.item(generator, "phone"),
        "email": personal.item(generator, "email"),
        "ssn": personal.item(generator, "ssn"),
        "url": pick(generator, ("https://", "www.", "http://www.")) + f"{last.lower()}.example.org/{first.lower()}",
        "ip": f"{pick(generator, ('192.0.2.', '198.51.100.', '203.0.113.'))}{10 + int(generator.random() * 240)}",
    }
