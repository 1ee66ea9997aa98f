"""How many of the phone numbers of a region are found among numbers that are none: at least 95 of a hundred, both ways.

The same figures, as docs/privacy.md tells them: `python -m tests.documents.test_privacy_regions`.
"""

import random
from collections.abc import Iterator

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from maskzoo.documents.privacy import find

# region -> what announces a number there
CUES = {
    "US": ("Call us at {}.", "Phone: {}"),
    "GB": ("Ring {} for details.", "Tel. {}"),
    "CA": ("Contact {} by phone.", "Fax: {}"),
    "FR": ("Joindre le secrétariat au {}.", "Tél. : {}"),
    "DE": ("Rufen Sie {} an.", "Telefon {}"),
    "ES": ("Llame al {}.", "Teléfono: {}"),
    "IT": ("Chiamare il {}.", "Tel. {}"),
    "NL": ("Bel {} voor meer.", "Telefoon: {}"),
    "PL": ("Kontakt telefoniczny: {}", "tel. {}"),
    "BR": ("Ligue para {}.", "Telefone: {}"),
    "NG": ("Call {} today.", "Phone: {}"),
    "ZA": ("Call {} today.", "Tel: {}"),
    "BW": ("Mogala: {}", "Tel: {}"),
    "KE": ("Piga simu {}.", "Simu: {}"),
    "SK": ("Telefón: {}", "Mobil {}"),
    "CH": ("Telefon {}", "Tél. {}"),
    "RU": ("Телефон: {}", "тел. {}"),
}
OTHER = (
    "In {a} wurden {b} Fälle gezählt.",
    "| {c} | {d} {e} | {f} |",
    "{c} {d} {b}",
    "Article L. {c}-{c2}-2 du code, {a}-{a2}",
    "sections {c}.{c2}.{c3} and {d}",
    "{d},{e} euros and {c}.{c2} percent",
    "order {long} of {a}-0{m}-1{m}",
    "{c} {d} {e} 000 dollars",
    "ISBN 978-{m}-{d}-{b}-{m}",
    "NC_{long}.{m} chr{m}:{long}-{long}",
)


def numbers(region: str, count: int, draw: random.Random) -> Iterator[str]:
    """Valid numbers as people of the region write them, national and with the country's code."""
    kinds = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
    while count:
        example = phonenumbers.example_number_for_type(region, draw.choice(kinds))
        digits = str(example.national_number)
        example.national_number = int(digits[:-5] + "".join(draw.choices("0123456789", k=5)))
        if phonenumbers.is_valid_number_for_region(example, region):
            form = draw.choice([*[PhoneNumberFormat.NATIONAL] * 2, PhoneNumberFormat.INTERNATIONAL])
            written = phonenumbers.format_number(example, form)
            if not written.isdigit():  # a bare run of digits is never taken for one
                count -= 1
                yield written


def other(draw: random.Random) -> str:
    """A line with numbers that nobody can call."""

    def below(low: int, high: int) -> int:
        return draw.randrange(low, high)

    values = {"a": below(1900, 2030), "a2": below(1900, 2030), "b": below(1000, 9999), "m": below(1, 10)}
    values |= {name: below(100, 999) for name in ("c", "c2", "c3", "d", "e", "f")}
    return draw.choice(OTHER).format(**values, long=below(10**9, 10**10))


def measured(region: str) -> tuple[float, float]:
    """Precision and recall on 200 numbers among 400 lines of others."""
    draw = random.Random(region)
    planted, lines, place = set(), [], 0
    for written in numbers(region, 200, draw):
        line = draw.choice(CUES[region]).replace("{}", "\0")
        start = place + line.index("\0")
        planted.add((start, start + len(written)))
        lines += [line.replace("\0", written), other(draw), other(draw)]
        place += sum(len(one) + 1 for one in lines[-3:])
    text = "\n".join(lines)
    found = {(one.start, one.end) for one in find(text, ("phone", "ssn"), (region,))}
    return len(found & planted) / max(1, len(found)), len(found & planted) / len(planted)


@pytest.mark.parametrize("region", CUES)
def test_numbers_of_a_region_are_found_and_others_stay(region: str) -> None:
    precision, recall = measured(region)
    assert precision >= 0.95
    assert recall >= 0.95


if __name__ == "__main__":
    print("| region | precision | recall |\n| --- | --- | --- |")
    for name in CUES:
        print("| {} | {:.3f} | {:.3f} |".format(name, *measured(name)))
