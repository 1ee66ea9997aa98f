"""What a card says of a corpus that is not text: what was altered, and which tool found redundancy."""

from maskzoo.release.corpus_section import corpus_section

FUNNEL = {"stages": [], "sources": {}, "decontamination": {}, "privacy": {}}


def test_changes_and_the_tool_against_redundancy_are_said():
    said = {"tool": "residue k-mers", "identity": 0.9, "fallback": "MMseqs2 is not installed"}
    text = "\n".join(corpus_section({**FUNNEL, "changes": {"gap_removed": 1234, "U_to_C": 1}, "redundancy": said}, {}))
    assert "Altered in documents that were read: gap removed: 1,234, U to C: 1." in text
    assert "at an identity of 90% by residue k-mers (MMseqs2 is not installed)." in text


def test_nothing_is_said_of_what_did_not_happen():
    text = "\n".join(corpus_section({**FUNNEL, "changes": {}}, {}))
    assert "Altered" not in text
    assert "Redundancy" not in text
