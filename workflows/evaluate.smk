# checkpoints and classical baselines -> results per task -> one comparison


rule finetune:
    input:
        zoo.inputs("finetune"),
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
        recipe=zoo.asked("finetune"),
        base=zoo.checksums,
    shell:
        f"maskzoo finetune {RUN} --model {{wildcards.model:q}} --task {{wildcards.task:q}} --threads {{threads}}"
        " 2> >(tee {log:q} >&2)"


rule baseline:
    input:
        zoo.inputs("baseline"),
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
        f"maskzoo baseline {RUN} --task {{wildcards.task:q}} --model {{wildcards.baseline:q}} 2> >(tee {{log:q}} >&2)"


rule compare:
    input:
        zoo.inputs("compare"),
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
        recipe=zoo.asked("compare"),
    shell:
        f"maskzoo compare {RUN} 2> >(tee {{log:q}} >&2)"
