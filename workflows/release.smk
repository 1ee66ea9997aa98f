# checkpoint, comparison and provenance -> a folder that plain transformers loads


rule release:
    input:
        zoo.inputs("release"),
    output:
        directory(f"{ROOT}/release/{{variant}}"),
    log:
        f"{LOGS}/release/{{variant}}.log",
    wildcard_constraints:
        variant="[A-Za-z0-9_-]+",  # cells of studies, which have a dot, are not released; nor is cards.html one
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("release"),
    params:
        recipe=zoo.asked("release"),
    shell:
        f"maskzoo release {RUN} --variant {{wildcards.variant:q}} 2> >(tee {{log:q}} >&2)"


rule cards:
    input:
        zoo.inputs("cards"),
    output:
        report(
            f"{ROOT}/release/cards.html",
            category="{domain}",
            subcategory="5 Release",
            labels={"figure": "Model cards"},
            caption="report/cards.rst",
        ),
    log:
        f"{LOGS}/cards.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("cards"),
    shell:
        f"maskzoo cards {RUN} 2> >(tee {{log:q}} >&2)"
