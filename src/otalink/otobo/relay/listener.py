"""The SMTP server to which OTOBO hands its outgoing mail.

OTOBO drops a mail for all its recipients when one of them is refused, and forgets one that waits for some minutes. So
every recipient is taken, whatever is wrong with them, and told of later; a 250 means that the mail is safe with us.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_address

import structlog
from aiosmtpd.smtp import Envelope as Transaction
from aiosmtpd.smtp import Session
from django.db import Error

from otalink.notifications import outbox
from otalink.otobo.relay import received
from otalink.postmaster.sources.listener import Connection, Listener, sender_of

# More than OTOBO sends: what is larger would only fill our memory.
MOST_BYTES = 150 * 1024 * 1024
MOST_RECIPIENTS = 1_000
_LATER = "451 4.3.0 Not taken now, please try again later"
_PATH = re.compile(r"\s*<([^<>]+)>\s*(.*)")

_log = structlog.get_logger("otalink.otobo")

Networks = Sequence[IPv4Network | IPv6Network]


class Relay(Connection):
    """One connection of OTOBO."""

    def __init__(self, server: Listener, *, clients: Networks) -> None:
        super().__init__(server)
        self._clients = clients

    async def smtp_HELO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd names it
        """Greet."""
        if await self._is_welcome():
            await self.greet(super().smtp_HELO, arg)

    async def smtp_EHLO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd names it
        """Greet, and say what we can."""
        if await self._is_welcome():
            await self.greet(super().smtp_EHLO, arg)

    async def take(self, raw: bytes, transaction: Transaction) -> str:
        """Keep a mail for all its recipients."""
        if received.is_loop(raw):
            return "554 5.4.6 This mail has come here again and again"
        sender, recipients = sender_of(transaction), tuple(transaction.rcpt_tos)
        try:
            await self._server.in_worker(partial(outbox.pass_on, raw, sender, recipients))
        except (Error, OSError) as error:
            _log.warning("a mail of the desk's was not taken", error=f"{type(error).__name__}: {error}")
            return _LATER
        return "250 2.0.0 Taken"

    def most_bytes(self) -> int:
        """OTOBO limits its mail itself."""
        return MOST_BYTES

    def responses(self, response: str, transaction: Transaction) -> list[str]:  # noqa: ARG002 - LMTP needs it
        """One for all recipients."""
        return [response]

    async def _is_welcome(self) -> bool:
        peer = self.session.peer if self.session else None
        client = ip_address(str(peer[0]).partition("%")[0]) if peer else None
        mapped = getattr(client, "ipv4_mapped", None) or client
        if mapped and any(mapped in network for network in self._clients):
            return True
        await self.hang_up("554 5.7.1 OTALINK_OTOBO_CLIENTS does not name this client")
        return False

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        # What stands in the brackets is taken as it is: what is no address is told of in a report, not by a refusal.
        found = _PATH.fullmatch(arg)
        if found is None:
            address: tuple[str | None, str | None] = super()._getaddr(arg)
            return address
        return "".join(c if c.isprintable() else "?" for c in found[1]).encode("utf-8", "replace").decode(), found[2]


class RelayListener(Listener):
    """Takes every recipient."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, _server: Relay, _session: Session, transaction: Transaction, address: str, _options: list[str]
    ) -> str:
        """Take a recipient."""
        if len(transaction.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        transaction.rcpt_tos.append(address)
        return "250 2.1.5 OK"


def serve(host: str, port: int, clients: Networks) -> Listener:
    """Start the server, for clients in these networks alone; port 0 takes a free one.

    Raises:
        OSError: nobody can listen there.
    """
    return RelayListener(host, port, partial(Relay, clients=tuple(clients)), "relay")
