"""Mail over SMTP, for hosts that know no LMTP: mail to the desk's own addresses is taken, everything else refused."""

from __future__ import annotations

import hmac
import ssl
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import AuthResult, LoginPassword, Session
from aiosmtpd.smtp import Envelope as Transaction
from django.db import Error

from otalink.desk.current import get_mail_desk
from otalink.desk.port import DeskUnavailable
from otalink.limits import rate_limits
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.sources.listener import Connection, IntakeConnection, Listener, sender_of

MAX_RECIPIENTS = 100
_LATER = "451 4.3.0 Not known now, please try again later"


@dataclass(frozen=True)
class Access:
    """What the boot configuration allows: STARTTLS with a certificate; `login` is user:password that then is required.

    The certificate's file holds the chain and the key.
    """

    certificate: Path | None = None
    login: str = ""


class Smtp(IntakeConnection):
    """One connection of anybody who can reach us."""

    def __init__(self, server: Listener, *, context: ssl.SSLContext | None, login: str) -> None:
        super().__init__(
            server, tls_context=context, auth_required=bool(login), authenticator=partial(_authenticate, login)
        )
        self.offers_login, self.was_wrong = bool(login), False

    async def smtp_HELO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd names it
        """Greet."""
        await self.greet(super().smtp_HELO, arg)

    async def smtp_EHLO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd names it
        """Greet, and say what we can."""
        await self.greet(super().smtp_EHLO, arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - aiosmtpd names it
        """Let somebody sign in; where too many passwords were wrong, not even with the right one."""
        limit, client = rate_limits.SMTP_PASSWORD_PER_CLIENT, _client_of(self.session)
        if await self._server.in_worker(lambda: rate_limits.is_reached(limit, client)):
            await self.hang_up("421 4.7.0 Too many wrong passwords, please try again later")
            return
        self.was_wrong = False
        await super().smtp_AUTH(arg)
        if self.was_wrong:
            await self._server.in_worker(lambda: rate_limits.count(limit, client))

    def delivery_of(self, transaction: Transaction) -> Delivery:
        """Sender and recipients, and who handed the mail in where that is somebody from outside."""
        session = self.session
        client = "" if session and session.authenticated else _client_of(session)
        outside = bool(client) and not ip_address(client.partition("%")[0]).is_loopback
        return Delivery(
            sender_of(transaction),
            tuple(transaction.rcpt_tos),
            source="smtp",
            client_ip=client if outside else "",
            helo=str(session.host_name or "") if session and outside else "",
        )

    def responses(self, response: str, transaction: Transaction) -> list[str]:  # noqa: ARG002 - LMTP needs it
        """One for all recipients."""
        return [response]


class SmtpListener(Listener):
    """Asks the desk which recipients there are."""

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names it
        self, server: Connection, session: Session, transaction: Transaction, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offer to sign in only where there is somebody who can."""
        lines = await super().handle_EHLO(server, session, transaction, hostname, responses)
        return [line for line in lines if getattr(server, "offers_login", False) or not line.startswith("250-AUTH")]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, _server: Smtp, _session: Session, transaction: Transaction, address: str, _options: list[str]
    ) -> str:
        """Take a recipient or refuse it."""
        if len(transaction.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        response = await self.in_worker(lambda: _response_to(address))
        if response.startswith("250"):
            transaction.rcpt_tos.append(address)
        return response


def serve(host: str, port: int, access: Access) -> Listener:
    """Start an SMTP server; port 0 takes a free one.

    Raises:
        OSError: nobody can listen there, or the certificate cannot be read.
    """
    context = None
    if access.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(access.certificate)
    return SmtpListener(host, port, partial(Smtp, context=context, login=access.login), "smtp")


def _response_to(address: str) -> str:
    try:
        known = _is_postmaster(address) or get_mail_desk().accepts_recipient(address)
    except (Error, DeskUnavailable):
        return _LATER
    return "250 2.1.5 OK" if known else "550 5.1.1 No such mailbox here"


def _is_postmaster(address: str) -> bool:
    # Whoever runs a mail server can be reached at this name (RFC 5321, 4.5.1); another host's is not ours to take.
    return address.lower() == "postmaster"


def _client_of(session: Session | None) -> str:
    """The client's IP; empty where it has none."""
    peer: Any = session.peer if session else None
    return str(peer[0]) if peer else ""


def _authenticate(
    login: str, server: Any, _session: Session, _transaction: Transaction, _mechanism: str, given: Any
) -> AuthResult:
    if not isinstance(given, LoginPassword):
        return AuthResult(success=False, handled=False)
    same = hmac.compare_digest(given.login + b":" + given.password, login.encode())
    server.was_wrong = not (login and same)
    return AuthResult(success=not server.was_wrong, handled=False)
