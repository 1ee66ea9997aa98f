"""docs/domains.md: what each domain is, its tasks, and how much of the project exists for it alone."""

from pathlib import Path

from maskzoo.errors import UserError
from maskzoo.recipe.folders import domains
from maskzoo.recipe.load import read_recipe, scales
from maskzoo.reporting.markdown import page, table
from maskzoo.results.domain_code import counts

PREFERRED = ("small", "demo")  # the scale that a domain is described at


def domains_page(zoo: Path = Path("domains")) -> str:
    """The whole page as Markdown. A domain whose recipe cannot be read is left out of the first table."""
    header = ("domain", "what", "made of", "languages", "tasks", "scales")
    rows = []
    for name in domains(zoo):
        try:
            known = scales(zoo / name)
            recipe = read_recipe(zoo / name, next((scale for scale in PREFERRED if scale in known), known[0]))
        except UserError:
            continue
        types = [task.type.replace("_", " ") for task in recipe.tasks.values()]
        rows.append(
            (
                f"[{name}](../domains/{name}/)",
                recipe.summary,
                recipe.corpus.material,
                ", ".join(recipe.languages),
                ", ".join(f"{types.count(one)} {one}" for one in dict.fromkeys(types)),
                ", ".join(known),
            )
        )
    code = [
        (name, *(f"{row[key]:,}" if row[key] else "" for key in ("recipe", "material", "simulator")))
        for name, row in counts(zoo).items()
    ]
    parts = [
        "# Domains\n\nWritten by `maskzoo results page`. Tasks are those of the scale `small`, or of `demo` where "
        "there is no other.",
        table(header, rows),
        "## What a domain costs in code",
        "Lines, without comments and empty ones, that exist for one domain only: its recipe (all scales; of a group "
        "the recipes of all members), the package of its material under `src/maskzoo/materials/` (cleaning, groupings, "
        "classical baselines; `text` is shared by several domains and not counted), and the generator of its demo data "
        "under `src/maskzoo/simulate/domains/` with modules that no other one uses (multilingual and low_resource "
        "share one; climate uses general's). Every stage, rule, task type, metric and page is shared. What any domain "
        "may ask for is not counted, though one domain alone asks for it today: kinds of personal data beyond e-mail "
        "addresses, telephone and account numbers (clinical), the FASTA reader and ESM's tokenizer (protein).",
        table(("domain", "recipe (YAML)", "its material (Python)", "its simulator (Python)"), code),
    ]
    return page(parts)
