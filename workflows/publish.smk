# releases -> the Hub, only when asked for by name: no other target leads here. The token stays with the Hub's client, which
# finds it in the environment or in its own login; rules, logs and provenance never hold it.
PUBLISH = " ".join(
    [
        *(["--namespace", str(config["namespace"])] if "namespace" in config else []),
        *(["--create-pr"] if config.get("create_pr") else []),
    ]
)


for target, members in {**{name: [name] for name in zoo.domains}, **zoo.groups}.items():
    for ending in ("", "/"):

        rule:
            name:
                f"publish/{target}{ending}"
            input:
                lambda wildcards, members=members: [
                    path for name in members for path in zoo.releases(name)
                ],
            log:
                f"logs/{zoo.scale}/{target}/publish.log",
            localrule: True
            conda:
                "../environment.yml"
            params:
                members=members,
                results=zoo.results,
                scale=zoo.scale,
                how=PUBLISH,
            shell:
                "( for domain in {params.members}; do"
                " maskzoo publish domains/$domain --scale {params.scale} --results {params.results} {params.how}"
                " || exit; done ) 2> >(tee {log} >&2)"


for ending in ("", "/"):

    rule:
        name:
            f"publish/index{ending}"
        log:
            "logs/publish_index.log",
        localrule: True
        conda:
            "../environment.yml"
        params:
            results=zoo.results,
            how=PUBLISH,
        shell:
            "maskzoo publish --index --results {params.results} {params.how} 2> >(tee {log} >&2)"
