# tokens -> checkpoints. The checkpoints and metrics.jsonl of a run are no outputs: Snakemake would delete them before a resume.


rule masking_tables:
    input:
        zoo.masking_inputs,
    output:
        f"{ROOT}/masking/{{variant}}.json",
    log:
        f"{LOGS}/masking/{{variant}}.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("masking_tables"),
    params:
        recipe=lambda wildcards: zoo.masking_slice(wildcards),
    shell:
        f"maskzoo masking-tables {RUN} --variant {{wildcards.variant}} 2> >(tee {{log}} >&2)"


rule pretrain:
    input:
        zoo.variant_inputs,
    output:
        model=directory(f"{ROOT}/models/{{variant}}/seed{{seed}}/model"),
        run=f"{ROOT}/models/{{variant}}/seed{{seed}}/run.json",
    log:
        f"{LOGS}/pretrain/{{variant}}-seed{{seed}}.log",
    conda:
        "../environment.yml"
    threads: workflow.cores or 1
    resources:
        **zoo.resources("pretrain"),
        processes=lambda wildcards: zoo.processes_of(wildcards),
    params:
        recipe=lambda wildcards: zoo.base_slice(wildcards),
    shell:
        f"maskzoo pretrain {RUN} --variant {{wildcards.variant}} --seed {{wildcards.seed}} --threads {{threads}}"
        " --processes {resources.processes} 2> >(tee {log} >&2)"


rule curves:
    input:
        zoo.curve_inputs,
    output:
        report(
            f"{ROOT}/models/loss.svg",
            category="{domain}",
            subcategory="3 Pretraining",
            labels={"figure": "Loss of every run"},
            caption="report/loss.rst",
        ),
    log:
        f"{LOGS}/curves.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("curves"),
    shell:
        f"maskzoo curves {RUN} 2> >(tee {{log}} >&2)"
