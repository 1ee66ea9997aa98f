"""The text of a new domain.yaml: what was found out, with a comment wherever somebody may want another choice."""

from maskzoo.new import source_text, task_text
from maskzoo.new.regions import regions_of
from maskzoo.new.source_text import FLAT, word
from maskzoo.new.wanted import Wanted

# material -> (name of the tokenizer, its design, words of local attention)
TOKENIZER = {
    "text": ("own", "wordpiece", 16),
    "code": ("own", "code", 16),
    "protein": ("residues", "residues", 32),
    "smiles": ("atoms", "atoms", 32),
}


def recipe_text(wanted: Wanted) -> str:
    """domain.yaml."""
    name, design, attention = TOKENIZER[wanted.material]
    design = "unigram" if wanted.unspaced else design  # WordPiece knows no word of more than 100 characters
    sizes = wanted.sizes
    vocabulary = sizes.vocabulary
    lines = [
        f"# {wanted.title}. Every key is explained in docs/recipe.md; `maskzoo check {wanted.folder}` reads this file.",
        f"title: {FLAT(wanted.title)}",
        f"summary: {FLAT(wanted.summary)} # one sentence for the model card: write your own",
        f"languages: [{', '.join(map(word, wanted.languages))}]",
        "",
        "corpus:",
        f"  material: {wanted.material}",
        *_sections(wanted),
        *_privacy(wanted),
        "  sources: # add as many as you like; data stay where they are, paths are relative to this file",
        *source_text.sources(wanted),
        *_cleaning(wanted),
        _split(wanted),
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
        *task_text.task(wanted),
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
        *task_text.demo(wanted),
        "",
        "  small: # half an hour or less on two cores: a first model of use",
        *_scale(name, vocabulary and vocabulary[1], (sizes.layers, sizes.width), attention, sizes.steps[1], "    "),
        "    evaluation: {perplexity_documents: 60, perplexity_words: 60}",
        *_adapted(wanted),
        *(["    finetuning: {learning_rate: [1.0e-4, 5.0e-4]}"] if wanted.labels else []),
    ]
    return "\n".join(lines) + "\n"


def _sections(wanted: Wanted) -> list[str]:
    """Settings of curation that the data ask for: licences of files of code, and filters that are loosened."""
    found: dict[str, list[str]] = {}
    why: dict[str, list[str]] = {}
    if wanted.file_licences is not None:
        found["code"] = [f"licences: [{', '.join(wanted.file_licences)}]"]
        why["code"] = ["files that state another licence are dropped"]
    for one in wanted.looser:
        found.setdefault(one.section, []).append(f"{one.key}: {one.value}")
        why.setdefault(one.section, []).append(f"the default would drop {one.share:.0%} ({one.reason})")
    return [f"  {name}: {{{', '.join(keys)}}} # {'; '.join(why[name])}" for name, keys in found.items()]


def _split(wanted: Wanted) -> str:
    share = f"{wanted.sizes.held_out:g}"
    if wanted.salt is None:
        return f"  split: {{validation: {share}, test: {share}}} # shares of the documents"
    why = "shares of the documents; the usual salt would leave a side empty"
    return f"  split: {{validation: {share}, test: {share}, salt: {wanted.salt}}} # {why}"


def _cleaning(wanted: Wanted) -> list[str]:
    if wanted.material != "text":
        return []
    language = f"language: {{keep: [{word(wanted.languages[0]) if wanted.languages else 'en'}]}}"
    if any(one.section == "cleaning" for one in wanted.looser):
        shown = f"add {language} to `cleaning` to drop"
    else:
        shown = f"cleaning: {{{language}}} # drop"
    return [f"  # {shown} what is clearly in another language"]


def _privacy(wanted: Wanted) -> list[str]:
    """Whose phone numbers are looked for: those of the regions of the languages."""
    if wanted.material != "text":
        return []
    regions = list(dict.fromkeys(region for code in wanted.languages or ["en"] for region in regions_of(code)))
    return [
        f"  privacy: {{regions: [{', '.join(map(word, regions))}]}} # whose national phone numbers are replaced; "
        "numbers with +, e-mail addresses and others always are",
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
