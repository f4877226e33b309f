"""The parts of a mail, as far as they can be told apart and decoded."""

from __future__ import annotations

import base64

import pytest

from otalink.mail.incoming import parse
from tests.mail.reading import text_of
from tests.postmaster.builders import headers, multipart, part


def test_spaces_behind_soft_line_breaks_are_no_text() -> None:
    raw = headers("Content-Transfer-Encoding: quoted-printable")[:-8] + b"one= \r\n two"
    assert parse(raw).text == "one two"


def test_a_boundary_that_lacks_its_last_dash_is_no_text() -> None:
    raw = multipart("mixed", part(b"Hello"))
    assert parse(raw.replace(b"--cut--", b"--cut-")).text == "Hello"


@pytest.mark.parametrize("before", [b"\r\n\r\n", b"\xef\xbb\xbf", b"From ann@x.example Mon Nov 23 10:00:00 2026\n"])
def test_what_stands_before_the_first_header_does_not_matter(before: bytes) -> None:
    mail = parse(before + headers("Subject: Printer"))
    assert (mail.subject, mail.text) == ("Printer", "Hello.")


@pytest.mark.parametrize(
    ("encoding", "content", "text"),
    [
        ("base64", base64.b64encode(b"Hello there"), "Hello there"),
        ("base64", b"SGVsbG8gdGhlcmU", "Hello there"),
        ("base64", b"SGVs bG8g\r\n*dGhlcmU=\r\n-- a footer", "Hello there"),
        ("BASE64 ", base64.b64encode(b"Hello there"), "Hello there"),
        ("quoted-printable", b"Hel=6Co =\r\nthere", "Hello there"),
        ("quoted-printable", b"100 =% sure =\r\n", "100 =% sure "),
        ("x-uuencode", b"begin 644 a\r\n+2&5L;&\\@=&AE<F4 \r\n`\r\nend\r\n", "Hello there"),
        ("x-uuencode", b"begin 644 a\n#\xff\xff\xff\xff\n\n+2&5L;&\\@=&AE<F4 \nend\n", "Hello there"),
        ("7-bit", b"Hello there", "Hello there"),
        ("nonsense", b"Hello there", "Hello there"),
    ],
)
def test_transfer_encodings_are_undone_as_far_as_they_can_be(encoding: str, content: bytes, text: str) -> None:
    read = text_of(content, "text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}")
    assert read.startswith(text)


@pytest.mark.parametrize("kind", ["plain/text", "text", "text/plain ", "X-UNKNOWN"])
def test_a_text_whose_type_is_misspelt_is_shown(kind: str) -> None:
    assert text_of(b"Hello there", kind) == "Hello there"


@pytest.mark.parametrize("kind", ["X-BE2", "application", "image; name=a.png"])
def test_a_part_whose_type_lacks_a_slash_is_a_file(kind: str) -> None:
    mail = parse(multipart("mixed", part(b"Hi"), part(b"abc", kind)))
    assert (mail.text, [file.content for file in mail.attachments]) == ("Hi", [b"abc"])
