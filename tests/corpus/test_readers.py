"""Readers: every format to records, streaming; what is wrong is named with file and line."""

import gzip
import json

import pytest

from maskzoo.errors import UserError


def texts(found):
    return [record.text for record in found]


# plain text


def test_text_is_read_as_file_paragraphs_or_lines(records, put):
    put("a.txt", "One\ntwo.\n\n\nThree.\n")
    assert texts(records({"format": "txt"})) == ["One\ntwo.\n\n\nThree.\n"]
    assert texts(records({"format": "txt", "unit": "paragraph"})) == ["One\ntwo.", "Three."]
    found = records({"format": "txt", "unit": "line"})
    assert texts(found) == ["One", "two.", "Three."]
    assert [record.locator for record in found] == ["data/a.txt:line 1", "data/a.txt:line 2", "data/a.txt:line 5"]


def test_a_line_of_several_smiles_is_read_word_by_word(records, put):
    put("pairs.txt", "CCO CCN\n\nc1ccccc1\tCl \n")
    found = records({"format": "txt", "unit": "word"})
    assert texts(found) == ["CCO", "CCN", "c1ccccc1", "Cl"]
    assert [record.locator.partition(":")[2] for record in found] == [
        *("line 1 word 1", "line 1 word 2", "line 3 word 1", "line 3 word 2")
    ]


def test_the_path_is_always_a_field_and_may_be_asked_for_by_another_name(records, put):
    put("Code civil/1.txt", "x")
    found = records({"format": "txt", "fields": {"label": "path"}}, glob="data/**/*.txt")
    assert found[0].fields == {"label": "data/Code civil/1.txt", "path": "data/Code civil/1.txt"}
    with pytest.raises(UserError, match=r"no field 'title'.*path"):
        records({"format": "txt", "fields": {"label": "title"}}, glob="data/**/*.txt")


@pytest.mark.parametrize("format_name", ["txt", "md", "jsonl", "csv"])
def test_a_byte_order_mark_is_not_part_of_the_text(records, put, format_name):
    bodies = {"txt": "abc", "md": "# abc", "jsonl": '{"text": "abc"}', "csv": "text\nabc"}
    put("a", "\ufeff" + bodies[format_name])
    text = {} if format_name in ("txt", "md") else {"text": ["text"]}
    assert texts(records({"format": format_name, **text})) == ["abc"]


def test_gz_files_are_unpacked_by_their_ending(records, put):
    put("a.txt.gz", gzip.compress("été".encode()))
    found = records({"format": "txt"})
    assert texts(found) == ["été"]
    assert found[0].locator == "data/a.txt.gz"


# bytes that are not the encoding


def test_undecodable_bytes_mark_their_record_only(records, put):
    put("a.txt", b"good\nb\xe9d\nfine \xc3\xa9 \xef\xbf\xbd\n")
    found = records({"format": "txt", "unit": "line"})
    assert [record.undecodable for record in found] == [False, True, False]
    assert found[1].text == "b\ufffdd"


@pytest.mark.parametrize(
    ("format_name", "body"),
    [
        ("jsonl", b'{"text": "ok"}\n{"text": "b\xe9d"}\n'),
        ("csv", b"text\nok\nb\xe9d\n"),
        ("tsv", b"text\nok\nb\xe9d\n"),
    ],
)
def test_tables_and_json_lines_mark_undecodable_records_too(records, put, format_name, body):
    put("a", body)
    assert [record.undecodable for record in records({"format": format_name, "text": ["text"]})] == [False, True]


def test_another_encoding_can_be_named(records, put):
    put("a.txt", "été".encode("cp1252"))
    assert texts(records({"format": "txt", "encoding": "cp1252"})) == ["été"]
    with pytest.raises(UserError, match="unknown encoding 'klingon'"):
        records({"format": "txt", "encoding": "klingon"})


def test_too_many_undecodable_records_stop_the_reading_with_share_and_encoding(records, put):
    put("a.txt", b"\n".join([b"good"] * 18 + [b"b\xe9d"] * 2))
    with pytest.raises(UserError, match=r"2 of 20 records \(10\.0%\).*utf-8.*latin-1 or cp1252"):
        records({"format": "txt", "unit": "line"})
    assert len(records({"format": "txt", "unit": "line", "max_undecodable": 0.1})) == 20


def test_a_few_records_say_nothing_about_the_encoding(records, put):
    put("a.txt", b"\n".join([b"good"] * 18 + [b"b\xe9d"]))
    assert len(records({"format": "txt", "unit": "line"})) == 19


def test_text_that_no_file_could_store_is_replaced(records, put):
    put("a.jsonl", '{"text": "half \\ud83d pair"}\n{"text": "whole \\ud83d\\ude00"}\n')
    found = records({"format": "jsonl", "text": ["text"]})
    assert [record.undecodable for record in found] == [True, False]
    assert found[1].text == "whole 😀"
    found[0].text.encode()


# JSON lines


def test_json_keys_descend_by_dots_and_values_become_text(records, put):
    rows = [
        {"a": {"title": "T", "body": ["x", "y"]}, "n": 3, "ok": True, "a.b": "flat"},
        {"a": {"title": None, "body": []}, "n": None},
    ]
    put("a.jsonl", "\n".join(json.dumps(row) for row in rows) + "\n\n")
    fields = {"n": "n", "ok": "ok", "flat": "a.b"}
    found = records({"format": "jsonl", "text": ["a.title", "a.body"], "fields": fields})
    assert texts(found) == ["T\nx\ny", ""]
    assert found[0].fields == {"n": "3", "ok": "true", "flat": "flat", "path": "data/a.jsonl"}
    assert found[1].fields["ok"] == ""
    assert found[0].locator == "data/a.jsonl:line 1"


def test_each_line_may_hold_a_list_of_records_that_share_what_stands_around_it(records, put):
    rows = [
        {"id": 1, "claim": "A", "found": {"evidence": [{"id": "x", "text": "for"}, {"id": "y", "text": "against"}]}},
        {"id": 2, "claim": "B", "found": {"evidence": []}},
        {"id": 3, "claim": "C", "found": {"evidence": [{"text": "neither"}]}},
    ]
    put("a.jsonl", "\n".join(json.dumps(row) for row in rows))
    options = {"record": "found.evidence", "text": ["claim", "text"], "fields": {"id": "id"}}
    found = records({"format": "jsonl", **options})
    assert texts(found) == ["A\nfor", "A\nagainst", "C\nneither"]
    assert [record.fields["id"] for record in found] == ["x", "y", "3"], "a record's own key goes before"
    assert found[1].locator == "data/a.jsonl:line 1#2"
    put("a.jsonl", '{"claim": "A", "evidence": ["for"]}\n')
    with pytest.raises(UserError, match=r"line 1: no list of objects at 'evidence' \(read\.record\)"):
        records({"format": "jsonl", "record": "evidence", "text": ["claim"]})


def test_tagged_json_lines_have_tokens_and_tags_of_one_length(records, put):
    put("a.jsonl", '{"w": ["The", "Seller"], "t": ["O", "B-PARTY"]}\n{"w": ["x"], "t": []}\n')
    with pytest.raises(UserError, match=r"a\.jsonl:line 2: 1 tokens but 0 tags"):
        records({"format": "jsonl", "tokens": "w", "tags": "t"})
    put("a.jsonl", '{"w": ["The", "Seller"], "t": ["O", "B-PARTY"]}\n')
    (found,) = records({"format": "jsonl", "tokens": "w", "tags": "t"})
    assert (found.text, found.tokens, found.tags) == ("The Seller", ("The", "Seller"), ("O", "B-PARTY"))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"text": "a"}\n{"text": \n', r"a\.jsonl: line 2: not JSON"),
        ("[1, 2]\n", r"line 1: holds a list.*one JSON object a line"),
        ("[\n", "one JSON array"),
        ('{"body": "a", "meta": {"id": 1}}\n', r"no field 'text'.*body, meta\.id"),
        ('{"text": {"en": "a", "fr": "b"}}\n', r"'text' is a mapping.*text\.en, text\.fr"),
    ],
)
def test_wrong_json_lines_are_named(records, put, body, message):
    put("a.jsonl", body)
    with pytest.raises(UserError, match=message):
        records({"format": "jsonl", "text": ["text"]})


# tables


def test_tables_keep_line_breaks_in_quoted_cells_and_read_only_what_is_asked(records, put):
    put("a.csv", 'id,title,body,label\n1,"A, B","first\nsecond",x\n2,,only,y\n')
    found = records({"format": "csv", "text": ["title", "body"], "fields": {"label": "label"}})
    assert texts(found) == ["A, B\nfirst\nsecond", "only"]
    assert [record.fields["label"] for record in found] == ["x", "y"]
    assert [record.locator for record in found] == ["data/a.csv#1", "data/a.csv#2"]


def test_tab_separated_cells_may_hold_stray_quotes(records, put):
    put("a.tsv", 'text\tlabel\n"Hello" he said\t1\n"a ""quoted"" cell"\t2\r\n')
    found = records({"format": "tsv", "text": ["text"], "fields": {"label": "label"}})
    assert texts(found) == ['"Hello" he said', 'a "quoted" cell']
    assert found[1].fields["label"] == "2"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("id,body\n1,a\n", "no column 'text'.*id, body"),
        ("text,label\na,b\nc\n", r"a\.csv: line 3: 1 cells.*2 as in the header"),
        ('text\n"never closed\n', r"a\.csv: line 2: not a table"),
    ],
)
def test_wrong_tables_are_named(records, put, body, message):
    put("a.csv", body)
    with pytest.raises(UserError, match=message):
        records({"format": "csv", "text": ["text"]})


# Parquet


@pytest.fixture
def parquet(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    (tmp_path / "data").mkdir()
    rows = [
        {"text": f"text {n}", "meta": {"lang": "en"}, "n": n, "words": ["a", "b"], "tags": ["O", "X"]}
        for n in range(3000)
    ]
    path = tmp_path / "data" / "a.parquet"
    parquet.write_table(pa.Table.from_pylist(rows), path, row_group_size=500)
    return path


def test_parquet_is_read_in_batches_by_column_with_dots_into_structs(records, parquet):
    found = records({"format": "parquet", "text": ["text"], "fields": {"lang": "meta.lang", "n": "n"}})
    assert len(found) == 3000
    assert found[-1].text == "text 2999"
    assert found[-1].fields == {"lang": "en", "n": "2999", "path": "data/a.parquet"}
    tagged = records({"format": "parquet", "tokens": "words", "tags": "tags"})
    assert (tagged[0].tokens, tagged[0].tags, tagged[0].text) == (("a", "b"), ("O", "X"), "a b")


def test_text_that_nobody_declared_as_text_is_read_as_text(records, put, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    (tmp_path / "data").mkdir()
    values = ["née à Rhône".encode(), b"bad \xff byte"]
    pq.write_table(pa.table({"text": pa.array(values, pa.binary())}), tmp_path / "data/a.parquet")
    found = records({"format": "parquet", "text": ["text"]})
    assert [(one.text, one.undecodable) for one in found] == [("née à Rhône", False), ("bad \ufffd byte", True)]


def test_parquet_inside_an_archive_is_read(records, parquet, put):
    import zipfile

    with zipfile.ZipFile(parquet.parent / "b.zip", "w") as archive:
        archive.write(parquet, "inner.parquet")
    read = {"format": "parquet", "text": ["text"]}
    found = records(read, glob="data/b.zip", archive="*.parquet")
    assert (len(found), found[0].locator) == (3000, "inner.parquet#1")


def test_wrong_parquet_is_named(records, parquet):
    with pytest.raises(UserError, match=r"no column 'body'.*text, meta, n, words, tags"):
        records({"format": "parquet", "text": ["body"]})
    with pytest.raises(UserError, match=r"no field 'meta\.country'"):
        records({"format": "parquet", "text": ["meta.country"]})
    parquet.write_bytes(parquet.read_bytes()[:-100])
    with pytest.raises(UserError, match=r"a\.parquet: damaged Parquet"):
        records({"format": "parquet", "text": ["text"]})


# options


@pytest.mark.parametrize(
    ("read", "message"),
    [
        ({"format": "txt", "text": ["a"]}, r"read\.text is not used by the format txt; .*csv.*jsonl"),
        ({"format": "csv", "text": ["a"], "record": "x"}, r"read\.record is not used.*xml use it"),
        ({"format": "parquet", "text": ["a"], "encoding": "latin-1"}, r"read\.encoding is not used"),
        ({"format": "jsonl"}, "no `text` is given"),
        ({"format": "csv"}, "no `text` is given"),
    ],
)
def test_options_that_a_format_does_not_use_or_lacks_are_refused(records, put, read, message):
    put("a", "{}\n")
    with pytest.raises(UserError, match=message):
        records(read)


def test_sentences_end_with_punctuation_before_a_capital(records, put):
    put(
        "a.txt",
        'Ke tla. "Ee!" Rre J. P. Moloi o ne a re: Nnyaa. tla kwano 3.5 kgotsa 4. Go siame?\nBoela gae.\n\nKhutlo',
    )
    assert [record.text for record in records({"format": "txt", "unit": "sentence"})] == [
        "Ke tla.",
        '"Ee!"',
        "Rre J. P. Moloi o ne a re: Nnyaa. tla kwano 3.5 kgotsa 4. Go siame?",
        "Boela gae.",
        "Khutlo",
    ]


def test_lines_wrapped_in_quotes_lose_them(records, put):
    put("a.txt", '"Ga ke, ""nna"" fela."\n"E" le "F"\nFela\n"\n')
    found = records({"format": "txt", "unit": "line", "unquote": True})
    assert [record.text for record in found] == ['Ga ke, "nna" fela.', '"E" le "F"', "Fela", '"']
