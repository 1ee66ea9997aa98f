"""Languages and the regions whose phone numbers their texts hold."""

from phonenumbers import SUPPORTED_REGIONS

from maskzoo.new.regions import REGIONS, regions_of


def test_regions_are_known_to_the_reader_of_numbers():
    assert {region for regions in REGIONS.values() for region in regions} <= set(SUPPORTED_REGIONS)


def test_codes_of_three_letters_and_of_countries_are_understood():
    assert regions_of("fr")[0] == regions_of("fra")[0] == "FR"
    assert regions_of("pt-BR")[:2] == ("BR", "PT")
    assert regions_of("tlh") == ("US",)
