# documents -> a tokenizer, audited -> packed shards of token ids


rule tokenizer:
    input:
        zoo.tokenizer_inputs,
        documents=f"{ROOT}/corpus/documents.parquet",
    output:
        directory(f"{ROOT}/tokenizers/{{tokenizer}}/tokenizer"),
        f"{ROOT}/tokenizers/{{tokenizer}}/audit.json",
        report(
            f"{ROOT}/tokenizers/{{tokenizer}}/audit.svg",
            category="{domain}",
            subcategory="2 Tokenizer",
            labels={"figure": "Audit of {tokenizer}"},
            caption="report/audit.rst",
        ),
    log:
        f"{LOGS}/tokenizer/{{tokenizer}}.log",
    conda:
        "../environment.yml"
    threads: workflow.cores or 1
    resources:
        **zoo.resources("tokenizer"),
    params:
        recipe=lambda wildcards: zoo.slice(wildcards, "tokenizers", "bases"),
    shell:
        f"maskzoo tokenizer {RUN} --tokenizer {{wildcards.tokenizer}} 2> >(tee {{log}} >&2)"


rule tokens:
    input:
        zoo.tokens_inputs,
        documents=f"{ROOT}/corpus/documents.parquet",
    output:
        directory(f"{ROOT}/tokens/{{tokens}}"),
    log:
        f"{LOGS}/tokens/{{tokens}}.log",
    conda:
        "../environment.yml"
    threads: workflow.cores or 1
    resources:
        **zoo.resources("tokens"),
    shell:
        f"maskzoo tokens {RUN} --tokenizer {{wildcards.tokens}} --workers {{threads}} 2> >(tee {{log}} >&2)"
