"""Mail made to break a parser: each kind has an outcome of its own, within seconds."""

from __future__ import annotations

import base64
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from otalink.customers.names import split_name
from otalink.mail.incoming import IncomingMail, parse
from tests.postmaster.builders import headers, mail, multipart, part
from tests.support.pace import slower

SECONDS = 5.0


def _parse(raw: bytes) -> IncomingMail:
    start = time.thread_time()  # what else the machine does is no fault of the mail
    parsed = parse(raw)
    took = time.thread_time() - start
    assert took < SECONDS or took < SECONDS * slower()
    return parsed


def _nested(levels: int, text: bytes = b"deep inside") -> bytes:
    down = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(levels)
    )
    up = b"".join(b"--b%d--\r\n" % level for level in reversed(range(levels)))
    return b"From: ann@x.example\r\n" + down + b"Content-Type: text/plain\r\n\r\n" + text + b"\r\n" + up


def test_an_empty_mail_is_read_as_one_that_says_nothing() -> None:
    parsed = _parse(b"")
    assert (parsed.author_address, parsed.subject, parsed.text, parsed.attachments) == ("", "", "", ())


@pytest.mark.parametrize("levels", [200, 5_000])
def test_what_is_nested_too_deep_is_kept_as_a_file(levels: int) -> None:
    parsed = _parse(_nested(levels))
    assert parsed.author_address == "ann@x.example"
    assert b"deep inside" in parsed.attachments[0].content


def test_ten_levels_are_no_reason_to_hide_the_text() -> None:
    assert _parse(_nested(10)).text == "deep inside"


def test_forwarded_mail_inside_of_forwarded_mail_is_kept_as_one_file() -> None:
    raw = b"From: ann@x.example\r\n" + b"Content-Type: message/rfc822\r\n\r\nFrom: bob@x.example\r\n" * 5_000
    assert len(_parse(raw).attachments) == 1


def test_a_deep_and_long_mail_is_read_in_time() -> None:
    assert _parse(_nested(40, b"a line of a long text\r\n" * 600_000)).author_address == "ann@x.example"


def test_a_deep_and_long_mail_whose_boundaries_are_all_wrong_is_read_in_time() -> None:
    down = b"".join(b"Content-Type: multipart/mixed; boundary=no\r\n\r\n--b%d\r\n" % level for level in range(15))
    _parse(b"From: ann@x.example\r\n" + down + b"\r\n" + b"a line of a long text\r\n" * 600_000)


def test_a_long_attachment_with_a_footer_is_read_in_time() -> None:
    content = os.urandom(30_000_000)
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n") + b"-- \r\nscanned by an appliance\r\n"
    attached = part(encoded, "application/pdf; name=a.pdf", "Content-Transfer-Encoding: base64")
    assert _parse(multipart("mixed", attached)).attachments[0].content == content


def test_an_attachment_of_30_mb_is_read_in_time() -> None:
    content = os.urandom(30_000_000)
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    attached = part(encoded, "application/pdf; name=a.pdf", "Content-Transfer-Encoding: base64")
    assert _parse(multipart("mixed", part(b"see file"), attached)).attachments[0].content == content


def test_a_thousand_recipients_are_read_in_time() -> None:
    to = ", ".join(f'"Person {number}" <person{number}@x.example>' for number in range(1_000))
    assert len(_parse(headers(f"To: {to}")).recipients) == 1_000


def test_html_with_two_thousand_links_is_read_in_time() -> None:
    links = "".join(f'<p><a href="https://x.example/?n={n}">link {n}</a></p>' for n in range(2_000))
    parsed = _parse(mail(links, "Content-Type: text/html"))
    assert "link 1999" in parsed.text


@pytest.mark.parametrize(
    "markup",
    [
        b"<div>" * 50_000,
        b"<table><tr><td>" * 3_000,
        b"<" * 900_000,
        b"<!--" * 300_000,
        b"<script>" * 300_000,
        b"<style " * 100_000,
        b"<table>" + b"<tr><td>a</td><td>b</td></tr>" * 10_000 + b"</table>",
        b"&nbsp; " * 200_000,
    ],
)
def test_html_made_to_take_long_does_not(markup: bytes) -> None:
    _parse(headers("Content-Type: text/html") + markup)


@pytest.mark.parametrize("name", ["From", "To", "Subject", "Message-ID", "References", "Date", "Content-Type"])
@pytest.mark.parametrize(
    "piece",
    ['"', "(", "<", "\\", "a@", '<"', "=?a?q?", "=?", "=?utf-8?q?a?= ", "a.", "<a@b> ", " ", "1 ", "; a*0=b", ","],
)
def test_headers_made_to_take_long_do_not(name: str, piece: str) -> None:
    _parse(headers(f"{name}: {piece * 100_000}"))


@pytest.mark.parametrize("piece", ["[", "[(", "<[", '\\"', " via", "a@b ", "a,"])
def test_a_sender_made_to_take_long_does_not(piece: str) -> None:
    start = time.thread_time()
    for sender in (
        piece * 100_000,
        piece * 5_000,
        f'"{piece * 5_000} <ann@x.example>',
        f"{piece * 50} <ann@x.example>",
    ):
        parsed = parse(headers(f"From: {sender}"))
        split_name(parsed.author_name, parsed.author_address)
    assert time.thread_time() - start < SECONDS * slower()


def test_a_sender_whose_name_is_endless_keeps_some_of_it() -> None:
    parsed = parse(headers(f"From: {'Ann ' * 1_000} <ann@x.example>"))
    assert (parsed.author_address, parsed.author_name) == ("ann@x.example", ("Ann " * 63)[:250])


def test_a_from_header_too_long_to_read_names_nobody() -> None:
    # Cut, it would name boss@bank.example.
    raw = headers(f"From: {'x' * 20_000} <boss@bank.example.evil.example>", "Sender: ann@x.example")
    assert parse(raw).author_address == "ann@x.example"


def test_lines_without_end_are_cut_to_what_every_database_takes() -> None:
    lines = (f"Subject: {'s' * 5_000_000}", f"To: {'a@x.example, ' * 400_000}", f"Message-ID: <{'i' * 5_000}>")
    parsed = _parse(headers(*lines))
    assert (len(parsed.subject), len(parsed.to), parsed.message_id) == (2_000, 200_000, "")


@pytest.mark.parametrize(
    "raw",
    [
        b"\0" * 1_000_000,
        b"\r" * 1_000_000,
        b"\n" * 1_000_000,
        b"X: y\r\n" * 100_000,
        b"Subject: x\r\n" + b"no header\r\n" * 100_000 + b"From: a@x.example\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n" + b"--q\r\n\r\nx\r\n" * 30_000,
        b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 500_000,
        b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \n" * 3_000_000,
        b"Subject: " + b"=?utf-8?q?a?=" * 1_000_000,
        b"References: " + b"a" * 10_000_000,
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n"
        + (b"--q\r\nContent-Type: text/html\r\n\r\n" + b"<table>" + b"<tr><td>a</td></tr>" * 4_000) * 200,
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n"
        + (b"--q\r\nContent-Type: a/b; " + b'";' * 4_900 + b"\r\n\r\nx\r\n") * 1_900,
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b"A=" * 5_000_000,
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b"YWJj = x\n" * 1_000_000,
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b"YWJj\nx y\n" * 500_000 + b"the end",
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\nx\r\n" + b"--q x\r\n" * 1_000_000,
        b"Content-Type: multipart/mixed\r\n\r\n" + b"--q\r\n\r\n" * 500_000,
        b"Content-Type: multipart/mixed\r\n\r\n" + (b"--x" + b" " * 300 + b"x\r\n") * 100_000,
        b"Content-Type: multipart/mixed\r\n\r\n" + b"--x" + b" x" * 5_000_000,
        b"Content-Type: text/plain\r\n\r\n" + b"begin 644 a\r\n#86)C\r\n" * 500_000 + b"end\r\n",
        b"Content-Type: text/plain\r\n\r\n" + b"begin 644 a\r\n#86)C\r\n`\r\nend\r\n" * 100_000,
        b"Content-Type: multipart/mixed" + b' name="a' * 300 + b"\r\n\r\n--q\r\n\r\nx\r\n--q--",
    ],
)
def test_whole_mails_made_to_take_long_do_not(raw: bytes) -> None:
    _parse(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"a:\n" * 5_000_000,
        b"Subject: x\r\nno header\r\n" + b"abc\n" * 5_000_000,
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n" + b"--q\n\nx\n" * 1_000_000,
        b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\n" + b"a:\n" * 3_000_000,
        b"\r\n" + b"a\n" * 8_000_000,
        b"\r\n" + b"a\r" * 8_000_000,
        b"X: y" + b"\r" * 20_000_000 + b"\r\n" + b"X: y\r\n" * 20_000,
    ],
    ids=["headers", "broken headers", "parts", "headers of a part", "lines", "lines of old computers", "returns"],
)
def test_mails_of_very_many_pieces_take_neither_long_nor_much_memory(raw: bytes) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("fork"), initializer=_limit_memory) as pool:
        names = pool.submit(_files_of, raw).result()
    assert names[-1:] == ["complete-message.eml"]


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + 500_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _files_of(raw: bytes) -> list[str]:
    return [file.filename for file in _parse(raw).attachments]
