"""Tagged words, one a line: CoNLL-2003 and CoNLL-U."""

import pytest

from maskzoo.errors import UserError


def test_conll_sentences_have_words_and_tags(records, put):
    put("a", "-DOCSTART- -X- O O\n\nThe DT O\nSeller NN B-PARTY\n\n# NN O\n")
    found = records({"format": "conll"})
    assert [(record.tokens, record.tags) for record in found] == [
        (("The", "Seller"), ("O", "B-PARTY")),
        (("#",), ("O",)),
    ]
    assert found[0].text == "The Seller"
    assert records({"format": "conll", "tags": "1"})[0].tags == ("DT", "NN")


def test_conll_with_tabs_may_have_blanks_in_words(records, put):
    put("a", "New York\tB-LOC\r\nis\tO\r\n\r\n\r\n")
    (found,) = records({"format": "conll"})
    assert (found.tokens, found.tags) == (("New York", "is"), ("B-LOC", "O"))


def test_conll_u_comments_ranges_and_empty_words_are_skipped(records, put):
    def row(number, form, tag):
        return "\t".join([number, form, "_", tag, *["_"] * 6])

    lines = [
        "# text = vámonos al",
        "# newdoc",
        "# original 1#1",
        row("1-2", "vámonos", "_"),
        row("1", "vamos", "VERB"),
        row("2", "nos", "PRON"),
    ]
    put("a.conllu", "\n".join([*lines, row("2.1", "x", "X"), row("3", "al", "ADP")]) + "\n\n")
    (found,) = records({"format": "conll"})
    assert (found.tokens, found.tags) == (("vamos", "nos", "al"), ("VERB", "PRON", "ADP"))
    assert records({"format": "conll", "tokens": "1", "tags": "0"})[0].tags == ("1", "2", "3")


def test_a_sentence_is_also_kept_as_it_was_written(records, put):
    def rows(*cells):
        return [
            "\t".join([number, form, "_", tag, *["_"] * 6]) for number, form, tag in (one.split("/") for one in cells)
        ]

    first = rows("1/va/V", "2-3/au/_", "2/à/P", "3/le/D", "4/parc/N")
    second = rows("1-2/du/_", "1/de/P", "2/le/D", "3/nord/N", "3.1/x/X")
    put("a.conllu", "\n".join([*first, "", *second, "", *rows("1/oui/I"), ""]))
    assert [one.written for one in records({"format": "conll"})] == ["va au parc", "du nord", ""]
    put("a.conllu", "\n".join(["# text = Va au parc.", *first, "", "", *rows("1/oui/I")]))
    assert [one.written for one in records({"format": "conll"})] == ["Va au parc.", ""]


def test_wrong_conll_is_named_with_its_line(records, put):
    put("a", "The DT O\nSeller NN\n")
    with pytest.raises(UserError, match=r"data/a: line 2: 2 columns; expected 3 as in line 1"):
        records({"format": "conll"})
    with pytest.raises(UserError, match=r"no column '7' \(read\.tags\).*from 0 to 2"):
        records({"format": "conll", "tags": "7"})


def test_conll_marks_undecodable_sentences(records, put):
    put("a", b"ok O\n\nb\xe9d O\n")
    found = records({"format": "conll"})
    assert [record.undecodable for record in found] == [False, True]
    assert found[1].tokens == ("b\ufffdd",)


def test_the_text_may_come_from_a_comment_as_it_was_written(records, put):
    put("a.iob2", "# sent_id = 1\n# text = Kde je?\n1\tKde\tO\n2\tje\tO\n3\t?\tO\n\n# text = Tu #1.\n1\tTu\tB-LOC\n\n")
    found = records({"format": "conll", "text": ["text"], "tokens": "1", "tags": "2"})
    assert [(record.text, record.tokens) for record in found] == [
        ("Kde je?", ("Kde", "je", "?")),
        ("Tu #1.", ("Tu",)),
    ]
    put("a.iob2", "# sent_id = 1\n1\tKde\tO\n")
    with pytest.raises(UserError, match=r"a\.iob2: sentence 1: no comment `# text =`; expected one of sent_id"):
        records({"format": "conll", "text": ["text"]})
