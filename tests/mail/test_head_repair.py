"""Header blocks that were broken on the way hide nothing."""

from __future__ import annotations

from otalink.mail.incoming import parse
from tests.postmaster.builders import headers, multipart, part


def test_a_broken_header_line_does_not_hide_the_headers_after_it() -> None:
    mail = parse(headers("Subject: Printer", "this is no header", "Subject2 : odd", "From : Ann <ann@x.example>"))
    assert (mail.subject.split()[0], mail.author_address, mail.text) == ("Printer", "ann@x.example", "Hello.")


def test_text_that_follows_the_headers_without_an_empty_line_is_still_text() -> None:
    mail = parse(b"From: ann@x.example\r\nSubject: Printer\r\nIt burns.\r\n\r\nPlease come.\r\n")
    assert mail.subject == "Printer"
    assert "It burns." in mail.text
    assert "Please come." in mail.text


def test_headers_of_a_part_whose_indentation_was_stripped_are_understood() -> None:
    broken = (
        b'Content-Type: image/png; \r\nname="a.png"\r\nContent-Disposition: inline; size=3; \r\n'
        b'creation-date="Mon, 23 Nov 2026 10:00:00 GMT"\r\nContent-ID: <a@x>\r\n'
        b"Content-Transfer-Encoding: base64 \r\n\r\nYWJj"
    )
    (file,) = parse(multipart("related", part(b"Hi"), broken)).attachments
    assert (file.filename, file.content_id, file.content) == ("a.png", "a@x", b"abc")


def test_a_multipart_whose_boundary_stands_in_a_line_of_its_own_is_understood() -> None:
    inner = b"Content-Type: multipart/alternative; \r\nboundary=in \r\n\r\n--in\r\n\r\nHello\r\n--in--\r\n"
    assert parse(multipart("mixed", inner)).text == "Hello"
    assert parse(b"From: a@x.example\r\n" + inner).text == "Hello"


def test_text_without_headers_that_only_looks_like_one_stays_text() -> None:
    assert parse(multipart("mixed", b"Note: to all\r\nof you\r\n\r\nHello")).text == "of you\n\nHello"
