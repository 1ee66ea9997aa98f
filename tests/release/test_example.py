"""The card's example is made of words that many documents share, with the domain's own word masked."""

from maskzoo.release.example import example_of

CLAUSE = "The supplier shall deliver the goods to the warehouse."
SECRET = "The supplier shall call Henrietta Blackwood at the warehouse."


def corpus(count=40):
    return [f"{CLAUSE} Number {number} ends here." for number in range(count)]


def test_a_domain_word_of_a_common_sentence_is_masked():
    assert example_of(corpus(), "[MASK]") == "The supplier shall deliver the goods to the [MASK]."


def test_words_that_one_document_alone_has_are_never_shown():
    assert example_of([*corpus(), SECRET], "[MASK]") == example_of(corpus(), "[MASK]")
    assert example_of([SECRET], "[MASK]") is None


def test_what_a_page_could_take_for_markup_is_never_shown():
    hostile = ["The <script>alert(1)</script> supplier shall deliver the goods today."] * 40
    assert example_of(hostile, "[MASK]") is None
    assert example_of(["The supplier ![x](https://evil.example) shall deliver the goods."] * 40, "[MASK]") is None


def test_the_masked_word_is_one_token_where_one_is_asked_for():
    found = example_of(corpus(), "<mask>", lambda word: word == "supplier")
    assert found == "The <mask> shall deliver the goods to the warehouse."


def test_the_same_corpus_gives_the_same_example():
    assert example_of(iter(corpus()), "[MASK]") == example_of(corpus(), "[MASK]")


def test_a_script_without_spaces_has_none():
    assert example_of(["合同双方应当在交货之日起三十日内支付货款。"] * 40, "[MASK]") is None
