"""Spans that taggers find: whose tokens they are, which of them are hidden, and what happens where there are none."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from maskzoo.documents.record import Record
from maskzoo.errors import UserError
from maskzoo.masking import linguistic_entity, part_of_speech, time_expressions
from maskzoo.masking.common.spans import Spans, without_overlap
from maskzoo.masking.common.table import Corpus
from maskzoo.masking.common.tagger import Tagger, by_lexicon, spans_of
from maskzoo.masking.common.text import Outcome, Text
from maskzoo.recipe.task import task_from
from maskzoo.tasks.task_data import prepare_task
from maskzoo.tokenization import plain
from tests.masking.corpora import corpus_of

TEXTS = [
    "The tribunal of Reykjavik heard the appeal on 12 March 1987.",
    "Counsel for New Zealand withdrew before the hearing.",
    "The appeal was dismissed.",
] * 40
LEXICON = "Reykjavik,place\nNew Zealand,place\nZealand,wrong\nappeal,noun\nhearing,noun\nNew,adjective\n"


def _tagged(folder: Path, design: str = "wordpiece", **settings: object) -> tuple[Corpus, Spans]:
    corpus = corpus_of(folder, design, TEXTS)
    (folder / "lexicon.csv").write_text(LEXICON)
    corpus.files["file:lexicon.csv"] = folder / "lexicon.csv"
    return corpus, Spans(taggers=(Tagger(lexicon="lexicon.csv"),), **settings)  # type: ignore[arg-type]


def test_a_lexicon_finds_its_longest_phrases(tmp_path: Path) -> None:
    (tmp_path / "lexicon.csv").write_text(LEXICON)
    tag = by_lexicon(tmp_path / "lexicon.csv")
    found = tag(["New Zealand and New appeals, appeal"])
    assert found == [[(0, 11, "place"), (16, 19, "adjective"), (29, 35, "noun")]]
    (tmp_path / "lexicon.csv").write_text("appeal;noun\n")
    with pytest.raises(UserError, match=r"lexicon.csv: line 1: 'appeal;noun'; expected phrase,kind"):
        by_lexicon(tmp_path / "lexicon.csv")


def test_tags_of_words_become_spans() -> None:
    words = [(0, 2), (3, 5), (6, 8), (9, 11), (12, 14)]
    assert spans_of(words, ["B-ORG", "I-ORG", "B-ORG", "I-LOC", "O"]) == [(0, 5, "ORG"), (6, 8, "ORG"), (9, 11, "LOC")]
    assert spans_of(words, ["NOUN", "NOUN", None, "O", "VERB"]) == [(0, 2, "NOUN"), (3, 5, "NOUN"), (12, 14, "VERB")]


def test_of_spans_that_overlap_the_earlier_taggers_stay() -> None:
    names, nouns = [(0, 11, "place")], [(4, 11, "noun"), (20, 25, "noun")]
    assert without_overlap([names, nouns]) == [(0, 11, "place"), (20, 25, "noun")]


@pytest.mark.parametrize("design", ["wordpiece", "bpe", "unigram"])
def test_spans_are_those_of_the_text_for_every_kind_of_tokenizer(tmp_path: Path, design: str) -> None:
    corpus, table = _tagged(tmp_path, design)
    notes: dict[str, dict[str, int]] = {}
    values = np.concatenate(list(table.make(corpus, notes)))
    assert len(values) == len(corpus.ids)
    assert notes["spans"] == {"noun": 120, "place": 80}
    tokenizer = plain.load(corpus.tokenizer).tokenizer
    names = {number: kind for kind, number in notes["kinds"].items()}
    found = []
    for place in np.flatnonzero(values[: corpus.offsets[2]] & 1):
        end = place + 1
        while values[end] == values[place] - 1 and values[end] > 0:
            end += 1
        found.append((names[int(values[place]) >> 1], tokenizer.decode(corpus.ids[place:end].tolist()).strip().lower()))
    text = [(kind, word.replace(" ", "")) for kind, word in found]
    expected = [("place", "reykjavik"), ("noun", "appeal"), ("place", "newzealand"), ("noun", "hearing")]
    assert text == expected


def test_only_the_kinds_that_are_wanted_are_kept_and_one_must_be_found(tmp_path: Path) -> None:
    corpus, table = _tagged(tmp_path, kinds=("noun",))
    notes: dict[str, dict[str, int]] = {}
    list(table.make(corpus, notes))
    assert notes["spans"] == {"noun": 120}
    with pytest.raises(UserError, match="the tagger found no span of verb in the corpus"):
        list(Spans(taggers=table.taggers, kinds=("verb",)).make(corpus, {}))


def _spans(batch: int = 400, length: int = 40) -> tuple[Text, np.ndarray]:
    """A text with spans of two kinds, of one to three tokens; and the number of the span of every token, -1 outside."""
    rng = np.random.default_rng(0)
    values = np.zeros((batch, length), dtype=np.uint8)
    numbers = np.full((batch, length), -1)
    for row in range(batch):
        place, number = int(rng.integers(0, 4)), 0
        while place < length:
            size, kind = int(rng.integers(1, 4)), int(rng.integers(1, 3))
            values[row, place : place + size] = 2 * kind
            values[row, place] += 1
            numbers[row, place : place + size] = number
            place, number = place + size + int(rng.integers(0, 5)), number + 1
    special = (numbers < 0) & (rng.random((batch, length)) < 0.2)
    return Text.of(rng.integers(5, 60, (batch, length)), special, spans=values), numbers


@pytest.mark.parametrize("rate", [0.15, 0.6])
def test_of_every_entity_one_token_at_most_is_hidden_and_nothing_else(rate: float) -> None:
    text, numbers = _spans()
    settings = linguistic_entity.Settings(taggers=(Tagger(lexicon="x"),))
    hidden = linguistic_entity.select(text, rate=rate, settings=settings, rng=np.random.default_rng(1), state={})
    assert not (hidden & (numbers < 0)).any()
    spans = numbers.max(axis=1) + 1
    for row, number in zip(*np.nonzero(hidden), strict=True):
        assert (hidden[row] & (numbers[row] == numbers[row, number])).sum() == 1
    budget = rate * (~text.special).sum(axis=1)
    wanted = np.minimum(budget, spans)
    assert (np.abs(hidden.sum(axis=1) - wanted) < 1).all()


def test_within_an_entity_every_token_is_as_likely_and_so_is_every_entity() -> None:
    values = np.tile([3, 2, 2, 0, 5, 0], (30_000, 1))
    settings = linguistic_entity.Settings(taggers=(Tagger(lexicon="x"),))
    text = Text.of(np.zeros(values.shape), spans=values)
    hidden = linguistic_entity.select(text, rate=1 / 6, settings=settings, rng=np.random.default_rng(1), state={})
    assert (hidden.sum(axis=1) == 1).all()
    assert hidden.mean(axis=0) == pytest.approx([1 / 6, 1 / 6, 1 / 6, 0, 1 / 2, 0], abs=0.01)


def test_without_entities_a_row_stays_whole_unless_it_is_to_be_filled() -> None:
    text = Text.of(np.zeros((50, 20)), spans=np.zeros((50, 20)))
    settings = linguistic_entity.Settings(taggers=(Tagger(lexicon="x"),))
    rng = np.random.default_rng(0)
    assert not linguistic_entity.select(text, rate=0.15, settings=settings, rng=rng, state={}).any()
    fill = linguistic_entity.Settings(taggers=(Tagger(lexicon="x"),), fill=True)
    assert (linguistic_entity.select(text, rate=0.15, settings=fill, rng=rng, state={}).sum(axis=1) == 3).all()


def _pos(**losses: float) -> dict[str, np.ndarray]:
    """The state after two tags had these losses."""
    state = part_of_speech.start(part_of_speech.Settings(tagger=Tagger(lexicon="x")), 100)
    for tag, loss in losses.items():
        state["loss"][int(tag[1:])], state["seen"][int(tag[1:])] = loss, True
    return state


def test_tags_that_are_predicted_badly_are_accepted_more_often() -> None:
    chances = part_of_speech.acceptance(_pos(t1=5.0, t2=1.0, t3=1.0))
    score = (np.array([5, 1, 1]) - 7 / 3) / np.std([5, 1, 1])
    assert chances[1:4] == pytest.approx(1 / (1 + np.exp(-2 * score)))
    assert chances[1] > 0.5 > chances[2]
    assert chances[0] == chances[9] == 0.5  # never a target
    assert (part_of_speech.acceptance(_pos(t1=2.0, t2=2.0)) == 0.5).all()


def test_words_are_hidden_by_the_chance_of_their_tag() -> None:
    settings = part_of_speech.Settings(tagger=Tagger(lexicon="x"))
    shape = (20_000, 12)
    values = np.tile([3, 3, 3, 5, 5, 5] * 2, (shape[0], 1))
    text = Text.of(np.zeros(shape), spans=values, words=np.ones(shape))
    rng = np.random.default_rng(0)
    equal = part_of_speech.select(text, rate=0.2, settings=settings, rng=rng, state=_pos(t1=2.0, t2=2.0))
    shares = [equal[values == value].mean() for value in (3, 5)]
    assert shares[0] == pytest.approx(shares[1], rel=0.03)
    uneven = part_of_speech.select(text, rate=0.2, settings=settings, rng=rng, state=_pos(t1=5.0, t2=1.0))
    low, high = uneven[values == 5].mean(), uneven[values == 3].mean()
    assert high > 2 * low
    assert (equal.sum(axis=1) <= 3).all()


def test_losses_of_tags_move_slowly_and_only_where_a_tag_was_a_target() -> None:
    settings = part_of_speech.Settings(tagger=Tagger(lexicon="x"), momentum=0.9)
    columns = {"spans": np.array([3, 2, 5], np.uint8)}
    right = np.array([False] * 3)
    outcome = Outcome(np.zeros(3, np.int64), np.array([2.0, 4.0, 1.0]), right, ~right, columns, 100)
    state = part_of_speech.learn(part_of_speech.start(settings, 100), outcome, settings=settings, rate=0.15)
    assert state["loss"][1] == pytest.approx(0.1 * 3.0)
    assert state["loss"][2] == pytest.approx(0.1 * 1.0)
    assert state["seen"].tolist()[:4] == [False, True, True, False]
    state = part_of_speech.learn(state, outcome, settings=settings, rate=0.15)
    assert state["loss"][1] == pytest.approx(0.9 * 0.3 + 0.1 * 3.0)


def test_dates_of_day_month_and_year_are_found_and_vague_times_are_not() -> None:
    text = "On 12 March 1987, in 1990 and (1991), 2001-09-11, May 5th, June 2004; a few weeks, 1234 sheep, room 1999."
    [found] = time_expressions.expressions([text], signals=False)
    expected = ["12 March 1987", "1990", "1991", "2001-09-11", "May 5th", "June 2004"]
    assert [text[start:end] for start, end, _ in found] == expected
    [found] = time_expressions.expressions(["Before the vote, during recess, it may end."], signals=True)
    assert [(start, end, kind) for start, end, kind in found] == [(0, 6, "signal"), (17, 23, "signal")]


def test_expressions_of_time_are_hidden_whole_or_not_at_all_and_the_others_are_protected() -> None:
    text, numbers = _spans()
    settings = time_expressions.Settings(share=0.3)
    hidden = time_expressions.select(text, rate=0.4, settings=settings, rng=np.random.default_rng(1), state={})
    taken = spans = 0
    for row in range(len(numbers)):
        for number in range(numbers[row].max() + 1):
            inside = hidden[row, numbers[row] == number]
            assert inside.all() or not inside.any()
            taken, spans = taken + int(inside.all()), spans + 1
    assert taken / spans == pytest.approx(0.3, abs=0.03)
    ordinary = (~text.special).sum(axis=1)
    assert (hidden.sum(axis=1) <= np.ceil(0.4 * ordinary)).all()
    outside = ((numbers < 0) & ~text.special).sum(axis=1)
    reach = np.minimum(np.floor(0.4 * ordinary), outside)
    assert (hidden.sum(axis=1) >= reach).all()
    assert not (hidden & text.special).any()


def test_the_rules_for_english_are_a_tagger_of_their_own(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, "wordpiece", TEXTS)
    notes: dict[str, dict[str, int]] = {}
    list(time_expressions.Times().make(corpus, notes))
    assert notes["spans"] == {"date": 40, "signal": 40}


def _tagged_sentences(folder: Path, language: str, sentences: list[tuple[str, str]]) -> None:
    """A prepared task of sentences, each with the one place that is named in it."""

    def record(number: int) -> Record:
        text, place = sentences[number]
        words = tuple(text.split())
        tags = tuple("B-PLACE" if word == place else "O" for word in words)
        return Record(text=text, locator=str(number), sha256="0", tokens=words, tags=tags)

    source = {"glob": "x", "licence": "Apache-2.0", "language": language, "read": {"format": "conll"}}
    task = task_from(
        {
            "title": "Places",
            "type": "token_classification",
            "language": language,
            "metric": "entity_f1",
            "data": {"all": source},
        }
    )
    prepare_task(task, lambda *_: iter(map(record, range(len(sentences)))), folder, where="x")


def test_the_projects_own_tagger_is_fitted_on_a_task(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    sentences = []
    for number in range(120):
        place, verb = rng.choice(["Oslo", "Turku", "Basel", "Reykjavik"]), rng.choice(["heard", "dismissed", "allowed"])
        sentences.append((f"The court of {place} {verb} case {number} .", str(place)))
    _tagged_sentences(tmp_path / "task", "en", sentences)
    tag = Tagger(task="places").tagging(tmp_path / "task")
    text = "The court of Turku heard case 3. The court of Basel allowed case 900."
    assert [(text[start:end], kind) for start, end, kind in tag([text])[0]] == [("Turku", "PLACE"), ("Basel", "PLACE")]


def test_a_language_without_a_tagger_gets_one_from_its_tagged_sentences_and_names_it_never_saw_are_hidden(
    tmp_path: Path,
) -> None:
    """From tagged sentences of Setswana to what is hidden in plain text of it, other places in other sentences."""
    rng = np.random.default_rng(0)
    before, after = (
        ["Ke nna kwa", "Re ile kwa", "O tswa kwa", "Ba goroga kwa"],
        ["gompieno .", "maabane .", "ka moso ."],
    )
    places = ["Gaborone", "Maun", "Palapye", "Kasane", "Mahalapye", "Ghanzi", "Tsabong", "Moshupa"]
    sentences = []
    for number in range(200):
        place = str(rng.choice(places))
        sentences.append((f"{rng.choice(before)} {place} {rng.choice(after)} {number}", place))
    _tagged_sentences(tmp_path / "task", "tn", sentences)
    unseen = ["Lobatse", "Serowe", "Kanye"]
    texts = [f"{rng.choice(before)} {rng.choice(unseen)} {rng.choice(after)}" for _ in range(90)]
    corpus = corpus_of(tmp_path, "wordpiece", texts)
    tagger = Tagger(task="places")
    corpus.files[tagger.source] = tmp_path / "task"
    notes: dict[str, dict[str, int]] = {}
    spans = np.concatenate(list(Spans(taggers=(tagger,)).make(corpus, notes)))
    assert notes["spans"]["PLACE"] == len(texts)
    ids, starts, sizes = corpus.ids.astype(np.int64), corpus.offsets[:-1], np.diff(corpus.offsets)
    places_in = np.minimum(starts[:, None] + np.arange(sizes.max()), len(ids) - 1)
    inside = np.arange(sizes.max()) < sizes[:, None]
    tokens, marks = np.where(inside, ids[places_in], 0), np.where(inside, spans[places_in], 0)
    text = Text.of(tokens, np.isin(tokens, corpus.special_ids), spans=marks)
    settings = linguistic_entity.Settings(taggers=(tagger,))
    hidden = linguistic_entity.select(text, rate=0.5, settings=settings, rng=np.random.default_rng(1), state={})
    assert (hidden.sum(axis=1) == 1).all(), "of the one place in every sentence one token, and nothing else"
    tokenizer = plain.load(corpus.tokenizer).tokenizer
    shown = set()
    for row, mark in zip(tokens, marks, strict=True):
        pieces = [tokenizer.id_to_token(int(token)) for token in row[mark > 0]]
        shown.add("".join(piece.removeprefix("##") for piece in pieces).lower())
    assert shown == {place.lower() for place in unseen}


def test_a_document_without_text_of_its_own_is_left_out(tmp_path: Path) -> None:
    corpus, table = _tagged(tmp_path)
    pq.write_table(pa.table({"text": TEXTS[:1], "split": ["train"]}), corpus.documents)
    values = list(table.make(corpus, {}))
    assert sum(map(len, values)) < len(corpus.ids)  # which the stage that writes the table refuses
