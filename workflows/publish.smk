# releases -> the Hub, only when asked for by name: no other target leads here. The token stays with the Hub's client, which
# finds it in the environment or in its own login; rules, logs and provenance never hold it.
PUBLISH = [
    *(["--namespace", str(config["namespace"])] if "namespace" in config else []),
    *(["--create-pr"] if config.get("create_pr") else []),
]


for target, name, members in both(zoo.targets):

    rule:
        name:
            f"publish/{target}"
        input:
            lambda wildcards, members=members: zoo.all_releases(members),
        log:
            f"logs/{zoo.scale}/{name}/publish.log",
        localrule: True
        conda:
            "../environment.yml"
        params:
            members=[f"domains/{member}" for member in members],
            how=PUBLISH,
        shell:
            "( for domain in {params.members:q}; do"
            f' maskzoo publish "$domain" --scale {zoo.scale} --results {zoo.results_word} {{params.how:q}}'
            " || exit; done ) 2> >(tee {log:q} >&2)"


for target, _, _ in both({"index": None}):

    rule:
        name:
            f"publish/{target}"
        log:
            "logs/publish_index.log",
        localrule: True
        conda:
            "../environment.yml"
        params:
            how=PUBLISH,
        shell:
            f"maskzoo publish --index --results {zoo.results_word} {{params.how:q}} 2> >(tee {{log:q}} >&2)"
