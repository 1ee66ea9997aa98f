"""Invented personal data that is valid in form, and decoys that resemble it and must stay.

Telephone numbers come from ranges set aside for fiction, addresses from reserved example domains; account numbers have
right check digits but belong to no bank that exists.
"""

import random

from stdnum.iso7064 import mod_97_10

from maskzoo.simulate import names
from maskzoo.simulate.names import pick

KINDS = ("email", "phone", "iban", "ssn")
DECOYS = ("section", "amount", "iban", "years", "order", "ssn")
_LINES = {
    "email": (
        "{who} can be reached at {what} on weekdays.",
        "Write to {who} in {where}: {what}.",
        "Contact: {who}, {what}",
    ),
    "phone": (
        "{who} in {where} answers the telephone under {what}.",
        "Call {who} on {what} before noon.",
        "Telephone of {who}: {what}",
    ),
    "iban": (
        "{who} asks for a transfer to the account {what} in {where}.",
        "Account of {who}: {what}",
        "The deposit goes to {what}, held by {who}.",
    ),
    "ssn": (
        "{who} of {where} gave the social security number {what}.",
        "Social security number of {who}: {what}",
        "SSN {what} belongs to {who}.",
    ),
}
_DECOY_LINES = {
    "section": ("{who} refers to point {what} of the handbook of {where}.",),
    "amount": ("{who} counted {what} in the till of {where}.",),
    "iban": ("{who} mistyped the account as {what}, which the bank in {where} refused.",),
    "years": ("{who} lived in {where} in the years {what}.",),
    "order": ("{who} filed the order {what} in {where}.",),
    "ssn": ("{who} printed the sample form of {where} with the number {what}.",),
}


def item(generator: random.Random, kind: str) -> str:
    """One piece of personal data of a kind of `KINDS`."""
    return {"email": _email, "phone": _phone, "iban": _iban, "ssn": _ssn}[kind](generator)


def decoy(generator: random.Random, kind: str) -> str:
    """One decoy of a kind of `DECOYS`."""
    if kind == "section":
        return ".".join(str(1 + int(generator.random() * 19)) for _ in range(3))
    if kind == "amount":
        return names.amount(generator) + ".50"
    if kind == "iban":
        good = _iban(generator).replace(" ", "")
        return good[:2] + f"{(int(good[2:4]) + 1) % 97:02d}" + good[4:]
    if kind == "years":
        start = 1900 + int(generator.random() * 80)
        return f"{start}-{start + 1 + int(generator.random() * 20)}"
    if kind == "order":
        return f"PO-{2000 + int(generator.random() * 30)}-{_digits(generator, 5)}"
    return f"000-{1 + int(generator.random() * 98):02d}-{1 + int(generator.random() * 9998):04d}"


def line(generator: random.Random, kind: str, what: str, *, is_decoy: bool = False) -> str:
    """A sentence around an item or decoy."""
    template = pick(generator, (_DECOY_LINES if is_decoy else _LINES)[kind])
    return template.format(who=names.person(generator), where=names.place(generator), what=what)


def _digits(generator: random.Random, count: int) -> str:
    return "".join(str(int(generator.random() * 10)) for _ in range(count))


def _email(generator: random.Random) -> str:
    first, last = names.first_name(generator).lower(), names.surname(generator).lower()
    local = pick(
        generator, (f"{first}.{last}", f"{first[0]}{last}", f"{last}{_digits(generator, 2)}", f"{first}+{last}")
    )
    host = pick(
        generator, ("example.com", "example.org", "example.net", f"{names.place(generator).lower()}.example.com")
    )
    return f"{local}@{host}"


def _phone(generator: random.Random) -> str:
    area = pick(generator, ("202", "212", "303", "312", "415", "503", "617", "713"))
    last = "01" + _digits(generator, 2)
    shapes = (
        f"({area}) 555-{last}",
        f"{area}-555-{last}",
        f"{area}.555.{last}",
        f"+1 {area} 555 {last}",
        f"+44 20 7946 0{_digits(generator, 3)}",
        f"+49 30 23125 {_digits(generator, 3)}",
    )
    return pick(generator, shapes)


def _iban(generator: random.Random) -> str:
    country = pick(generator, ("DE", "GB", "NL", "AT"))
    letters = "".join(chr(65 + int(generator.random() * 26)) for _ in range(4))
    length = {"DE": 18, "GB": 14, "NL": 10, "AT": 16}[country]
    account = (letters if country in ("GB", "NL") else "") + _digits(generator, length)
    compact = country + mod_97_10.calc_check_digits(account + country) + account
    if generator.random() < 0.5:
        return compact
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def _ssn(generator: random.Random) -> str:
    area, group = 800 + int(generator.random() * 100), 1 + int(generator.random() * 98)
    return f"{area}-{group:02d}-{1 + int(generator.random() * 9998):04d}"
