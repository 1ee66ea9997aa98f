"""An adapter is published alone, with its base's id, and answers on that base as the merged model does."""

import json

import pytest
from huggingface_hub import ModelCard

from maskzoo.cli import main
from maskzoo.errors import UserError
from maskzoo.release.adapter import write_adapter
from maskzoo.release.command import release
from maskzoo.release.gate.candidate import Candidate
from maskzoo.release.gate.check import check, problems

MERGED, ALONE = "me/tiny-law-demo", "me/tiny-law-demo-adapter"


@pytest.fixture
def adapted(released):
    """`law`, whose `adapted` is `general/scratch` with a LoRA adapter: kept alone, merged, and released."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForMaskedLM

    layout = released.layout
    base = layout.of("general").model("scratch", 0)
    torch.manual_seed(0)
    config = LoraConfig(r=2, target_modules=["query", "value"], init_lora_weights=False)
    model = get_peft_model(AutoModelForMaskedLM.from_pretrained(base), config)
    folder = layout.run("adapted", 0) / "adapter"
    model.save_pretrained(folder)
    (folder / "README.md").unlink()
    settings = json.loads((folder / "adapter_config.json").read_text())
    (folder / "adapter_config.json").write_text(json.dumps({**settings, "base_model_name_or_path": str(base)}))
    model.merge_and_unload().save_pretrained(layout.model("adapted", 0))
    release(released.recipe, "adapted", layout)
    return released


def test_publishing_a_variant_with_an_adapter_makes_two_repositories(hub, client, adapted, capsys):
    assert main(["publish", "law"]) == 0
    assert set(hub.repositories) == {MERGED, ALONE}
    tree = hub.repositories[ALONE].tree()
    assert set(tree) == {
        ".gitattributes",
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "how_it_was_made.json",
    }
    merged = hub.repositories[MERGED].tree()["model.safetensors"].data
    assert len(tree["adapter_model.safetensors"].data) < len(merged) / 2
    card = ModelCard(tree["README.md"].data.decode())
    assert card.data.base_model == "me/general-demo"
    assert json.loads(tree["adapter_config.json"].data)["base_model_name_or_path"] == "me/general-demo"
    assert "PeftModel.from_pretrained(base, 'me/tiny-law-demo-adapter')" in card.text
    assert f"[{MERGED}](https://huggingface.co/{MERGED})" in card.text
    assert hub.repositories[ALONE].tags == {"v1": hub.repositories[ALONE].head}
    assert main(["publish", "law"]) == 0
    assert len(hub.repositories[ALONE].commits) == 2, "publishing again made no commit"


def test_an_adapter_that_is_not_the_merged_model_does_not_pass(adapted):
    from safetensors.torch import load_file, save_file

    file = adapted.layout.run("adapted", 0) / "adapter" / "adapter_model.safetensors"
    save_file({name: 3 * tensor for name, tensor in load_file(file).items()}, file)
    write_adapter(adapted.recipe, "adapted", adapted.layout, "me")
    [problem] = problems(Candidate(adapted.recipe, "adapted", adapted.layout, adapter=True))
    assert "PEFT does not load it: AssertionError: on its base it answers otherwise than merged" in problem.what
    assert problem.mend == "publish the merged model alone: --without-adapters"


def test_an_adapter_of_a_base_that_nobody_can_have_is_refused(adapted):
    file = adapted.recipe.folder.parent / "general" / "domain.yaml"
    text = file.read_text().replace("variants: [scratch]", "variants: [other]")
    file.write_text(text + "      other: {base: fresh, tokenizer: own}\n")
    with pytest.raises(UserError, match="general/scratch is not released, so nobody could load an adapter of it"):
        write_adapter(adapted.recipe, "adapted", adapted.layout, "me")
    changed = adapted.reread(
        "{domain: general, variant: scratch}", f"{{folder: {adapted.layout.of('general').model('scratch', 0)}}}"
    )
    with pytest.raises(UserError, match="an adapter of it is of no use to others; expected a base that is on the Hub"):
        write_adapter(changed.recipe, "adapted", changed.layout, "me")


def test_a_variant_without_an_adapter_makes_none(released):
    assert write_adapter(released.recipe, "adapted", released.layout, "me") is None
    assert not check(released.recipe, "adapted", released.layout).adapter
