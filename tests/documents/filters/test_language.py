"""The language filter drops what is clearly in another language, and judges neither short nor unclear texts."""

import random
import unicodedata
from pathlib import Path

import pytest

from maskzoo.corpus.curate import Origin, curate
from maskzoo.documents.filters.language import Settings, check, detected, known, objection
from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.recipe.curation import Curation
from maskzoo.simulate.domains import general

ENGLISH = "The farmers of the valley met on Tuesday to talk about the price of maize and the lack of rain this year."
GERMAN = "Die Bauern aus dem Tal trafen sich am Dienstag, um über den Preis von Mais und den fehlenden Regen zu reden."


def test_clear_text_is_known_by_its_language():
    assert detected(ENGLISH, 0.8) == "en"
    assert detected(GERMAN, 0.8) == "de"
    assert detected("Xq zrrt 17 fn, wqx!", 0.8) is None
    assert detected(f"{ENGLISH} {GERMAN}", 0.8) is None  # neither fills four fifths
    assert detected("a\x00\ufdd0b", 0.8) is None


def test_what_is_to_be_kept_and_what_to_be_dropped():
    keep, drop = Settings(keep=("de", "lb")), Settings(drop=("en",))
    assert objection(ENGLISH, 21, keep) == ("language_en", "language en, not in de, lb")
    assert objection(GERMAN, 21, keep) is None
    assert objection(ENGLISH, 21, drop) == ("language_en", "language en, not wanted")
    assert objection(GERMAN, 21, drop) is None
    assert objection(ENGLISH, 11, keep) is None, "too short to be judged"


def test_a_language_that_the_detector_does_not_know_is_refused():
    assert {"tn", "st", "nso", "yo", "ig", "sw", "sk"} <= known()
    assert "gsw" not in known()
    with pytest.raises(UserError, match=r"d\.yaml: language\.keep: unknown language .*'gsw'"):
        check(Settings(keep=("gsw",)), "d.yaml: language")
    with pytest.raises(ValueError, match="exactly one of keep and drop"):
        Settings(keep=("tn",), drop=("en",))
    with pytest.raises(ValueError, match=r"`cleaning\.language` is for the material text"):
        Curation(material="smiles", cleaning={"language": {"keep": ["tn"]}})


def test_dropped_documents_are_counted_by_language(tmp_path: Path):
    chance = random.Random(0)
    texts = [general.document(chance) for _ in range(12)] + [f"{GERMAN} {number}" for number in range(3)]
    records = [Record(text, f"a#{number}", "", {"path": "a"}) for number, text in enumerate(texts)]
    settings = Curation.model_validate(
        {"cleaning": {"language": {"keep": ["en"]}}, "split": {"validation": 0.1, "test": 0.1}}
    )
    funnel = curate([Origin("a", records, "MIT")], tmp_path, curation=settings, workers=1)
    (filters,) = (stage for stage in funnel["stages"] if stage["stage"] == "filters")
    assert {reason: entry["documents"] for reason, entry in filters["reasons"].items()} == {"language_de": 3}


def lines(mirror: Path, path: str) -> list[str]:
    text = (mirror / "low_resource" / path).read_text(encoding="utf-8")
    return [unicodedata.normalize("NFC", line.strip()) for line in text.splitlines() if line.strip()]


def wrong(texts: list[str], keep: set[str], low: int, high: int) -> float:
    """The share of texts of a length in words that would be dropped."""
    chosen = [text for text in texts if low <= len(text.split()) <= high]
    return sum(detected(text, 0.8) not in {None, *keep} for text in chosen) / len(chosen)


def test_short_setswana_is_taken_for_its_relatives(mirror):
    texts = lines(mirror, "tsn/lacuna_corpus/tsn.txt") + lines(mirror, "tsn/lacuna_corpus/tsn2.txt")
    assert wrong(texts, {"tn"}, 5, 7) > 0.05, "why min_words is there"
    assert wrong(texts, {"tn"}, 12, 999) < 0.01
    assert wrong(texts, {"tn", "st", "nso"}, 8, 999) < 0.005, "what the recipe says"


def test_yoruba_is_recognised_once_its_marks_are_composed(mirror):
    texts = [text for text in lines(mirror, "yor/lacuna_corpus/yor.txt") if len(text.split()) >= 12]
    assert sum(detected(text, 0.8) == "yo" for text in texts) > 0.95 * len(texts)
    apart = [unicodedata.normalize("NFD", text) for text in texts]
    assert sum(detected(text, 0.8) == "yo" for text in apart) < 0.1 * len(texts)
