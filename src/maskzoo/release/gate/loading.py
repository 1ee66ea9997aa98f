"""Whether plain transformers (PEFT for an adapter) loads it, in a process of its own, without this project."""

import os
import subprocess
import sys
from collections.abc import Iterator

from maskzoo.bases import base_folder
from maskzoo.checkpoint_files import is_discriminator
from maskzoo.files import read_json
from maskzoo.release.adapter import CONFIG, OWN
from maskzoo.release.gate.candidate import Candidate, Problem

SECONDS = 600
NOT_ALONE = "publish the merged model alone: --without-adapters"
# -I: no PYTHONPATH, no current folder; what is installed beside transformers is blocked by name
BLOCKED = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "maskzoo":
            raise ModuleNotFoundError("maskzoo is blocked: a release must do without it")

sys.meta_path.insert(0, Blocker())
"""
LOADER = """
import sys, torch
import transformers
from transformers import AutoTokenizer

folder, kind = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
model, found = getattr(transformers, kind).from_pretrained(
    folder, local_files_only=True, trust_remote_code=False, use_safetensors=True, output_loading_info=True
)
wrong = {kind: sorted(map(str, keys)) for kind, keys in found.items() if keys and kind.endswith("keys")}
assert not wrong, f"weights and architecture do not fit: {wrong}"
assert tokenizer.mask_token_id is not None, "the tokenizer has no mask token"
rows = model.get_input_embeddings().num_embeddings
assert len(tokenizer) <= rows, f"{len(tokenizer)} tokens, but embeddings of {rows}"
with torch.no_grad():
    scores = model(input_ids=torch.tensor([[tokenizer.mask_token_id]])).logits
assert bool(torch.isfinite(scores).all()), "the model answers with numbers that are none"
"""
# on its base it has to answer as the merged model does: else people would get another model than the card speaks of
ADAPTER_LOADER = """
import sys, torch
from peft import PeftModel
from transformers import AutoModelForMaskedLM, AutoTokenizer

folder, base, merged = sys.argv[1:]
closed = {"local_files_only": True, "trust_remote_code": False, "use_safetensors": True}
plain = AutoModelForMaskedLM.from_pretrained(base, **closed)
whole = AutoModelForMaskedLM.from_pretrained(merged, **closed).eval()
ids = torch.arange(min(32, whole.get_input_embeddings().num_embeddings))[None]
with torch.no_grad():
    wanted = whole(input_ids=ids).logits
    answered = PeftModel.from_pretrained(plain, folder, local_files_only=True).eval()(input_ids=ids).logits
assert answered.shape == wanted.shape, "its tokenizer is not the base's, so the adapter alone is not the model"
difference = float((answered - wanted).abs().max())
assert difference <= 1e-3 * float(wanted.abs().max()), f"on its base it answers otherwise than merged, {difference:.3g}"
"""
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "OMP_NUM_THREADS")


def problems(candidate: Candidate) -> Iterator[Problem]:
    """A folder that does not load, whose weights do not fit its architecture, or whose answers are no numbers."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", *_program(candidate)],
            capture_output=True,
            text=True,
            env=clean_environment(),
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        yield Problem(f"{_by(candidate)} did not load it within {SECONDS} s", candidate.again)
        return
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        mend = NOT_ALONE if candidate.adapter else candidate.again
        yield Problem(f"{_by(candidate)} does not load it: {reason}", mend)


def _by(candidate: Candidate) -> str:
    return "PEFT" if candidate.adapter else "plain transformers"


def _program(candidate: Candidate) -> list[str]:
    """What the process runs, and on which folders."""
    folder = str(candidate.folder.resolve())
    if not candidate.adapter:
        head = "AutoModelForTokenClassification" if is_discriminator(candidate.folder) else "AutoModelForMaskedLM"
        return [BLOCKED + LOADER, folder, head]
    recipe, layout = candidate.recipe, candidate.layout
    base = base_folder(recipe, recipe.variants[candidate.variant].base, layout, seed=recipe.seeds.pretraining[0])
    own = str(read_json(candidate.folder / CONFIG)["peft_type"]).startswith(OWN)
    program = ("\nimport maskzoo.tuners\n" if own else BLOCKED) + ADAPTER_LOADER
    return [program, folder, str(base.resolve()), str(layout.release(candidate.variant).resolve())]


def clean_environment() -> dict[str, str]:
    """What a process needs to start, offline; no token, no path of this project."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return {**kept, "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1", "TRANSFORMERS_VERBOSITY": "error"}
