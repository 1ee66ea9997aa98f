"""A recipe may be laid over its group's, a scale over another; an error names the file that has to be mended."""

from pathlib import Path

import pytest

from maskzoo.errors import UserError
from maskzoo.recipe.load import against, read_recipe, scales

GROUP = """
summary: Shared.
training: {dropout: 0.0}
release: {name: shared, variants: [scratch]}
scales:
  demo:
    corpus:
      sources:
        invented: {glob: "*.txt", licence: Apache-2.0, read: {format: txt, unit: line}}
      cleaning: {min_words: 3, language: {keep: [tn]}}
    tokenizers: {own: {design: bpe, vocab_size: 300}}
    bases: {fresh: {architecture: modernbert}}
    variants: {scratch: {base: fresh, tokenizer: own}}
    training: {steps: 7}
"""
OWN = """
extends: ../group.yaml
title: Own
languages: [tn]
scales:
  demo:
    corpus: {cleaning: {min_words: 4}}
    release: {name: own}
  leaky:
    extends: demo
    corpus: {decontamination: off, cleaning: {language: off}}
    training: {steps: 9}
"""
DOMAIN = Path("domains/group/own")


@pytest.fixture
def own(zoo):
    DOMAIN.mkdir(parents=True)
    (DOMAIN / "a.txt").write_text("Dumela rra\n")
    (DOMAIN / "domain.yaml").write_text(OWN)
    (DOMAIN.parent / "group.yaml").write_text(GROUP)
    return DOMAIN


def edit(file, old, new):
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))


def refusal(scale="demo"):
    with pytest.raises(UserError) as caught:
        read_recipe(DOMAIN, scale)
    return str(caught.value)


def test_a_domain_is_laid_over_its_group_scale_by_scale(own):
    recipe = read_recipe(own, "demo")
    assert (recipe.title, recipe.summary, recipe.release.name) == ("Own", "Shared.", "own")
    assert (recipe.corpus.cleaning.min_words, recipe.corpus.cleaning.language.keep) == (4, ("tn",))
    assert (recipe.variants["scratch"].training.steps, recipe.variants["scratch"].training.dropout) == (7, 0.0)


def test_a_scale_is_laid_over_the_one_it_extends_and_off_takes_a_step_out(own):
    assert scales(own) == ["demo", "leaky"]
    demo, leaky = read_recipe(own, "demo"), read_recipe(own, "leaky")
    assert (demo.corpus.decontamination is None, leaky.corpus.decontamination) == (False, None)
    assert "language" not in leaky.corpus.cleaning.sections
    assert leaky.corpus.cleaning.min_words == 4
    assert leaky.variants["scratch"].training.steps == 9
    assert leaky.corpus.sources == demo.corpus.sources


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("group.yaml", "glob:", "glub:", "group/group.yaml: corpus.sources.invented.glub"),
        ("group.yaml", "steps: 7", "steps: x", "group/group.yaml: variants.scratch.training.steps: 'x'"),
        ("own/domain.yaml", "steps: 9", "steps: x", "own/domain.yaml: variants.scratch.training.steps: 'x'"),
        ("own/domain.yaml", "title: Own", "titel: Own", "own/domain.yaml: titel"),
        ("group.yaml", "Apache-2.0", "Apache-7.0", "group/group.yaml: corpus.sources.invented.licence"),
        ("group.yaml", "[tn]", "[gsw]", "group/group.yaml: corpus.cleaning.language.keep: unknown language"),
        ("own/domain.yaml", "../group.yaml", "../grup.yaml", "own/domain.yaml: extends: no file '../grup.yaml'"),
        ("own/domain.yaml", "extends: demo", "extends: dmo", "own/domain.yaml: scales.leaky.extends: unknown scale"),
        ("own/domain.yaml", "extends: demo", "extends: leaky", "extends, in the end, itself"),
        ("group.yaml", "summary:", "extends: x.yaml\nsummary:", "group/group.yaml: extends: is extended itself"),
        ("group.yaml", "summary:", "name: x\nsummary:", "group/group.yaml: unknown key 'name'"),
    ],
)
def test_an_error_names_the_file_that_has_to_be_mended(own, file, old, new, said):
    edit(own.parent / file, old, new)
    scale = "leaky" if "leaky" in (new, old) or "steps: 9" in old else "demo"
    assert said in refusal(scale)


def test_what_a_base_must_stay_clear_of_is_named_by_domain_or_group(own):
    edit(DOMAIN / "domain.yaml", "cleaning: {min_words: 4}", "decontamination: {against: [general, group, legal]}")
    assert against(read_recipe(own, "demo")) == ["general", "legal"]  # a group without the domain itself
    assert against(read_recipe(own, "leaky")) == []
    edit(DOMAIN / "domain.yaml", "general,", "genral,")
    assert "own/domain.yaml: corpus.decontamination.against: unknown domain 'genral'" in refusal()
    assert "did you mean 'general'?" in refusal()
