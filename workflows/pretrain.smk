# tokens -> checkpoints. Those of a run and its metrics.jsonl are no outputs: Snakemake would delete them before a resume.
# A model is there until the next one is whole (`update`).


rule masking_tables:
    input:
        zoo.inputs("masking_tables"),
    output:
        f"{ROOT}/masking/{{variant}}.json",
    log:
        f"{LOGS}/masking/{{variant}}.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("masking_tables"),
    params:
        recipe=zoo.masking_slice,
    shell:
        f"maskzoo masking-tables {RUN} --variant {{wildcards.variant:q}} 2> >(tee {{log:q}} >&2)"


rule pretrain:
    input:
        zoo.inputs("pretrain"),
    output:
        model=update(directory(f"{ROOT}/models/{{variant}}/seed{{seed}}/model")),
        run=update(f"{ROOT}/models/{{variant}}/seed{{seed}}/run.json"),
    log:
        f"{LOGS}/pretrain/{{variant}}-seed{{seed}}.log",
    conda:
        "../environment.yml"
    threads: workflow.cores or 1
    resources:
        **zoo.resources("pretrain"),
        processes=zoo.processes_of,
    params:
        recipe=zoo.asked("pretrain"),
        base=zoo.checksums,
    shell:
        f"maskzoo pretrain {RUN} --variant {{wildcards.variant:q}} --seed {{wildcards.seed:q}} --threads {{threads}}"
        " --processes {resources.processes} 2> >(tee {log:q} >&2)"


rule curves:
    input:
        zoo.inputs("curves"),
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
        f"maskzoo curves {RUN} 2> >(tee {{log:q}} >&2)"
