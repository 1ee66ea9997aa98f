"""Models of which no pseudo-perplexity can be told: a reason, never a traceback and never a figure."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from transformers import AutoModelForMaskedLM

from maskzoo.errors import UserError
from maskzoo.files import write_json
from maskzoo.paths import Layout
from maskzoo.probes import pseudo_perplexity
from maskzoo.probes.common.kind import Context, NotMeasuredError
from maskzoo.probes.common.measuring import measure
from maskzoo.probes.common.subject import load_subject
from maskzoo.recipe.load import read_recipe
from tests.models.tiny import tiny
from tests.pretraining.conftest import write_tokenizer

from ..conftest import ROOT


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = [{"id": f"d{n}", "text": f"w{n} w2 w3 w{n + 1}", "split": "test"} for n in range(4)]
    file = Layout(tmp_path, "demo", "legal").documents
    file.parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows), file)
    return file


def checkpoint(folder: Path, *, bias: float = 0.0, weight: float = 1.0) -> Path:
    model = tiny("bert")
    with torch.no_grad():
        model.cls.predictions.decoder.bias[:8] += bias
        model.bert.encoder.layer[1].output.LayerNorm.weight.mul_(weight)
    model.save_pretrained(folder)
    write_tokenizer(folder, [f"w{number}" for number in range(60)])
    return folder


def scored(folder: Path, corpus: Path) -> dict[str, object]:
    suite = pseudo_perplexity.Settings(documents=4, words=10)
    context = Context(read_recipe(ROOT / "domains/legal"), Layout(corpus.parents[3], "demo", "legal"))
    result = measure("pseudo_perplexity", suite, "b", [(None, folder)], context)
    write_json(folder / "scored.json", result)
    return result


def test_a_model_that_answers_has_figures(tmp_path: Path, corpus: Path) -> None:
    result = scored(checkpoint(tmp_path / "base"), corpus)
    assert result["reason"] is None
    assert isinstance(result["per_word"], float)


def test_a_model_so_bad_that_a_word_costs_too_much_is_not_scored_and_says_why(tmp_path: Path, corpus: Path) -> None:
    result = scored(checkpoint(tmp_path / "base", bias=5000.0), corpus)
    assert str(result["reason"]).endswith("nats, and above 710 a perplexity is no number")
    assert (result["per_word"], result["seeds"], result["documents"]) == (None, [], [])


def test_a_model_whose_answers_overflow_is_not_scored(tmp_path: Path, corpus: Path) -> None:
    result = scored(checkpoint(tmp_path / "base", weight=1e38), corpus)
    assert result["reason"] == "its log-probabilities are no numbers"
    assert result["per_word"] is None


def test_a_base_of_weights_that_are_no_numbers_is_refused_as_in_pretraining(tmp_path: Path, corpus: Path) -> None:
    base = checkpoint(tmp_path / "base")
    model = AutoModelForMaskedLM.from_pretrained(base)
    with torch.no_grad():
        model.bert.embeddings.word_embeddings.weight[9, 0] = float("nan")
    model.save_pretrained(base)
    with pytest.raises(UserError, match="holds weights that are no numbers"):
        scored(base, corpus)


def test_no_probe_gets_scores_that_are_no_numbers(tmp_path: Path) -> None:
    subject, _ = load_subject(checkpoint(tmp_path / "base", weight=1e38))
    assert subject is not None
    with pytest.raises(NotMeasuredError, match="its log-probabilities are no numbers"):
        subject.token_scores([subject.encoded("w1 w2")], variant="original")
