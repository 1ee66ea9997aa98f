"""Suites side by side: before and after adaptation, chance, groups; and what is not told apart."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskzoo.comparison.compare import Model
from maskzoo.comparison.probe_section import probe_section, probe_sections
from maskzoo.comparison.probes import panels
from maskzoo.errors import UserError
from maskzoo.files import write_json
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.recipe import Recipe

MODELS = [Model("general", "base"), Model("scratch", "scratch"), Model("adapted", "adapted", base="general")]


@pytest.fixture
def legal(zoo: Path) -> tuple[Recipe, Path]:
    """The demo of legal, of which every model was asked its planted errors: `adapted` forgot some of agreement."""
    root = zoo / "results"
    write(root, "general", article=0.9, agreement=0.9)
    write(root, "scratch", article=0.5, agreement=0.5)
    write(root, "adapted", article=0.9, agreement=0.6)
    return read_recipe(zoo / "domains/legal"), root


def write(root: Path, model: str, *, reason: str | None = None, limit: int = 0, **shares: float) -> None:
    generator = np.random.default_rng(0)
    rows = [
        {"id": f"{group}-{number}", "group": group, "good": -1.0, "bad": -2.0, "right": float(drawn < share)}
        for group, share in shares.items()
        for number, drawn in enumerate(generator.random(200))
    ]
    groups = {
        group: {"items": 200, "value": float(np.mean([row["right"] for row in rows if row["group"] == group]))}
        for group in shares
    }
    seeds = [] if reason else [{"pretraining_seed": 0, "pairs": rows}]
    found = {"model": model, "reason": reason, "groups": groups, "seeds": seeds, "settings": {"limit": limit}}
    write_json(root / f"evaluation/planted_errors/{model}.json", found)


def only(found: dict[str, Any]) -> Any:
    (panel,) = found.values()
    return panel


def test_a_panel_holds_every_model_against_the_one_it_began_as(legal: tuple[Recipe, Path]) -> None:
    panel = only(panels(*legal, MODELS, "general"))
    assert (panel["items"], panel["groups"], panel["noun"], panel["chance"]) == (400, 2, "pairs", 0.5)
    by_name = {model["name"]: model for model in panel["models"]}
    assert by_name["general"]["mean"] == pytest.approx(0.9, abs=0.05)
    assert by_name["adapted"]["differences"]["general"]["value"] == pytest.approx(-0.15, abs=0.04)
    assert by_name["adapted"]["by_group"]["agreement"] == pytest.approx(0.6, abs=0.07)


def test_the_section_says_what_adaptation_did_and_who_is_at_chance(legal: tuple[Recipe, Path]) -> None:
    text = "\n\n".join(probe_section(only(panels(*legal, MODELS, "general"))))
    assert "400 pairs of 2 paradigms" in text
    assert "A model that knows nothing comes to 0.500." in text
    assert re.search(
        r"`adapted` \(0\.7\d+\) (loses to|does not beat) `general` \(0\.8\d+\), which it began as; p ", text
    )
    assert "Not told apart from chance: `scratch`." in text
    assert re.search(r"\| `agreement` \| 0\.900 \| 0\.4\d+ \| 0\.5\d+ \|", text)
    heading, *rest = probe_sections(panels(*legal, MODELS, "general"), level="###")
    assert heading == "### Planted errors"
    assert rest == probe_section(only(panels(*legal, MODELS, "general")))
    assert probe_sections({}) == []


def test_where_neither_side_is_better_nobody_leads(legal: tuple[Recipe, Path]) -> None:
    panel = {**only(panels(*legal, MODELS, "general")), "direction": "none", "chance": None}
    text = "\n\n".join(probe_section(panel))
    assert "**" not in text
    assert "is better" not in text
    assert "beat" not in text
    assert "differ" in text


def test_a_model_that_could_not_be_asked_is_named_with_the_reason(legal: tuple[Recipe, Path]) -> None:
    recipe, root = legal
    write(root, "scratch", reason="no MLM head: the checkpoint has no cls")
    panel = only(panels(recipe, root, MODELS, "general"))
    assert [one["name"] for one in panel["models"]] == ["general", "adapted"]
    assert "| `scratch` | scratch | no MLM head: the checkpoint has no cls |" in probe_section(panel)[1]
    for name in ("general", "adapted"):
        write(root, name, reason="no MLM head")
    assert probe_section(only(panels(recipe, root, MODELS, "general"))) == [
        "- `general`: no MLM head\n- `scratch`: no MLM head: the checkpoint has no cls\n- `adapted`: no MLM head"
    ]


def test_models_that_were_asked_otherwise_are_not_compared(legal: tuple[Recipe, Path]) -> None:
    recipe, root = legal
    write(root, "adapted", article=0.9, agreement=0.6, limit=3)
    with pytest.raises(UserError, match=r"'adapted' was asked other questions than 'general'.*maskzoo probe"):
        panels(recipe, root, MODELS, "general")
    (root / "evaluation/planted_errors/adapted.json").unlink()
    with pytest.raises(UserError, match=r"'adapted' was not asked 'planted_errors'.*maskzoo probe DOMAIN --suite"):
        panels(recipe, root, MODELS, "general")


def test_logarithms_of_perplexities_are_resampled_by_group_as_the_perplexities_are() -> None:
    from maskzoo.comparison.compare import Scored, compared
    from maskzoo.tasks.significance import Sample, paired, perplexity, surprisal

    chance = np.random.default_rng(0)
    groups = np.repeat(np.arange(5), 40)
    level = np.repeat(chance.normal(0, 1, 5), 40)

    def sample(shift: float) -> Sample:
        sums = -3 + shift * level + chance.normal(0, 0.1, 200)
        return Sample(np.stack([sums, np.ones(200)], axis=-1)[None], perplexity, groups)

    scored = [Scored(Model(name, "base"), sample(shift), (0,), (), {}) for name, shift in (("a", 0.0), ("b", 0.5))]
    found = compared(scored, "a", resamples=300, lower_is_better=True, by_logarithm=True)
    told = next(model for model in found["models"] if model["name"] == "b")["differences"]["a"]
    a, b = (Sample(one.sample.parts, surprisal, groups) for one in scored)
    assert told["interval"] == list(paired(b, a, same_seeds=True, resamples=300).interval)
    alone = paired(Sample(b.parts, surprisal), Sample(a.parts, surprisal), same_seeds=True, resamples=300).interval
    assert told["interval"][1] - told["interval"][0] > 2 * (alone[1] - alone[0])
