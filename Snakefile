# The zoo, as a table of contents. `snakemake` lists what there is; `snakemake --cores 8 domains/legal` makes one domain.
from snakemake.utils import min_version

from maskzoo.workflow.start import both, patterns, start

min_version("9.0")

zoo, shelf = start(workflow, config)


wildcard_constraints:
    **patterns(zoo),


localrules:
    zoo,


report: "workflows/report/overview.rst"


# a signal to everything in a job, as scancel sends it, is for the command alone: its shell and log last until it has ended
shell.prefix("set -euo pipefail; trap '' TERM; ")


# an image that --software-deployment-method apptainer runs every rule in (containers/, docs/cluster.md)
if "container" in config:

    container: config["container"]


rule zoo:
    default_target: True
    log:
        "logs/zoo.log",
    conda:
        "environment.yml"
    shell:
        "maskzoo list 2> {log:q}"


include: "workflows/corpus.smk"
include: "workflows/tokenizer.smk"
include: "workflows/pretrain.smk"
include: "workflows/probes.smk"
include: "workflows/evaluate.smk"
include: "workflows/release.smk"
include: "workflows/publish.smk"
include: "workflows/results.smk"
include: "workflows/studies.smk"
include: "workflows/papers.smk"


# one target per domain and per group of domains
for target, name, members in both(zoo.targets):

    rule:
        name:
            f"domains/{target}"
        input:
            lambda wildcards, members=members: zoo.all_products(members),
        log:
            f"logs/{zoo.scale}/{name}/summary.log",
        localrule: True
        conda:
            "environment.yml"
        params:
            members=[f"domains/{member}" for member in members],
        shell:
            "for domain in {params.members:q}; do"
            f' maskzoo summary "$domain" --scale {zoo.scale} --results {zoo.results_word}; done 2> {{log:q}}'
