"""Markdown to plain text: marks go, words stay, wrapped lines are joined."""

import time

import pytest

from maskzoo.corpus.readers.md import plain_blocks


def plain(text):
    return list(plain_blocks(text.splitlines(keepends=True)))


def test_lines_wrapped_by_hand_are_joined_and_headings_are_blocks():
    text = (
        "Article L318-3\n----\nSous réserve des contraintes liées aux\nnécessités du service.\n\nUn décret\nprécise.\n"
    )
    assert plain(text) == [
        "Article L318-3",
        "Sous réserve des contraintes liées aux nécessités du service.",
        "Un décret précise.",
    ]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("## Chapter I ##", "Chapter I"),
        ("**bold** and *slanted*, __both__ _ways_", "bold and slanted, both ways"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ('see [the act](https://e.org/a_(b) "title") now', "see the act now"),
        ("see [the act][1] and ![a seal](seal.png)", "see the act and a seal"),
        ("a note[^1] here", "a note here"),
        ("`code` and ``more`code``", "code and more`code"),
        ("<https://e.org> and a<br>b <b>c</b>", "https://e.org and a\nb c"),
        ("R&amp;D \\*not slanted\\*", "R&D *not slanted*"),
        ("~~gone~~", "gone"),
        ("a < b and c > d", "a < b and c > d"),
        ("> quoted\n> words", "quoted words"),
        ("[label]: https://e.org", None),
        ("<!-- a\ncomment -->", None),
        ("* * *", None),
        ("___", None),
        ("hard  \nbreak\\\nkept", "hard\nbreak\nkept"),
        ("- one\n  wrapped\n- two\n* three", "one wrapped\ntwo\nthree"),
        ("1. one\n2. two\n   wrapped", "1. one\n2. two wrapped"),
        ("in the year\n1885. It was", "in the year 1885. It was"),
        ("| a | b |\n|---|---|\n| **c** | d |", "a b\nc d"),
        ("| a |\n|---|\n| `x \\| y` |", "a\nx | y"),
        ("- [x] done\n- [ ] open", "done\nopen"),
        ("1. 2. within", "1. 2. within"),
        ("[^1]: word", "word"),
        ("the tag `<b>` and `__init__`", "the tag <b> and __init__"),
        ("[an *act*](<a b> 'title')", "an act"),
        ("![a [nested](e.org) seal](seal.png)", "a nested seal"),
        ("~~~\n```\n~~~", "```"),
        ("```python\nx = a_b_c\n\ny = *z\n```", "x = a_b_c\n\ny = *z"),
    ],
)
def test_marks_go_and_words_stay(marked, expected):
    assert plain(marked) == ([] if expected is None else [expected])


def test_code_and_quotes_are_blocks_of_their_own():
    assert plain("1. one\n   ```\n   x\n\n   y\n   ```\n") == ["1. one", "x\n\ny"]
    assert plain("```text in ticks``` is no fence\n\n*next*\n") == ["text in ticks is no fence", "next"]
    assert plain("said:\n> one\n>\n> two\n") == ["said:", "one", "two"]


def test_front_matter_is_left_out_and_a_rule_at_the_start_is_not_taken_for_it():
    assert plain("---\ntitle: Law\ntags: [a]\n---\n\nText\n") == ["Text"]
    assert plain("---\nNot a key\n---\nText\n") == ["Not a key", "Text"]
    assert plain("---\nkey: never closed\n\nText\n") == ["key: never closed", "Text"]


def test_units_are_the_file_its_blocks_or_their_lines(records, put):
    put("a.md", "# Law\n\n- one\n- two\n")
    assert [record.text for record in records({"format": "md"})] == ["Law\n\none\ntwo"]
    found = records({"format": "md", "unit": "paragraph"})
    assert [(record.text, record.locator) for record in found] == [("Law", "data/a.md#1"), ("one\ntwo", "data/a.md#2")]
    assert [record.text for record in records({"format": "md", "unit": "line"})] == ["Law", "one", "two"]


@pytest.mark.parametrize("mark", ["*a ", "[", "_a ", "`a", "<a ", "![a](", "~~a", "<!--", "[a ", "**a", "<?", "[a]["])
def test_marks_that_never_close_cost_little_or_grow_as_the_text_does(mark):
    def cost(marks: int) -> float:
        start = time.process_time()
        plain("x " + mark * marks)
        return time.process_time() - start

    few, many = cost(4_000), cost(16_000)
    assert many < 3 or many < 8 * few  # a quadratic rule takes 8 s and more, 16 times as much as for a quarter
