# sources -> simulated or fetched -> task splits -> curated documents
ROOT = (
    zoo.pattern
)  # as the paths of inputs are written, or `--config results=out/` would match none
LOGS = "logs/{scale}/{domain}"
RUN = f"domains/{{wildcards.domain:q}} --scale {{wildcards.scale:q}} --results {zoo.results_word}"


rule simulate:
    input:
        zoo.inputs("simulate"),
    output:
        directory(f"{ROOT}/simulated"),
    log:
        f"{LOGS}/simulate.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("simulate"),
    params:
        recipe=zoo.asked("simulate"),
    shell:
        f"maskzoo simulate {RUN} 2> >(tee {{log:q}} >&2)"


rule tasks:
    input:
        zoo.inputs("tasks"),
    output:
        multiext(
            f"{ROOT}/tasks/{{task}}/",
            "task.json",
            "train.parquet",
            "validation.parquet",
            "test.parquet",
            "evaluation_texts.parquet",
        ),
    log:
        f"{LOGS}/tasks/{{task}}.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("tasks"),
    params:
        recipe=zoo.asked("tasks"),
    shell:
        f"maskzoo tasks {RUN} --task {{wildcards.task:q}} 2> >(tee {{log:q}} >&2)"


rule corpus_shard:
    input:
        zoo.inputs("corpus"),
    output:
        temp(directory(f"{ROOT}/corpus_shards/{{number}}-of-{{jobs}}")),
    log:
        f"{LOGS}/corpus_shards/{{number}}-of-{{jobs}}.log",
    conda:
        "../environment.yml"
    threads: workflow.cores or 1
    resources:
        **zoo.resources("corpus_shard"),
    params:
        recipe=zoo.asked("corpus"),
    shell:
        f"maskzoo corpus {RUN} --shard {{wildcards.number:q}}/{{wildcards.jobs:q}} --threads {{threads}}"
        " 2> >(tee {log:q} >&2)"


rule corpus:
    input:
        zoo.inputs("corpus"),
        shards=zoo.corpus_shards,
    output:
        multiext(
            f"{ROOT}/corpus/", "documents.parquet", "dropped.parquet", "funnel.json"
        ),
        report(
            f"{ROOT}/corpus/funnel.svg",
            category="{domain}",
            subcategory="1 Corpus",
            labels={"figure": "What was kept, dropped, and why"},
            caption="report/funnel.rst",
        ),
    log:
        f"{LOGS}/corpus.log",
    conda:
        "../environment.yml"
    threads: workflow.cores or 1
    resources:
        **zoo.resources("corpus"),
    params:
        recipe=zoo.asked("corpus"),
    shell:
        f"maskzoo corpus {RUN} --threads {{threads}} --shards {{input.shards:q}} 2> >(tee {{log:q}} >&2)"
