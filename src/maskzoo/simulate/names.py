"""Invented people, places and companies, dates and amounts: everything that changes from one document to the next."""

import random

from maskzoo.simulate.words import words_of


def word_list(text: str) -> list[str]:
    """The words of a text, in order."""
    return text.split()


_FIRST = word_list(words_of("names.first"))
_SURNAME_START = word_list(words_of("names.surname_start"))
_SURNAME_END = word_list(words_of("names.surname_end"))
_PLACE_START = word_list(words_of("names.place_start"))
_PLACE_END = word_list("""
    borough bourne bridge brook burgh cliff combe cross dale ford haven hurst mouth port stead ton wick worth
""")
_FIRM_FIRST = word_list(words_of("names.firm_first"))
_FIRM_SECOND = word_list(words_of("names.firm_second"))
_FIRM_FORM = ("Ltd", "Inc", "LLP", "GmbH", "Corporation", "Limited", "Company", "Group", "AG", "Partners")
MONTHS = word_list("""
    January February March April May June July August September October November December
""")
_CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CAD")
NUMBERS = word_list(words_of("names.numbers"))


def pick(generator: random.Random, options: list[str] | tuple[str, ...]) -> str:
    """One of the options; several times as fast as `Random.choice`."""
    return options[int(generator.random() * len(options))]


def surname(generator: random.Random) -> str:
    return pick(generator, _SURNAME_START) + pick(generator, _SURNAME_END)


def person(generator: random.Random) -> str:
    return f"{pick(generator, _FIRST)} {surname(generator)}"


def first_name(generator: random.Random) -> str:
    return pick(generator, _FIRST)


def place(generator: random.Random) -> str:
    return pick(generator, _PLACE_START) + pick(generator, _PLACE_END)


def company(generator: random.Random) -> str:
    """For example `Cedar Optics Ltd`, `Larch & Marlow Foods GmbH`, `Tarham Freight Inc`."""
    shape = generator.random()
    second, form = pick(generator, _FIRM_SECOND), pick(generator, _FIRM_FORM)
    if shape < 0.6:
        return f"{pick(generator, _FIRM_FIRST)} {second} {form}"
    if shape < 0.85:
        return f"{surname(generator)} {second} {form}"
    return f"{pick(generator, _FIRM_FIRST)} & {surname(generator)} {second} {form}"


def date(generator: random.Random) -> str:
    day, year = 1 + int(generator.random() * 28), 1990 + int(generator.random() * 45)
    month = pick(generator, MONTHS)
    return f"{day} {month} {year}" if generator.random() < 0.7 else f"{month} {day}, {year}"


def amount(generator: random.Random) -> str:
    value = int(10 ** (2.3 + generator.random() * 4.2))
    value -= value % (50 if value > 1000 else 5)
    return f"{pick(generator, _CURRENCIES)} {value:,}"
