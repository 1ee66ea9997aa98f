# a grid of variants, trained and evaluated by the rules of all variants -> one table and one picture


rule forgetting:
    input:
        zoo.inputs("forgetting"),
    output:
        f"{ROOT}/evaluation/forgetting/{{other}}/{{model}}.json",
    log:
        f"{LOGS}/forgetting/{{other}}-{{model}}.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("forgetting"),
    params:
        recipe=zoo.asked("forgetting"),
        base=zoo.checksums,
    shell:
        f"maskzoo score {RUN} --model {{wildcards.model:q}} --on {{wildcards.other:q}} --threads {{threads}}"
        " 2> >(tee {log:q} >&2)"


rule study:
    input:
        zoo.inputs("study"),
    output:
        multiext(f"{ROOT}/studies/{{study}}/study", ".json", ".md"),
        report(
            f"{ROOT}/studies/{{study}}/study.svg",
            category="Studies",
            subcategory="{study}",
            labels={"figure": "Quality against what it cost"},
            caption="report/study.rst",
        ),
    log:
        f"{LOGS}/studies/{{study}}.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("study"),
    params:
        study=zoo.study_slice,
    shell:
        f"maskzoo study studies/{{wildcards.study:q}} --results {zoo.results_word} 2> >(tee {{log:q}} >&2)"


for target, name, _ in both(dict.fromkeys(zoo.studies)):

    rule:
        name:
            f"studies/{target}"
        input:
            page=lambda wildcards, name=name: zoo.study_page(name),
            rest=lambda wildcards, name=name: zoo.study_products(name),
        log:
            f"logs/studies/{name}.log",
        localrule: True
        conda:
            "../environment.yml"
        shell:
            "cat {input.page:q} 2> {log:q}"
