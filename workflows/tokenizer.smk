# documents -> a tokenizer, and its audit -> packed shards of token ids


rule tokenizer:
    input:
        zoo.inputs("tokenizer"),
    output:
        directory(f"{ROOT}/tokenizers/{{tokenizer}}/tokenizer"),
        f"{ROOT}/tokenizers/{{tokenizer}}/made.json",
    log:
        f"{LOGS}/tokenizer/{{tokenizer}}.log",
    conda:
        "../environment.yml"
    threads: workflow.cores or 1
    resources:
        **zoo.resources("tokenizer"),
    params:
        recipe=zoo.asked("tokenizer"),
        base=zoo.tokenizer_checksums,
    shell:
        f"maskzoo tokenizer {RUN} --tokenizer {{wildcards.tokenizer:q}} 2> >(tee {{log:q}} >&2)"


# beside those of all bases: another base makes this again, and no tokenizer
rule audit:
    input:
        zoo.inputs("audit"),
    output:
        f"{ROOT}/tokenizers/{{tokenizer}}/audit.json",
        report(
            f"{ROOT}/tokenizers/{{tokenizer}}/audit.svg",
            category="{domain}",
            subcategory="2 Tokenizer",
            labels={"figure": "Audit of {tokenizer}"},
            caption="report/audit.rst",
        ),
    log:
        f"{LOGS}/audit/{{tokenizer}}.log",
    conda:
        "../environment.yml"
    resources:
        **zoo.resources("audit"),
    params:
        recipe=zoo.asked("audit"),
        base=zoo.audit_checksums,
    shell:
        f"maskzoo audit {RUN} --tokenizer {{wildcards.tokenizer:q}} 2> >(tee {{log:q}} >&2)"


rule tokens:
    input:
        zoo.inputs("tokens"),
    output:
        directory(f"{ROOT}/tokens/{{tokens}}"),
    log:
        f"{LOGS}/tokens/{{tokens}}.log",
    conda:
        "../environment.yml"
    threads: workflow.cores or 1
    resources:
        **zoo.resources("tokens"),
    params:
        recipe=zoo.asked("tokens"),
    shell:
        f"maskzoo tokens {RUN} --tokenizer {{wildcards.tokens:q}} --workers {{threads}} 2> >(tee {{log:q}} >&2)"
