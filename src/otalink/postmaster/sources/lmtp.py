"""Mail over LMTP (RFC 2033): every recipient gets a response, and a 250 only once the mail is safely filed."""

from __future__ import annotations

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope as Transaction

from otalink.postmaster.delivery import Delivery
from otalink.postmaster.sources.listener import IntakeConnection, Listener, sender_of


class Lmtp(IntakeConnection, LMTP):
    """One connection of a mail server of ours."""

    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd names it
        """Greet."""
        await self.greet(super().smtp_LHLO, arg)

    def delivery_of(self, transaction: Transaction) -> Delivery:
        """Sender and recipients."""
        return Delivery(sender_of(transaction), tuple(transaction.rcpt_tos), source="lmtp")

    def responses(self, response: str, transaction: Transaction) -> list[str]:
        """One for each recipient."""
        return [response for _ in transaction.rcpt_tos]


def serve(host: str, port: int) -> Listener:
    """Start an LMTP server; port 0 takes a free one.

    Raises:
        OSError: nobody can listen there.
    """
    return Listener(host, port, Lmtp, "lmtp")
