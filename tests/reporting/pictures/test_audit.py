"""The audit's picture: the audited tokenizer in a colour of its own, every value written."""

from maskzoo.reporting.pictures.audit import PANELS, figure_of
from tests.reporting.pictures.looked import assert_inside, assert_ticks_apart, svg


def measures(scale, languages=()):
    one = {key: scale * (0.5 if "share" in key or "rate" in key else 3) for key, _, _ in PANELS}
    return {**one, "by_language": {language: one for language in languages}}


def test_all_tokenizers_and_languages_are_named_and_nothing_leaves_the_picture(tmp_path):
    found = {
        "tokenizer": "own",
        "measures": {
            name: measures(scale, ("de", "fr")) for name, scale in (("own", 1.0), ("a_long_name_of_a_base (base)", 1.4))
        },
        "sample": {"documents": 65, "splits": ["validation", "test"]},
    }
    figure = figure_of(found)
    assert_ticks_apart(figure)
    assert_inside(figure)
    text = svg(figure, tmp_path)
    assert ">Tokenizer own on 65 documents (validation and test)</text>" in text
    assert text.count(">4.20</text>") == 2 * 3, "two measures of the base, for all and two languages"
