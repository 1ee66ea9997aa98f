"""What a task was read from stands in task.json by its checksum."""

import hashlib
import json

from maskzoo.cli import main
from maskzoo.documents.record import Record
from maskzoo.tasks.source_files import SourceFiles


def test_one_file_is_its_checksum_and_several_are_one_of_all():
    files = SourceFiles()
    read = [Record("a", "f#1", "11"), Record("b", "f#2", "11"), Record("c", "g#1", "22")]
    assert list(files.noted("train", read)) == read
    assert list(files.noted("test", read[:2])) == read[:2]
    assert list(files.noted("validation", [Record("made", "m#1", "")])) != []
    both = hashlib.sha256(b"11\n22\n").hexdigest()
    assert files.checksums() == {"train (2 files)": both, "test": "11"}


def test_task_json_names_the_file_that_the_task_was_read_from(zoo):
    sentence = "The patient, a {kind}, had been coughing for {number} days and was given tablets against the fever."
    kinds = [("cat", "dog", "horse")[number % 3] for number in range(300)]
    rows = "".join(f'"{sentence.format(kind=kind, number=number)}",{kind}\n' for number, kind in enumerate(kinds))
    (zoo / "table.csv").write_text("text,kind\n" + rows)
    asked = ["--from", "table.csv", "--text", "text", "--task", "kind", "--licence", "CC0-1.0", "--language", "en"]
    assert main(["new", "domains/things", *asked]) == 0
    assert main(["tasks", "domains/things"]) == 0
    said = json.loads((zoo / "results/demo/things/tasks/label/task.json").read_text())["provenance"]
    assert said["inputs"] == {"all": hashlib.sha256((zoo / "table.csv").read_bytes()).hexdigest()}
    assert said["recipe"].keys() == {"tasks.label", "version"}
