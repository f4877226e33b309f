"""What goes wrong on the way to a mail server, said so that an operator knows what to change."""

from __future__ import annotations

import imaplib
import poplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from otalink.postmaster.accounts.failure import SourceFailure
from otalink.postmaster.accounts.mailbox import TIMEOUT
from otalink.postmaster.accounts.models import MailAccount, Security

_BROKEN = (OSError, EOFError, imaplib.IMAP4.error, poplib.error_proto)


@contextmanager
def connecting(account: MailAccount) -> Iterator[None]:
    """What happens before the server knows who we are.

    Raises:
        SourceFailure
    """
    try:
        yield
    except (*_BROKEN, UnicodeError) as error:
        raise SourceFailure(_connection(error, account)) from error


@contextmanager
def talking(account: MailAccount, doing: str) -> Iterator[None]:
    """One step of an open session; `doing` says which, such as "read a mail".

    Raises:
        SourceFailure
    """
    try:
        yield
    except _BROKEN as error:
        raise SourceFailure(f"{account.host} broke off while asked to {doing}: {said(error)}") from error


def refused_login(account: MailAccount, response: str) -> SourceFailure:
    """The server knows us not, or wants another way of signing in."""
    if "privacy" in response.lower() or "plaintext" in response.lower() or "encrypt" in response.lower():
        return SourceFailure(f"{account.host} takes no password without encryption; use TLS or STARTTLS ({response})")
    what = "password" if account.authentication == "password" else "access token"
    return SourceFailure(f"{account.host} does not let {account.user} in: check user and {what} ({response})")


def said(error: Any) -> str:
    """What an exception carries of the server's own words."""
    words = error.args[0] if getattr(error, "args", ()) else ""
    if isinstance(error, OSError):
        words = error.strerror or words
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(text.split())[:300] or type(error).__name__


def _connection(error: Exception, account: MailAccount) -> str:
    host, where = account.host, f"{account.host} port {account.port_in_use}"
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"no computer of the name {host!r} is known; check the host, or DNS ({said(error)})"
    if isinstance(error, ConnectionRefusedError):
        return f"{where} refuses the connection: no mail server listens there, or a firewall says no"
    if isinstance(error, TimeoutError):
        return f"{where} does not answer within {TIMEOUT:.0f} s; check port and security, or the firewall"
    if isinstance(error, ssl.SSLError):
        return _tls(error, where)
    if account.security == Security.STARTTLS and isinstance(error, imaplib.IMAP4.error | poplib.error_proto):
        return f"{where} does not offer STARTTLS; perhaps it wants TLS from the start ({said(error)})"
    return f"{where} takes the connection, but does not talk as a mail server does ({said(error)})"


def _tls(error: ssl.SSLError, where: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {where} is not to be trusted: {error.verify_message}"
    return f"{where} does not speak TLS; perhaps it wants STARTTLS, or has another port for TLS ({said(error)})"
