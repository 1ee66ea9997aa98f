"""All domains in one picture: titles whole, headings bold, a legend of the roles."""

from maskzoo.reporting.pictures.errors import Line, figure_of
from tests.reporting.pictures.looked import assert_ticks_apart, svg

LONG = "Affinity of peptides for MHC class I (12 alleles), relatives kept on one side of the split, by rank"


def test_long_titles_have_two_lines_and_none_is_cut(tmp_path):
    lines = [
        Line("Protein", heading=True),
        Line(LONG, errors={"baseline": (1.0, 0.9, 1.1), "scratch": (2.0, 1.5, 2.6)}),
        Line("Solubility", errors={"baseline": (1.0, 0.9, 1.1), "adapted": (0.02, 0.01, 0.4)}),
    ]
    figure = figure_of(lines)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert [" ".join(label.split()) for label in labels] == ["Protein", LONG, "Solubility"]
    assert_ticks_apart(figure)
    text = svg(figure, tmp_path)
    assert all(f">{role}</text>" in text for role in ("baseline", "scratch", "adapted"))
    assert ">random</text>" not in text
