"""`probes:` of a recipe and suites of `probes/`: what is read, laid over, and refused with file and key."""

import pytest

from maskzoo.errors import UserError
from maskzoo.recipe.load import read_recipe

SUITE = """
probe: minimal_pairs
title: Pairs
data: {simulated: pairs.jsonl, licence: MIT, read: {format: jsonl, text: [good], fields: {bad: bad, kind: kind}}}
paradigm: kind
"""


@pytest.fixture
def general(zoo):
    """The domain general; what its demo says of probes is changed by `write`."""
    (zoo / "probes/own.yaml").write_text(SUITE)
    file = zoo / "domains/general/domain.yaml"
    text = file.read_text()
    old = "probes: [pseudo_perplexity, planted_errors]"
    assert text.count(old) == 1

    def write(probes: str, suite: str = SUITE):
        file.write_text(text.replace(old, f"probes: {probes}" if probes else ""))
        (zoo / "probes/own.yaml").write_text(suite)
        return read_recipe(zoo / "domains/general").probes

    return write


def test_a_recipe_names_suites_or_lays_keys_over_them(general):
    assert list(general("[pseudo_perplexity, own]")) == ["pseudo_perplexity", "own"]
    found = general("{own: {limit: 7}, twice: {suite: own, masking: original}}")
    assert {name: suite.title for name, suite in found.items()} == {"own": "Pairs", "twice": "Pairs"}
    assert (found["own"].limit, found["own"].masking) == (7, "within_word_l2r")
    assert (found["twice"].limit, found["twice"].masking) == (None, "original")
    assert found["own"].data.read.fields == {"bad": "bad", "kind": "kind"}


def test_pseudo_perplexity_alone_is_measured_where_nothing_is_said(general):
    assert list(general("")) == ["pseudo_perplexity"]
    assert list(general("[own]")) == ["own"]


@pytest.mark.parametrize(
    ("probes", "said"),
    [
        ("[blipm]", "domains/general/domain.yaml: probes.blipm: unknown suite 'blipm'"),
        ("[blipm]", "did you mean 'blimp'?"),
        ("[minimal_pairs]", "probes.minimal_pairs: unknown suite 'minimal_pairs'"),
        ("[own, own]", "probes: names 'own' twice"),
        ("[{own: 3}]", "expected names of suites, or a mapping of names to their keys"),
        ("own", "probes: 'own'; expected a list of suites"),
        ("{own: 3}", "probes.own: 3; expected keys that are laid over the suite"),
        ("{own: {limt: 3}}", "domain.yaml: probes.own.limt: unknown key 'limt'"),
        ("{pseudo_perplexity: {suite: own}}", "probes.pseudo_perplexity: is a suite of minimal_pairs"),
        ("{own: {limt: 3}}", "did you mean 'limit'?"),
        ("{own: {limit: 0}}", "domain.yaml: probes.own.limit: 0"),
        ("{own: {file: x}}", "unknown key 'file'"),
        ("{own: {probe: pseudo_perplexity}}", "probes.own.probe: a suite keeps its kind"),
        ("{other: {suite: owm}}", "domain.yaml: probes.other.suite: unknown suite 'owm'"),
        ("{topic: {suite: own}}", "probes.topic: 'topic' names both a task and a probe"),
        ("{forgetting: {suite: own}}", "names both a folder of results and a probe"),
        ("{pseudo_perplexity: {limit: 3}}", "probes.pseudo_perplexity.limit: has no groups of items to limit"),
        ("{'a b': {suite: own}}", "expected a name of letters, digits, - and _"),
    ],
)
def test_what_cannot_be_is_refused_in_the_recipe(general, probes, said):
    with pytest.raises(UserError) as caught:
        general(probes)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("minimal_pairs", "minimal_pears", "own.yaml: probe: unknown probe 'minimal_pears'"),
        ("probe: minimal_pairs\n", "", "own.yaml: probe: is missing"),
        ("paradigm: kind", "paradgim: kind", "own.yaml: paradgim: unknown key 'paradgim'"),
        ("paradigm: kind", "paradigm: knd", "own.yaml: paradigm: unknown field 'knd'"),
        ("format: jsonl", "format: jsnol", "own.yaml: data.read.format"),
        ("licence: MIT", "licence: MITT", "own.yaml: data.licence"),
        ("simulated: pairs.jsonl", "files: absent.csv", "own.yaml: data.files: no file 'absent.csv'"),
        ("simulated: pairs.jsonl", "url: https://example.org/x", "a url needs its sha256"),
        ("paradigm: kind", "chance: high", "own.yaml: chance"),
        ("paradigm: kind", "published: [{model: x, value: 1}]", "own.yaml: published.0.source: is missing"),
        ("data: {", "dat: {", "own.yaml: dat: unknown key 'dat'"),
        (
            SUITE,
            "probe: pseudo_perplexity\n" + SUITE.splitlines()[3],
            "data: pseudo_perplexity reads no data of its own",
        ),
        (SUITE, "probe: minimal_pairs\n", "own.yaml: data: is missing"),
    ],
)
def test_what_cannot_be_is_refused_in_the_suite_by_its_own_file(general, old, new, said):
    assert old in SUITE
    with pytest.raises(UserError) as caught:
        general("[own]", SUITE.replace(old, new))
    assert said in str(caught.value)


def test_a_broken_suite_disturbs_only_who_names_it(general):
    assert list(general("[pseudo_perplexity]", "probe: nothing")) == ["pseudo_perplexity"]
