"""What proves a follow-up, and what does not: headers of a trusted server, and mails of ours that it answers."""

from __future__ import annotations

from otalink.sysconfig import store
from otalink.sysconfig.declarations import TRUSTED_SERVERS
from tests.postmaster.filters.support import sent_mail
from tests.support import make

SERVER = "mx.desk.example"


def trust_our_server() -> None:
    """Believe what that server found out about senders."""
    store.set_value(TRUSTED_SERVERS.name, SERVER)


def checked(results: str, raw: bytes) -> bytes:
    """The mail with what our server found out about its sender."""
    return f"Authentication-Results: {SERVER}; {results}\r\n".encode() + raw


def proven(raw: bytes, domain: str = "customer.example") -> bytes:
    """The mail as our server took it in from a host of that domain."""
    return checked(f"dmarc=pass header.from={domain}", raw)


def answering(number: str, login: str = make.ANN) -> str:
    """The header of a mail that answers one of ours about a ticket, sent to that reader."""
    return f"In-Reply-To: <{sent_mail(number, login)}>"
