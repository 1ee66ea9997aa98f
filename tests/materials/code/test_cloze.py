"""Cloze examples: one token of a function is marked, of a known kind, and whole files stay on one side."""

import json

from maskzoo.documents.record import Record
from maskzoo.materials.code import cloze
from maskzoo.materials.code.functions import function_nodes, leaves
from maskzoo.recipe.task import Make

JAVA = """class A {{
    /* café */
    @Override
    public int area{n}(int width, int height) {{
        String name = "größe"; // a comment
        int twice = 2 * width;
        return twice * height + name.length() + {n};
    }}
}}"""


def made(count=40, **keys):
    records = [Record(JAVA.format(n=n), f"x#{n}", "", {"file": f"src/A{n}.java", "path": "x"}) for n in range(count)]
    return list(cloze.make(records, Make.model_validate({"maker": "cloze", "share": 1.0, **keys})))


def test_a_span_is_one_token_of_its_kind():
    kinds = {"keyword": set(), "identifier": set(), "literal": set(), "operator": set()}
    for record in made():
        ((start, end, kind),) = json.loads(record.fields["spans"])
        kinds[kind].add(record.text[start:end])
    assert kinds["keyword"] <= {"public", "int", "return"}
    assert any(name in kinds["identifier"] for name in ("width", "height", "twice", "name"))
    assert kinds["literal"] & {"2", '"größe"', "7", "11", "13"}
    assert kinds["operator"] <= set("=*+;.,()[]{}@")
    assert all(kinds.values())


def test_functions_start_at_the_margin_and_keep_their_layout():
    text = made(1)[0].text
    assert text.startswith("@Override\npublic int area0(")
    assert "\n    return twice" in text


def test_comments_are_never_hidden():
    (node,) = function_nodes(JAVA.format(n=1), "java")
    assert all("comment" not in JAVA.format(n=1).encode()[start:end].decode() for start, end, _ in leaves(node))


def test_a_share_of_the_files_is_drawn_the_same_way_every_time():
    some = made(share=0.3)
    assert 3 <= len(some) <= 25
    assert [record.text for record in some] == [record.text for record in made(share=0.3)]
    assert {record.fields["file"] for record in some} < {record.fields["file"] for record in made()}


def test_long_functions_and_unknown_languages_are_passed_over():
    assert made(max_characters=60) == []
    record = Record("fn main() {}", "x", "", {"file": "a.rs", "path": "x"})
    assert list(cloze.make([record], Make(maker="cloze", share=1.0))) == []
