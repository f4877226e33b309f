"""Header blocks that were broken on the way hide nothing."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    "first", ["this is no header", " From the gateway", "(scanned)", "\tX-Scanned: yes", "two\r\nlines"]
)
def test_a_broken_first_line_does_not_hide_the_headers_after_it(first: str) -> None:
    mail = parse(headers(first, "From: Ann <ann@x.example>", "Subject: Printer"))
    assert (mail.author_address, mail.subject, mail.text) == ("ann@x.example", "Printer", "Hello.")


@pytest.mark.parametrize("first", [" From: Ann <ann@x.example>", "From : Ann <ann@x.example>"])
def test_a_first_line_with_a_space_too_many_is_a_header(first: str) -> None:
    mail = parse(headers(first, "Subject: Printer"))
    assert (mail.author_address, mail.subject, mail.text) == ("ann@x.example", "Printer", "Hello.")


def test_a_broken_first_line_of_a_part_does_not_hide_its_headers() -> None:
    broken = b"scanned, no virus found\r\nContent-Type: image/png; name=a.png\r\n\r\nabc"
    (file,) = parse(multipart("mixed", part(b"Hi"), broken)).attachments
    assert (file.filename, file.content) == ("a.png", b"abc")


def test_a_quoted_mail_without_headers_of_its_own_names_no_author() -> None:
    mail = parse(b"-----Original Message-----\r\nFrom: boss@x.example\r\nSubject: Old\r\n\r\nText\r\n")
    assert (mail.author_address, mail.subject) == ("", "")


def test_an_empty_line_with_a_space_in_it_still_ends_the_headers() -> None:
    body = b"--cut\r\n" + part(b"Hello", "text/html") + b"\r\n--cut\r\n" + part(b"x", "image/png; name=a.png")
    mail = parse(b"From: ann@x.example\r\nContent-Type: multipart/mixed; boundary=cut\r\n \r\n" + body + b"\r\n--cut--")
    assert (mail.text, [file.filename for file in mail.attachments]) == ("Hello", ["a.png"])


def test_a_mail_of_old_computers_is_read_with_its_broken_headers() -> None:
    inner = b"Content-Type: multipart/mixed;\rboundary=in\r\r--in\r\rHello\r--in--\r"
    mail = parse(b"From: ann@x.example\rSubject: Printer\r" + inner)
    assert (mail.author_address, mail.subject, mail.text) == ("ann@x.example", "Printer", "Hello")


@pytest.mark.parametrize(
    "content_type",
    [
        "image/png name=a.png",
        'image/png; name="a.png" charset=x',
        'image/png;\r\n name="a.png"\r\n size=3',
        "image/png\r\n\tname=a.png",
    ],
)
def test_a_semicolon_that_is_missing_hides_no_file_name(content_type: str) -> None:
    (file,) = parse(multipart("mixed", part(b"Hi"), part(b"abc", content_type))).attachments
    assert (file.filename, file.content_type) == ("a.png", "image/png")


def test_a_file_name_with_words_like_parameters_stays_whole() -> None:
    name = "minutes of type=3 with name=x.png"
    (file,) = parse(multipart("mixed", part(b"Hi"), part(b"abc", f'image/png; name="{name}"'))).attachments
    assert file.filename == name


def test_very_many_lines_of_spaces_end_the_headers_once() -> None:
    mail = parse(b"From: ann@x.example\r\nSubject: Printer\r\n" + b" \r\n" * 5_000 + b"Hello\r\n")
    assert (mail.author_address, mail.subject, mail.text) == ("ann@x.example", "Printer", "Hello")
