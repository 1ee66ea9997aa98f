# sources -> simulated or fetched -> task splits -> curated documents
ROOT = f"{zoo.results}/{{scale}}/{{domain}}"
LOGS = "logs/{scale}/{domain}"
RUN = (
    f"domains/{{wildcards.domain}} --scale {{wildcards.scale}} --results {zoo.results}"
)


rule simulate:
    output:
        directory(f"{ROOT}/simulated"),
    log:
        f"{LOGS}/simulate.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("simulate"),
    params:
        recipe=lambda wildcards: zoo.slice(wildcards, "simulate"),
    shell:
        f"maskzoo simulate {RUN} 2> >(tee {{log}} >&2)"


rule tasks:
    input:
        zoo.task_inputs,
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
        recipe=lambda wildcards: zoo.task_data_slice(wildcards),
    shell:
        f"maskzoo tasks {RUN} --task {{wildcards.task}} 2> >(tee {{log}} >&2)"


rule corpus_shard:
    input:
        zoo.corpus_inputs,
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
        recipe=lambda wildcards: zoo.slice(wildcards, "corpus"),
    shell:
        f"maskzoo corpus {RUN} --shard {{wildcards.number}}/{{wildcards.jobs}} --threads {{threads}}"
        " 2> >(tee {log} >&2)"


rule corpus:
    input:
        zoo.corpus_inputs,
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
        recipe=lambda wildcards: zoo.slice(wildcards, "corpus"),
    shell:
        f"maskzoo corpus {RUN} --threads {{threads}} --shards {{input.shards}} 2> >(tee {{log}} >&2)"
