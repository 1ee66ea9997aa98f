"""The model card: metadata that the Hub reads, and a page for people. Every number in it comes from a results file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maskzoo import materials
from maskzoo.comparison.probe_section import probe_sections
from maskzoo.comparison.table import (
    judged,
    metric_title,
    perplexity_section,
    task_table,
    title_of,
    tuning,
    verdict,
)
from maskzoo.licences import DOES_NOT_BIND, Derived, hub_fields, licence_of
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.training import Variant
from maskzoo.release.corpus_section import corpus_section, privacy_limits
from maskzoo.release.origins import Origins
from maskzoo.tasks import metrics, types


@dataclass(frozen=True)
class Facts:
    """What a card is written from.

    Attributes:
        name: of the release.
        seed: pretraining seed of the weights in the folder.
        comparison, funnel, run: what comparison.json, funnel.json and run.json hold.
        mask_token: of the tokenizer.
    """

    recipe: Recipe
    variant: str
    name: str
    seed: int
    licence: Derived
    origins: Origins
    comparison: Mapping[str, Any]
    funnel: Mapping[str, Any]
    run: Mapping[str, Any]
    mask_token: str


def card(facts: Facts) -> str:
    """The text of README.md."""
    from huggingface_hub import ModelCard

    made = ModelCard(f"---\n{metadata(facts).to_yaml()}\n---\n\n{body(facts)}")
    return str(made).rstrip() + "\n"


TAG = {True: "masked-language-modeling", False: "replaced-token-detection"}
WHAT = {True: "A masked language model for fill-mask", False: "A discriminator of replaced tokens (ELECTRA)"}


def metadata(facts: Facts) -> Any:
    """The card's YAML header as the Hub client's `ModelCardData`."""
    from huggingface_hub import ModelCardData

    recipe = facts.recipe
    bases = list(facts.origins.base_models)
    licence: dict[str, Any] = hub_fields(facts.licence.licence)
    return ModelCardData(
        language=list(recipe.languages) or None,
        **licence,
        library_name="transformers",
        pipeline_tag="fill-mask" if _fills(facts) else "feature-extraction",
        base_model=bases[0] if len(bases) == 1 else bases or None,
        datasets=list(facts.origins.datasets) or None,
        tags=["maskzoo", TAG[_fills(facts)], "domain-adaptation", recipe.name.replace("/", "-")],
        widget=[{"text": example(recipe, facts.mask_token)}] if _fills(facts) else None,
        model_name=facts.name,
        eval_results=results(facts) or None,
    )


def results(facts: Facts) -> list[Any]:
    """The variant's results as the Hub's `EvalResult`s: mean over seeds on every task, and pseudo-perplexity."""
    from huggingface_hub import EvalResult

    found = []
    domain, scale = facts.comparison["domain"], facts.comparison["scale"]
    for name, task in facts.comparison["tasks"].items():
        model = _own(task, facts.variant)
        if model is None:
            continue
        found.append(
            EvalResult(
                task_type=types.load(task["type"]).HUB_TASK,
                task_name=task["title"],
                dataset_type=dataset_id(facts.recipe, name),
                dataset_name=f"{task['title']} ({domain}, scale {scale})",
                dataset_split="test",
                metric_type=metrics.hub_name(task["metric"]),
                metric_name=f"{metric_title(task)}{_over(len(model['seeds']))}",
                metric_value=round(model["mean"], 4),
            )
        )
    model = _own(facts.comparison["pseudo_perplexity"], facts.variant)
    if model is not None:
        found.append(
            EvalResult(
                task_type="fill-mask",
                task_name="Pseudo-perplexity",
                dataset_type=dataset_id(facts.recipe, "corpus"),
                dataset_name=f"Test documents of the corpus ({domain}, scale {scale})",
                dataset_split="test",
                metric_type="perplexity",
                metric_name=f"pseudo-perplexity per {facts.comparison['pseudo_perplexity'].get('unit', 'word')}",
                metric_value=round(model["mean"], 2),
            )
        )
    return found


def dataset_id(recipe: Recipe, name: str) -> str:
    """The Hub id of a task's test data, else a name without a slash: one with it links to somebody's data set."""
    data = recipe.tasks[name].data if name in recipe.tasks else None
    source = (data.test or data.all) if data else None
    if source is not None and source.hub is not None:
        return source.hub.dataset
    return f"maskzoo-{recipe.name.replace('/', '-')}-{name}"


def body(facts: Facts) -> str:
    """The page below the metadata."""
    recipe = facts.recipe
    parts = [
        f"# {facts.name}",
        f"{recipe.summary} {WHAT[_fills(facts)]}, to be fine-tuned on texts of this domain. "
        f"Variant `{facts.variant}` of the domain {recipe.title.lower()} in the maskzoo, at scale `{recipe.scale}`.",
        _not_shareable(facts),
        "## How to use",
        _usage(facts),
        "## How good it is",
        *_results(facts),
        "## What it was trained on",
        *corpus_section(facts.funnel, recipe.tasks, material=recipe.corpus.material),
        "## Limits",
        "\n".join(f"- {line}" for line in limits(facts)),
        "## How it was made",
        _making(facts),
        "## Licence",
        "\n".join(f"- {line}" for line in (*facts.licence.reasons, *facts.origins.notes, DOES_NOT_BIND)),
        _attributions(facts.origins),
        _people(recipe),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def example(recipe: Recipe, mask_token: str) -> str:
    """What the widget fills in: the material's example, or the domain's summary with its longest word masked."""
    example = materials.load(recipe.corpus.material).WORDING.example
    if example:
        return example.replace("{mask}", mask_token)
    words = recipe.summary.split()
    longest = max(range(len(words)), key=lambda i: len(words[i].strip(".,;:")))
    words[longest] = words[longest].replace(words[longest].strip(".,;:"), mask_token)
    return " ".join(words)


def limits(facts: Facts) -> list[str]:
    """What a user should know before relying on the model, from the numbers and the recipe."""
    recipe, found = facts.recipe, []
    base = recipe.bases[recipe.variants[facts.variant].base]
    for task in facts.comparison["tasks"].values():
        model = _own(task, facts.variant)
        for other, difference in model["differences"].items() if model else ():
            if judged(difference) != "beats":
                found.append(f"On «{task['title']}» it {judged(difference)} {title_of(other)}.")
        if task.get("alike"):
            found.append(
                f"{task['alike']:,} of the texts that «{task['title']}» tests stand in its training data but for case, "
                "white space or final signs."
            )
    simulated = [
        name
        for name, source in recipe.corpus.sources.items()
        if source.simulated and facts.funnel["sources"].get(name, {}).get("documents")
    ]
    if simulated:
        found.append(
            f"Its corpus ({', '.join(simulated)}) was simulated: the model shows that the pipeline works, and knows "
            "nothing of real texts."
        )
    if facts.comparison["pseudo_perplexity"]["without"]:
        found.append(
            "Not every compared model has a masked-language-modeling head, so not all have a pseudo-perplexity."
        )
    found += [
        f"Languages: {', '.join(recipe.languages)}. Nothing was measured in others." if recipe.languages else "",
        privacy_limits(facts.funnel),
        "It repeats the biases of its sources; none were measured here. A filled mask is a likely word, not a fact, "
        "and no advice.",
        "Validation and test texts were taken out of this domain's corpus as far as decontamination finds them"
        + ("." if base.fresh else "; what the base had read before was not searched."),
    ]
    return [line for line in found if line]


def _not_shareable(facts: Facts) -> str:
    """What has to be read before anything else, where nobody has said that the sources may be shared."""
    if facts.licence.licence.shareable:
        return ""
    return "**Not to be shared.** It was made from data or a base whose licence nobody has named; see Licence below."


def _fills(facts: Facts) -> bool:
    """Whether what is released fills masks; else it is a discriminator."""
    return bool(facts.run.get("released", "masked_lm") == "masked_lm")


def _usage(facts: Facts) -> str:
    text = example(facts.recipe, facts.mask_token)
    if not _fills(facts):
        return (
            "```python\n"
            "from transformers import AutoModelForSequenceClassification, pipeline\n\n"
            f'model = "{facts.name}"  # this folder, or its id on the Hub\n'
            "tuned = AutoModelForSequenceClassification.from_pretrained(  # a new head, to be trained\n"
            "    model, num_labels=3, ignore_mismatched_sizes=True\n)\n"
            'replaced = pipeline("token-classification", model=model)  # which tokens do not belong here\n'
            f'fill = pipeline("fill-mask", model="{facts.name}/generator")  # this folder\'s subfolder\n'
            f"print(fill({text!r}))\n"
            "```\n\n"
            "The encoder was trained to tell tokens that its generator, the masked language model beside it, had put "
            "in place of others. It fills no masks itself. Its own head has two labels, original and replaced, and is "
            "of no use for other tasks: `maskzoo finetune` makes a new one. No code beside transformers is needed."
        )
    return (
        "```python\n"
        "from transformers import pipeline\n\n"
        f'model = "{facts.name}"  # this folder, or its id on the Hub\n'
        'fill = pipeline("fill-mask", model=model)\n'
        f"print(fill({text!r}))\n"
        "```\n\n"
        "`AutoModelForMaskedLM`, `AutoTokenizer` and, for fine-tuning, `AutoModelForSequenceClassification` and "
        "`AutoModelForTokenClassification` load it too. No code beside transformers is needed."
    )


def _results(facts: Facts) -> list[str]:
    parts = []
    for task in facts.comparison["tasks"].values():
        parts += [f"### {task['title']}", task_table(task), verdict(task, only=facts.variant), tuning(task)]
    parts += ["### Pseudo-perplexity", *perplexity_section(facts.comparison["pseudo_perplexity"])]
    parts += probe_sections(facts.comparison.get("probes", {}), level="###")
    seeds = facts.recipe.seeds.pretraining
    which = f"The weights here are those of pretraining seed {facts.seed}"
    parts.append(
        f"{which}, the first of {len(seeds)}; the tables are means over all seeds. " if len(seeds) > 1 else f"{which}. "
    )
    parts[-1] += (
        f"Intervals and p-values: bootstrap of test examples and seeds, {facts.comparison['resamples']:,} resamples, "
        "Holm's correction; few seeds make them too narrow. See `comparison.md` and `comparison.svg`."
    )
    return parts


def _making(facts: Facts) -> str:
    variant = facts.recipe.variants[facts.variant]
    training = variant.training
    measured = [
        text.format(facts.run[key])
        for key, text in (
            ("parameters", "{:,} parameters"),
            ("tokens", "{:,} tokens seen"),
            ("validation_loss", "validation loss {:.4f} nats at masked positions"),
        )
        if facts.run.get(key) is not None
    ]
    lines = [
        *facts.origins.chain,
        f"Masking `{variant.masking.policy}`{_settings(variant.masking.own)} at rate {variant.masking.rate} "
        f"(replacement: `{variant.masking.corruption}`), {_objectives(variant)}, "
        f"{facts.run.get('steps', training.steps)} steps of {training.batch_size} sequences of "
        f"{training.sequence_length} tokens, learning rate "
        f"{training.learning_rate:g}.",
        _adapter(facts.run),
        _head(facts.run),
        ", ".join(measured).capitalize() + "." if measured else "",
        "Recipe, versions, commit and checksums: `how_it_was_made.json`. Sources: `data_sheet.md`.",
    ]
    return "\n".join(f"- {line}" for line in lines if line)


def _objectives(variant: Variant) -> str:
    """What was predicted; where the run had phases, each with its share of the budget."""
    phases = variant.training.schedule
    if not phases:
        return f"objective `{variant.objective.name}`"
    whole = sum(phase.share for phase in phases)
    named = [f"`{(phase.objective or variant.objective).name}` ({100 * phase.share / whole:.0f} %)" for phase in phases]
    return "objectives one after the other " + ", ".join(named)


def _adapter(run: Mapping[str, Any]) -> str:
    """What was trained, where that is not every weight."""
    found = run.get("adaptation")
    if not found:
        return ""
    return (
        f"An adapter (`{found['method']}`) was trained on the frozen base and merged into it: "
        f"{found['trainable_parameters']:,} parameters, {found['stored']['bytes']:,} bytes by itself."
    )


def _settings(own: Mapping[str, Any]) -> str:
    """What a recipe says of a masking policy itself, in parentheses."""
    return f" ({', '.join(f'{key} {value}' for key, value in own.items())})" if own else ""


def _head(run: Mapping[str, Any]) -> str:
    """Where the masked-language-modeling head came from, if not from the base."""
    if not run.get("new_head"):
        return ""
    alone = run.get("head_warmup_steps")
    return "The base came without a masked-language-modeling head; a new one was trained" + (
        f", alone for the first {alone} steps." if alone else "."
    )


def _attributions(origins: Origins) -> str:
    """Authors, addresses and licences of all that asks to be named, and that it was changed (CC BY 4.0, 3.a.1)."""
    named = []
    for use in origins.uses:
        licence = licence_of(use.licence)
        if use.attribution or licence.attribution:
            who = ", ".join(part for part in (use.attribution, use.url) if part)
            terms = f"{use.licence}, {licence.link}" if licence.link else use.licence
            named.append(f"- {use.what}{': ' if who else ''}{who} ({terms})")
    if not named:
        return ""
    return "Attributions (texts were cleaned, filtered and rid of duplicates before training):\n\n" + "\n".join(named)


def _people(recipe: Recipe) -> str:
    parts = [f"Authors: {', '.join(recipe.release.authors)}."] if recipe.release.authors else []
    if recipe.release.contact:
        parts.append(f"Contact: {recipe.release.contact}.")
    return " ".join(parts)


def _over(seeds: int) -> str:
    return f", mean over {seeds} seeds" if seeds > 1 else ""


def _own(panel: Mapping[str, Any], variant: str) -> Any:
    return next((model for model in panel["models"] if model["name"] == variant), None)
