"""XML to records: by element and XPath, in any namespace, nothing expanded, nothing repeated."""

import pytest

from maskzoo.errors import UserError

ACT = """<?xml version="1.0" encoding="utf-8"?>
<Statute xmlns:lims="http://e.org/lims"><Body>
<Heading><TitleText>Purpose</TitleText></Heading>
<Section lims:id="7"><MarginalNote>Short
  title</MarginalNote><Label>1</Label><Text>This <b>Act</b> may be cited<br/>as the <i>Law</i>.</Text>
<HistoricalNote><Text>1985, c. 1</Text></HistoricalNote></Section>
<Section><MarginalNote>Nested</MarginalNote><Text>Outer <Text>inner</Text> end</Text>
<Section><Text>A section in a section</Text></Section></Section>
</Body></Statute>"""
READ = {"format": "xml", "record": "Section", "text": ["./MarginalNote", ".//Text"], "drop": ["HistoricalNote"]}


def texts(found):
    return [record.text for record in found]


def test_records_read_in_document_order_without_repeating_or_dropped_text(records, put):
    put("a.xml", ACT)
    found = records(READ)
    assert texts(found) == [
        "Short title\nThis Act may be cited as the Law.",
        "Nested\nOuter inner end\nA section in a section",
    ]
    assert [record.locator for record in found] == ["data/a.xml#1", "data/a.xml#2"]


def test_order_is_that_of_the_document_not_of_the_xpaths(records, put):
    put("a.xml", "<d><b>one</b><a>two</a><b>three</b></d>")
    assert texts(records({"format": "xml", "text": ["./a", "./b"]})) == ["one\ntwo\nthree"]


def test_an_element_selected_within_a_selected_one_is_not_repeated(records, put):
    put("a.xml", "<d><p>one <q>two</q></p><q>three</q></d>")
    assert texts(records({"format": "xml", "text": [".//q", ".//p"]})) == ["one two\nthree"]
    assert texts(records({"format": "xml", "text": ["."]})) == ["one two\nthree"]


def test_without_text_every_element_with_words_is_a_line(records, put):
    put("a.xml", "<d><h>Title</h><s><p>One <b>bold</b> word</p><p>Two</p></s></d>")
    assert texts(records({"format": "xml"})) == ["Title\nOne bold word\nTwo"]


def test_fields_are_xpaths_to_attributes_or_elements(records, put):
    put("a.xml", ACT)
    found = records({**READ, "fields": {"id": "@id", "label": "./Label", "count": "count(.//Text)", "file": "path"}})
    assert found[0].fields == {"id": "7", "label": "1", "count": "1.0", "file": "data/a.xml", "path": "data/a.xml"}
    assert found[1].fields["id"] == ""


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_namespaces_do_not_matter(records, put, prefix):
    mark = prefix.rstrip(":")
    declared = f"xmlns{':' + mark if mark else ''}='http://e.org/ns'"
    put("a.xml", f"<{prefix}d {declared}><{prefix}s><{prefix}t>one</{prefix}t></{prefix}s></{prefix}d>")
    assert texts(records({"format": "xml", "record": "s", "text": ["./t"]})) == ["one"]


def test_entities_are_not_expanded_and_files_not_read(records, put, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    put(
        "a.xml",
        f"""<!DOCTYPE d [<!ENTITY e SYSTEM "file://{tmp_path}/secret.txt"><!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<d><t>before &e; &b; &amp; &#233; after</t></d>""",
    )
    assert texts(records({"format": "xml", "text": ["./t"]})) == ["before &e; &b; & é after"]


def test_plain_entities_that_the_file_declares_are_replaced(records, put):
    put(
        "a.xml",
        '<!DOCTYPE d [<!ENTITY drug "Examplomab"><!ENTITY m "<b>x</b>">]>'
        "<d><t>&drug; in &drug;s, <i>&drug;</i> &m;</t></d>",
    )
    assert texts(records({"format": "xml", "text": ["./t"]})) == ["Examplomab in Examplomabs, Examplomab &m;"]


def test_blocks_within_a_selected_element_are_lines_and_marked_up_words_are_none(records, put):
    put(
        "a.xml",
        "<d><abstract><sec><title>Background</title><p>We <i>looked</i> at H<sub>2</sub>O.</p><p>Then again.</p></sec>"
        "<sec><title>Results</title>Nothing <b>new</b> was found.<p>Here.</p></sec></abstract></d>",
    )
    (found,) = texts(records({"format": "xml", "text": [".//abstract"]}))
    assert found.split("\n") == [
        "Background",
        "We looked at H2O.",
        "Then again.",
        "Results",
        "Nothing new was found.",
        "Here.",
    ]


def test_a_billion_laughs_are_refused(records, put):
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    put("a.xml", f'<!DOCTYPE d [<!ENTITY l0 "lol">{levels}]><d><t>x &l9;</t></d>')
    with pytest.raises(UserError, match="amplification"):
        records({"format": "xml", "text": ["./t"]})


@pytest.mark.parametrize(
    ("body", "read", "message"),
    [
        ("<d><t>never\nclosed</d>", {}, r"data/a\.xml: line 2: not well-formed"),
        ("<d><t>x</t></d>", {"record": "Section"}, "no element 'Section'; the root is 'd'"),
        ("<d><t>x</t></d>", {"text": ["./u"]}, r"\./u select nothing.*d, t"),
        ("<d><t>x</t></d>", {"text": ["./t["]}, r"'\./t\[' is no XPath"),
        ("<d><t>x</t></d>", {"text": ["nothing(t)"]}, r"a\.xml: an XPath cannot be evaluated.*'nothing\(t\)'"),
        ("<d><t>x</t></d>", {"text": ["./y:t"]}, r"cannot be evaluated"),
        ("", {}, "not well-formed"),
    ],
)
def test_wrong_xml_is_named(records, put, body, read, message):
    put("a.xml", body)
    with pytest.raises(UserError, match=message):
        records({"format": "xml", **read})


def test_a_file_without_records_is_no_mistake_when_others_have_some(records, put):
    put("a.xml", "<d><other/></d>")
    put("b.xml", "<d><t>x</t></d>")
    assert texts(records({"format": "xml", "record": "t", "text": ["."]})) == ["x"]


def test_a_byte_order_mark_and_the_files_own_encoding_are_respected(records, put):
    put("a.xml", b"\xef\xbb\xbf" + "<?xml version='1.0' encoding='utf-8'?><d>été</d>".encode())
    put("b.xml", "<?xml version='1.0' encoding='iso-8859-1'?><d>été</d>".encode("latin-1"))
    assert texts(records({"format": "xml"})) == ["été", "été"]


NOAH = """<document><article n="0"><s n="0-0">
  <w pos="APPR">Mit</w> <w pos="ART">de</w> <w pos="VAFIN+">hani</w>
</s><s n="0-1"><w pos="NN">Ross</w></s></article>
<article n="1"><s n="1-0"><w pos="NN">Chue</w></s></article></document>"""
TAGGED = {"format": "xml", "record": "s", "tokens": ".//w", "tags": ".//w/@pos"}


def test_tagged_words_come_from_xpaths_and_their_document_from_an_ancestor(records, put):
    put("a.xml", NOAH)
    found = records({**TAGGED, "fields": {"article": "ancestor::article/@n"}})
    assert [(record.tokens, record.tags) for record in found] == [
        (("Mit", "de", "hani"), ("APPR", "ART", "VAFIN+")),
        (("Ross",), ("NN",)),
        (("Chue",), ("NN",)),
    ]
    assert texts(found) == ["Mit de hani", "Ross", "Chue"]
    assert [record.fields["article"] for record in found] == ["0", "0", "1"]


def test_a_word_without_its_tag_is_named_with_record_and_line(records, put):
    put("a.xml", NOAH.replace(' pos="ART"', ""))
    with pytest.raises(UserError, match=r"a\.xml: s 1, line 1: 3 words but 2 tags; expected one tag a word"):
        records(TAGGED)
    with pytest.raises(UserError, match="read has text and tokens; expected `text`, or `tokens` and `tags`"):
        records({"format": "xml", "text": ["."], "tokens": ".//w"})
