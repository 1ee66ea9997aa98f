"""What the Snakefile begins with: mistakes as one sentence, names with and without the slash of a shell."""

import re
from pathlib import Path

import pytest

from maskzoo.errors import UserError
from maskzoo.workflow.start import both, patterns, refusing
from maskzoo.workflow.zoo import Zoo, baseline_names


def test_a_users_mistake_is_a_sentence_and_exit_code_2_and_a_fault_stays_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left, refusing():
        raise UserError("no such thing", where="domain.yaml")
    assert left.value.code == 2
    assert capsys.readouterr().err == "maskzoo: error: domain.yaml: no such thing\n"
    with pytest.raises(KeyError), refusing():
        raise KeyError("a fault of ours")


def test_what_is_asked_for_by_name_may_end_in_a_slash() -> None:
    assert list(both({"a": 1})) == [("a", "a", 1), ("a/", "a", 1)]


def test_wildcards_match_names_of_their_kind_alone(zoo: Path) -> None:
    found = patterns(Zoo.from_config({}, submits=False))

    def fits(wildcard: str, text: str) -> bool:
        return re.fullmatch(found[wildcard], text) is not None

    assert fits("domain", "legal")
    assert not fits("domain", "illegal")
    assert fits("variant", "rates.low-plain")
    assert not fits("variant", "a.b.c")
    assert not fits("task", "rates.low")
    assert fits("seed", "12")
    assert not fits("seed", "1x")
    assert all(fits("baseline", name) for name in baseline_names())
    pattern = rf"(?P<model>{found['model']})/seed"
    assert re.fullmatch(pattern, "scratch/seed")
    assert not any(re.fullmatch(pattern, f"{name}/seed") for name in baseline_names())


def test_a_folder_without_domains_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "domains").mkdir()
    monkeypatch.chdir(tmp_path)
    pattern = patterns(Zoo.from_config({}, submits=False))["domain"]
    assert not any(re.fullmatch(pattern, text) for text in ("", "legal", "(?!)"))
