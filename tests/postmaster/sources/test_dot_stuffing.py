"""Where a mail ends, and that it arrives as it was sent."""

from __future__ import annotations

import base64
import os
import time

import pytest

from otalink.minidesk.models import Article, ArticleAttachment, Ticket
from otalink.postmaster.sources.listener import Listener
from tests.postmaster.builders import multipart, part
from tests.postmaster.sources.lmtp_client import TO, lmtp_client, talk

pytestmark = pytest.mark.django_db(transaction=True)


def test_dots_long_lines_and_bare_line_feeds_arrive_as_they_were_sent(server: Listener) -> None:
    body = b".\r\n..\r\n.x\r\n" + b"y" * 900_000 + b"\r\nbare\n.\nend\r\n"
    attached = part(body, "application/octet-stream; name=a.bin", "Content-Transfer-Encoding: 8bit")
    raw = multipart("mixed", attached)
    said = talk(
        server,
        b"LHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<support@localhost>\r\nDATA\r\n",
        raw.replace(b"\r\n.", b"\r\n..") + b".\r\n",
        b"QUIT\r\n",
    )
    assert b"250 2.0.0 new ticket" in said
    assert ArticleAttachment.objects.get().size == len(body)


@pytest.mark.parametrize("raw", [b"", b"\r\n", b".\r\n", b"\r\n\r\n", b"a\r\n", b"\r\n.\r\n"])
def test_the_smallest_mails_end_where_they_end(server: Listener, raw: bytes) -> None:
    stuffed = (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]
    transaction = b"MAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n" + stuffed + b".\r\n"
    said = talk(server, b"LHLO x\r\n" + transaction, b"NOOP\r\nQUIT\r\n")
    assert said.count(b"\n250 2.0.0 new ticket") == 1
    assert said.endswith(b"221 Bye\r\n")


def test_several_mails_in_one_stream_of_bytes_are_told_apart(server: Listener) -> None:
    one = b"MAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\nSubject: %d\r\n\r\nHi\r\n.\r\n"
    said = talk(server, b"LHLO x\r\n" + b"".join(one % number for number in range(20)) + b"QUIT\r\n")
    assert said.count(b"250 2.0.0 new ticket") == 20
    assert sorted(Ticket.objects.values_list("title", flat=True)) == sorted(str(number) for number in range(20))


def test_a_mail_that_arrives_byte_by_byte_is_whole(server: Listener) -> None:
    head = b"LHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n"
    content = b"Subject: slow\r\n\r\nHello\r\n..\r\n.\r\n"
    said = talk(server, head, *(bytes([byte]) for byte in content), b"QUIT\r\n", wait=0.005)
    assert b"250 2.0.0 new ticket" in said
    assert Article.objects.get().text == "Hello\n."


def test_a_mail_inside_of_a_mail_is_not_smuggled_in(server: Listener) -> None:
    inner = b"\n.\nMAIL FROM:<evil@x.example>\nRCPT TO:<b@x.example>\nDATA\nSubject: smuggled\n\nHi\n.\n"
    with lmtp_client(server) as client:
        client.mail("a@x.example")
        client.rcpt(TO[0])
        client.putcmd("data")
        client.getreply()
        client.send(b"Subject: outer\r\n\r\nHi" + inner + b"\r\n.\r\n")
        assert client.getreply()[0] == 250
    assert Ticket.objects.get().title == "outer"


def test_a_mail_of_41_mb_is_taken_in_time(server: Listener) -> None:
    content = os.urandom(30_000_000)
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    raw = multipart("mixed", part(encoded, "application/pdf; name=a.pdf", "Content-Transfer-Encoding: base64"))
    with lmtp_client(server) as client:
        client.mail("a@x.example")
        client.rcpt(TO[0])
        client.putcmd("data")
        client.getreply()
        # Client and server are this process; its own time does not depend on what else the machine does.
        started = time.process_time()
        client.send(raw + b".\r\n")
        assert client.getreply()[0] == 250
        assert time.process_time() - started < 5
    assert ArticleAttachment.objects.get().size == len(content)
