"""What may leave the house: every reason to refuse a release, each with what mends it."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from maskzoo.errors import UserError
from maskzoo.files import sha256_of
from maskzoo.release.command import release
from maskzoo.release.gate import loading
from maskzoo.release.gate.candidate import Candidate
from maskzoo.release.gate.check import QUESTIONS, check, problems

AGAIN = "run `maskzoo release domains/law --scale demo --variant adapted`"


@pytest.fixture
def candidate(released: Any) -> Candidate:
    """The released `adapted` of `law`, as the gate finds it."""
    return Candidate(released.recipe, "adapted", released.layout)


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The question that starts a process is left out where another one is tested."""
    rest = tuple(question for question in QUESTIONS if question is not loading.problems)
    monkeypatch.setattr("maskzoo.release.gate.check.QUESTIONS", rest)


def edit(candidate: Candidate, name: str, old: str, new: str, *, note: bool = True) -> None:
    """Alter a file of a release; `note` lets how_it_was_made.json have the new checksum."""
    file = candidate.folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    if note:
        noted(candidate, name)


def noted(candidate: Candidate, name: str) -> None:
    origin = candidate.folder / "how_it_was_made.json"
    made = json.loads(origin.read_text())
    made["files"][name] = sha256_of(candidate.folder / name)
    origin.write_text(json.dumps(made))


def refused(candidate: Candidate) -> list[str]:
    """What the gate says of a release, read anew."""
    return [str(one) for one in problems(Candidate(candidate.recipe, candidate.variant, candidate.layout))]


def test_a_release_passes_and_was_loaded_by_plain_transformers_in_a_process_of_its_own(candidate: Candidate) -> None:
    assert refused(candidate) == []


def test_weights_that_do_not_fit_the_architecture_do_not_pass(candidate: Candidate) -> None:
    edit(candidate, "config.json", '"intermediate_size": 32', '"intermediate_size": 48')
    [problem] = refused(candidate)
    assert problem.startswith("plain transformers does not load it: ")
    assert problem.endswith(AGAIN)


def test_a_release_that_needs_this_project_to_load_does_not_pass(
    candidate: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "LOADER", "import maskzoo\n" + loading.LOADER)
    [problem] = loading.problems(candidate)
    assert "maskzoo is blocked" in problem.what


def test_the_process_that_loads_it_gets_no_token(candidate: Candidate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_made_up")
    monkeypatch.setenv("PYTHONPATH", "src")
    assert not {"HF_TOKEN", "PYTHONPATH"} & set(loading.clean_environment())


@pytest.mark.usefixtures("unloaded")
class TestFiles:
    def test_a_file_that_the_release_did_not_write(self, candidate: Candidate) -> None:
        (candidate.folder / "notes.txt").write_text("x")
        (candidate.folder / "deep").mkdir()
        (candidate.folder / "deep" / "config.json").write_text("{}")
        assert refused(candidate) == [
            "deep/config.json is not expected in a release; remove it, or release again",
            "notes.txt is not expected in a release; remove it, or release again",
        ]

    def test_a_kind_of_file_that_no_release_has_even_if_it_is_written_down(self, candidate: Candidate) -> None:
        (candidate.folder / "modeling_own.py").write_text("import os")
        noted(candidate, "modeling_own.py")
        assert refused(candidate) == ["modeling_own.py is not expected in a release; remove it, or release again"]

    def test_hidden_files_too_but_for_the_stamp_of_snakemake(self, candidate: Candidate) -> None:
        (candidate.folder / ".snakemake_timestamp").touch()
        assert refused(candidate) == []
        (candidate.folder / ".env").write_text("x")
        assert refused(candidate) == [".env is not expected in a release; remove it, or release again"]

    def test_pickled_weights(self, candidate: Candidate) -> None:
        (candidate.folder / "pytorch_model.bin").write_bytes(b"\x80\x04.")
        [problem] = refused(candidate)
        assert "pytorch_model.bin is not expected" in problem
        assert "loading pickled weights runs whatever is in them" in problem

    def test_pickled_weights_under_the_name_of_safetensors(self, candidate: Candidate) -> None:
        import pickle

        (candidate.folder / "model.safetensors").write_bytes(pickle.dumps({"a": 1}) * 9)
        noted(candidate, "model.safetensors")
        assert refused(candidate) == [f"model.safetensors is no safetensors file; {AGAIN}"]

    def test_weights_that_were_cut_off(self, candidate: Candidate) -> None:
        file = candidate.folder / "model.safetensors"
        file.write_bytes(file.read_bytes()[:-4])
        noted(candidate, "model.safetensors")
        assert refused(candidate) == [f"model.safetensors is no safetensors file; {AGAIN}"]

    def test_a_file_that_is_missing_or_was_altered(self, candidate: Candidate) -> None:
        (candidate.folder / "data_sheet.md").unlink()
        edit(candidate, "config.json", "{", "{ ", note=False)
        assert refused(candidate) == [
            f"data_sheet.md is missing; {AGAIN}",
            f"config.json was altered after the release wrote it; {AGAIN}",
        ]

    def test_a_link_to_somewhere_else(self, candidate: Candidate, tmp_path: Path) -> None:
        file = candidate.folder / "data_sheet.md"
        shutil.move(file, tmp_path / "sheet.md")
        file.symlink_to(tmp_path / "sheet.md")
        assert refused(candidate) == [f"data_sheet.md is a link to somewhere else; {AGAIN}"]

    def test_an_absolute_path(self, candidate: Candidate) -> None:
        edit(candidate, "data_sheet.md", "## Corpus", "In /srv/someone/acts.\n\n## Corpus")
        [problem] = refused(candidate)
        assert problem.startswith("data_sheet.md tells where it was made: absolute path '/srv/someone/acts")
        assert "domain's README.md" in problem

    def test_what_looks_like_a_token(self, candidate: Candidate) -> None:
        edit(candidate, "data_sheet.md", "## Corpus", "hf_" + "abcdefghij" * 3 + "\n\n## Corpus")
        [problem] = refused(candidate)
        assert problem.startswith("data_sheet.md holds what looks like an access token; revoke it")
        assert "abcdefghij" not in problem

    def test_no_word_on_how_it_was_made(self, candidate: Candidate) -> None:
        (candidate.folder / "how_it_was_made.json").unlink()
        assert any("how_it_was_made.json: cannot be read" in problem for problem in refused(candidate))


@pytest.mark.usefixtures("unloaded")
class TestCard:
    def test_no_card(self, candidate: Candidate) -> None:
        (candidate.folder / "README.md").unlink()
        assert f"README.md is missing; {AGAIN}" in refused(candidate)

    def test_metadata_that_the_client_cannot_read(self, candidate: Candidate) -> None:
        edit(candidate, "README.md", "library_name: transformers", "library_name: [")
        assert any("the client of the Hub cannot read the metadata of README.md" in one for one in refused(candidate))

    @pytest.mark.parametrize("line", ["library_name: transformers\n", "pipeline_tag: fill-mask\n"])
    def test_metadata_without_what_the_hub_finds_a_model_by(self, candidate: Candidate, line: str) -> None:
        edit(candidate, "README.md", line, "")
        assert refused(candidate) == [f"the metadata of README.md lacks {line.split(':')[0]!r}; {AGAIN}"]

    def test_a_base_that_is_no_id(self, candidate: Candidate) -> None:
        edit(candidate, "README.md", "library_name:", "base_model: a/b/c\nlibrary_name:")
        [problem] = refused(candidate)
        assert problem.startswith("base_model of README.md: 'a/b/c' is no id on the Hub")


@pytest.mark.usefixtures("unloaded")
class TestLicence:
    def test_a_non_commercial_source_is_never_given_away_under_a_permissive_licence(self, candidate: Candidate) -> None:
        file = candidate.layout.of("general").funnel
        file.write_text(file.read_text().replace("MIT", "CC-BY-NC-4.0"))
        found = refused(candidate)
        assert any(
            "README.md gives the weights away under Apache-2.0, but Source prose of general is under CC-BY-NC-4.0"
            in one
            and one.endswith("the sources ask for CC-BY-NC-4.0")
            for one in found
        )
        assert f"the release was made under Apache-2.0, its sources now ask for CC-BY-NC-4.0; {AGAIN}" in found

    def test_what_nobody_said_may_be_shared(self, candidate: Candidate) -> None:
        file = candidate.layout.of("general").funnel
        file.write_text(file.read_text().replace("MIT", "LicenseRef-not-shareable"))
        wanted = "nobody has said that Source prose of general may be shared; name the licence in domain.yaml"
        assert wanted in refused(candidate)

    def test_a_card_edited_to_another_licence(self, candidate: Candidate) -> None:
        edit(candidate, "README.md", "license: apache-2.0", "license: mit")
        assert refused(candidate) == [f"README.md says mit, the sources ask for Apache-2.0; {AGAIN}"]

    def test_sources_that_no_licence_can_meet(self, candidate: Candidate) -> None:
        file = candidate.layout.of("general").funnel
        file.write_text(file.read_text().replace("MIT", "CC-BY-ND-4.0"))
        assert any("forbids sharing adapted material" in one for one in refused(candidate))

    def test_a_base_without_a_licence(self, domain: Any, checkpoint: Path, tmp_path: Path) -> None:
        shutil.copytree(checkpoint, tmp_path / "base")
        changed = domain.reread("{domain: general, variant: scratch}", f"{{folder: {tmp_path / 'base'}}}")
        release(changed.recipe, "adapted", changed.layout)
        found = refused(Candidate(changed.recipe, "adapted", changed.layout))
        assert any("is not stated in its files" in one and "use a base whose card states" in one for one in found)
        assert any("nobody has said that Base general may be shared" in one for one in found)


@pytest.mark.usefixtures("unloaded")
class TestReports:
    @pytest.mark.parametrize(
        ("key", "said"),
        [
            ("decontamination", "the corpus was not decontaminated against clauses; leave `corpus.decontamination` on"),
            ("privacy", "personal data was not searched for; leave `corpus.privacy` on"),
        ],
    )
    def test_a_corpus_that_was_not_searched(self, domain: Any, key: str, said: str) -> None:
        funnel = json.loads(domain.layout.funnel.read_text())
        domain.layout.funnel.write_text(json.dumps({**funnel, key: {}}))
        release(domain.recipe, "adapted", domain.layout)
        [problem] = refused(Candidate(domain.recipe, "adapted", domain.layout))
        assert problem.startswith(said)
        assert "run `snakemake --cores 8 domains/law --config scale=demo`" in problem

    def test_a_card_that_hides_what_was_found(self, candidate: Candidate) -> None:
        edit(candidate, "README.md", "13 of 230 texts were found", "0 of 230 texts were found")
        [problem] = refused(candidate)
        assert problem.startswith(
            "README.md does not say of the corpus what funnel.json does («Decontamination against"
        )

    def test_a_corpus_made_again_since(self, candidate: Candidate) -> None:
        file = candidate.layout.funnel
        file.write_text(file.read_text() + "\n")
        assert refused(candidate) == [f"the corpus was made again since the release; {AGAIN}"]


@pytest.mark.usefixtures("unloaded")
class TestResults:
    def test_a_better_number_in_the_metadata(self, candidate: Candidate) -> None:
        value = re.search(r"type: f1\n      value: (\S+)", candidate.card)
        assert value is not None
        edit(candidate, "README.md", f"value: {value[1]}", "value: 0.9999")
        assert refused(candidate) == [
            f"README.md says f1 0.9999 on «Clauses», the results files say {value[1]}; {AGAIN}"
        ]

    def test_a_better_number_in_a_table(self, candidate: Candidate) -> None:
        table = candidate.card.index("### Clauses")
        shown = re.search(r"\d\.\d{3} \[", candidate.card[table:])
        assert shown is not None
        edit(candidate, "README.md", shown[0], "0.999 [")
        assert refused(candidate) == [f"README.md does not give the results on «Clauses» as compared; {AGAIN}"]

    def test_a_result_left_out(self, candidate: Candidate) -> None:
        text = candidate.card
        start = text.index("  - task:\n      type: text-classification")
        edit(candidate, "README.md", text[start : text.index("  - task:", start + 4)], "")
        assert refused(candidate) == [f"README.md keeps f1 on «Clauses» to itself; {AGAIN}"]

    def test_results_files_that_changed_since_they_were_compared(self, candidate: Candidate) -> None:
        file = candidate.layout.evaluated("clauses", "adapted") / "results.json"
        file.write_text(file.read_text() + "\n")
        assert refused(candidate) == [
            "evaluation/clauses/adapted/results.json changed since the comparison; "
            "run `maskzoo compare`, then release again"
        ]

    def test_a_comparison_made_again_since(self, candidate: Candidate) -> None:
        file = candidate.layout.comparison / "comparison.json"
        file.write_text(file.read_text() + "\n")
        assert refused(candidate) == [f"the models were compared again since the release; {AGAIN}"]


@pytest.mark.usefixtures("unloaded")
def test_a_refusal_lists_everything_at_once(candidate: Candidate) -> None:
    (candidate.folder / "notes.txt").write_text("x")
    edit(candidate, "README.md", "license: apache-2.0", "license: mit")
    with pytest.raises(UserError) as caught:
        check(candidate.recipe, "adapted", candidate.layout)
    said = str(caught.value).splitlines()
    assert said[0].endswith("release/adapted: the release gate refuses it, nothing was sent:")
    assert [line[:5] for line in said[1:]] == ["  1. ", "  2. "]


def test_nothing_released_says_which_command_does(domain: Any) -> None:
    with pytest.raises(UserError, match="variant 'adapted' has not been released; run `maskzoo release"):
        check(domain.recipe, "adapted", domain.layout)
