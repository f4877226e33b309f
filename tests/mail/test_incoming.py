"""Whatever comes in is parsed, and the result can be kept in any database."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otalink.customers.addresses import is_address
from otalink.mail.incoming import IncomingMail, parse
from tests.postmaster.builders import headers

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_NAMES = [
    *("From", "To", "Cc", "Sender", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Return-Path"),
    *("Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID", "Accept-Language"),
    *("Auto-Submitted", "X-OTOBO-Queue", "X-OTOBO-DynamicField-A"),
]
_WORDS = st.sampled_from(
    [
        *('"', "<", ">", "(", ")", ",", ";", ":", "@", ".", "\\", " ", "\r\n ", "\0", "\udcff", "cut", "utf-7"),
        *("=?utf-8?q?a=C3?=", "=?utf-8?b?w7w?=", "=?x?q?=FF?=", "a@b.example", "<a@b>", "Mon, 1 Jan 1 00:00:00 +9999"),
        *("multipart/mixed", "message/rfc822", "text/html", "base64", "quoted-printable"),
        *("; boundary=", "; charset=", "; filename*0*=", "utf-8''%C3"),
    ]
)
_VALUES = st.lists(_WORDS | st.text(max_size=8), max_size=8).map("".join)
_HEADERS = st.lists(st.tuples(st.sampled_from(_NAMES), _VALUES), max_size=8)
_BODIES = st.lists(
    st.sampled_from(["--cut\r\n", "--cut--\r\n", "\r\n", "=C3=", "w7w=", "<p>", "</", "&#0;"]) | _VALUES
).map("".join)


def _texts(mail: IncomingMail) -> Iterator[str]:
    yield from (mail.author_address, mail.author_name, mail.subject, mail.text, mail.html, mail.to, mail.cc)
    yield from (mail.message_id, mail.in_reply_to, *mail.references, *mail.recipients, *mail.reported_ids)
    yield from (text for pair in mail.directives.items() for text in pair)
    yield from (text for file in mail.attachments for text in (file.filename, file.content_type, file.content_id))


def _check(raw: bytes) -> None:
    mail = parse(raw)
    for text in _texts(mail):
        assert not _UNKEEPABLE.search(text)
    assert "\n" not in mail.subject + mail.author_name + mail.author_address
    assert not mail.author_address or is_address(mail.author_address)
    assert all(file.filename and "/" not in file.filename and len(file.filename) <= 200 for file in mail.attachments)
    assert parse(raw) == mail


@given(st.binary(max_size=400))
def test_any_bytes_are_parsed(raw: bytes) -> None:
    _check(raw)


@given(_HEADERS, _BODIES)
@settings(max_examples=400, deadline=None)
def test_any_headers_and_body_are_parsed(lines: list[tuple[str, str]], body: str) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    _check(f"{head}\r\n{body}".encode("utf-8", "surrogatepass"))


@given(st.emails(), st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), max_size=30))
def test_a_proper_sender_is_read_as_written(address: str, subject: str) -> None:
    mail = parse(f"From: {address}\r\nSubject: {subject}\r\n\r\nHello".encode())
    assert mail.author_address == address
    assert "=?" in subject or mail.subject == " ".join(subject.split())


def test_reading_mail_and_the_reference_of_settings_need_no_django() -> None:
    code = "import sys, otalink.mail.incoming, otalink.sysconfig.reference; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("lines", "language"),
    [
        (["Content-Language: de"], "de"),
        (["Accept-Language: fr-FR, de-DE, en-US"], "de"),
        (["Accept-Language: en-GB", "Content-Language: fr"], "en"),
        (["Accept-Language: fr"], ""),
        ([], ""),
    ],
)
def test_the_language_is_the_first_that_we_speak(lines: list[str], language: str) -> None:
    assert parse(headers(*lines)).language == language
