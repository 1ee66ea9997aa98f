# checkpoints, as they were pretrained -> what a suite of `probes:` finds of each, without fine-tuning


rule probe:
    input:
        zoo.inputs("probe"),
    output:
        f"{ROOT}/evaluation/{{suite}}/{{model}}.json",
    log:
        f"{LOGS}/probe/{{suite}}-{{model}}.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("probe"),
    params:
        recipe=zoo.asked("probe"),
        base=zoo.checksums,
    shell:
        f"maskzoo probe {RUN} --suite {{wildcards.suite:q}} --model {{wildcards.model:q}} --threads {{threads}}"
        " 2> >(tee {log:q} >&2)"
