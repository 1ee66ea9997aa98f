"""Trained in a run, saved, loaded in a process that knows nothing of it, disabled, merged: every method's whole way.

A process without this package loads the methods that PEFT has itself; one that imports `maskzoo.tuners` all others.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForMaskedLM

from maskzoo.adaptation import (
    binary_mask,
    bitfit,
    bottleneck,
    ia3,
    invertible,
    language_adapter,
    ln_tuning,
    lora,
    prompt,
    winning_ticket,
)
from maskzoo.adaptation.common.adapter import load
from maskzoo.recipe.method import Method
from maskzoo.recipe.training import Base
from tests.pretraining.runs import pretrained

ROOT = Path(__file__).parents[2]
OWN: dict[str, Method] = {"lora": lora.Settings(rank=4), "ia3": ia3.Settings(), "ln_tuning": ln_tuning.Settings()}
OURS: dict[str, Method] = {
    "bitfit": bitfit.Settings(),
    "bottleneck": bottleneck.Settings(reduction=4),
    "invertible": invertible.Settings(reduction=4),
    "language_adapter": language_adapter.Settings(reduction=4),
    "prompt": prompt.Settings(length=3),
    "binary_mask": binary_mask.Settings(),
    "winning_ticket": winning_ticket.Settings(search_steps=4),
}
IDS = [[2, 7, 9, 11, 4, 13, 3]]

FRESH = """
import json, sys
from pathlib import Path
import torch
from peft import PeftModel
from transformers import AutoModelForMaskedLM

if sys.argv[1] == "tuners":
    import maskzoo.tuners

def logits(model):
    with torch.no_grad():
        return model.eval()(input_ids=torch.tensor(IDS)).logits

base_folder, *runs = map(Path, sys.argv[2:])
plain, found = logits(AutoModelForMaskedLM.from_pretrained(base_folder)), {}
for run in runs:
    model = PeftModel.from_pretrained(AutoModelForMaskedLM.from_pretrained(base_folder), str(run / "adapter"))
    on = logits(model)
    with model.disable_adapter():
        off = logits(model)
    again = logits(model)
    try:
        merged = float((logits(model.merge_and_unload()) - on).abs().max())
    except ValueError as error:
        merged = str(error)
    found[run.name] = {"on": on.tolist(), "off": torch.equal(off, plain), "again": torch.equal(again, on),
                       "moved": float((on - plain).abs().max()), "merged": merged}
found["modules"] = [name for name in sys.modules if name.partition(".")[0] == "maskzoo"]
print(json.dumps(found))
"""


def in_a_fresh_process(base: Path, runs: list[Path], *, tuners: bool) -> dict[str, Any]:
    command = [sys.executable, "-c", FRESH.replace("IDS", str(IDS)), "tuners" if tuners else "alone", base, *runs]
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(("methods", "tuners"), [(OWN, False), (OURS, True)], ids=["peft alone", "with the tuners"])
def test_what_a_run_saved_is_loaded_disabled_and_merged_elsewhere(
    corpus: Path, base: Path, methods: dict[str, Method], tuners: bool
) -> None:
    start = {"base": Base(folder=str(base)), "base_folder": base, "learning_rate": 2e-2, "dropout": 0.0}
    facts = {
        name: pretrained(corpus, name, adaptation=settings, **start)["adaptation"] for name, settings in methods.items()
    }
    found = in_a_fresh_process(base, [corpus / name for name in methods], tuners=tuners)
    assert bool(found["modules"]) == tuners
    for name in methods:
        seen, fact = found[name], facts[name]
        assert seen["moved"] > 1e-3, name
        assert seen["off"], f"{name}: disabled, it is not the base bit for bit"
        assert seen["again"], name
        here = AutoModelForMaskedLM.from_pretrained(base)
        load(here, corpus / name / "adapter")
        with torch.no_grad():
            wanted = here.eval()(input_ids=torch.tensor(IDS)).logits
        assert torch.equal(torch.tensor(seen["on"]), wanted), name
        if fact["merged"]:
            assert seen["merged"] < 1e-6 * max(1.0, float(wanted.abs().max())), name
        else:
            assert "cannot be merged" in seen["merged"], name
        page = (corpus / name / "adapter" / "README.md").read_text()
        assert "PeftModel.from_pretrained" in page
        assert ("import maskzoo.tuners" in page) == (name not in ("lora", "ia3", "ln_tuning"))
        files = [file for file in (corpus / name / "adapter").iterdir() if file.is_file() and file.suffix != ".md"]
        assert fact["stored"]["bytes"] == sum(file.stat().st_size for file in files)
        assert {file.name for file in files} == {"adapter_config.json", "adapter_model.safetensors"}, name
