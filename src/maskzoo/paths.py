"""Where every stage reads and writes: `results/<scale>/<domain>/...`, the same for Snakemake, the shell and Python."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """Paths of one domain at one scale below a results folder. Paths only: nothing here touches the disk."""

    results: Path
    scale: str
    domain: str

    @property
    def root(self) -> Path:
        return self.results / self.scale / self.domain

    def of(self, domain: str) -> "Layout":
        """The same results and scale for another domain of the zoo (a base that another domain trained)."""
        return Layout(self.results, self.scale, domain)

    # sources and data
    @property
    def simulated(self) -> Path:
        """Folder that `simulate` fills: documents.jsonl, one JSONL per task, truth.json."""
        return self.root / "simulated"

    @property
    def documents(self) -> Path:
        return self.root / "corpus" / "documents.parquet"

    @property
    def dropped(self) -> Path:
        return self.root / "corpus" / "dropped.parquet"

    def corpus_shard(self, number: int, of: int) -> Path:
        """Folder of what one of several jobs of curation found out, put together into the corpus."""
        return self.root / "corpus_shards" / f"{number}-of-{of}"

    @property
    def funnel(self) -> Path:
        return self.root / "corpus" / "funnel.json"

    @property
    def funnel_picture(self) -> Path:
        return self.root / "corpus" / "funnel.svg"

    def task(self, task: str) -> Path:
        """Folder with train/validation/test.parquet and task.json (labels, counts, licence, what was removed)."""
        return self.root / "tasks" / task

    # tokenizer and tokens
    def tokenizer(self, tokenizer: str) -> Path:
        """A folder that `AutoTokenizer.from_pretrained` loads."""
        return self.root / "tokenizers" / tokenizer / "tokenizer"

    def tokenizer_made(self, tokenizer: str) -> Path:
        """JSON that says how a tokenizer was made: the way, the design or the base, and from which documents."""
        return self.root / "tokenizers" / tokenizer / "made.json"

    def audit(self, tokenizer: str) -> Path:
        return self.root / "tokenizers" / tokenizer / "audit.json"

    def audit_picture(self, tokenizer: str) -> Path:
        return self.root / "tokenizers" / tokenizer / "audit.svg"

    def tokens(self, tokenizer: str) -> Path:
        """Folder of packed shards and the frozen evaluation mask."""
        return self.root / "tokens" / tokenizer

    def masking_tables(self, tokenizer: str) -> Path:
        """Folder of the tables that masking policies need of tokens."""
        return self.root / "masking" / "tables" / tokenizer

    def masking(self, variant: str) -> Path:
        """JSON that lists the masking tables of a variant."""
        return self.root / "masking" / f"{variant}.json"

    # models
    def run(self, variant: str, seed: int) -> Path:
        """Folder of one pretraining run: checkpoints/, metrics.jsonl, run.json, model/."""
        return self.root / "models" / variant / f"seed{seed}"

    def model(self, variant: str, seed: int) -> Path:
        """The trained checkpoint with its tokenizer; plain transformers loads it."""
        return self.run(variant, seed) / "model"

    @property
    def loss_picture(self) -> Path:
        return self.root / "models" / "loss.svg"

    # evaluation
    def evaluated(self, task: str, model: str) -> Path:
        """Folder with results.json and predictions.parquet of one model (or baseline) on one task, all seeds."""
        return self.root / "evaluation" / task / model

    def probed(self, suite: str, model: str) -> Path:
        """JSON with what a suite of `probes:` found of a model that was not fine-tuned, all pretraining seeds."""
        return self.root / "evaluation" / suite / f"{model}.json"

    def scored(self, model: str) -> Path:
        """JSON with a model's corpus pseudo-perplexity per word, where the recipe has that probe."""
        return self.probed("pseudo_perplexity", model)

    def forgotten(self, other: str, model: str) -> Path:
        """JSON with a model's pseudo-perplexity on the test documents of another domain."""
        return self.root / "evaluation" / "forgetting" / other / f"{model}.json"

    @property
    def comparison(self) -> Path:
        """Folder with comparison.json, comparison.md and comparison.svg."""
        return self.root / "comparison"

    # studies
    def study(self, study: str) -> Path:
        """Folder with study.json, study.md and study.svg."""
        return self.root / "studies" / study

    # release
    @property
    def card_page(self) -> Path:
        """The model cards as one page of HTML, for the report."""
        return self.root / "release" / "cards.html"

    def release(self, variant: str) -> Path:
        return self.root / "release" / variant

    def adapter_release(self, variant: str) -> Path:
        """The adapter of a variant alone, made when it is published; no variant has a point in its name."""
        return self.root / "release" / f"{variant}.adapter"
