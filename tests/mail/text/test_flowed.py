"""Folded text is put back into paragraphs."""

from __future__ import annotations

from otalink.mail.incoming import parse
from tests.postmaster.builders import headers, mail


def _flowed(text: str, more: str = "") -> str:
    return parse(headers(f"Content-Type: text/plain; format=flowed{more}")[:-8] + text.encode()).text


def test_folded_text_is_put_back_into_paragraphs() -> None:
    assert _flowed("One long \r\nline.\r\nAnother.") == "One long line.\nAnother."


def test_folded_text_keeps_the_space_only_where_it_belongs_to_the_text() -> None:
    assert _flowed("Donaudampf \r\nschiff", "; delsp=yes") == "Donaudampfschiff"


def test_folded_quotes_of_one_depth_are_joined() -> None:
    assert _flowed(">> a \r\n>> b\r\n> c \r\nd") == ">> a b\n> c \nd"


def test_a_signature_line_is_no_folded_line() -> None:
    assert _flowed("Bye \r\n-- \r\nAnn") == "Bye \n-- \nAnn"


def test_a_stuffed_space_is_no_part_of_folded_text() -> None:
    assert _flowed(" From here\r\n >no quote") == "From here\n>no quote"


def test_text_that_is_not_folded_keeps_its_lines() -> None:
    assert parse(mail("One \r\nTwo")).text == "One \nTwo"
