# published tables beside ours. Without a scale the record of our run is compared, and nothing is trained; with
# `--config scale=...` the run of this checkout at that scale, of which Snakemake makes what is missing.


for target, paper, _ in both(dict.fromkeys(shelf.slugs)):

    rule:
        name:
            f"papers/{target}"
        input:
            lambda wildcards, paper=paper: shelf.inputs(paper),
        log:
            f"logs/papers/{paper}.log",
        localrule: True
        conda:
            "../environment.yml"
        params:
            paper=paper,
            scale=shelf.option(),
        shell:
            f"maskzoo papers compare {{params.paper:q}} {{params.scale:q}} --results {zoo.results_word}"
            " 2> >(tee {log:q} >&2)"


for target, _, _ in both({"papers": None}):

    rule:
        name:
            target
        log:
            "logs/papers.log",
        localrule: True
        conda:
            "../environment.yml"
        shell:
            "maskzoo papers page 2> >(tee {log:q} >&2)"
