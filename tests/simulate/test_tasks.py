"""The tasks are what the demo needs: aligned, balanced, neither trivial nor hopeless for a linear model."""

from collections import Counter
from pathlib import Path

import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline

from maskzoo.simulate import write

from .conftest import Simulated


@pytest.mark.parametrize(("generator", "task", "labels"), [("legal", "clause_type", 10), ("general", "topic", 8)])
@pytest.mark.parametrize("ngrams", [(1, 1), (1, 2)])
def test_tfidf_is_good_but_not_perfect(
    generator: str, task: str, labels: int, ngrams: tuple[int, int], tmp_path: Path
) -> None:
    write(generator, tmp_path / "simulated", documents=10, seed=0)
    examples = Simulated(tmp_path / "simulated", {}, {}).task(task)
    texts, gold = [example["text"] for example in examples], [example["label"] for example in examples]
    assert len(set(texts)) == len(texts)
    counts = Counter(gold)
    assert len(counts) == labels
    assert max(counts.values()) == min(counts.values())
    cut = int(0.75 * len(texts))
    model = make_pipeline(TfidfVectorizer(ngram_range=ngrams, sublinear_tf=True), LogisticRegression(C=10, tol=1e-3))
    model.fit(texts[:cut], gold[:cut])
    assert 0.75 < f1_score(gold[cut:], model.predict(texts[cut:]), average="macro") < 0.93


def test_tags_are_iob2_and_align_with_tokens(legal: Simulated) -> None:
    kinds = Counter()
    for example in legal.task("entities"):
        assert len(example["tokens"]) == len(example["tags"])
        previous = "O"
        for token, tag in zip(example["tokens"], example["tags"], strict=True):
            assert token
            assert not set(token) & set("<>{}[]|")
            if tag.startswith("I-"):
                assert previous[2:] == tag[2:]
            if tag.startswith("B-"):
                kinds[tag[2:]] += 1
            previous = tag
    assert set(kinds) == {"PARTY", "DATE", "AMOUNT", "REFERENCE"}
    assert min(kinds.values()) > 200


def test_the_same_shape_is_tagged_by_context(legal: Simulated) -> None:
    tags = {"Ltd": Counter(), "March": Counter(), "EUR": Counter(), "Section": Counter()}
    for example in legal.task("entities"):
        for token, tag in zip(example["tokens"], example["tags"], strict=True):
            if token in tags:
                tags[token][tag == "O"] += 1
    for counts in tags.values():
        assert 0.15 < counts[True] / counts.total() < 0.7


def test_a_window_of_words_does_not_solve_the_tags(legal: Simulated) -> None:
    def features(tokens: list[str], place: int) -> list[str]:
        window = range(max(0, place - 2), min(len(tokens), place + 3))
        return [f"{at - place}={tokens[at].lower()}" for at in window]

    examples = legal.task("entities")
    rows = [[features(e["tokens"], place) for place in range(len(e["tokens"]))] for e in examples]
    cut = int(0.75 * len(rows))
    model = make_pipeline(
        CountVectorizer(analyzer=list), SGDClassifier(alpha=1e-5, max_iter=12, tol=None, random_state=0)
    )
    model.fit([row for e in rows[:cut] for row in e], [tag for e in examples[:cut] for tag in e["tags"]])
    gold = [tag for e in examples[cut:] for tag in e["tags"]]
    predicted = model.predict([row for e in rows[cut:] for row in e])
    score = f1_score(gold, predicted, average="micro", labels=sorted(set(gold) - {"O"}))
    assert 0.6 < score < 0.95
