"""What single methods promise: counts, bits, tickets, languages, prompts, and loading in a process of its own."""

import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForMaskedLM

from maskzoo.adaptation import binary_mask, bitfit, bottleneck, invertible, language_adapter, lora, winning_ticket
from maskzoo.adaptation.binary_mask.tuner import BinaryMaskLayer, first_scores
from maskzoo.adaptation.common.adapter import adapt, load, stored, trainable
from maskzoo.adaptation.common.bits import pack, unpack
from maskzoo.adaptation.invertible.tuner import Coupling
from maskzoo.adaptation.language_adapter.tuner import switch
from maskzoo.adaptation.winning_ticket.choice import choose
from maskzoo.errors import UserError
from tests.adaptation.adapted import disturb, logits
from tests.models.tiny import CONFIGS, tiny

ROOT = Path(__file__).parents[2]


def base_sized(name: str = "bert") -> torch.nn.Module:
    """A model of BERT base's shape that holds no numbers."""
    shape = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072}
    with torch.device("meta"):
        return AutoModelForMaskedLM.from_config(AutoConfig.for_model(name, vocab_size=100, **shape))


def test_biases_of_bert_base_are_counted_as_by_hand() -> None:
    model = base_sized()
    names = bitfit.names(model, bitfit.Settings(), head_is_trained=True)
    found = sum(model.get_submodule(name).bias.numel() for name in names)
    h, i, layers = 768, 3072, 12
    # 102,912 with a pooler, which masked language models have none of
    assert found == layers * (3 * h + h + h + i + h + h) + h == 102_912 - h
    chosen = bitfit.Settings(places=("query", "ffn_in"))
    subset = bitfit.names(model, chosen, head_is_trained=False)
    assert sum(model.get_submodule(name).bias.numel() for name in subset) == layers * (h + i)


def test_bottlenecks_and_lora_of_bert_base_are_counted_as_by_hand() -> None:
    pfeiffer = base_sized()
    with torch.device("meta"):
        adapt(pfeiffer, bottleneck.Settings(reduction=16), seed=0)
    assert trainable(pfeiffer) == 12 * (2 * 768 * 48 + 48 + 768) == 894_528
    plain = base_sized()
    with torch.device("meta"):
        adapt(plain, lora.Settings(rank=8), seed=0)
    assert trainable(plain) == 294_912


def test_a_bias_of_the_keys_has_no_gradient() -> None:
    """Softmax does not see what is added to all scores alike."""
    model = tiny("bert")
    adapt(model, bitfit.Settings(), seed=0)
    ids = torch.tensor([[2, 7, 9, 11, 4, 13, 3]])
    model(input_ids=ids, labels=ids).loss.backward()
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            size = float(parameter.grad.abs().max())
            assert (size < 1e-6) == (".key." in name), (name, size)


def test_the_inverse_undoes_the_coupling() -> None:
    block = Coupling(16, 2)
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.normal_()
    given = torch.randn(3, 5, 16)
    assert not torch.allclose(block(given), given, atol=0.1)
    torch.testing.assert_close(block.inverse(block(given)), given, atol=1e-6 * float(block(given).abs().max()), rtol=0)


def test_scores_begin_with_the_share_of_weights_off_that_was_asked_for() -> None:
    torch.manual_seed(0)
    for sparsity, highest in ((0.05, 0.58), (0.5, 0.04)):
        scores = first_scores(torch.Size((1000, 100)), sparsity=sparsity, threshold=0.01)
        assert -0.02 <= float(scores.min()) < float(scores.max()) <= highest
        assert float(scores.max()) == pytest.approx(highest, abs=1e-3)
        assert float((scores <= 0.01).float().mean()) == pytest.approx(sparsity, abs=0.005)


def test_the_gradient_of_a_bit_is_handed_to_its_score() -> None:
    layer = torch.nn.Linear(2, 2)
    weight = torch.tensor([[2.0, -3.0], [5.0, 7.0]])
    layer.weight.data, layer.bias.data = weight.clone(), torch.zeros(2)
    layer.requires_grad_(False)
    from maskzoo.adaptation.binary_mask.tuner import BinaryMaskConfig

    masked = BinaryMaskLayer(layer, "default", BinaryMaskConfig(sparsity=0.5), "x")
    scores = masked.binary_mask_scores["default"]
    scores.data = torch.tensor([[0.3, -0.1], [0.02, 0.0]])
    given = torch.tensor([[1.0, 10.0]])
    assert masked(given).tolist() == [[2.0, 5.0]]  # only the weights 2 and 5 are on
    (masked(given) * torch.tensor([[1.0, 100.0]])).sum().backward()
    # loss = sum_i g_i sum_j W_ij M_ij x_j, so dL/dM_ij = g_i W_ij x_j, on or off
    assert scores.grad.tolist() == [[2.0, -30.0], [500.0, 7000.0]]


def test_bits_come_back_as_they_went() -> None:
    mask = torch.rand(7, 11) > 0.4
    assert pack(mask).dtype == torch.uint8
    assert pack(mask).numel() == 10  # 77 bits
    assert torch.equal(unpack(pack(mask), mask.shape), mask)


def test_a_mask_is_kept_as_one_bit_a_weight(tmp_path: Path) -> None:
    adapter = adapt(tiny("bert"), binary_mask.Settings(sparsity=0.3), seed=0)
    weights = trainable(adapter.model)
    adapter.save(tmp_path / "adapter", base=None)
    kept = load_file(tmp_path / "adapter/adapter_model.safetensors")
    assert sum(tensor.numel() * tensor.element_size() for tensor in kept.values()) == weights // 8
    assert stored(tmp_path / "adapter")["bytes"] < weights / 8 + 10_000


def test_the_ticket_is_the_share_that_moved_most() -> None:
    moved = {"a": torch.tensor([[0.1, 0.9], [0.3, 0.0]]), "b": torch.tensor([0.2, 0.8, 0.7, 0.05, 0.4, 0.6])}
    chosen = choose(moved, 0.35)  # round(3.5) of ten
    assert chosen["a"].tolist() == [[False, True], [False, False]]
    assert chosen["b"].tolist() == [False, True, True, False, False, True]
    ties = choose({"a": torch.zeros(1000)}, 0.2)
    assert int(ties["a"].sum()) == 200


def test_weights_outside_the_ticket_stay_bit_for_bit(tmp_path: Path) -> None:
    model, before = tiny("bert"), tiny("bert").state_dict()
    winning_ticket.prepare(
        {name: torch.rand(p.shape) for name, p in model.named_parameters()}, model, winning_ticket.Settings(), tmp_path
    )
    adapter = adapt(model, winning_ticket.Settings(), seed=0, prepared=tmp_path)
    total = sum(model.get_submodule(name).weight.numel() for name in adapter.peft.peft_config["default"].modules)
    assert trainable(model) == round(0.2 * total)
    disturb(model)
    after = adapter.merged().state_dict()
    moved = sum(int((after[name] != before[name]).sum()) for name in before)
    assert moved == round(0.2 * total)


def test_without_a_ticket_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no ticket in .*expected a checkpoint of a variant with .*winning_ticket"):
        adapt(tiny("bert"), winning_ticket.Settings(), seed=0, prepared=tmp_path)


def test_switching_touches_only_its_language(tmp_path: Path) -> None:
    model = tiny("bert")
    base = logits(model)
    settings = language_adapter.Settings(language="tsn", languages=("eng",), reduction=4)
    adapter = adapt(model, settings, seed=0)
    disturb(model)  # only what is trained: Setswana
    tsn = logits(model)
    assert not torch.allclose(tsn, base, atol=1e-3)
    switch(model, "eng")
    assert torch.equal(logits(model), base)  # English has learned nothing
    trained = {name for name, parameter in model.named_parameters() if parameter.requires_grad}
    assert trained
    assert all(".eng." in name for name in trained)
    disturb(model)
    assert not torch.allclose(logits(model), base, atol=1e-3)
    switch(model, "tsn")
    assert torch.equal(logits(model), tsn)  # bit for bit, whatever English did
    adapter.save(tmp_path / "adapter", base=None)
    fresh = tiny("bert")
    load(fresh, tmp_path / "adapter")
    assert torch.equal(logits(fresh.eval()), tsn)
    with pytest.raises(KeyError, match="no adapter for 'yor'; there are: eng, tsn"):
        switch(model, "yor")


def test_a_second_prompt_or_mask_begins_from_its_own_seed() -> None:
    one, other = tiny("bert"), tiny("bert")
    adapt(one, lora.Settings(), seed=1)
    adapt(other, lora.Settings(), seed=2)
    first = next(name for name, _ in one.named_parameters() if "lora_A" in name)
    assert not torch.equal(one.get_parameter(first), other.get_parameter(first))


def test_an_adapter_for_the_encoder_is_found_under_another_head_and_under_none(tmp_path: Path) -> None:
    from transformers import AutoModel, AutoModelForSequenceClassification

    model = tiny("bert")
    model.save_pretrained(tmp_path / "base")
    adapter = adapt(model, invertible.Settings(reduction=4), seed=0)
    disturb(model)
    adapter.save(tmp_path / "adapter", base=None)
    ids = torch.tensor([[2, 7, 9, 11, 4, 13, 3]])
    with torch.no_grad():
        wanted = model.bert(input_ids=ids).last_hidden_state
        for kind in (AutoModel, AutoModelForSequenceClassification):
            other = kind.from_pretrained(tmp_path / "base").eval()
            plain = other.base_model(input_ids=ids).last_hidden_state
            load(other, tmp_path / "adapter")
            found = other.eval().base_model(input_ids=ids).last_hidden_state
            assert not torch.allclose(found, plain, atol=1e-3)
            torch.testing.assert_close(found, wanted)


_FRESH = """
import sys, torch
{imports}
from peft import PeftModel
from transformers import AutoModelForMaskedLM
base = AutoModelForMaskedLM.from_pretrained(sys.argv[1])
model = PeftModel.from_pretrained(base, sys.argv[2]).eval()
torch.save(model(input_ids=torch.tensor([[2, 7, 9, 11, 4, 13, 3]])).logits, sys.argv[3])
"""


def _in_a_fresh_process(imports: str, *arguments: Path) -> "subprocess.CompletedProcess[str]":
    code = _FRESH.format(imports=imports)
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_process_that_imports_the_tuners_loads_an_adapter_by_peft_alone(tmp_path: Path) -> None:
    model = tiny("bert")
    model.save_pretrained(tmp_path / "base")
    adapter = adapt(model, bottleneck.Settings(reduction=4), seed=0)
    disturb(model)
    adapter.save(tmp_path / "adapter", base="somebody/base")
    done = _in_a_fresh_process("import maskzoo.tuners", tmp_path / "base", tmp_path / "adapter", tmp_path / "logits")
    assert done.returncode == 0, done.stderr
    with torch.no_grad():
        wanted = model(input_ids=torch.tensor([[2, 7, 9, 11, 4, 13, 3]])).logits
    assert torch.equal(torch.load(tmp_path / "logits"), wanted)


def test_a_process_without_them_is_told_whose_method_it_is(tmp_path: Path) -> None:
    model = tiny("bert")
    model.save_pretrained(tmp_path / "base")
    adapt(model, bitfit.Settings(), seed=0).save(tmp_path / "adapter", base=None)
    done = _in_a_fresh_process("", tmp_path / "base", tmp_path / "adapter", tmp_path / "logits")
    assert done.returncode != 0
    assert "MASKZOO_BITFIT" in done.stderr.strip().splitlines()[-1]


def test_an_unknown_method_is_a_sentence_for_who_has_the_package(tmp_path: Path) -> None:
    adapt(tiny("bert"), bitfit.Settings(), seed=0).save(tmp_path / "adapter", base=None)
    file = tmp_path / "adapter/adapter_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "peft_type": "MASKZOO_TELEPATHY"}))
    with pytest.raises(UserError, match="an adapter of the unknown method MASKZOO_TELEPATHY"):
        load(tiny("bert"), tmp_path / "adapter")
    with pytest.raises(UserError, match="no adapter in"):
        load(tiny("bert"), tmp_path / "nothing")


def test_prompt_learning_of_peft_itself_is_not_for_masked_language_models() -> None:
    """Why `prompt` is a layer of this package; where PEFT learns it one day, this says so."""
    from peft import PrefixTuningConfig, PromptEncoderConfig, PromptTuningConfig, get_peft_model
    from transformers import AutoModelForSequenceClassification

    ids = torch.tensor([[2, 7, 9, 11, 4, 13, 3]])
    shape = {"num_virtual_tokens": 3, "num_layers": 2, "num_attention_heads": 2, "token_dim": 16}
    for config in (PromptTuningConfig, PromptEncoderConfig, PrefixTuningConfig):
        with pytest.raises(KeyError):  # of the task that it was made for: there is none
            get_peft_model(tiny("bert"), config(**shape))(input_ids=ids)
    for name in CONFIGS:
        classifier = AutoModelForSequenceClassification.from_config(tiny(name).config)
        taken = name in ("bert", "roberta", "xlm-roberta")
        refused = pytest.raises(ValueError, match="does not support past key values")
        with nullcontext() if taken else refused:
            get_peft_model(classifier, PrefixTuningConfig(task_type="SEQ_CLS", **shape))(input_ids=ids)


@pytest.mark.parametrize("name", CONFIGS)
def test_norms_heads_and_embeddings_have_one_depth_each(name: str) -> None:
    from maskzoo.tasks.depths import Depths

    model = tiny(name)
    depths = Depths(model)
    assert depths.top == 2
    assert len(depths.of) == len(list(model.parameters()))
    assert {depth for depth, _ in depths.of} == {0, 1, 2, 3}
