# published tables beside ours. Without a scale the record of our run is compared, and nothing is trained; with
# `--config scale=...` the run of this checkout at that scale, of which Snakemake makes what is missing.
from maskzoo.papers.shelf import Shelf

try:
    shelf = Shelf.of(zoo, config.get("scale"))
    shelf.check(sys.argv[1:])
except UserError as error:
    raise WorkflowError(str(error)) from None


# one target a paper, also with the slash that shell completion types
for paper in shelf.slugs:
    for ending in ("", "/"):

        rule:
            name:
                f"papers/{paper}{ending}"
            input:
                lambda wildcards, paper=paper: shelf.inputs(paper),
            log:
                f"logs/papers/{paper}.log",
            localrule: True
            conda:
                "../environment.yml"
            params:
                paper=paper,
                results=zoo.results,
                scale=shelf.option(),
            shell:
                "maskzoo papers compare {params.paper} {params.scale} --results {params.results} 2> >(tee {log} >&2)"


for ending in ("", "/"):

    rule:
        name:
            f"papers{ending}"
        log:
            "logs/papers.log",
        localrule: True
        conda:
            "../environment.yml"
        shell:
            "maskzoo papers page 2> >(tee {log} >&2)"
