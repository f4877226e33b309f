"""The headers that OTOBO believes: none that came with a mail is left, however it is written."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest

from otalink.otobo.pop3.headers import with_headers

HEAD = b"From: Ann Lee <ann@customer.example>\r\nSubject: Printer\r\nMessage-ID: <1@customer.example>\r\n"


@pytest.mark.parametrize(
    "theirs",
    [
        b"X-OTOBO-CustomerUser: boss\r\n",
        b"x-otobo-customeruser:boss\r\n",
        b"X-OTOBO-CustomerUser : boss\r\n",
        b"X-OTRS-CustomerUser: boss\r\n",
        b"X-OTOBO-CustomerUser:\r\n boss\r\n",
        b"X-OTOBO-\x00CustomerUser: boss\r\n",
        b" X-OTOBO-CustomerUser: boss\r\n",
        b"X-Other: x\rX-OTOBO-CustomerUser: boss\r\n",
        b"X-Other: x\nX-OTOBO-CustomerUser: boss\n",
        b"X_OTOBO-CustomerUser: boss\r\n",
        b"X-OTOBO-CustomerUser: a\r\nX-OTOBO-CustomerUser: boss\r\n",
    ],
)
def test_no_header_of_theirs_is_left(theirs: bytes) -> None:
    raw, _ = with_headers(HEAD + theirs + b"\r\nX-OTOBO-Queue: in the text\r\n", {"CustomerUser": "ann"})
    head, _, body = raw.partition(b"\r\n\r\n")
    assert head.lower().count(b"otobo-customeruser") == 1
    assert b"boss" not in head
    assert message_from_bytes(raw)["X-OTOBO-CustomerUser"] == "ann"
    assert body == b"X-OTOBO-Queue: in the text\r\n"


def test_the_rest_of_the_mail_stays() -> None:
    raw, message_id = with_headers(HEAD + b"\r\nHello\r\n", {"Queue": "Raw", "Title": ""})
    assert raw == b"X-OTOBO-Queue: Raw\r\n" + HEAD + b"\r\nHello\r\n"
    assert message_id == "1@customer.example"


def test_a_value_begins_no_other_header() -> None:
    raw, _ = with_headers(HEAD + b"\r\nHello\r\n", {"CustomerUser": "ann\r\nX-OTOBO-Queue: Boss", "a: b": "x"})
    assert message_from_bytes(raw)["X-OTOBO-Queue"] is None
    assert raw.count(b"X-OTOBO") == 2  # one of them within the value


def test_letters_of_any_script_arrive() -> None:
    raw, _ = with_headers(HEAD + b"\r\nHello\r\n", {"Title": "für Sie " * 30})
    assert str(message_from_bytes(raw, policy=default)["X-OTOBO-Title"]).strip() == ("für Sie " * 30).strip()


def test_a_mail_without_a_message_id_gets_one() -> None:
    raw, message_id = with_headers(b"From: a@b.example\r\n\r\nHello\r\n", {})
    assert message_from_bytes(raw)["Message-ID"] == f"<{message_id}>"


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\nHello", b"\r\r\r", b"no header at all"])
def test_any_bytes_become_a_mail(raw: bytes) -> None:
    made, message_id = with_headers(raw, {"Queue": "Raw"})
    assert message_from_bytes(made)["X-OTOBO-Queue"] == "Raw"
    assert message_id


def test_the_number_of_its_ticket_stands_in_the_subject_once() -> None:
    tag = "[Ticket#2026112710000018]"
    raw, _ = with_headers(HEAD + b"\r\nHello\r\n", {}, tag)
    assert message_from_bytes(raw)["Subject"] == f"{tag} Printer"
    assert with_headers(raw, {}, tag)[0] == raw
