"""Curation of simulated small languages against what was planted: copies, evaluation sentences, English documents."""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from maskzoo.cli import main
from maskzoo.corpus.evaluation_texts import EVALUATION_TEXTS, read_evaluation_texts
from maskzoo.paths import Layout
from maskzoo.recipe.load import read_recipe
from maskzoo.simulate.domains.small_language import Newsroom, Settings, configured
from tests.corpus.outcome import ZOO, Outcome

DOMAIN = "low_resource/yor"  # with marks apart from their letters


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    root = tmp_path_factory.mktemp("zoo")
    for folder in ("domains", "tokenizers", "probes"):
        shutil.copytree(ZOO / folder, root / folder)
    folder = root / "domains" / DOMAIN
    for command in ("simulate", "tasks", "corpus"):
        assert main([command, str(folder), "--results", str(root / "results")]) == 0
    return Outcome(Layout(root / "results", "demo", DOMAIN))


def test_english_documents_are_dropped_by_name_and_no_other(outcome: Outcome) -> None:
    foreign = {int(name.rsplit("-", 1)[1]) for name in outcome.truth["foreign"]}
    assert len(foreign) >= 10
    assert {number for number, row in outcome.dropped.items() if row["reason"] == "language_en"} == foreign
    (filters,) = (stage for stage in outcome.funnel["stages"] if stage["stage"] == "filters")
    assert filters["reasons"]["language_en"]["documents"] == len(foreign)
    assert outcome.by("filters") == foreign | outcome.planted("unfit", "document")


def test_planted_copies_and_evaluation_sentences_are_found_and_nothing_else(outcome: Outcome) -> None:
    published = read_evaluation_texts(outcome.layout.task("entities") / EVALUATION_TEXTS)
    evaluated = {text for ways in (*published["validation"], *published["test"]) for text in ways}
    wanted = {
        int(item["document"].rsplit("-", 1)[1])
        for item in outcome.truth["contaminated"]
        if item["task"] == "entities" and item["text"] in evaluated
    }
    assert outcome.by("decontamination") == wanted
    assert outcome.by("exact_duplicates") == outcome.planted("exact_duplicates", "copy")
    counts = outcome.funnel["decontamination"]["entities"]
    assert counts["documents"] == len(wanted)
    assert counts["splits"]["test"]["evaluation_texts"] + counts["splits"]["validation"]["evaluation_texts"] == len(
        evaluated
    )


def test_lines_that_a_station_repeats_are_gone(outcome: Outcome) -> None:
    lines = {item["line"] for item in outcome.truth["boilerplate"]}
    assert not any(lines & set(row["text"].split("\n")) for row in outcome.kept.values())


def _configured(**settings: Any) -> Newsroom:
    return configured(Settings.model_validate(settings))


def test_languages_differ_by_name_and_stay_the_same(tmp_path: Path) -> None:
    one, same, other = (_configured(languages={name: {}}) for name in ("one", "one", "other"))
    texts = [language.document(random.Random(5)) for language in (one, same, other)]
    assert texts[0] == texts[1] != texts[2]
    assert not set(one.WORDS) & set(other.WORDS)
    assert one.tasks(random.Random(1)) == same.tasks(random.Random(1))


def test_tags_need_more_than_the_word(tmp_path: Path) -> None:
    examples = _configured(languages={"tsn": {}}).tasks(random.Random(0))["entities"]
    tags: dict[str, set[str]] = {}
    for example in examples:
        assert len(example["tokens"]) == len(example["tags"])
        for token, tag in zip(example["tokens"], example["tags"], strict=True):
            tags.setdefault(token, set()).add(tag)
    assert sum(len(found) > 1 for found in tags.values()) >= 10, "names of people that are places and months, too"


def test_borrowed_words_are_marked_and_loose_spelling_makes_variants() -> None:
    mixed = _configured(languages={"hin_eng": {"mixing": 0.4}}).tasks(random.Random(0))["language"]
    flat = [pair for example in mixed for pair in zip(example["tokens"], example["tags"], strict=True)]
    share = sum(tag == "other" for _, tag in flat) / len(flat)
    assert 0.05 < share < 0.4
    assert {tag for token, tag in flat if token == "phone"} == {"other"}

    def vocabulary(spelling: float) -> int:
        tasks = _configured(languages={"gsw": {"spelling": spelling}}).tasks(random.Random(0))
        return len({token for example in tasks["pos"] for token in example["tokens"]})

    assert vocabulary(0.3) > 1.2 * vocabulary(0.0)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("{languages: {tsn: {mark: none}}}", "languages.tsn.mark: unknown key 'mark'"),
        ("{languages: {tsn: {marks: tone}}}", "did you mean 'tones'?"),
        ("{languages: {tsn: {mixing: 2}}}", "languages.tsn.mixing: 2: input should be less than or equal to 1"),
        ("{language: {tsn: {}}}", "unknown key 'language'"),
    ],
)
def test_wrong_settings_of_the_generator_are_refused_with_the_recipe(zoo, settings, said) -> None:
    file = Path("domains/low_resource/tsn/domain.yaml")
    text = file.read_text()
    assert "{settings: {languages: {tsn: {}}}}" in text
    file.write_text(text.replace("{settings: {languages: {tsn: {}}}}", f"{{settings: {settings}}}"))
    with pytest.raises(Exception, match="domains/low_resource") as caught:
        read_recipe(file.parent)
    assert said in str(caught.value)
