"""What files are called, and of which type they are."""

from __future__ import annotations

import pytest

from otalink.mail.incoming import parse
from tests.postmaster.builders import multipart, part


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        ("message/delivery-status", "delivery-status.txt"),
        ("text/rfc822-headers", "headers.txt"),
        ("application/pkcs7-mime", "smime.p7m"),
        ("application/pgp-signature", "signature.asc"),
        ("image/jpg", "attachment-1.jpg"),
        ("message/rfc822", "Re_ your _ offer.eml"),
    ],
)
def test_a_file_without_a_name_is_called_by_what_it_is(content_type: str, name: str) -> None:
    content = b"Subject: =?utf-8?q?Re=3A_your?=\r\n / offer\r\n\r\nHello"
    (file,) = parse(multipart("mixed", part(content, content_type))).attachments
    assert file.filename == name


def test_a_forwarded_mail_with_an_endless_subject_is_still_an_eml_file() -> None:
    content = b"Subject: " + b"long " * 100 + b"\r\n\r\nHello"
    (file,) = parse(multipart("mixed", part(content, "message/rfc822"))).attachments
    assert file.filename.endswith(".eml")
    assert len(file.filename) <= 150


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\Users\\\\ann\\\\report.doc", "report.doc"),
        ("a\0b.txt", "ab.txt"),
        ("..", "attachment-1.png"),
        (" .hidden", "hidden"),
        ("con.txt", "_con.txt"),
        ("a:b|c?.txt", "a_b_c_.txt"),
        ("evil\u202ecod.exe", "evilcod.exe"),
        ("n" * 300 + ".pdf", "n" * 146 + ".pdf"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe.txt?=", "Grüße.txt"),
        ("Gr\u00fc\u00dfe.txt", "Grüße.txt"),
        ("", "attachment-1.png"),
    ],
)
def test_file_names_are_safe_on_every_disk(written: str, safe: str) -> None:
    mail = parse(multipart("mixed", part(b"x", f'image/png; name="{written}"')))
    assert mail.attachments[0].filename == safe


def test_a_type_that_makes_no_sense_becomes_plain_bytes() -> None:
    mail = parse(multipart("mixed", part(b"x", "image/p<script>ng; name=a.bin")))
    assert mail.attachments[0].content_type == "application/octet-stream"
