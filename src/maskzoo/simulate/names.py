"""Invented people, places and companies, dates and amounts: everything that changes from one document to the next."""

import random


def word_list(text: str) -> list[str]:
    """The words of a text, in order."""
    return text.split()


_FIRST = word_list("""
    Ada Alma Anton Arno Beata Bruno Carla Cedric Clara Conrad Dana Dora Edgar Elena Emil Erna Fabian Flora Frida
    Gideon Greta Hanno Hedda Hugo Ida Ilse Ivo Jana Jasper Judith Kaspar Klara Lars Lena Leopold Lucas Mara Marius
    Mila Nadia Nils Nora Olaf Otto Paula Petra Quentin Rafael Rita Rosa Rufus Sabine Silas Sonja Stella Tamara Theo
    Tilda Ulric Vera Viktor Wanda Willa Xaver Yara Zeno
""")
_SURNAME_START = word_list("""
    Al Bar Bel Ber Bran Cal Car Cor Dal Dar Den Dor El Fal Fen Fer Gar Gil Gor Hal Har Hol Jor Kal Kar Kel Lan Lor
    Mar Mel Mor Nor Or Pel Per Ran Ros Sal Sel Tar Tel Tor Val Ver Wal Wil Yar Zel
""")
_SURNAME_END = word_list("""
    bach berg bury by dale der dorf field ford gate ham hart holm ley lin low man mere mont ner son stad ton vik
    wood
""")
_PLACE_START = word_list("""
    Ash Birch Black Bridge Clay Cold Deer East Elm Fair Glen Green Grey High Iron Kings Lake Long Mill New North Oak
    Red River Salt Silver South Stone West White
""")
_PLACE_END = word_list("""
    borough bourne bridge brook burgh cliff combe cross dale ford haven hurst mouth port stead ton wick worth
""")
_FIRM_FIRST = word_list("""
    Amber Anchor Apex Arbor Atlas Aurora Beacon Bluebell Boulder Bright Canyon Cedar Cobalt Comet Copper Coral Crane
    Crescent Delta Eagle Ember Falcon Fern Fjord Garnet Glacier Granite Harbour Hazel Heron Horizon Indigo Ivory
    Jade Juniper Kestrel Lantern Larch Linden Lotus Maple Marble Meridian Mosaic Nimbus Nova Olive Onyx Opal Orchid
    Osprey Pebble Pinnacle Polar Prism Quartz Raven Ridge Sable Saffron Sequoia Sierra Summit Swift Tidal Topaz
    Tundra Umber Vector Velvet Verdant Willow Zenith Zephyr
""")
_FIRM_SECOND = word_list("""
    Analytics Aviation Bakeries Biotech Brewing Builders Capital Carriers Ceramics Chemicals Components Consulting
    Dairy Design Diagnostics Dynamics Electric Energy Engineering Estates Fabrics Farms Foods Forestry Foundry
    Freight Furniture Gases Glass Hotels Imaging Instruments Insurance Labs Leasing Lighting Logistics Machines
    Marine Materials Media Metals Mills Mining Motors Networks Optics Packaging Paper Pharma Plastics Power Press
    Printing Properties Publishing Rail Recycling Robotics Security Sensors Shipping Software Steel Storage Studios
    Systems Telecom Textiles Timber Tools Toys Trading Transport Turbines Ventures Water Wines Works
""")
_FIRM_FORM = ("Ltd", "Inc", "LLP", "GmbH", "Corporation", "Limited", "Company", "Group", "AG", "Partners")
MONTHS = word_list("""
    January February March April May June July August September October November December
""")
_CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CAD")
NUMBERS = word_list("""
    two three four five six seven eight nine ten eleven twelve fourteen fifteen eighteen twenty twenty-one thirty
    forty forty-five sixty ninety
""")


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
