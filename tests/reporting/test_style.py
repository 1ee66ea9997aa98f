"""One look: colours of models, ticks that do not touch, paper and ink of a dark page, titles as they are."""

import re

import pytest

from maskzoo.reporting import style
from tests.reporting.pictures.looked import assert_ticks_apart, svg


def test_a_model_has_one_colour_whatever_else_is_drawn():
    encoders = [("general", "base"), ("scratch", "scratch"), ("full", "adapted"), ("lora", "adapted")]
    found = style.colours_of([("tfidf", "baseline"), *encoders])
    assert (found["general"], found["scratch"], found["full"]) == (style.BLUE, style.ORANGE, style.VERMILION)
    assert len(set(found.values())) == 5
    assert style.colours_of(encoders) == {name: found[name] for name, _ in encoders}, "baselines take none away"


@pytest.mark.parametrize(
    ("low", "high"), [(0.9, 1.6), (1, 20), (700, 2400), (0.1, 90), (12, 3e5), (1, 1e13), (1e4, 2e8), (2e11, 7e12)]
)
def test_ticks_of_a_logarithmic_axis_are_few_round_and_apart(low, high):
    figure, axes = style.new_figure(3.2, 1.5)
    style.logarithmic(axes.xaxis, low, high)
    shown = [label.get_text() for label in axes.get_xticklabels()]
    assert 1 <= len(shown) <= style.MOST_TICKS
    assert len(set(shown)) == len(shown)
    assert_ticks_apart(figure)


@pytest.mark.parametrize("title", [r"$\frac$", "$x", "a_{b}^$c$", "100 % <b>&amp;"])
def test_a_title_is_no_formula_and_no_tag(title, tmp_path):
    figure, axes = style.new_figure()
    axes.set_title(title)
    axes.plot([0, 1], [0, 1], label=title)
    axes.legend()
    escaped = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert svg(figure, tmp_path).count(f">{escaped}</text>") == 2


def test_paper_and_ink_change_on_a_dark_page(tmp_path):
    figure, axes = style.new_figure()
    axes.plot([0, 1], [0, 1], color=style.BLUE)
    text = svg(figure, tmp_path)
    assert "@media (prefers-color-scheme: dark)" in text
    used = {found.upper() for found in re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", text)}
    assert used <= {*style.ON_DARK, *style.COLOURS}, "every colour is one of data, or has one for dark pages"


def test_long_titles_are_wrapped_and_never_cut():
    title = "Affinity of peptides for MHC class I (12 alleles), relatives kept on one side of the split"
    assert style.wrapped(title, 40).replace("\n", " ") == title
    assert max(map(len, style.wrapped(title, 40).splitlines())) <= 40
