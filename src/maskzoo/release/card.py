"""The model card: metadata that the Hub reads, and a page for people. Every number in it comes from a results file."""

import json
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
from maskzoo.pretraining.run_file import Run
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.training import Variant
from maskzoo.release.corpus_section import corpus_section, privacy_limits
from maskzoo.release.gain import gain_table
from maskzoo.release.origins import Origins
from maskzoo.release.package import GENERATOR
from maskzoo.reporting.markdown import Markdown, code, plain
from maskzoo.reporting.templates import page
from maskzoo.tasks import metrics, types


@dataclass(frozen=True)
class Facts:
    """What a card is written from.

    Attributes:
        name: of the release.
        seed: pretraining seed of the weights in the folder.
        comparison, funnel: what comparison.json and funnel.json hold.
        run: of the weights; None where there is no run.json beside them.
        mask_token: of the tokenizer.
        example: words of the corpus with one masked, where there are such that are nobody's own.
    """

    recipe: Recipe
    variant: str
    name: str
    seed: int
    licence: Derived
    origins: Origins
    comparison: Mapping[str, Any]
    funnel: Mapping[str, Any]
    run: Run | None
    mask_token: str
    example: str | None = None


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
        widget=[{"text": example(facts)}] if _fills(facts) else None,
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
    recipe, licence = facts.recipe, facts.licence
    repository = facts.recipe.release.namespace and f"{facts.recipe.release.namespace}/{facts.name}"
    return page(
        "card",
        name=facts.name,
        summary=recipe.summary,
        purpose=_purpose(facts),
        shareable=licence.licence.shareable,
        fills=_fills(facts),
        address=literal(repository or "."),
        generator=GENERATOR,
        on_hub=bool(repository),
        example=literal(example(facts)),
        gain=gain_table(facts.comparison, facts.variant),
        limits=[plain(line) for line in limits(facts)],
        results=_results(facts),
        seed=facts.seed,
        seeds=len(recipe.seeds.pretraining),
        resamples=f"{facts.comparison['resamples']:,}",
        corpus=Markdown("\n\n".join(corpus_section(facts.funnel, recipe.tasks, material=recipe.corpus.material))),
        making=[plain(line) for line in _making(facts)],
        licence=[plain(line) for line in (*licence.reasons, *facts.origins.notes, DOES_NOT_BIND)],
        attributions=[plain(line) for line in _attributions(facts.origins)],
        authors=", ".join(recipe.release.authors),
        contact=recipe.release.contact,
    )


def _purpose(facts: Facts) -> Markdown:
    """What it is for, and which of the zoo's models it is."""
    recipe = facts.recipe
    return Markdown(
        f"{WHAT[_fills(facts)]}, to be fine-tuned on texts of this domain. Variant {code(facts.variant)} of the domain "
        f"{plain(recipe.title.lower())} in the maskzoo, at scale {code(recipe.scale)}."
    )


def literal(text: str) -> Markdown:
    """A string of Python within a fence of code: nothing in it ends the fence."""
    return Markdown(json.dumps(text, ensure_ascii=False).replace("```", "`\\x60`"))


def example(facts: Facts) -> str:
    """What is filled in: the material's example, words of the corpus, or the summary with its longest word masked."""
    mask = facts.mask_token
    own = materials.load(facts.recipe.corpus.material).WORDING.example
    if own or facts.example:
        return own.replace("{mask}", mask) if own else str(facts.example)
    words = plain(facts.recipe.summary).split()
    longest = max(range(len(words)), key=lambda i: len(words[i].strip(".,;:")))
    words[longest] = words[longest].replace(words[longest].strip(".,;:"), mask)
    return " ".join(words)


def limits(facts: Facts) -> list[str]:
    """What a user should know before relying on the model, from the numbers and the recipe."""
    recipe, found = facts.recipe, []
    base = recipe.bases[recipe.variants[facts.variant].base]
    for task in facts.comparison["tasks"].values():
        model = _own(task, facts.variant)
        for other, difference in model["differences"].items() if model else ():
            said = judged(difference, lower_is_better=bool(task.get("lower_is_better")))
            if said != "beats":
                found.append(f"On «{task['title']}» it {said} {title_of(other)}.")
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
        _searched(facts) + ("." if base.fresh else "; what the base had read before was not searched."),
    ]
    return [line for line in found if line]


def _searched(facts: Facts) -> str:
    """Whether texts of tasks were looked for in the corpus."""
    if not facts.funnel["decontamination"]:
        return "Texts of tasks were not looked for in this domain's corpus, and may stand in it"
    return "Validation and test texts were taken out of this domain's corpus as far as decontamination finds them"


def _fills(facts: Facts) -> bool:
    """Whether what is released fills masks; else it is a discriminator."""
    return facts.run is None or facts.run.released == "masked_lm"


def _results(facts: Facts) -> Markdown:
    parts: list[str] = []
    for task in facts.comparison["tasks"].values():
        parts += [f"### {plain(task['title'])}", task_table(task), verdict(task, only=facts.variant), tuning(task)]
    perplexities = perplexity_section(facts.comparison["pseudo_perplexity"])
    parts += ["### Pseudo-perplexity", *perplexities] if perplexities else []
    parts += probe_sections(facts.comparison.get("probes", {}), level="###")
    return Markdown("\n\n".join(part for part in parts if part))


def _making(facts: Facts) -> list[str]:
    variant = facts.recipe.variants[facts.variant]
    training = variant.training
    run = facts.run
    measured = (
        f"{run.parameters:,} parameters, {run.tokens:,} tokens seen, validation loss {run.validation_loss:.4f} nats at "
        "masked positions."
        if run is not None
        else ""
    )
    lines = [
        *facts.origins.chain,
        f"Masking `{variant.masking.policy}`{_settings(variant.masking.own)} at rate {variant.masking.rate} "
        f"(replacement: `{variant.masking.corruption}`), {_objectives(variant)}, "
        f"{training.steps if run is None else run.steps} steps of {training.batch_size} sequences of "
        f"{training.sequence_length} tokens, learning rate "
        f"{training.learning_rate:g}.",
        _adapter(run) if run is not None else "",
        _head(run) if run is not None else "",
        measured,
    ]
    return [line for line in lines if line]


def _objectives(variant: Variant) -> str:
    """What was predicted; where the run had phases, each with its share of the budget."""
    phases = variant.training.schedule
    if not phases:
        return f"objective `{variant.objective.name}`"
    whole = sum(phase.share for phase in phases)
    named = [f"`{(phase.objective or variant.objective).name}` ({100 * phase.share / whole:.0f} %)" for phase in phases]
    return "objectives one after the other " + ", ".join(named)


def _adapter(run: Run) -> str:
    """What was trained, where that is not every weight."""
    found = run.adaptation
    if found is None:
        return ""
    return (
        f"An adapter (`{found.method}`) was trained on the frozen base and merged into it: "
        f"{found.trainable_parameters:,} parameters, {found.stored.bytes:,} bytes by itself."
    )


def _settings(own: Mapping[str, Any]) -> str:
    """What a recipe says of a masking policy itself, in parentheses."""
    return f" ({', '.join(f'{key} {value}' for key, value in own.items())})" if own else ""


def _head(run: Run) -> str:
    """Where the masked-language-modeling head came from, if not from the base."""
    if not run.new_head:
        return ""
    alone = run.head_warmup_steps
    return "The base came without a masked-language-modeling head; a new one was trained" + (
        f", alone for the first {alone} steps." if alone else "."
    )


def _attributions(origins: Origins) -> list[str]:
    """Authors, addresses and licences of all that asks to be named, and that it was changed (CC BY 4.0, 3.a.1)."""
    named = []
    for use in origins.uses:
        licence = licence_of(use.licence)
        if use.attribution or licence.attribution:
            who = ", ".join(part for part in (use.attribution, use.url) if part)
            terms = f"{use.licence}, {licence.link}" if licence.link else use.licence
            named.append(f"{use.what}{': ' if who else ''}{who} ({terms})")
    return named


def _over(seeds: int) -> str:
    return f", mean over {seeds} seeds" if seeds > 1 else ""


def _own(panel: Mapping[str, Any], variant: str) -> Any:
    return next((model for model in panel["models"] if model["name"] == variant), None)
