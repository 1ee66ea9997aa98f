# checkpoints, as they were pretrained -> what a suite of `probes:` finds of each, without fine-tuning


rule probe:
    input:
        zoo.probe_inputs,
    output:
        f"{ROOT}/evaluation/{{suite}}/{{model}}.json",
    log:
        f"{LOGS}/probe/{{suite}}-{{model}}.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("probe"),
    params:
        recipe=lambda wildcards: zoo.probe_slice(wildcards),
        model=lambda wildcards: zoo.model_slice(wildcards),
    shell:
        f"maskzoo probe {RUN} --suite {{wildcards.suite}} --model {{wildcards.model}} --threads {{threads}}"
        " 2> >(tee {log} >&2)"
