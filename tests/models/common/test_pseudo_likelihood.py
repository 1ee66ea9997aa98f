"""Pseudo-log-likelihood: exact cases, batching that changes nothing, heads of every architecture, no random head."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForMaskedLM,
    BertConfig,
    BertForMaskedLM,
    PreTrainedTokenizerFast,
)

from maskzoo.adaptation.common.scorer import load_scorer
from maskzoo.cli import main
from maskzoo.errors import UserError
from maskzoo.models.common.predictor import predictor
from maskzoo.models.common.probabilities import log_probabilities
from maskzoo.models.common.pseudo_likelihood import Encoded, hidden_with, token_scores
from maskzoo.paths import Layout
from maskzoo.probes.common.kind import Context
from maskzoo.probes.common.measuring import measure
from maskzoo.probes.pseudo_perplexity import Document, Settings, altered_words, chosen_documents, pseudo_perplexity
from maskzoo.recipe.load import read_recipe
from tests.conftest import ROOT

SPECIALS = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4}
WORDS = ["the", "court", "may", "order", "pay", "##ment", "of", "fees", "act", "##s", "a", "b"]
VOCABULARY = SPECIALS | {word: number for number, word in enumerate(WORDS, start=5)}
TINY = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32, "vocab_size": 40}


def wordpiece(vocabulary: dict[str, int] = VOCABULARY, *, lowercase: bool = False) -> PreTrainedTokenizerFast:
    backend = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    if lowercase:
        backend.normalizer = normalizers.BertNormalizer(lowercase=True)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )


def tiny_bert() -> Any:
    torch.manual_seed(0)
    return BertForMaskedLM(BertConfig(**TINY, initializer_range=0.5)).eval()


def encoded(*words: tuple[int, ...]) -> Encoded:
    """Words as tuples of piece ids, between specials."""
    ids = (2, *(piece for word in words for piece in word), 3)
    numbers = (-1, *(number for number, word in enumerate(words) for _ in word), -1)
    return Encoded(ids, numbers)


TEXTS = [
    encoded((5,), (6,), (9, 10)),
    encoded((7,)),
    encoded((13, 14), (5,), (11,), (9, 10), (12,)),
    encoded((8,), (8,)),
]


def scores_of(texts: list[Encoded], predict: Any, **options: Any) -> list[np.ndarray]:
    return token_scores(texts, predict, mask_id=4, pad_id=0, **options)


def test_uniform_logits_give_minus_n_log_v_and_perplexity_v() -> None:
    document = Document("x", ("the", "court", "may", "order", "fees"))
    model = tiny_bert()
    for weights in model.parameters():
        weights.data.zero_()
    size = model.config.vocab_size
    found = pseudo_perplexity([document], wordpiece(), predictor(model))
    assert found["documents"][0]["pll"] == pytest.approx(-5 * math.log(size), rel=1e-6)
    assert found["per_token"] == pytest.approx(size, rel=1e-6)
    assert found["per_word"] == pytest.approx(size, rel=1e-6)


def test_bigram_stub_gives_the_sum_by_hand() -> None:
    """A model that looks only at the token to the left: log p(8 | 7) and log p(7 | [CLS])."""
    table = torch.randn(17, 17, generator=torch.Generator().manual_seed(0))

    log_p = table.log_softmax(-1)

    def predict(ids: torch.Tensor, _: torch.Tensor, positions: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return log_p[ids[torch.arange(len(ids)), positions - 1], targets]

    (values,) = scores_of([encoded((7,), (8,))], predict)
    assert values == pytest.approx([log_p[2, 7].item(), log_p[7, 8].item()], abs=1e-6)


def test_batched_equals_one_by_one_and_padding_and_order_do_not_matter() -> None:
    predict = predictor(tiny_bert())
    together = scores_of(TEXTS, predict)
    for budget in (1, 25):
        for one, all_ in zip(scores_of(TEXTS, predict, token_budget=budget), together, strict=True):
            assert one == pytest.approx(all_, abs=1e-5)
    for backwards, forwards in zip(scores_of(TEXTS[::-1], predict)[::-1], together, strict=True):
        assert backwards == pytest.approx(forwards, abs=1e-5)


def test_scores_are_those_of_the_whole_model_on_each_masked_copy() -> None:
    model = tiny_bert()
    (values,) = scores_of(TEXTS[2:3], predictor(model), variant="original")
    ids = torch.tensor(TEXTS[2].ids)
    for value, position in zip(values, TEXTS[2].scored, strict=True):
        copy = ids.clone()
        copy[position] = 4
        with torch.no_grad():
            expected = model(copy[None]).logits[0, position].log_softmax(-1)[ids[position]]
        assert value == pytest.approx(expected.item(), abs=1e-5)


def test_within_word_masks_the_later_pieces_of_the_same_word_only() -> None:
    text = encoded((5,), (9, 10, 11), (12,))
    assert hidden_with(text, 2, "within_word_l2r") == [2, 3, 4]
    assert hidden_with(text, 3, "within_word_l2r") == [3, 4]
    assert hidden_with(text, 3, "original") == [3]


def test_within_word_equals_original_when_every_word_is_one_piece() -> None:
    predict = predictor(tiny_bert())
    single = [encoded((5,), (6,), (7,)), encoded((8,))]
    pairs = zip(scores_of(single, predict, variant="original"), scores_of(single, predict), strict=True)
    assert all(np.array_equal(original, within) for original, within in pairs)
    multi = zip(scores_of(TEXTS, predict, variant="original"), scores_of(TEXTS, predict), strict=True)
    assert any(not np.allclose(original, within) for original, within in multi)


@pytest.mark.parametrize(
    "kind", ["bert", "roberta", "modernbert", "distilbert", "deberta-v2", "esm", "xlm-roberta", "electra"]
)
def test_head_at_one_position_equals_the_whole_model_there(kind: str) -> None:
    options = {**TINY, "pad_token_id": 0, "max_position_embeddings": 32}
    if kind == "distilbert":
        options |= {"dim": 16, "hidden_dim": 32, "n_layers": 2, "n_heads": 2}
    if kind == "esm":
        options |= {"mask_token_id": 4}
    torch.manual_seed(0)
    model = AutoModelForMaskedLM.from_config(AutoConfig.for_model(kind, **options)).eval()
    ids = torch.tensor([[2, 5, 4, 6, 3], [2, 4, 3, 0, 0]])
    attention = (ids != 0).long()
    positions = torch.tensor([2, 1])
    with torch.no_grad():
        whole = model(input_ids=ids, attention_mask=attention).logits[torch.arange(2), positions].log_softmax(-1)
        predict = predictor(model)
        row = torch.stack([predict(ids, attention, positions, torch.tensor([word] * 2)) for word in range(40)], dim=1)
    torch.testing.assert_close(row, whole.double(), atol=1e-5, rtol=1e-4)


def test_log_probabilities_of_a_vocabulary_in_parts_are_those_of_all_of_it() -> None:
    chance = torch.Generator().manual_seed(0)
    states, weight, bias = (torch.randn(shape, generator=chance) for shape in ((6, 8), (23, 8), (23,)))
    bias[20] = 60.0  # so that one part outweighs all others
    bias[10:15] = -math.inf  # and one holds nothing
    targets = torch.tensor([0, 4, 5, 19, 20, 22])
    for given in (bias, None):
        logits = torch.nn.functional.linear(states.double(), weight.double(), None if given is None else given.double())
        whole = logits.log_softmax(-1).gather(1, targets[:, None])[:, 0]
        for words in (1, 5, 23, 100):
            torch.testing.assert_close(
                log_probabilities(states, weight, given, targets, words=words), whole, atol=1e-5, rtol=1e-6
            )


def test_the_first_layer_projects_rows_that_copies_share_once() -> None:
    model, rows = tiny_bert(), []
    first = model.bert.encoder.layer[0].attention.self.query
    predict = predictor(model)
    first.register_forward_hook(lambda _, given, __: rows.append(given[0].numel() // given[0].shape[-1]))
    text = torch.tensor([2, 5, 6, 7, 3])
    ids = text.repeat(3, 1)
    positions = torch.tensor([1, 2, 3])
    ids[torch.arange(3), positions] = 4
    with torch.no_grad():
        found = predict(ids, torch.ones_like(ids), positions, text[positions])
        assert rows == [5 + 3]
        whole = model(input_ids=ids).logits[torch.arange(3), positions].log_softmax(-1)
    torch.testing.assert_close(found, whole[torch.arange(3), text[positions]].double(), atol=1e-5, rtol=1e-4)


def test_roberta_numbers_positions_anew_behind_a_padding_token_inside_a_text() -> None:
    torch.manual_seed(0)
    options = {**TINY, "pad_token_id": 0, "max_position_embeddings": 32}
    model = AutoModelForMaskedLM.from_config(AutoConfig.for_model("roberta", **options)).eval()
    ids = torch.tensor([[2, 5, 0, 6, 7, 3], [2, 5, 4, 6, 7, 3], [2, 4, 0, 6, 7, 3]])
    positions = torch.tensor([4, 2, 1])
    with torch.no_grad():
        found = predictor(model)(ids, torch.ones_like(ids), positions, torch.tensor([7, 8, 5]))
        whole = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[torch.arange(3), positions]
    expected = whole.log_softmax(-1)[torch.arange(3), torch.tensor([7, 8, 5])]
    torch.testing.assert_close(found, expected.double(), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("changed", [False, True])
def test_the_last_layer_runs_at_the_scored_positions_only_unless_somebody_changed_it(changed: bool) -> None:
    model = tiny_bert()
    last, rows = model.bert.encoder.layer[-1], []
    last.output.register_forward_pre_hook(lambda _, given: rows.append(given[0].numel() // given[0].shape[-1]))
    if changed:
        last.register_forward_hook(lambda _, __, output: 2 * output)  # as an adapter around the layer might
    predict = predictor(model)
    ids, positions = torch.tensor([[2, 5, 4, 6, 3], [2, 4, 3, 0, 0]]), torch.tensor([2, 1])
    attention = (ids != 0).long()
    rows.clear()
    with torch.no_grad():
        found = predict(ids, attention, positions, torch.tensor([6, 7]))
        assert rows == [10 if changed else 2]
        whole = model(input_ids=ids, attention_mask=attention).logits[torch.arange(2), positions].log_softmax(-1)
    torch.testing.assert_close(found, whole[torch.arange(2), torch.tensor([6, 7])].double(), atol=1e-5, rtol=1e-4)


def test_checkpoint_without_head_gives_a_reason_and_never_a_random_head(tmp_path: Path) -> None:
    AutoModel.from_config(BertConfig(**TINY)).save_pretrained(tmp_path / "encoder")
    model, reason = load_scorer(tmp_path / "encoder")
    assert model is None
    assert reason is not None
    assert reason.startswith("no MLM head: the checkpoint has no cls.predictions")
    tiny_bert().save_pretrained(tmp_path / "whole")
    model, reason = load_scorer(tmp_path / "whole")
    assert model is not None
    assert reason is None


def test_unknown_word_is_not_rewarded() -> None:
    """A model sure of [UNK] everywhere scores worse than one that guesses evenly among known words."""
    unsure, sure = torch.zeros(19).log_softmax(-1), torch.full((17,), -50.0)
    sure[1] = 0.0
    words = ("xylophone", "quixotic")
    found = pseudo_perplexity([Document("x", words)], wordpiece(), lambda *given: sure[given[3]])
    letters = len(set("".join(words))) + 1
    assert found["unknown_tokens"] == 2
    assert found["documents"][0]["pll"] == pytest.approx(-(9 + 8 + 2) * math.log(letters), rel=1e-6)
    spelled = wordpiece(VOCABULARY | {word: 17 + i for i, word in enumerate(words)})
    known = pseudo_perplexity([Document("x", words)], spelled, lambda *given: unsure[given[3]])
    assert known["per_word"] < found["per_word"]


def test_long_text_is_scored_whole_in_parts_that_fit() -> None:
    words = ("the", "court", "may") * 20
    tokenizer = wordpiece()
    lengths: list[int] = []

    def predict(ids: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        lengths.append(ids.shape[1])
        return torch.zeros(len(ids))

    found = pseudo_perplexity([Document("x", words)], tokenizer, predict, max_length=16)
    assert max(lengths) <= 16
    assert (found["words"], found["tokens"]) == (60, 60)


def test_share_of_words_that_a_lowercasing_tokenizer_alters() -> None:
    documents = [Document("x", ("The", "court", "may", "Order"))]
    assert altered_words(documents, wordpiece(lowercase=True)) == 0.5
    assert altered_words(documents, wordpiece()) == 0.0


def write_corpus(path: Path, texts: dict[str, str], split: str = "test") -> None:
    rows = {"id": list(texts), "text": list(texts.values()), "split": [split] * len(texts)}
    pq.write_table(pa.table(rows), path)


def test_same_documents_and_words_are_chosen_whatever_their_order(tmp_path: Path) -> None:
    texts = {f"d{i}": f"the court may order {i} fees" for i in range(50)}
    write_corpus(tmp_path / "a.parquet", texts)
    write_corpus(tmp_path / "b.parquet", dict(reversed(texts.items())))
    first, second = (chosen_documents(tmp_path / f"{name}.parquet", documents=7, words=3) for name in "ab")
    assert first == second
    assert len(first) == 7
    assert all(document.words == ("the", "court", "may") for document in first)


def test_corpus_without_test_documents_is_a_clear_error(tmp_path: Path) -> None:
    write_corpus(tmp_path / "a.parquet", {"x": "the court"}, split="train")
    with pytest.raises(UserError, match=r"no document is in the test split.*corpus\.split\.test"):
        chosen_documents(tmp_path / "a.parquet", documents=5, words=5)
    with pytest.raises(UserError, match="maskzoo corpus"):
        chosen_documents(tmp_path / "absent.parquet", documents=5, words=5)


def test_score_keeps_every_seed_and_the_documents(tmp_path: Path) -> None:
    recipe = read_recipe(ROOT / "domains" / "legal")
    layout = Layout(tmp_path, "demo", "legal")
    layout.documents.parent.mkdir(parents=True)
    write_corpus(layout.documents, {f"d{i}": "the court may order payment of fees" for i in range(4)})
    folders: list[tuple[int | None, Path]] = []
    for seed in (0, 1):
        folder = tmp_path / f"seed{seed}"
        torch.manual_seed(seed)
        BertForMaskedLM(BertConfig(**TINY)).save_pretrained(folder)
        wordpiece().save_pretrained(folder)
        folders.append((seed, folder))
    suite = Settings(documents=3, words=5)
    found = measure("pseudo_perplexity", suite, "adapted", folders, Context(recipe, layout))
    assert found["reason"] is None
    assert [seed["pretraining_seed"] for seed in found["seeds"]] == [0, 1]
    assert found["per_word"] == pytest.approx(np.mean([seed["per_word"] for seed in found["seeds"]]))
    assert found["words"] == 15
    assert found["tokens"] == 18, "payment is two pieces"
    assert len(found["documents"]) == len(found["seeds"][0]["documents"]) == 3
    json.dumps(found, allow_nan=False)


def test_unknown_model_and_untrained_variant_are_clear_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    legal = ROOT / "domains" / "legal"
    assert main(["score", str(legal), "--model", "adaptd", "--results", str(tmp_path)]) == 2
    assert "did you mean 'adapted'" in capsys.readouterr().err
    assert main(["score", str(legal), "--model", "adapted", "--results", str(tmp_path)]) == 2
    assert "maskzoo pretrain --variant adapted --seed 0" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_trained_model_prefers_texts_to_their_shuffled_words() -> None:
    """A tiny model trained on one pattern scores ordered text above shuffled text for more than 90 % of sentences."""
    torch.manual_seed(0)
    model = BertForMaskedLM(BertConfig(**TINY, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0))
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-2)
    # six places, each filled by one of two words of its own
    rows = torch.tensor(
        [[2, *(5 + 2 * place + (number >> place & 1) for place in range(6)), 3] for number in range(64)]
    )
    generator = torch.Generator().manual_seed(0)
    for _ in range(150):
        masked = torch.rand(rows.shape, generator=generator) < 0.3
        masked[:, [0, -1]] = False
        loss = model(torch.where(masked, 4, rows), labels=torch.where(masked, rows, -100)).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    shuffle = np.random.default_rng(0)
    texts = [encoded(*((int(token),) for token in row[1:-1])) for row in rows]
    shuffled = [encoded(*((int(token),) for token in shuffle.permutation(row[1:-1].numpy()))) for row in rows]
    predict = predictor(model.eval())
    better = [a.sum() > b.sum() for a, b in zip(scores_of(texts, predict), scores_of(shuffled, predict), strict=True)]
    assert np.mean(better) > 0.9


def test_help_of_score_does_not_import_torch() -> None:
    code = "import sys, maskzoo.probes.common.score_command; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
