# a grid of variants, trained and evaluated by the rules of all variants -> one table and one picture


rule forgetting:
    input:
        zoo.model_inputs,
        documents=zoo.other_documents,
    output:
        f"{ROOT}/evaluation/forgetting/{{other}}/{{model}}.json",
    log:
        f"{LOGS}/forgetting/{{other}}-{{model}}.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("forgetting"),
    params:
        recipe=lambda wildcards: zoo.slice(
            wildcards, "evaluation.perplexity_documents", "evaluation.perplexity_words"
        ),
        model=lambda wildcards: zoo.model_slice(wildcards),
    shell:
        f"maskzoo score {RUN} --model {{wildcards.model}} --on {{wildcards.other}} --threads {{threads}}"
        " 2> >(tee {log} >&2)"


rule study:
    input:
        zoo.study_inputs,
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
        study=lambda wildcards: zoo.study_slice(wildcards),
    shell:
        f"maskzoo study studies/{{wildcards.study}} --results {zoo.results} 2> >(tee {{log}} >&2)"


for name in zoo.studies:
    for ending in ("", "/"):

        rule:
            name:
                f"studies/{name}{ending}"
            input:
                page=lambda wildcards, name=name: zoo.study_page(name),
                rest=lambda wildcards, name=name: zoo.study_products(name),
            log:
                f"logs/studies/{name}.log",
            localrule: True
            conda:
                "../environment.yml"
            shell:
                "cat {input.page} 2> {log}"
