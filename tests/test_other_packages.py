"""Somebody else's package with a method of each kind, found by entry points and used through a recipe.

Task types, metrics and baselines are in tests/tasks/test_other_packages.py.
"""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from .conftest import ROOT

MODULES = {
    "halves": '''
"""Masking policy: every second ordinary token from the first or the second on."""
from typing import Literal

from maskzoo.strict import Strict


class Settings(Strict):
    """Where it begins."""

    first: Literal[0, 1] = 0


def select(text, *, rate, settings, rng, state):
    import numpy as np

    places = np.arange(text.ids.shape[1])[None] % 2 == settings.first
    return ~text.special & places & (rng.random(text.ids.shape) < 2 * rate)
''',
    "scaled/__init__": '''
"""Objective: the masked-language-modeling loss times a number."""
from typing import Literal

from pydantic import Field

from maskzoo.recipe.objective import ObjectiveSettings


class Settings(ObjectiveSettings):
    """The number."""

    name: Literal["scaled"] = "scaled"
    by: float = Field(default=1.0, gt=0, description="the loss is multiplied by this")
''',
    "scaled/objective": """
from maskzoo.objectives.mlm import objective


class Objective(objective.Objective):
    def loss(self, states, labels):
        return self.settings.by * super().loss(states, labels)
""",
    "two_phases": '''
"""Schedule: the same objective twice."""
from maskzoo.recipe.training import Phase

PHASES = (Phase(share=1), Phase(share=1))
''',
    "momentum": '''
"""Optimiser: gradient descent with momentum."""
from typing import Literal

from pydantic import Field

from maskzoo.recipe.optimiser import OptimiserSettings


class Settings(OptimiserSettings):
    """The momentum."""

    name: Literal["momentum"] = "momentum"
    share: float = Field(default=0.9, ge=0, lt=1, description="of the old direction")


def make(model, training):
    import torch

    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.SGD(trained, lr=training.learning_rate, momentum=training.optimiser.share)


def flops(model):
    return 0.0
''',
    "thin": '''
"""Adaptation method: LoRA of rank one."""
from typing import Literal

from maskzoo.adaptation import lora
from maskzoo.recipe.method import Method


class Settings(Method):
    """Nothing but its name."""

    method: Literal["thin"] = "thin"


def merges(settings):
    return True


def objection(model, settings):
    return None


def config(model, settings, *, head_is_trained, prepared=None):
    return lora.config(model, lora.Settings(rank=1), head_is_trained=head_is_trained)
''',
    "notes": '''
"""Material: text with a limit of its own on the length of a line."""
from pydantic import Field

from maskzoo.materials import text
from maskzoo.strict import Strict

WORDING, USES_FIELDS, GROUPINGS = text.WORDING, text.USES_FIELDS, text.GROUPINGS
key, task_text, lookup = text.key, text.task_text, text.lookup
PRESETS = {"deduplication": {"near": None}, "cleaning": {"min_words": 2}}


class Settings(Strict):
    """Notes."""

    longest: int = Field(default=80, ge=1, description="characters; the rest of a line is cut off")


def prepare(documents, *, settings, boilerplate):
    for document in documents:
        document.text = "\\n".join(line[: settings.own.longest] for line in document.text.split("\\n"))
    return text.prepare(documents, settings=settings, boilerplate=boilerplate)
''',
    "barred": '''
"""Format: documents between lines of bars."""
from maskzoo.corpus.readers.common.input import decoded
from maskzoo.documents.record import Record

USES = frozenset({"encoding"})


def read(file, options):
    with decoded(file, options) as stream:
        content = stream.read()
    for number, part in enumerate(content.split("|||"), 1):
        yield Record(part.strip(), f"{file.path}#{number}", file.sha256, {"path": file.path})
''',
    "shouting": '''
"""Curation filter: documents in capitals are dropped."""
from pydantic import Field

from maskzoo.strict import Strict

MATERIALS = ("notes",)


class Settings(Strict):
    """How loud."""

    most: float = Field(default=0.5, gt=0, le=1, description="share of capitals above which to drop")


def objection(text, words, settings):
    share = sum(letter.isupper() for letter in text) / max(1, len(text))
    return ("shouting", f"{share:.2f} in capitals") if share > settings.most else None
''',
    "badge": '''
"""Kind of personal data: numbers of badges."""
import re

TITLE, PRIORITY = "badge numbers", 5


def candidates(text, regions):
    yield from ((found.start(), found.end(), "[BADGE]") for found in re.finditer(r"B-[0-9]{3}", text))
''',
    "gossip": '''
"""Generator: notes of several lines between bars."""
from pydantic import Field

from maskzoo.strict import Strict


class Settings(Strict):
    """What is talked about."""

    about: str = Field(default="tea")


class Gossip:
    def __init__(self, settings):
        self.about = settings.about

    def simulate(self, folder, *, documents, seed):
        import random

        chance = random.Random(seed)
        words = "old new small tall green red cup pot leaf water cake plate spoon chair garden".split()
        parts = [f"{self.about} {number} B-123 " + " ".join(chance.choices(words, k=30)) for number in range(documents)]
        parts.append("NOBODY HEARS WHAT IS SAID IN CAPITALS ALL DAY LONG")
        (folder / "notes.txt").write_text("|||".join(parts))
        return {}


def configured(settings):
    return Gossip(settings)
''',
}
POINTS = {
    "masking": "halves",
    "objectives": "scaled",
    "schedules": "two_phases",
    "optimisers": "momentum",
    "adaptation": "thin",
    "materials": "notes",
    "readers": "barred",
    "filters": "shouting",
    "privacy": "badge",
    "simulators": "gossip",
}
RECIPE = """
title: Notes
summary: Notes about tea.
languages: [en]
release: {name: notes, variants: [plain]}
scales:
  demo:
    simulate: {generator: gossip, documents: 80, settings: {about: coffee}}
    corpus:
      material: notes
      notes: {longest: 150}
      cleaning: {shouting: {most: 0.4}}
      privacy: {scrub: [badge]}
      sources:
        notes: {simulated: notes.txt, licence: CC0-1.0, language: en, read: {format: barred}}
    tokenizers: {own: {design: wordpiece, vocab_size: 300}}
    bases:
      fresh:
        architecture: bert
        config: {hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 32}
      first: {variant: plain}
    variants:
      plain: {base: fresh, tokenizer: own}
      thinner: {base: first, tokenizer: own, adaptation: {method: thin}}
    masking: {policy: halves, first: 1, rate: 0.2}
    training:
      steps: 4
      schedule: two_phases
      optimiser: {name: momentum, share: 0.5}
      sequence_length: 16
      batch_size: 4
      evaluate_every: 2
      evaluation_batches: 1
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The package as a package manager leaves it: modules, and entry points in a dist-info."""
    site = tmp_path / "site"
    for name, text in {"__init__": "", **MODULES}.items():
        file = site / "lab" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    register(site, "lab", {kind: f"{name} = lab.{name}" for kind, name in POINTS.items()})
    return site


def register(site: Path, package: str, points: dict[str, str]) -> None:
    information = site / f"{package}-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    lines = (f"[maskzoo.{kind}]\n{point}\n" for kind, point in points.items())
    (information / "entry_points.txt").write_text("".join(lines))


def maskzoo(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(site), str(ROOT / "src")])
    return subprocess.run(
        [sys.executable, "-m", "maskzoo", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
    )


def write_domain(zoo: Path, text: str = RECIPE) -> None:
    (zoo / "domains/notes").mkdir(exist_ok=True)
    (zoo / "domains/notes/domain.yaml").write_text(text)


@pytest.mark.timeout(300)
def test_methods_of_another_package_run_through_a_recipe(zoo: Path, installed: Path) -> None:
    variants = "objective: {name: scaled, by: 3.0}"
    write_domain(zoo, RECIPE.replace("{base: fresh, tokenizer: own}", f"{{base: fresh, tokenizer: own, {variants}}}"))
    stages = (
        ["check"],
        ["simulate"],
        ["corpus"],
        ["tokenizer", "--tokenizer", "own"],
        ["tokens", "--tokenizer", "own"],
        ["pretrain", "--variant", "plain"],
        ["pretrain", "--variant", "thinner"],
    )
    for command, *options in stages:
        done = maskzoo(installed, command, "domains/notes", *options)
        assert done.returncode == 0, (command, done.stderr[-3000:])
    results = zoo / "results/demo/notes"
    kept = pq.read_table(results / "corpus/documents.parquet")["text"].to_pylist()
    assert all(text.startswith("coffee ") and "[BADGE]" in text and len(text) <= 152 for text in kept)
    dropped = pq.read_table(results / "corpus/dropped.parquet").to_pylist()
    assert [row["reason"] for row in dropped] == ["shouting"]
    for variant in ("plain", "thinner"):
        (weights,) = (results / "models").glob(f"{variant}/seed0/model/model.safetensors")
        assert weights.stat().st_size > 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("share: 0.5", "shear: 0.5", "training.optimiser.shear: unknown key 'shear'"),
        ("policy: halves, first: 1", "policy: halves, first: 2", "masking.first: unknown value '2'"),
        ("longest: 150", "longest: 0", "corpus.notes.longest: 0"),
        ("most: 0.4", "mots: 0.4", "corpus.cleaning.shouting.mots: unknown key 'mots'"),
        ("format: barred", "format: bared", "read.format: unknown format 'bared'"),
        ("about: coffee", "abuot: coffee", "simulate.settings.abuot: unknown key 'abuot'"),
    ],
)
def test_their_settings_are_refused_like_those_of_this_package(
    zoo: Path, installed: Path, old: str, new: str, said: str
) -> None:
    assert old in RECIPE
    write_domain(zoo, RECIPE.replace(old, new, 1))
    done = maskzoo(installed, "check", "domains/notes")
    assert done.returncode == 2
    assert said in done.stderr
    assert "did you mean" in done.stderr or "0" in new or "2" in new
    assert "Traceback" not in done.stderr


def test_a_broken_package_is_named_and_disturbs_nobody_else(zoo: Path, installed: Path) -> None:
    (installed / "wreck.py").write_text("raise RuntimeError('left half done')\n")
    register(installed, "wreck", {kind: "wreck = wreck" for kind in POINTS})
    for arguments in (["list"], ["check", "domains/legal"]):
        done = maskzoo(installed, *arguments)
        assert done.returncode == 0, done.stderr
    write_domain(zoo, RECIPE.replace("policy: halves, first: 1", "policy: wreck"))
    done = maskzoo(installed, "check", "domains/notes")
    assert done.returncode == 2
    assert "masking policy 'wreck' of the installed package wreck cannot be imported" in done.stderr
    assert "RuntimeError: left half done; mend or uninstall wreck" in done.stderr
    assert "Traceback" not in done.stderr
