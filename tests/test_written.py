"""Files that a stage wrote, read back: as they were, or refused in a sentence."""

import json
from pathlib import Path

import pytest

from maskzoo.errors import UserError
from maskzoo.written import Number, Written, lacking, read_written


class Part(Written):
    count: int
    share: Number | None = None


class Whole(Written):
    name: str
    parts: list[Part]


def written(folder: Path, text: str) -> Path:
    (folder / "whole.json").write_text(text)
    return folder / "whole.json"


def test_numbers_stay_as_they_were_and_what_nobody_reads_is_left_out(tmp_path: Path) -> None:
    parts = [{"count": 1, "share": 1}, {"count": 2, "share": 1.0, "new": {}}, {"count": 3}]
    found = read_written(Whole, written(tmp_path, json.dumps({"name": "a", "parts": parts, "later": None})))
    assert [repr(part.share) for part in found.parts] == ["1", "1.0", "None"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"name": "a", "par', "whole.json: is damaged, no whole JSON; remove it and run again"),
        ("[1]", "whole.json: [1]; expected a mapping; remove it and run again"),
        ('{"name": "a"}', "whole.json: parts: is missing; remove it and run again"),
        ('{"name": "a", "parts": {}}', "whole.json: parts: {}; expected a list; remove it and run again"),
        (
            '{"name": "a", "parts": [{"count": "3"}]}',
            "whole.json: parts.0.count: '3': input should be a valid",
        ),
        ('{"name": "a", "parts": [{"count": 3, "share": true}]}', "whole.json: parts.0.share: True: no number; remove"),
    ],
)
def test_what_is_damaged_or_of_another_shape_is_one_sentence_with_file_and_key(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(UserError) as refused:
        read_written(Whole, written(tmp_path, text))
    assert said in str(refused.value)
    assert str(refused.value).count("run again") == 1
    assert "\n" not in str(refused.value)


def test_what_is_missing_only_for_somebody_says_for_whom(tmp_path: Path) -> None:
    said = str(lacking(tmp_path / "whole.json", "parts.0.share", "a table of shares"))
    assert "whole.json: parts.0.share: is missing; expected a value for a table of shares; remove it and" in said
