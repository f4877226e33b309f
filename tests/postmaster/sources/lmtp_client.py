"""Clients of an LMTP server: a proper one, and bytes as they come."""

from __future__ import annotations

import smtplib
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from otalink.postmaster.sources.listener import Listener

TO = ["support@localhost"]


@contextmanager
def lmtp_client(server: Listener) -> Iterator[smtplib.LMTP]:
    """A client that has said its name."""
    with smtplib.LMTP("127.0.0.1", server.port, timeout=30) as client:
        client.ehlo_or_helo_if_needed()
        yield client


def answers(client: smtplib.LMTP, raw: bytes, to: list[str] = TO, sender: str = "ann@customer.example") -> list[int]:
    """The answer for each recipient."""
    assert client.mail(sender)[0] == 250
    for recipient in to:
        assert client.rcpt(recipient)[0] == 250
    first, _ = client.data(raw)
    return [first, *(client.getreply()[0] for _ in to[1:])]


def talk(server: Listener, *pieces: bytes, wait: float = 0.1) -> bytes:
    """What the server says to these bytes, until it or we have nothing more to say."""
    said = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(wait)
        while received := connection.recv(65_536):
            said += received
    return said
