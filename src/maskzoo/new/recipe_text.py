"""The text of a new domain.yaml: what was found out, with a comment wherever somebody may want another choice."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from maskzoo.new.facts import Facts
from maskzoo.new.sizes import Sizes
from maskzoo.new.tasks import Labels

# material -> (name of the tokenizer, its design, words of local attention)
TOKENIZER = {
    "text": ("own", "wordpiece", 16),
    "code": ("own", "code", 16),
    "protein": ("residues", "residues", 32),
    "smiles": ("atoms", "atoms", 32),
}
FLAT = json.dumps  # text as YAML reads it, whatever is in it


@dataclass(frozen=True)
class Wanted:
    """A new domain.

    Attributes:
        folder: `domains/veterinary`.
        sources: at least one, all of one material.
        labels: of the first source, where a task was asked for.
        general: whether a model of the domain `general` is to be adapted at the small scale.
    """

    folder: Path
    title: str
    licence: str
    attribution: str | None
    sources: Sequence[Facts]
    sizes: Sizes
    labels: Labels | None = None
    unit: str | None = None
    general: bool = False

    @property
    def material(self) -> str:
        return self.sources[0].material

    @property
    def languages(self) -> list[str]:
        return list(dict.fromkeys(one.language for one in self.sources if one.language))

    @property
    def summary(self) -> str:
        kind = {"text": "Texts", "code": "Source code", "protein": "Protein sequences", "smiles": "Molecules"}
        return f"{kind[self.material]} of {', '.join(self.source_names())}."

    def source_names(self) -> list[str]:
        """Names of the sources, made different where two are alike."""
        found: list[str] = []
        for one in self.sources:
            name = one.place.name
            found.append(name if name not in found else f"{name}_{len(found) + 1}")
        return found


def recipe_text(wanted: Wanted) -> str:
    """domain.yaml."""
    name, design, attention = TOKENIZER[wanted.material]
    sizes = wanted.sizes
    vocabulary = sizes.vocabulary
    lines = [
        f"# {wanted.title}. Every key is explained in docs/recipe.md; `maskzoo check {wanted.folder}` reads this file.",
        f"title: {FLAT(wanted.title)}",
        f"summary: {FLAT(wanted.summary)} # one sentence for the model card: write your own",
        f"languages: [{', '.join(wanted.languages)}]",
        "",
        "corpus:",
        f"  material: {wanted.material}",
        *_licence_filter(wanted),
        "  sources: # add as many as you like; data stay where they are, paths are relative to this file",
        *_sources(wanted),
        *_cleaning(wanted),
        f"  split: {{validation: {sizes.held_out:g}, test: {sizes.held_out:g}}} # shares of the documents",
        "",
        "tokenizers:",
        f"  {name}: {{design: {design}}} # a file of tokenizers/; its vocabulary is set below, a scale at a time",
        "",
        "bases:",
        "  fresh: {architecture: modernbert} # a model without training; its size is set below",
        "",
        "variants: # what is trained and compared",
        f"  random: {{base: fresh, tokenizer: {name}, training: {{steps: 0}}}} # untrained: what training has to beat",
        f"  scratch: {{base: fresh, tokenizer: {name}}}",
        "",
        "training: {sequence_length: 128, batch_size: 32, learning_rate: 2.0e-3, dropout: 0.0, evaluate_every: 20}",
        "masking: {policy: uniform, rate: 0.15}",
        *_task(wanted),
        "evaluation: {reference: random}",
        "seeds: {pretraining: [0], finetuning: [0, 1]}",
        "",
        "release:",
        f"  name: maskzoo-{wanted.folder.name}",
        "  variants: [scratch]",
        "  # authors: [your name]",
        "  # contact: where questions about the model go",
        "",
        "scales:",
        "  demo: # minutes on two cores: shows that everything fits together",
        *_scale(name, vocabulary and vocabulary[0], (2, 128), attention // 2, sizes.steps[0], "    "),
        "    evaluation: {perplexity_documents: 20, perplexity_words: 40}",
        *(["    finetuning: {epochs: 2}", f"    {_limit('tasks', 300)}"] if wanted.labels else []),
        "",
        "  small: # half an hour or less on two cores: a first model of use",
        *_scale(name, vocabulary and vocabulary[1], (sizes.layers, sizes.width), attention, sizes.steps[1], "    "),
        "    evaluation: {perplexity_documents: 60, perplexity_words: 60}",
        *_adapted(wanted),
        *(["    finetuning: {learning_rate: [1.0e-4, 5.0e-4]}"] if wanted.labels else []),
    ]
    return "\n".join(lines) + "\n"


def _licence_filter(wanted: Wanted) -> list[str]:
    """Of code, only files under licences that are listed are kept: the one that was named has to be there."""
    if wanted.material != "code":
        return []
    from maskzoo.recipe.materials import Code

    if wanted.licence in Code().licences:
        return []
    return [f"  code: {{licences: [{wanted.licence}]}} # files that state another licence are dropped"]


def _sources(wanted: Wanted) -> list[str]:
    lines = []
    for name, one in zip(wanted.source_names(), wanted.sources, strict=True):
        read = {"format": one.read.format}
        parts = [f"format: {read['format']}"]
        if one.read.text:
            parts.append(f"text: [{', '.join(map(FLAT, one.read.text))}]")
        if one.read.format in ("txt", "md") and wanted.material != "code":
            parts.append(f"unit: {one.read.unit}")
        if one.read.delimiter != ",":
            parts.append(f"delimiter: {FLAT(one.read.delimiter)}")
        about = "about " if one.estimated else ""
        lines += [
            f"    {name}: # {about}{one.documents:,} documents, {about}{one.bytes / 1e6:.2g} MB when this was written",
            f"      {_address(wanted, one)}",
            f"      licence: {wanted.licence} # decides the licence of the model",
        ]
        if one.language:
            lines.append(f"      language: {one.language}")
        if wanted.attribution:
            lines.append(f"      attribution: {FLAT(wanted.attribution)}")
        lines.append(f"      read: {{{', '.join(parts)}}}{_unit_comment(one)}")
    return lines


def _unit_comment(one: Facts) -> str:
    if one.read.format != "txt" or one.material != "text":
        return ""
    return " # what one document is: file, paragraph, line or sentence"


def _address(wanted: Wanted, one: Facts) -> str:
    if one.place.hub:
        local = Path(one.place.pattern).is_dir()
        name = os.path.relpath(one.place.pattern, wanted.folder) if local else one.place.pattern
        pin = "" if local else " # add revision: <commit>, so that the data cannot change under you"
        return f"hub: {{dataset: {FLAT(name)}, split: train}}{pin}"
    return f"glob: {FLAT(os.path.relpath(one.place.pattern, wanted.folder))}"


def _cleaning(wanted: Wanted) -> list[str]:
    if wanted.material != "text":
        return []
    known = wanted.languages[0] if wanted.languages else "en"
    return [
        f"  # cleaning: {{language: {{keep: [{known}]}}}} # drop what is clearly in another language",
        "  # privacy: {regions: [US]} # whose phone numbers are replaced; e-mail addresses and others always are",
    ]


def _scale(
    name: str, vocabulary: int | None, model: tuple[int, int], attention: int, steps: int, indent: str
) -> list[str]:
    layers, width = model
    kinds = ", ".join(("full_attention", "sliding_attention")[index % 2] for index in range(layers))
    every = max(1, steps // 5)
    return [
        indent + line
        for line in (
            *([f"tokenizers: {{{name}: {{vocab_size: {vocabulary}}}}}"] if vocabulary else []),
            "bases:",
            "  fresh:",
            "    config:",
            f"      hidden_size: {width}",
            f"      num_hidden_layers: {layers}",
            f"      num_attention_heads: {max(2, width // 64)}",
            f"      intermediate_size: {2 * width}",
            f"      local_attention: {attention} # narrow at first: so small a model learns faster from near words",
            f"      layer_types: [{kinds}]",
            f"      initializer_range: {0.08 if width == 128 else 0.06}",
            f"training: {{steps: {steps}, evaluate_every: {every}, checkpoint_every: {max(every, 50)}}}",
        )
    ]


def _adapted(wanted: Wanted) -> list[str]:
    if not wanted.general:
        return []
    return [
        "    # To adapt the zoo's general English model too (trained first, from sources of the network), add",
        "    # `general: {reuse: general}` to tokenizers, `general: {domain: general, variant: scratch}` to bases, and",
        "    # variants: {adapted: {base: general, tokenizer: general}}",
    ]


def _limit(key: str, most: int) -> str:
    return f"{key}: {{label: {{limit: {{train: {most}, validation: {most // 3}, test: {most // 2}}}}}}}"


def _task(wanted: Wanted) -> list[str]:
    if wanted.labels is None:
        return ["# tasks: see docs/new_domain.md; without one, models are compared by pseudo-perplexity alone"]
    source = wanted.sources[0]
    found = wanted.labels
    column = FLAT(found.column)
    read = [f"format: {source.read.format}", f"text: [{', '.join(map(FLAT, source.read.text))}]"]
    if source.read.delimiter != ",":
        read.append(f"delimiter: {FLAT(source.read.delimiter)}")
    read.append(f"fields: {{label: {column}}}")
    lines = [
        "",
        "tasks:",
        "  label: # texts of its validation and test examples are taken out of the corpus",
        f"    title: {FLAT(found.column)}",
        f"    type: {'regression' if found.numeric else 'sequence_classification'}",
        *([f"    language: {wanted.languages[0]}"] if wanted.languages else []),
        "    data:",
        "      all: # split by a hash of the text; give train and test instead where a split is published",
        f"        {_address(wanted, source)}",
        f"        licence: {wanted.licence}",
        f"        read: {{{', '.join(read)}}}",
    ]
    if found.left_out or (found.missing and not found.numeric):
        lines.append(
            f"        where: {{label: [{', '.join(map(FLAT, found.classes))}]}} # left out: "
            + (f"{len(found.left_out)} classes with too few examples" if found.left_out else "rows without a label")
        )
    lines.append("    label: label")
    if found.numeric:
        lines.append(f"    unit: {FLAT(wanted.unit or f'{found.column} as in the table')}")
    lines += [
        f"    metric: {'spearman' if found.numeric else 'macro_f1'}",
        "    limit: {train: 1000, validation: 300, test: 1000}",
        "finetuning: {learning_rate: 5.0e-4, epochs: 3}",
    ]
    return lines
