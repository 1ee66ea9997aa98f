"""JSON: a list or an object of records, somewhere in a file; what is wrong is named with file and line."""

import re

import pytest

from maskzoo.errors import UserError

ABSTRACTS = """{
 "211": {"question": "Does it?", "contexts": ["One.", "Two."], "answer": "yes"},
 "7": {"question": "Is it?", "contexts": ["Three."], "answer": "no"}
}"""


def test_an_object_of_records_gives_them_in_order_with_their_keys(records, put):
    put("a.json", ABSTRACTS)
    options = {"text": ["question", "contexts"], "fields": {"id": "key", "label": "answer"}}
    found = records({"format": "json", **options})
    assert [record.text for record in found] == ["Does it?\nOne.\nTwo.", "Is it?\nThree."]
    assert [record.fields["id"] for record in found] == ["211", "7"]
    assert [record.fields["label"] for record in found] == ["yes", "no"]
    assert [record.locator for record in found] == ["data/a.json#211", "data/a.json#7"]


def test_a_list_of_records_is_numbered_and_may_lie_deeper(records, put):
    put("a.json", '{"meta": {"made": 1}, "data": {"rows": [{"text": "a b"}, {"text": "c"}]}}')
    found = records({"format": "json", "text": ["text"], "record": "data.rows"})
    assert [(record.text, record.locator) for record in found] == [("a b", "data/a.json#1"), ("c", "data/a.json#2")]


def test_plain_values_are_read_beside_their_keys(records, put):
    put("a.json", '{"211": "yes", "7": "no"}')
    found = records({"format": "json", "text": ["key"], "fields": {"answer": "value"}})
    assert [(record.text, record.fields["answer"]) for record in found] == [("211", "yes"), ("7", "no")]


def test_words_and_tags_are_lists(records, put):
    put("a.json", '[{"words": ["It", "hurts"], "tags": ["O", "B-Sign"]}]')
    (found,) = records({"format": "json", "tokens": "words", "tags": "tags"})
    assert (found.tokens, found.tags) == (("It", "hurts"), ("O", "B-Sign"))


def test_undecodable_bytes_mark_their_record_only(records, put):
    put("a.json", b'{"1": {"text": "good"}, "2": {"text": "b\xe9d"}, "3": {"text": "half \\ud83d"}}')
    found = records({"format": "json", "text": ["text"], "max_undecodable": 1})
    assert [record.undecodable for record in found] == [False, True, True]
    assert [record.text.replace("\ufffd", "?").rstrip("?") for record in found] == ["good", "b?d", "half "]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ('{"text": "a"}\n{"text": "b"}\n', {"text": ["text"]}, r"a\.json: line 2.*one JSON value.*format jsonl"),
        ('[{"text": "a",}]', {"text": ["text"]}, r"a\.json: line 1.*not JSON"),
        ('"only a text"', {"text": ["text"]}, r"holds a text.*a list or an object of records"),
        ('{"1": {"text": "a"}, "1": {"text": "b"}}', {"text": ["text"]}, r"key '1' stands twice"),
        (ABSTRACTS, {"text": ["abstract"]}, r"no field 'abstract'.*key, question, contexts, answer"),
        (ABSTRACTS, {"text": ["question"], "record": "rows"}, r"no key 'rows'.*one of 211, 7"),
        (ABSTRACTS, {}, r"no `text` is given"),
    ],
)
def test_what_is_wrong_is_named(records, put, content, options, message):
    put("a.json", content)
    with pytest.raises(UserError) as caught:
        records({"format": "json", **options})
    assert re.search(message, str(caught.value).replace("\n", " ")), str(caught.value)
