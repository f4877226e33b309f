"""The parts of a mail are found although its boundaries broke on the way."""

from __future__ import annotations

import pytest

from otalink.mail.incoming import IncomingMail, parse
from tests.postmaster.builders import ANN, multipart, part

_PARTS = (part(b"Hello there."), part(b"a,b\r\n1,2", "text/csv", "Content-Disposition: attachment; filename=list.csv"))


def _mail(content_type: str, boundary: str = "cut", *parts: bytes) -> bytes:
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + one + b"\r\n" for one in parts or _PARTS)
    head = f"From: {ANN}\r\nContent-Type: {content_type}\r\n\r\n"
    return head.encode() + body + b"--" + boundary.encode() + b"--\r\n"


def _seen(mail: IncomingMail) -> tuple[str, list[tuple[str, bytes]]]:
    return mail.text, [(file.filename, file.content) for file in mail.attachments]


_WHOLE = ("Hello there.", [("list.csv", b"a,b\r\n1,2")])


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ('multipart/mixed; boundary="one\r\n two"', "one two"),
        ('multipart/mixed; boundary="one\r\n\ttwo"', "one two"),
        ('multipart/mixed; boundary="one\r\n two"', "onetwo"),
        ('multipart/mixed boundary="cut"', "cut"),
        ('multipart/mixed\r\n boundary="cut"', "cut"),
        ("multipart/mixed charset=utf-8 boundary=cut", "cut"),
        ('multipart/mixed; charset="utf-8" boundary="cut"', "cut"),
        ("multipart/mixed; boundary=CUT", "cut"),
        ("multipart/mixed; boundary=other", "cut"),
        ('multipart/mixed; boundary="cut', "cut"),
        ("multipart/mixed; boundary=", "cut"),
        ("multipart/mixed", "cut"),
    ],
)
def test_the_parts_are_found_however_the_boundary_is_said(content_type: str, boundary: str) -> None:
    assert _seen(parse(_mail(content_type, boundary))) == _WHOLE


def test_the_parts_of_an_inner_multipart_are_found_however_its_boundary_is_said() -> None:
    inner = b'Content-Type: multipart/mixed boundary="in\r\n side"\r\n\r\n' + b"".join(
        b"--in side\r\n" + one + b"\r\n" for one in _PARTS
    )
    assert _seen(parse(multipart("mixed", inner + b"--in side--"))) == _WHOLE
    unsaid = inner.replace(b'boundary="in\r\n side"', b"")
    assert _seen(parse(multipart("mixed", unsaid + b"--in side--"))) == _WHOLE


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        (b"--cut some words", b"--cut"),
        (b"--cut \t(a scanner was here)", b"--cut"),
        (b"--cut--Scanned by an appliance.", b"--cut--"),
        (b"--cut-- Scanned by an appliance.", b"--cut--"),
    ],
)
def test_text_behind_a_boundary_on_its_line_does_not_hide_the_part(broken: bytes, line: bytes) -> None:
    whole = multipart("mixed", *_PARTS)
    position = whole.rindex(line + b"\r\n")
    assert _seen(parse(whole[:position] + broken + whole[position + len(line) :])) == _WHOLE


def test_a_header_that_slid_onto_the_boundary_line_still_counts() -> None:
    whole = multipart("mixed", *_PARTS)
    assert _seen(parse(whole.replace(b"--cut\r\nContent-Type: text/csv", b"--cut Content-Type: text/csv"))) == _WHOLE


def test_a_boundary_that_begins_like_another_one_is_another() -> None:
    inner = b'Content-Type: multipart/mixed; boundary="cut 2"\r\n\r\n' + b"".join(
        b"--cut 2\r\n" + one + b"\r\n" for one in _PARTS
    )
    assert _seen(parse(multipart("mixed", inner + b"--cut 2--", part(b"Bye.")))) == ("Hello there.\n\nBye.", _WHOLE[1])


def test_a_part_behind_the_closing_boundary_is_not_lost() -> None:
    early = multipart("mixed", _PARTS[0]) + b"--cut\r\n" + _PARTS[1] + b"\r\n--cut--\r\n"
    assert _seen(parse(early)) == _WHOLE


def test_a_text_with_rules_of_dashes_is_not_divided_at_them() -> None:
    text = b"Prices\r\n-------\r\n\r\nten\r\n\r\n--\r\n\r\nAnn\r\n"
    assert parse(b"Content-Type: multipart/mixed\r\n\r\n" + text).text == text.decode().replace("\r\n", "\n").strip()


def test_headers_before_the_first_boundary_mean_that_it_is_another_one() -> None:
    inner = b"--inner\r\nContent-Type: text/plain\r\n\r\nquoted\r\n--inner--\r\n"
    text = b"Content-Type: text/plain\r\n\r\nHello\r\n\r\n" + inner
    read = parse(b"Content-Type: multipart/mixed; boundary=no\r\n\r\n" + text).text
    assert "Hello" in read
    assert "quoted" in read
