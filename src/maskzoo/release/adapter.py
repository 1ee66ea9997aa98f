"""An adapter as a release of its own: small weights, the id of the base that they belong to, and a card for both.

The merged model is the release proper; its card has the numbers. The adapter is for those who have the base already. It
is made when it is published, because only then is known under whose name the base stands on the Hub.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from maskzoo.errors import UserError
from maskzoo.files import atomic_folder, read_json, write_json
from maskzoo.licences import DOES_NOT_BIND, Derived, derive, hub_fields
from maskzoo.paths import Layout
from maskzoo.recipe.folders import zoo_folder
from maskzoo.recipe.load import read_recipe
from maskzoo.recipe.recipe import Recipe
from maskzoo.release import package
from maskzoo.release.names import adapter_repository, repository
from maskzoo.release.origins import Origins, origins
from maskzoo.reporting.markdown import bullets, plain

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
OWN = "MASKZOO_"  # how PEFT's name of a method begins that this project adds to it


def trained_adapter(recipe: Recipe, variant: str, layout: Layout) -> Path | None:
    """The adapter that pretraining left beside the merged model, if the variant has one."""
    folder = layout.run(variant, recipe.seeds.pretraining[0]) / "adapter"
    return folder if (folder / CONFIG).is_file() else None


def published_base(recipe: Recipe, variant: str, namespace: str) -> tuple[str, str | None]:
    """(id, revision) of the base of a variant on the Hub.

    Raises:
        UserError: others cannot have the base: a local folder, or a model of the zoo that is not released.
    """
    name = recipe.variants[variant].base
    base, where = recipe.bases[name], f"{recipe.folder / 'domain.yaml'}: bases.{name}"
    if base.hub is not None:
        return base.hub, base.revision
    if base.domain is None or base.variant is None:
        raise UserError("an adapter of it is of no use to others", where=where, expected="a base that is on the Hub")
    other = read_recipe(zoo_folder(recipe.folder) / base.domain, recipe.scale)
    if base.variant not in other.release.variants:
        raise UserError(
            f"{base.domain}/{base.variant} is not released, so nobody could load an adapter of it",
            where=where,
            hint=f"add it to release.variants of domains/{base.domain}",
        )
    return repository(other, base.variant, other.release.namespace or namespace), None


def write_adapter(recipe: Recipe, variant: str, layout: Layout, namespace: str) -> Path | None:
    """Write the adapter's release folder beside that of the merged model; None where the variant has no adapter.

    Raises:
        UserError: others cannot have the base, or no licence follows from the sources.
    """
    source = trained_adapter(recipe, variant, layout)
    if source is None:
        return None
    base, revision = published_base(recipe, variant, namespace)
    came_from = origins(recipe, variant, layout, seed=recipe.seeds.pretraining[0])
    licence = derive(came_from.uses, chosen=recipe.release.licence, where=str(recipe.folder / "domain.yaml"))
    merged = repository(recipe, variant, namespace)
    config = {**package.without_paths(read_json(source / CONFIG)), "base_model_name_or_path": base}
    config |= {"revision": revision} if revision else {}
    target = layout.adapter_release(variant)
    with atomic_folder(target) as folder:
        shutil.copyfile(source / WEIGHTS, folder / WEIGHTS)
        (folder / CONFIG).write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        name = adapter_repository(recipe, variant, namespace)
        text = card(recipe, name, base, revision, merged, config, licence, came_from)
        (folder / "README.md").write_text(text, encoding="utf-8")
        made = {
            "name": name.split("/")[-1],
            "domain": recipe.name,
            "scale": recipe.scale,
            "variant": f"{variant}, adapter",
            "base_model": base,
            "merged": merged,
            "licence": licence.licence.id,
            "chain": list(came_from.chain),
            "files": package.checksums(folder),
        }
        write_json(folder / package.ORIGIN, package.without_paths(made))
    return target


def card(
    recipe: Recipe,
    name: str,
    base: str,
    revision: str | None,
    merged: str,
    config: dict[str, Any],
    licence: Derived,
    came_from: Origins,
) -> str:
    """README.md of an adapter: how to load it, where its results are, and its licence."""
    from huggingface_hub import ModelCardData

    terms: dict[str, Any] = hub_fields(licence.licence)
    header = ModelCardData(
        language=list(recipe.languages) or None,
        **terms,
        library_name="peft",
        pipeline_tag="fill-mask",
        base_model=base,
        tags=["maskzoo", "masked-language-modeling", "adapter", recipe.name.replace("/", "-")],
    )
    own = str(config["peft_type"]).startswith(OWN)
    at = f", revision={revision!r}" if revision else ""
    lines = [
        "from peft import PeftModel",
        "from transformers import AutoModelForMaskedLM, AutoTokenizer",
        *(["import maskzoo.tuners  # teaches PEFT a method that it lacks"] if own else []),
        "",
        f"base = AutoModelForMaskedLM.from_pretrained({base!r}{at})",
        f"model = PeftModel.from_pretrained(base, {name!r})",
        f"tokenizer = AutoTokenizer.from_pretrained({base!r}{at})",
    ]
    parts = [
        f"# {name.split('/')[-1]}",
        f"{plain(recipe.summary)} An adapter ({config['peft_type']}) for `{base}`: its weights alone. Merged into the "
        f"base it is [{merged}](https://huggingface.co/{merged}), whose card has the results, the corpus and the "
        "limits.",
        "## How to use",
        "```python\n" + "\n".join(lines) + "\n```",
        "## Licence",
        bullets([plain(line) for line in (*licence.reasons, *came_from.notes, DOES_NOT_BIND)]),
    ]
    return f"---\n{header.to_yaml()}\n---\n\n" + "\n\n".join(parts) + "\n"
