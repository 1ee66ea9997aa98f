# what real runs came to: records in git, and the pages and the picture that are written from all of them


rule:
    name:
        "docs/results"
    log:
        "logs/results.log",
    localrule: True
    conda:
        "../environment.yml"
    shell:
        f"( maskzoo results collect-all --results {zoo.results_word} && maskzoo results page ) 2> >(tee {{log:q}} >&2)"
