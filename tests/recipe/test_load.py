"""A recipe is refused before anything runs: file, key path, value, what was expected, the nearest valid name."""

from pathlib import Path

import pytest

from maskzoo.cli import main
from maskzoo.errors import UserError, unknown_name
from maskzoo.recipe.folders import domains
from maskzoo.recipe.load import read_recipe, scales

LEGAL = Path("domains/legal")


def edit(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def refusal(scale="demo"):
    with pytest.raises(UserError) as caught:
        read_recipe(LEGAL, scale)
    return str(caught.value)


@pytest.mark.parametrize("name", ["general", "legal"])
def test_every_domain_of_the_zoo_is_in_order_at_every_scale(zoo, name):
    folder = Path("domains") / name
    assert {"demo", "small", "full"} <= set(scales(folder))
    for scale in scales(folder):
        assert read_recipe(folder, scale).name == name


def test_a_scale_overlays_the_shared_part(zoo):
    demo, small = read_recipe(LEGAL, "demo"), read_recipe(LEGAL, "small")
    assert demo.title == small.title
    assert demo.languages == ("en",)
    assert small.languages == ("en", "fr")
    assert demo.variants["scratch"].training.steps != small.variants["scratch"].training.steps


def test_training_defaults_reach_every_variant_and_variants_win(zoo):
    variants = read_recipe(LEGAL, "small").variants
    assert variants["scratch"].training.dropout == variants["minilm_adapted"].training.dropout == 0.0
    assert variants["minilm_adapted"].training.steps != variants["scratch"].training.steps


def test_a_null_in_an_overlay_removes_a_key(zoo):
    edit(LEGAL / "domain.yaml", "  demo: #", "  demo:\n    summary: null\n    #")
    assert "summary" in refusal()


def test_compared_models_are_the_bases_then_the_variants(zoo):
    assert read_recipe(LEGAL, "small").compared == ("general", "minilm", "scratch", "adapted", "minilm_adapted")


@pytest.mark.parametrize(
    ("old", "new", "key", "near"),
    [
        ("masking:\n  policy: uniform", "masking:\n  polcy: uniform", "masking.polcy", "'policy'"),
        ("policy: uniform", "policy: unifrom", "masking.policy", "'uniform'"),
        ("design: wordpiece", "design: wordpeice", "tokenizers.legal.design", "'wordpiece'"),
        ("adapted: {base: general,", "adapted: {base: generl,", "variants.adapted.base", "'general'"),
        ("domain: general", "domain: genral", "bases.general.domain", "'general'"),
        ("generator: legal", "generator: legall", "simulate.generator", "'legal'"),
        ("architecture: modernbert", "architecture: modernbrt", "bases.fresh.architecture", "'modernbert'"),
        ("variants: [adapted]", "variants: [adaptd]", "release.variants", "'adapted'"),
        ("metric: macro_f1", "metric: macro_f2", "metric", "'macro_f1'"),
        ("format: jsonl", "format: jsnl", "read.format", "'jsonl'"),
        ("title: Legal", "titel: Legal", "titel", "'title'"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest_right_one(zoo, old, new, key, near):
    edit(LEGAL / "domain.yaml", old, new)
    message = refusal()
    assert "domains/legal/domain.yaml" in message
    assert key in message
    assert f"did you mean {near}?" in message


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("steps: 200", "steps: many", ["training.steps", "'many'", "integer"]),
        ("steps: 200", "steps: -1", ["training.steps", "-1", "greater than or equal to 0"]),
        ("steps: 200", "budget: {tokens: 0}", ["training.budget.tokens", "0", "greater than 0"]),
        ("steps: 200", "budget: {token: 9}", ["unknown key 'token'", "did you mean 'tokens'?"]),
        ("steps: 200", "budget: {tokens: 9, flops: 9}", ["training.budget", "exactly one of", "tokens, flops"]),
        ("steps: 200", "steps: 200, budget: {flops: 9}", ["training: steps and a budget exclude each other"]),
        ("steps: 200", "steps: 200, schedule: clm_detuor", ["training.schedule", "did you mean 'clm_detour'?"]),
        ("steps: 200", "steps: 200, optimiser: muom", ["training.optimiser", "unknown", "did you mean 'muon'?"]),
        ("steps: 200", "steps: 200, schedule: []", ["training.schedule: []", "at least one phase"]),
        (
            "steps: 200",
            "steps: 200, schedule: [{objective: cln}]",
            ["training.schedule.0.objective: unknown objective 'cln'", "did you mean 'clm'?"],
        ),
        ("steps: 200", "steps: 200, schedule: [{share: 0}]", ["training.schedule.0.share", "greater than 0"]),
        ("steps: 200", "steps: 200, schedule: [{shape: 1}]", ["training.schedule.0.shape", "did you mean 'share'?"]),
        (
            "steps: 200",
            "steps: 200, schedule: [{curve: {warmup: 0.8, decay: 0.8}}]",
            ["training.schedule.0.curve: warmup + decay exceed 1"],
        ),
        (
            "steps: 200",
            "steps: 200, schedule: [{masking: {policy: unifrom}}]",
            ["training.schedule.0.masking.policy: unknown masking policy", "did you mean 'uniform'?"],
        ),
        ("rate: 0.15", "rate: 1.5", ["masking.rate", "1.5", "less than 1"]),
        ("metric: entity_f1", "metric: accuracy", ["tasks.entities", "entity_f1 or token_accuracy"]),
        ("batch_size: 32", "batch_size: 32, micro_batch_size: 5", ["micro_batch_size 5 does not divide"]),
        ("{reuse: general}", "{reuse: general, design: bpe}", ["tokenizers.general", "exactly one of"]),
        ("{reuse: general}", "{reuse: fresh}", ["tokenizers.general.reuse", "no tokenizer"]),
        ("{reuse: general}", "general", ["tokenizers.general", "'general'", "expected a mapping"]),
        ("training: {steps", "training: fast\n    # {steps", ["training: 'fast' is no mapping"]),
        ("rate: 0.15", "rate: 0", ["masking.rate", "0", "greater than 0"]),
        ("rate: 0.15", "rate: 0.6\n  schedule: linear", ["masking", "schedule linear of rate 0.6 goes up to 1.2"]),
        ("rate: 0.15", "final_rate: 0.2", ["masking", "schedule to_final and final_rate go together"]),
        ("rate: 0.15", "corruption: brt", ["masking.corruption", "brt"]),
        ("rate: 0.15", "corruption: {mask: 0.8, random: 0.5}", ["masking.corruption", "mask + random exceed 1"]),
        ("rate: 0.15", "rate: 0.4\n  corruption_rate: 1.2", ["masking.corruption_rate", "less than 1"]),
        ("rate: 0.15", "uint: block", ["masking.uint: unknown key 'uint'"]),
        ("policy: uniform", "policy: whole_word\n  uint: block", ["masking.uint", "did you mean 'unit'?"]),
        (
            "policy: uniform",
            "policy: whole_word\n  unit: line",
            ["masking.unit", "'line'", "one of block, token, word"],
        ),
        ("policy: uniform", "policy: whole_word\n  block: 1", ["masking.block: 1", "greater than or equal to 2"]),
        ("policy: uniform", "policy: part_of_speech", ["variants.scratch.masking.tagger: is missing"]),
        (
            "policy: uniform",
            "policy: part_of_speech\n  tagger: {task: entites}",
            ["variants.scratch.masking.tagger.task: unknown task 'entites'", "did you mean 'entities'?"],
        ),
        (
            "policy: uniform",
            "policy: part_of_speech\n  tagger: {task: clause_type}",
            ["masking.tagger.task: 'clause_type' is a task of sequence_classification", "with a tag a word"],
        ),
        (
            "policy: uniform",
            "policy: part_of_speech\n  tagger: {taks: entities}",
            ["masking.tagger.taks: unknown key 'taks'", "did you mean 'task'?"],
        ),
        (
            "policy: uniform",
            "policy: linguistic_entity\n  taggers: [{lexicon: names.csv}]",
            ["masking.taggers.0.lexicon: no file 'names.csv'"],
        ),
        (
            "policy: uniform",
            "policy: linguistic_entity\n  taggers: [{task: entities, folder: x}]",
            ["masking.taggers.0: exactly one of task, lexicon, folder, got task, folder"],
        ),
        (
            "policy: uniform",
            "policy: self_evolution",
            [
                "variants.scratch.masking.policy",
                "'fresh' has random weights",
                "expected a variant whose base was trained",
            ],
        ),
        ("policy: uniform", "policy: span\n  success: 1.2", ["masking.success: 1.2", "less than 1"]),
        (
            "policy: uniform",
            "policy: whole_word\n  corruption_rate: 0.05",
            ["masking.corruption_rate", "hides whole groups of tokens"],
        ),
        ("masking:\n", "masking: [uniform]\nevaluation:\n", ["masking: ['uniform'] is no mapping"]),
        ("    tasks:\n", "    tasks: [a]\n    rest:\n", ["unknown key 'rest'"]),
        ("  demo: #", "  demo: yes\n  other: #", ["scales.demo: True is no mapping"]),
        ("languages: [en]", "languages: en", ["languages: 'en'", "expected a list"]),
        ("languages: [en]", "languages: [no]", ["languages.0: False", "expected text", "quote it"]),
        ("scratch: {base", "a/b: {base", ["variants.a/b", "expected a name of letters, digits, - and _"]),
        ("finetuning: [0, 1]}", "finetuning: [0, 0]}", ["seeds: finetuning names a seed twice"]),
        ("finetuning: [0, 1]}", "finetuning: [-1]}", ["seeds: finetuning has a seed below 0"]),
        ("label: label\n", "label: lable\n", ["tasks.clause_type.label: unknown field 'lable'", "'label'"]),
        ("label: label\n", "label: label\n        label_pattern: (\n", ["tasks.clause_type", "regular expression"]),
        ("text: [text]}", "text: [text], encoding: utf9}", ["contracts.read.encoding", "unknown encoding 'utf9'"]),
        ("simulated: documents.jsonl", "glob: a**", ["contracts.glob: 'a**'", "expected a pattern"]),
        ("sources:\n", "privacy: {regions: [USA]}\n      sources:\n", ["unknown region 'USA'", "did you mean 'US'?"]),
        (
            "variant: scratch}",
            "variant: scrach}",
            ["bases.general.variant: unknown variant", "did you mean 'scratch'?"],
        ),
        ("hidden_size: 128", "hiden_size: 128", ["bases.fresh.config.hiden_size", "did you mean 'hidden_size'?"]),
        ("title: Legal", "? [a]\n: b", ["line", "a key is no plain word"]),
        ("title: Legal", "title: a\0b", ["unacceptable character"]),
        ("languages: [en, fr]", "languages: [en, fr]\ntitle: Again", ["line", "'title' is given twice"]),
        ("title: Legal", "title: [Legal", ["line", "YAML"]),
    ],
)
def test_a_wrong_value_names_key_value_and_expectation(zoo, old, new, parts):
    edit(LEGAL / "domain.yaml", old, new)
    message = refusal()
    for part in ["domains/legal/domain.yaml", *parts]:
        assert part in message


@pytest.mark.parametrize("name", ["1", "Demo", "my scale", "a/b"])
def test_the_name_of_a_scale_must_do_as_a_folder(zoo, name, capsys):
    edit(LEGAL / "domain.yaml", "  demo: #", f"  {name}: #")
    assert main(["check", "domains/legal"]) == 2
    assert "scales: " in (error := capsys.readouterr().err)
    assert "expected a name of lower-case letters, digits and _" in error


@pytest.mark.parametrize("content", ["", "title: x", "title: x\nscales: [demo]\n", "- a\n"])
def test_a_file_without_a_recipe_in_it_is_refused(zoo, content, capsys):
    (LEGAL / "domain.yaml").write_text(content)
    assert main(["check", "domains/legal"]) == 2
    error = capsys.readouterr().err
    assert "domains/legal/domain.yaml" in error
    assert "expected a mapping" in error


def test_a_sum_and_a_path_are_held_to_their_form(zoo):
    text = (LEGAL / "domain.yaml").read_text()
    (LEGAL / "domain.yaml").write_text(text.replace("sha256: 8ce5", "sha256: 8CE5"))
    assert "unfair_terms.data.all.sha256" in (message := refusal("small"))
    assert "expected 64 lower-case hexadecimal digits" in message
    (LEGAL / "domain.yaml").write_text(text.replace('".//Text"', '".//Text["'))
    assert "corpus.sources.canada_acts_en.read: './/Text[' is no XPath" in refusal("small")


def test_a_base_cannot_start_from_itself(zoo):
    edit(LEGAL / "domain.yaml", "{domain: general, variant: scratch}", "{domain: legal, variant: adapted}")
    assert "'adapted' of 'legal' starts, in the end, from itself" in refusal()


def test_yaml_merge_keys_are_understood(zoo):
    edit(LEGAL / "domain.yaml", "title: Legal", "<<: {title: Merged}")
    assert read_recipe(LEGAL).title == "Merged"


def test_a_missing_file_is_found_before_anything_runs(zoo):
    (LEGAL / "sources" / "france_codes.csv").unlink()
    assert "sources/france_codes.csv" in refusal("small")
    assert read_recipe(LEGAL, "demo").title == "Legal"


def test_unknown_scale_and_domain_are_answered_with_the_nearest(zoo):
    assert "did you mean 'small'?" in refusal("smal")
    with pytest.raises(UserError, match="did you mean 'legal'"):
        read_recipe(Path("domains/leagl"))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("domains/leagl", "did you mean 'legal'?"),
        ("legal", "did you mean 'domains/legal'?"),
        ("domains/legal/domain.yaml", "did you mean 'domains/legal'?"),
        ("/nowhere", "expected a domain's folder"),
    ],
)
@pytest.mark.parametrize("command", ["check", "corpus"])
def test_what_is_no_domain_is_answered_with_one(zoo, capsys, command, typed, answer):
    assert main([command, typed]) == 2
    assert answer in capsys.readouterr().err


def test_of_very_many_names_only_near_ones_are_listed():
    message = str(unknown_name("licence", "MTI", ["MIT", *(f"number {number}" for number in range(99))]))
    assert "one of 100 names, such as MIT" in message
    assert len(message) < 200


def test_a_broken_domain_does_not_disturb_another(zoo, capsys):
    there = domains()
    (zoo / "domains/broken").mkdir()
    (zoo / "domains/broken/domain.yaml").write_text("title: [")
    assert domains() == sorted(["broken", *there])
    assert read_recipe(LEGAL).name == "legal"
    assert main(["list"]) == 0
    assert "broken:" in capsys.readouterr().out


def test_check_says_the_same_on_one_line_with_exit_code_2(zoo, capsys):
    assert main(["check", "domains/legal", "domains/general"]) == 0
    edit(LEGAL / "domain.yaml", "policy: uniform", "policy: unifrom")
    assert main(["check", "domains/legal"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "did you mean 'uniform'?" in error


def test_a_slice_holds_what_was_asked_for_and_nothing_else(zoo):
    recipe = read_recipe(LEGAL)
    before = recipe.slice("corpus", "tokenizers")
    edit(LEGAL / "domain.yaml", "rate: 0.15", "rate: 0.3")
    changed = read_recipe(LEGAL)
    assert changed.slice("corpus", "tokenizers") == before
    assert changed.slice("variants.scratch") != recipe.slice("variants.scratch")


def test_what_has_no_words_is_asked_for_another_unit(zoo):
    protein = Path("domains/protein")
    edit(protein / "domain.yaml", "policy: uniform", "policy: span")
    with pytest.raises(UserError, match=r"masking.unit: protein has no words; expected token, or block"):
        read_recipe(protein)


def test_a_variant_of_another_policy_takes_no_settings_of_the_default_one(zoo):
    edit(LEGAL / "domain.yaml", "policy: uniform", "policy: span\n  success: 0.3")
    edit(LEGAL / "domain.yaml", "adapted: {base: general,", "adapted: {masking: {policy: uniform}, base: general,")
    variants = read_recipe(LEGAL).variants
    assert variants["scratch"].masking.own == {"success": 0.3}
    assert variants["adapted"].masking.own == {}
    assert variants["adapted"].masking.rate == 0.15


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("namespace: my--lab", "release.namespace: 'my--lab': the Hub takes letters, digits, and single - _ . between"),
        ("namespace: a/b", "release.namespace: 'a/b': the Hub takes letters"),
        ("namespace: 7", "release.namespace: 7; expected text"),
        ("version: 1.0", "release.version: 1.0; expected text"),
        ("version: latest", "release.version: 'latest'; expected a version such as v1 or v2.1"),
        ("private: perhaps", "release.private: 'perhaps': input should be a valid boolean"),
        ("namspace: lab", "release.namspace: unknown key 'namspace'"),
    ],
)
def test_where_and_how_a_release_is_published_is_typed_and_checked(zoo, written, said):
    edit(LEGAL / "domain.yaml", "\nrelease:\n", f"\nrelease:\n  {written}\n")
    assert said in refusal()


def test_a_release_is_private_and_the_first_version_unless_the_recipe_says_otherwise(zoo):
    release = read_recipe(LEGAL).release
    assert (release.private, release.version, release.namespace) == (True, "v1", None)
    edit(LEGAL / "domain.yaml", "\nrelease:\n", "\nrelease:\n  namespace: my-lab\n  private: false\n  version: v2.1\n")
    release = read_recipe(LEGAL).release
    assert (release.private, release.version, release.namespace) == (False, "v2.1", "my-lab")


def test_the_name_of_a_release_tells_a_variant_among_several_and_a_scale_that_is_not_full(zoo):
    from maskzoo.release.names import release_name, repository

    full, small = (read_recipe(Path("domains/low_resource/tsn"), scale) for scale in ("full", "small"))
    assert release_name(full, "adapted") == "maskzoo-tsn-adapted"
    assert repository(small, "scratch", "my-lab") == "my-lab/maskzoo-tsn-scratch-small"
    assert release_name(read_recipe(LEGAL), "adapted") == "maskzoo-legal-demo"
