"""What the Snakefile asks the zoo for."""

from types import SimpleNamespace

from maskzoo.workflow.zoo import Zoo


def test_no_input_of_a_tokenizer_says_where_the_zoo_lies(zoo):
    job = SimpleNamespace(domain="general", scale="demo", tokenizer="general")
    documents = "results/demo/general/corpus/documents.parquet"
    assert Zoo().tokenizer_inputs(job) == ["tokenizers/bpe.yaml", documents]


def test_a_recipe_is_read_once_and_again_by_another_zoo(zoo):
    first, recipe = Zoo(), zoo / "domains" / "general" / "domain.yaml"
    before = first.recipe("general")
    recipe.write_text(recipe.read_text().replace("title: General", "title: Changed"))
    assert first.recipe("general") is before
    assert Zoo().recipe("general").title == "Changed"
