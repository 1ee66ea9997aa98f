"""How long is waited, and what is taken out of words before people see them."""

import httpx2
import pytest

from maskzoo.release.hub.errors import without_token
from maskzoo.release.hub.retry import Patience


def test_waits_double_up_to_the_longest_and_the_last_error_is_the_one_raised(waits, capsys):
    def act():
        raise httpx2.ConnectError("refused")

    with pytest.raises(httpx2.ConnectError):
        Patience(attempts=5, first=2.0, most=10.0)(act)
    assert waits == [2.0, 4.0, 8.0, 10.0]
    assert "Hub: connection lost; attempt 5 of 5 in 10 s" in capsys.readouterr().err


def test_what_waiting_does_not_mend_is_raised_at_once(waits):
    def act():
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        Patience()(act)
    assert waits == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("token hf_" + "abcd" * 9 + " is bad", "token <token> is bad"),
        ("Authorization: Bearer abc.def", "Authorization: <token>"),
        ("PUT https://x/large/1?a=1&X-Amz-Signature=0f0f&b=2", "PUT https://x/large/1?a=1&<token>&b=2"),
        ("a half-truth about hf_hub and bearers", "a half-truth about hf_hub and bearers"),
    ],
)
def test_tokens_and_signatures_are_taken_out_of_words(text, left, monkeypatch):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    assert without_token(text) == left


def test_the_token_of_the_session_is_taken_out_whatever_it_looks_like(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "swordfish-of-the-day")
    assert without_token("it said swordfish-of-the-day!") == "it said <token>!"
