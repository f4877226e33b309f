"""Our own message ids, made and found again in what mail programs make of them."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from otalink.notifications import message_ids

ONE, TWO = f"{'0a' * 16}@desk.example", f"{'f1' * 16}@desk.example"


@pytest.mark.parametrize("url", ["https://desk.example", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_what_is_made_is_found_again(settings: Settings, url: str) -> None:
    settings.OTALINK_BASE_URL = url
    made = message_ids.new()
    assert message_ids.own(f"<x@y.example> <{made}>") == [made]


@pytest.mark.parametrize(
    "text",
    [
        f"<{ONE}> <{TWO}>",
        f"<{ONE}><{TWO}>",
        f"<{ONE}>\r\n\t<{TWO}>",
        f"<{ONE[:20]}\r\n {ONE[20:]}> <{TWO[:40]} {TWO[40:]}>",
        f"<{ONE.upper()}> your mail of Monday <{TWO}>",
    ],
)
def test_they_are_found_however_they_are_wrapped(text: str) -> None:
    assert message_ids.own(text) == [ONE, TWO]


@pytest.mark.parametrize("text", ["", "<a@b>", f"<0{ONE}>", f"<{ONE[1:]}>", ONE.partition("@")[0], f"x{ONE}"])
def test_others_are_none_of_ours(text: str) -> None:
    assert message_ids.own(text) == []


def test_of_many_the_last_ones_count() -> None:
    assert message_ids.own(f"<{ONE}>" * 10_000 + f"<{TWO}>")[-1] == TWO
    assert len(message_ids.own(f"<{ONE}>" * 10_000)) == message_ids.MOST
