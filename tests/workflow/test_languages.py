"""The group of small languages: a target for all and one each, and a base that waits for what it must stay clear of."""


def test_one_language_brings_its_base_and_the_group_brings_all(checkout):
    one = checkout.planned("domains/low_resource/tsn")
    assert one["pretrain"] == 3, "its own two variants and the base"
    assert one["corpus"] == 2
    every = checkout.planned("domains/low_resource")
    assert every["compare"] == every["release"] == 7
    assert every["pretrain"] == 9
    assert checkout.planned("domains/low_resource/yor")["pretrain"] == 1


def test_a_base_is_curated_after_the_tasks_of_those_who_start_from_it(checkout):
    assert checkout.planned("domains/multilingual")["tasks"] == 3, "its own, and two of tsn"
    small = checkout.planned("domains/multilingual", "--config", "scale=small")
    assert small["tasks"] == 17, "all of seven languages, none of its own"
    assert small["pretrain"] == 1


def test_a_broken_language_is_named_by_the_file_that_is_wrong(checkout):
    checkout.edit("domains/low_resource/group.yaml", ("design: bpe_nfc", "design: bpe_nfk"))
    answer = checkout.snakemake("-n", "domains/low_resource/tsn", check=False)
    assert answer.returncode != 0
    message = answer.stdout + answer.stderr
    assert "domains/low_resource/group.yaml: tokenizers.own.design: unknown tokenizer design 'bpe_nfk'" in message
    assert "Traceback" not in message
