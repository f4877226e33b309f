"""Real mail servers for tests: one that keeps what it gets and refuses as told, one that breaks off."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.servers import free_port


@dataclass
class MailServer:
    """What arrived, and what to answer; an empty answer means that all is well."""

    url: str = ""
    to_recipient: str = ""
    to_content: str = ""
    to_quit: str = ""
    messages: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    attempts: int = 0
    # In bytes; 0: any size.
    largest: int = 0
    to_sender: str = ""
    sessions: int = 0
    offers: int = 0
    # 0: as many as the client likes.
    mails_a_session: int = 0

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, _server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        self.offers += 1
        session.offers = getattr(session, "offers", 0) + 1
        if self.mails_a_session and session.offers > self.mails_a_session:
            return "421 4.7.0 enough for this session"
        if self.to_sender:
            return self.to_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        self.attempts += 1
        if self.to_recipient:
            return self.to_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.to_content:
            return self.to_content
        if self.largest and len(envelope.content) > self.largest:
            return "552 5.3.4 message too big"
        self.messages.append(message_from_bytes(envelope.content, policy=default_policy))
        self.senders.append(envelope.mail_from)
        self.recipients += envelope.rcpt_tos
        return "250 OK"

    async def handle_QUIT(self, *_: Any) -> str:  # noqa: N802
        return self.to_quit or "221 Bye"


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """A mail server on a free loopback port; `options` are aiosmtpd's."""
    port = free_port()
    server = MailServer(url=f"smtp://127.0.0.1:{port}")
    options.setdefault("enable_SMTPUTF8", True)
    controller = Controller(server, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def breaking_server(at: str) -> Iterator[str]:
    """A server that talks SMTP until a line begins with `at` (or, for "", says nothing at all); gives its URL.

    "DATA" breaks the connection within the content, "." after all of it was taken, without an answer.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, at))
        thread.start()
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def _serve(listener: socket.socket, at: str) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(10)
            if at:
                _talk(connection, at)
            else:
                connection.recv(1)


def _talk(connection: socket.socket, at: str) -> None:
    connection.sendall(b"220 ready\r\n")
    in_content = False
    with connection.makefile("rb") as lines:
        for line in lines:
            word = line.decode("ascii", "replace").strip().upper()
            if in_content and (at == "DATA" or (word == "." and at == ".")):
                return
            if not in_content and at not in {"DATA", "."} and word.startswith(at):
                return
            if word == "DATA":
                in_content = True
                connection.sendall(b"354 go on\r\n")
            elif not in_content:
                connection.sendall(b"250 OK\r\n")
