# checkpoints and classical baselines -> results per task -> one comparison


rule finetune:
    input:
        zoo.finetune_inputs,
        task=f"{ROOT}/tasks/{{task}}/task.json",
    output:
        multiext(
            f"{ROOT}/evaluation/{{task}}/{{model}}/",
            "results.json",
            "predictions.parquet",
        ),
    log:
        f"{LOGS}/finetune/{{task}}-{{model}}.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("finetune"),
    params:
        recipe=lambda wildcards: zoo.finetuning_slice(wildcards),
        model=lambda wildcards: zoo.model_slice(wildcards),
    shell:
        f"maskzoo finetune {RUN} --model {{wildcards.model}} --task {{wildcards.task}} --threads {{threads}}"
        " 2> >(tee {log} >&2)"


rule baseline:
    input:
        f"{ROOT}/tasks/{{task}}/task.json",
    output:
        multiext(
            f"{ROOT}/evaluation/{{task}}/{{baseline}}/",
            "results.json",
            "predictions.parquet",
        ),
    log:
        f"{LOGS}/baseline/{{task}}-{{baseline}}.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("baseline"),
    shell:
        f"maskzoo baseline {RUN} --task {{wildcards.task}} --model {{wildcards.baseline}} 2> >(tee {{log}} >&2)"


rule compare:
    input:
        zoo.comparison_inputs,
    output:
        multiext(f"{ROOT}/comparison/", "comparison.json", "comparison.md"),
        report(
            f"{ROOT}/comparison/comparison.svg",
            category="{domain}",
            subcategory="4 Comparison",
            labels={"figure": "Models and baselines, with 95 % intervals"},
            caption="report/comparison.rst",
        ),
    log:
        f"{LOGS}/compare.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("compare"),
    params:
        recipe=lambda wildcards: zoo.slice(wildcards, "title", "evaluation", "probes"),
    shell:
        f"maskzoo compare {RUN} 2> >(tee {{log}} >&2)"
