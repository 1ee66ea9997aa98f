"""What the Snakemake rules ask of the recipes: targets, inputs and the slice of the recipe that each rule depends on.

Recipes are read when a rule asks for one, never all at once, so a broken domain disturbs nobody else.
"""

import os
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from maskzoo import bases, stages
from maskzoo.cluster import partitions
from maskzoo.cluster.requests import resources, wishes
from maskzoo.cluster.site import Site
from maskzoo.errors import unknown_name
from maskzoo.masking.common.wanted_tables import source_files, tables_of
from maskzoo.paths import Layout
from maskzoo.probes.common.data import fetched
from maskzoo.probes.common.measuring import kind_of, settings_of
from maskzoo.recipe.folders import designs_folder, domains, groups
from maskzoo.recipe.load import against, read_recipe
from maskzoo.recipe.recipe import Recipe
from maskzoo.recipe.source import Source
from maskzoo.recipe.study import Study, read_study, studied_recipe, studies, study_of
from maskzoo.tasks.baselines import all_names, names_for
from maskzoo.workflow.options import check_options

TARGETS = ("domains", "publish")  # what a target on the command line begins with
# wildcards that a slice of the recipe is about
NAMES = ("task", "tokenizer", "variant", "model", "tokens", "other", "suite", "seed")
INDEX = ("publish", "index")  # the one that is no domain's


class Wildcards(Protocol):
    """The wildcards of a Snakemake job, as far as the functions here use them."""

    domain: str
    scale: str
    task: str
    tokenizer: str
    variant: str
    model: str
    tokens: str
    study: str
    other: str
    suite: str


@dataclass(frozen=True)
class Zoo:
    """All domains below `domains/`, at one scale, with results below one folder, and the cluster that makes them.

    Attributes:
        force: told an output that was made from another recipe than today's, so that it is made again.
    """

    scale: str = "demo"
    results: str = "results"
    site: Site | None = None
    submits: bool = True
    corpus_jobs: int | None = None
    processes: int | None = None
    force: Callable[[str], None] | None = field(default=None, repr=False, compare=False)
    _read: dict[tuple[str, str, str | None], Recipe] = field(default_factory=dict, repr=False, compare=False)
    _read_studies: dict[str, Study] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_config(
        cls, config: Mapping[str, Any], *, submits: bool = True, force: Callable[[str], None] | None = None
    ) -> "Zoo":
        """The zoo that Snakemake's `--config scale=... results=... corpus_jobs=... processes=...` asks for.

        Args:
            submits: whether this process hands jobs to a cluster; within a job nothing more is asked for.

        Raises:
            UserError: a wrong description of the cluster, or a number of jobs or processes that is none.
        """
        check_options(config)
        return cls(
            scale=str(config.get("scale", "demo")),
            results=str(config.get("results", "results")),
            site=Site.from_config(config),
            submits=submits,
            corpus_jobs=config.get("corpus_jobs"),
            processes=config.get("processes"),
            force=force,
        )

    @cached_property
    def domains(self) -> list[str]:
        return domains()

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """Folders that hold several domains (`low_resource`) -> their domains."""
        return groups(self.domains)

    @cached_property
    def targets(self) -> dict[str, list[str]]:
        """What is asked for by the name of a domain or of a group of them -> the domains."""
        return {**{name: [name] for name in self.domains}, **self.groups}

    @property
    def studies(self) -> list[str]:
        return studies()

    def _recipe(self, domain: str, scale: str, study: str | None = None) -> Recipe:
        """A recipe, read once: Snakemake asks for it with every job."""
        key = (domain, scale, study)
        if key not in self._read:
            read = read_recipe(Path("domains") / domain, scale) if study is None else studied_recipe(self._study(study))
            self._read[key] = read
        return self._read[key]

    def _study(self, name: str) -> Study:
        """A study, read once."""
        if name not in self._read_studies:
            self._read_studies[name] = read_study(name)
        return self._read_studies[name]

    def recipe(self, domain: str) -> Recipe:
        return self._recipe(domain, self.scale)

    def at(self, scale: str) -> "Zoo":
        """The same zoo at another scale: a study names its own."""
        return self if scale == self.scale else replace(self, scale=scale)

    def of(self, wildcards: Wildcards) -> Recipe:
        """The recipe of a job; where it is about a cell of a study, the one in which that is a variant."""
        variant = getattr(wildcards, "variant", None) or getattr(wildcards, "model", None)
        return self._recipe(wildcards.domain, wildcards.scale, study_of(variant))

    def layout_of(self, wildcards: Wildcards) -> Layout:
        return self.at(wildcards.scale).layout(wildcards.domain)

    def layout(self, domain: str) -> Layout:
        return Layout(Path(self.results), self.scale, domain)

    @property
    def pattern(self) -> str:
        """Where the results of a domain are, with wildcards: what the outputs of rules begin with."""
        return str(Layout(Path(self.results), "{scale}", "{domain}").root)

    @property
    def results_word(self) -> str:
        """The results folder as a word of a rule's shell command: quoted, and its braces are none of Snakemake's."""
        return shlex.quote(self.results).replace("{", "{{").replace("}", "}}")

    def check(self, targets: Iterable[str]) -> None:
        """Read the recipes behind the targets on the command line, and those of the bases they start from.

        Raises:
            UserError: a recipe is wrong, or there is no such domain; nothing has run yet.
        """
        targets = list(targets)
        for target in targets:
            if target.startswith("studies/") and not Path(target).is_file():
                name = target.removeprefix("studies/").strip("/")
                study = self._study(name)
                studied_recipe(study)
                self.at(study.scale).check([f"domains/{one}" for one in filter(None, (study.domain, study.forgetting))])
        open_ = [name for target in targets for name in self._named(target)]
        seen: set[str] = set()
        while open_:
            name = open_.pop()
            if name not in seen:
                seen.add(name)
                recipe = self.recipe(name)
                open_ += [base.domain for base in recipe.bases.values() if base.domain]
                open_ += against(recipe)
                open_ += [recipe.evaluation.forgetting] if recipe.evaluation.forgetting else []

    def check_cluster(self, overwritten: Mapping[str, Mapping[str, Any]], default: Mapping[str, Any]) -> None:
        """Hold what the rules will ask of the cluster against what its scheduler lists, where it is at hand.

        Args:
            overwritten: what `--set-resources` says: rule -> resource -> value.
            default: what `--default-resources` says.

        Raises:
            UserError: an unknown partition, or GPUs where there are none; names the rule.
        """
        if self.site is not None and self.submits and (known := partitions.partitions()):
            partitions.check(wishes(self.site, self.scale, overwritten, default), known)

    def _named(self, target: str) -> list[str]:
        """The domains that a word of the command line asks for: one, a group, or none where it is no such target."""
        kind, slash, rest = target.partition("/")
        name = rest.strip("/")
        if kind not in TARGETS or not slash or (kind, name) == INDEX:
            return []
        if name in self.domains:
            return [name]
        if name not in self.groups and not Path(target).exists():  # else a file that some option takes
            raise unknown_name("domain", name, [*self.domains, *self.groups], where=target)
        return self.groups.get(name, [])

    # what is asked for in the end
    def products(self, domain: str) -> list[str]:
        """Everything that `snakemake domains/<domain>` makes."""
        recipe, layout = self.recipe(domain), self.layout(domain)
        return _text(
            layout.funnel_picture,
            *(layout.audit_picture(name) for name in sorted({v.tokenizer for v in recipe.variants.values()})),
            layout.loss_picture,
            layout.comparison / "comparison.svg",
            layout.card_page,
        )

    def all_products(self, domains: Iterable[str]) -> list[str]:
        """Everything that several domains come to."""
        return [path for name in domains for path in self.products(name)]

    def all_releases(self, domains: Iterable[str]) -> list[str]:
        """The release folders of several domains."""
        return [path for name in domains for path in self.releases(name)]

    # inputs, by stage
    def inputs(self, stage: str) -> Callable[[Wildcards], list[str]]:
        """The input function of a rule. A result that was made from another recipe is forced on the way."""
        find: Callable[[Wildcards], list[str]] = getattr(self, f"{stage}_inputs")

        def found(wildcards: Wildcards) -> list[str]:
            if self.force is not None and (stale := self._stale(stage, wildcards)):
                self.force(stale)
            return find(wildcards)

        return found

    def _stale(self, stage: str, wildcards: Wildcards) -> str | None:
        """The output of a job, where what it holds was made from another recipe."""
        if stage not in stages.RECORDS:
            return None
        output, record = stages.record(stage, self.layout_of(wildcards), **self._names(wildcards))
        said = stages.recipe_in(record)
        if said is None or said == self._asked(stage, wildcards):
            return None
        return str(output)

    def simulate_inputs(self, wildcards: Wildcards) -> list[str]:
        """Simulated documents come from the recipe alone."""
        return []

    def baseline_inputs(self, wildcards: Wildcards) -> list[str]:
        return _text(self.layout_of(wildcards).task(wildcards.task) / "task.json")

    def tasks_inputs(self, wildcards: Wildcards) -> list[str]:
        recipe = self.of(wildcards)
        data = recipe.tasks[wildcards.task].data
        return self._local([part for part in (data.all, data.train, data.validation, data.test) if part], recipe)

    def corpus_inputs(self, wildcards: Wildcards) -> list[str]:
        recipe, layout, at = self.of(wildcards), self.layout_of(wildcards), self.at(wildcards.scale)
        return [
            *self._local(recipe.corpus.sources.values(), recipe),
            *_text(*(layout.task(name) / "task.json" for name in recipe.tasks)),
            *_text(*(at.layout(o).task(name) / "task.json" for o in against(recipe) for name in at.recipe(o).tasks)),
        ]

    def corpus_shards(self, wildcards: Wildcards) -> list[str]:
        """What several jobs made of the documents, where the recipe or the command line asks for several."""
        jobs = self.corpus_jobs or self.of(wildcards).corpus.jobs
        layout = self.layout_of(wildcards)
        return _text(*(layout.corpus_shard(number, jobs) for number in range(1, jobs + 1))) if jobs > 1 else []

    def tokenizer_inputs(self, wildcards: Wildcards) -> list[str]:
        """The design and the documents, or the tokenizer of the base that is reused or extended."""
        recipe = self.of(wildcards)
        chosen = recipe.tokenizers[wildcards.tokenizer]
        designs = Path(os.path.relpath(designs_folder(recipe.folder)))  # else a zoo that moved would train them again
        return [
            *_text(*([designs / f"{chosen.design}.yaml"] if chosen.design else [])),
            *_text(*([] if chosen.reuse else [self.layout_of(wildcards).documents])),
            *(path for name in (chosen.reuse, chosen.extend) if name for path in self._tokenizer_of(recipe, name)),
        ]

    def audit_inputs(self, wildcards: Wildcards) -> list[str]:
        """The tokenizer, held-out documents, and the tokenizers of all bases that the recipe takes one from."""
        recipe, layout = self.of(wildcards), self.layout_of(wildcards)
        return [
            *_text(layout.tokenizer(wildcards.tokenizer), layout.tokenizer_made(wildcards.tokenizer)),
            *_text(layout.documents),
            *(path for name in _tokenizer_bases(recipe) for path in self._tokenizer_of(recipe, name)),
        ]

    def tokens_inputs(self, wildcards: Wildcards) -> list[str]:
        """The tokenizer of some tokens and the documents; where they are of a task's training texts the task, too."""
        layout = self.layout_of(wildcards)
        tokenizer, _, task = wildcards.tokens.partition(".")
        return _text(
            layout.tokenizer(tokenizer), layout.documents, *([layout.task(task) / "task.json"] if task else [])
        )

    def pretrain_inputs(self, wildcards: Wildcards) -> list[str]:
        recipe, layout = self.of(wildcards), self.layout_of(wildcards)
        variant = recipe.variants[wildcards.variant]
        needs_tables = [layout.masking(wildcards.variant)] if tables_of(variant) else []
        return [
            *_text(layout.tokens(variant.tokens), layout.tokenizer(variant.tokenizer), *needs_tables),
            *self._base(recipe, variant.base),
        ]

    def masking_tables_inputs(self, wildcards: Wildcards) -> list[str]:
        """What the tables of a variant's masking are made from: tokens, and documents, base or task where asked for."""
        recipe, layout = self.of(wildcards), self.layout_of(wildcards)
        variant = recipe.variants[wildcards.variant]
        tables = tables_of(variant)
        needs = frozenset().union(*(table.NEEDS for table in tables))
        files = source_files(tables, recipe, layout)
        return [
            *_text(layout.tokens(variant.tokens), layout.tokenizer(variant.tokenizer)),
            *_text(*([layout.documents] if "documents" in needs else [])),
            *(self._base(recipe, variant.base) if "base" in needs else []),
            *_text(*(path / "task.json" if name.startswith("task:") else path for name, path in files.items())),
        ]

    def model_inputs(self, wildcards: Wildcards) -> list[str]:
        """The checkpoints of a compared model: all pretraining seeds of a variant, or another domain's model."""
        recipe, layout = self.of(wildcards), self.layout_of(wildcards)
        if wildcards.model in recipe.variants:
            return _text(*(layout.model(wildcards.model, seed) for seed in recipe.seeds.pretraining))
        return self._base(recipe, wildcards.model)

    def finetune_inputs(self, wildcards: Wildcards) -> list[str]:
        """The task and the checkpoints, and the corpus where its texts are mixed in."""
        layout = self.layout_of(wildcards)
        mixed = self.of(wildcards).finetuning(wildcards.task, wildcards.model).mixed
        return [
            *self.model_inputs(wildcards),
            *_text(*([layout.documents] if mixed else []), layout.task(wildcards.task) / "task.json"),
        ]

    def probe_inputs(self, wildcards: Wildcards) -> list[str]:
        """The checkpoints, the documents for a kind that reads them, and files of this machine that a suite names."""
        recipe = self.of(wildcards)
        suite = recipe.probes[wildcards.suite]
        needs_corpus = kind_of(suite).NEEDS_CORPUS
        return [
            *self.model_inputs(wildcards),
            *_text(*([self.layout_of(wildcards).documents] if needs_corpus else [])),
            *(self._local([suite.data], recipe, suite.folder) if suite.data and not suite.data.files else []),
        ]

    def forgetting_inputs(self, wildcards: Wildcards) -> list[str]:
        """The checkpoints, and the corpus of another domain, on which it is measured what a model forgot."""
        other = self.at(wildcards.scale).layout(wildcards.other).documents
        return [*self.model_inputs(wildcards), str(other)]

    def curves_inputs(self, wildcards: Wildcards) -> list[str]:
        recipe, layout = self.of(wildcards), self.layout_of(wildcards)
        return _text(*(layout.run(v, seed) / "run.json" for v in recipe.variants for seed in recipe.seeds.pretraining))

    def compare_inputs(self, wildcards: Wildcards) -> list[str]:
        recipe, layout = self.of(wildcards), self.layout_of(wildcards)
        return _text(
            *(
                layout.evaluated(name, model) / "results.json"
                for name, task in recipe.tasks.items()
                for model in (*recipe.compared, *names_for(task.type, task.material, trained=task.data.trained_on))
            ),
            *(layout.probed(suite, model) for suite in recipe.probes for model in recipe.compared),
            *(layout.forgotten(other, model) for model in recipe.compared if (other := recipe.evaluation.forgetting)),
        )

    def release_inputs(self, wildcards: Wildcards) -> list[str]:
        """The checkpoint, the data sheet, and the funnel of every domain that the weights came through."""
        recipe, layout, at = self.of(wildcards), self.layout_of(wildcards), self.at(wildcards.scale)
        data_sheet = recipe.folder / "README.md"
        return _text(
            layout.model(wildcards.variant, recipe.seeds.pretraining[0]),
            *(at.layout(name).funnel for name in at._lineage(wildcards.domain, wildcards.variant)),
            *([data_sheet] if data_sheet.is_file() else []),
            *(layout.comparison / f"comparison.{ending}" for ending in ("json", "md", "svg")),
        )

    def _lineage(self, domain: str, variant: str) -> list[str]:
        """The domain, the domain its base was trained in, and so on."""
        recipe = self.recipe(domain)
        base = recipe.bases[recipe.variants[variant].base]
        before = self._lineage(base.domain, base.variant) if base.domain and base.variant else []
        return [*dict.fromkeys([domain, *before])]

    def cards_inputs(self, wildcards: Wildcards) -> list[str]:
        return _releases(self.of(wildcards), self.layout_of(wildcards))

    def releases(self, domain: str) -> list[str]:
        """The release folders of a domain, which `publish` sends."""
        return _releases(self.recipe(domain), self.layout(domain))

    # studies
    def study_products(self, study: str) -> list[str]:
        """Everything that `snakemake studies/<study>` makes."""
        found = self._study(study)
        layout = self.at(found.scale).layout(found.domain)
        return _text(*(layout.study(study) / f"study.{ending}" for ending in ("json", "md", "svg")))

    def study_page(self, study: str) -> str:
        """The table of a study."""
        found = self._study(study)
        return str(self.at(found.scale).layout(found.domain).study(study) / "study.md")

    def study_inputs(self, wildcards: Wildcards) -> list[str]:
        """The runs of all cells and seeds, and what was measured of them."""
        study, layout = self._study(wildcards.study), self.layout_of(wildcards)
        recipe = self._recipe(study.domain, study.scale, study.name)
        bases = {variant.base for variant in recipe.variants.values() if not recipe.bases[variant.base].fresh}
        return _text(
            *(layout.run(name, seed) / "run.json" for name in recipe.variants for seed in recipe.seeds.pretraining),
            *(layout.evaluated(task, name) / "results.json" for name in recipe.variants for task in study.tasks),
            *(
                layout.forgotten(study.forgetting, name)
                for name in (*sorted(bases), *recipe.variants)
                if study.forgetting
            ),
        )

    def study_slice(self, wildcards: Wildcards) -> dict[str, Any]:
        """All that stands in the study's file."""
        return self._study(wildcards.study).model_dump(mode="json", exclude={"file"})

    def resources(self, rule: str) -> dict[str, Any]:
        """What the jobs of a rule ask of a cluster, as functions; nothing where jobs run on this machine."""
        return resources(self, rule)

    # what a rule depends on in the recipe
    def asked(self, stage: str) -> Callable[[Wildcards], dict[str, Any]]:
        """The `params` of a rule: the slice of the recipe that its result is made from."""
        return lambda wildcards: self._asked(stage, wildcards)

    def _asked(self, stage: str, wildcards: Wildcards) -> dict[str, Any]:
        if stage == "probe":
            return self._probe_slice(wildcards)
        return stages.asked(stage, self.of(wildcards), **self._names(wildcards))

    def _names(self, wildcards: Wildcards) -> dict[str, str]:
        return {name: getattr(wildcards, name) for name in NAMES if hasattr(wildcards, name)}

    def checksums(self, wildcards: Wildcards) -> dict[str, str]:
        """Content of the local folder that a model is or starts from: to touch it, or write beside it, is no change."""
        recipe = self.of(wildcards)
        name = getattr(wildcards, "model", None) or recipe.variants[wildcards.variant].base
        base = recipe.bases.get(name)
        return bases.checksums(bases.files(Path(base.folder))) if base is not None and base.folder else {}

    def tokenizer_checksums(self, wildcards: Wildcards) -> dict[str, dict[str, str]]:
        """Content of the tokenizer in the local folder of a base that a tokenizer is, or comes from."""
        chosen = self.of(wildcards).tokenizers[wildcards.tokenizer]
        return self._checksums(wildcards, filter(None, (chosen.reuse, chosen.extend)), bases.tokenizer_files)

    def audit_checksums(self, wildcards: Wildcards) -> dict[str, dict[str, str]]:
        """Content of the tokenizers in local folders that the tokenizers of a domain are held against."""
        return self._checksums(wildcards, _tokenizer_bases(self.of(wildcards)), bases.tokenizer_files)

    def _checksums(
        self, wildcards: Wildcards, names: Iterable[str], files: Callable[[Path], list[Path]]
    ) -> dict[str, dict[str, str]]:
        folders = {name: self.of(wildcards).bases[name].folder for name in names}
        return {name: bases.checksums(files(Path(folder))) for name, folder in folders.items() if folder}

    def _probe_slice(self, wildcards: Wildcards) -> dict[str, Any]:
        """What the results of a suite depend on: its settings, and the checksums of what it fetches."""
        recipe = self.of(wildcards)
        suite = recipe.probes[wildcards.suite]
        return {
            "suite": settings_of(suite),
            "data": fetched(suite),
            **recipe.slice(*kind_of(suite).RECIPE),
            **stages.of_model(recipe, wildcards.model),
        }

    def processes_of(self, wildcards: Wildcards) -> int:
        """How many processes train a variant together: `--config processes=`, or else what its recipe says."""
        return self.processes or self.of(wildcards).variants[wildcards.variant].training.processes

    def masking_slice(self, wildcards: Wildcards) -> dict[str, Any]:
        """What the tables of a variant's masking depend on in the recipe."""
        variant = self.of(wildcards).variants[wildcards.variant]
        tables = tables_of(variant)
        needed = [variant.base] if any("base" in table.NEEDS for table in tables) else []
        found = self._checksums(wildcards, needed, bases.files)
        return {
            "tables": [[table.KIND, table.model_dump(mode="json")] for table in tables],
            **({"base": found} if found else {}),
        }

    def _base(self, recipe: Recipe, name: str) -> list[str]:
        base = recipe.bases[name]
        if base.domain is None or base.variant is None:
            return _by_content(bases.files(Path(base.folder))) if base.folder else []
        at = self.at(recipe.scale)
        other = at.recipe(base.domain)
        return _text(*(at.layout(base.domain).model(base.variant, seed) for seed in other.seeds.pretraining))

    def _tokenizer_of(self, recipe: Recipe, name: str) -> list[str]:
        """The files of a base that its tokenizer is read from; of another domain's model the folder."""
        base = recipe.bases[name]
        return _by_content(bases.tokenizer_files(Path(base.folder))) if base.folder else self._base(recipe, name)

    def _local(self, sources: Iterable[Source], recipe: Recipe, folder: Path | None = None) -> list[str]:
        """Files of the machine that sources come from: the simulated folder, file lists, globs.

        Args:
            folder: what they are relative to (default: the domain's).
        """
        found: list[Path] = []
        folder = folder or recipe.folder
        for source in sources:
            if source.simulated is not None:
                found.append(self.at(recipe.scale).layout(recipe.name).simulated)
            if source.files is not None:
                found.append(folder / source.files)
            if source.glob is not None:
                found += sorted(folder.glob(source.glob))
        return list(dict.fromkeys(_text(*found)))


def baseline_names() -> list[str]:
    """All classical baselines, by the names of their modules."""
    return all_names()


def _tokenizer_bases(recipe: Recipe) -> list[str]:
    """All bases that the recipe takes a tokenizer from."""
    return sorted({name for one in recipe.tokenizers.values() for name in (one.reuse, one.extend) if name})


def _releases(recipe: Recipe, layout: Layout) -> list[str]:
    return _text(*(layout.release(name) for name in recipe.release.variants))


def _by_content(paths: Iterable[Path]) -> list[str]:
    """Inputs whose times say nothing, since a rule has their checksums for a parameter."""
    from snakemake.io import ancient

    return [ancient(str(path)) for path in paths]


def _text(*paths: Path) -> list[str]:
    return [str(path) for path in paths]
