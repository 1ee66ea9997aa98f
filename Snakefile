# The zoo, as a table of contents. `snakemake` lists what there is; `snakemake --cores 8 domains/legal` makes one domain.
import re
import sys

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from maskzoo.errors import UserError
from maskzoo.workflow import Zoo, baseline_names

min_version("9.0")

try:
    zoo = Zoo.from_config(config, submits=workflow.is_main_process)
    zoo.check(sys.argv[1:])
    zoo.check_cluster(
        workflow.resource_settings.overwrite_resources,
        workflow.resource_settings.default_resources or {},
    )
except UserError as error:
    raise WorkflowError(str(error)) from None


wildcard_constraints:
    domain="|".join(map(re.escape, zoo.domains)),
    scale="[a-z0-9_]+",
    baseline="|".join(baseline_names()),
    # a dot stands between a study and one of its cells
    model=rf"(?!(?:{'|'.join(baseline_names())})/)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?",
    variant=r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?",
    other="|".join(map(re.escape, zoo.domains)),
    study="[A-Za-z0-9_-]+",
    task="[A-Za-z0-9_-]+",
    suite="[A-Za-z0-9_-]+",
    tokenizer="[A-Za-z0-9_-]+",
    tokens=r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?",  # a dot stands between a tokenizer and a task
    seed=r"\d+",
    number=r"\d+",
    jobs=r"\d+",


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
        "maskzoo list 2> {log}"


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


# one target per domain and per group of domains, also with the slash that shell completion types
for target, members in {**{name: [name] for name in zoo.domains}, **zoo.groups}.items():
    for ending in ("", "/"):

        rule:
            name:
                f"domains/{target}{ending}"
            input:
                lambda wildcards, members=members: [
                    path for name in members for path in zoo.products(name)
                ],
            log:
                f"logs/{zoo.scale}/{target}/summary.log",
            localrule: True
            conda:
                "environment.yml"
            params:
                members=members,
                results=zoo.results,
                scale=zoo.scale,
            shell:
                "for domain in {params.members}; do"
                " maskzoo summary domains/$domain --scale {params.scale} --results {params.results}; done 2> {log}"
