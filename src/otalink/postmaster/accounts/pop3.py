"""A mailbox over POP3: what is filed is remembered, or deleted, for good only when the session ends in good order."""

from __future__ import annotations

import base64
import poplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from otalink.mail import reader
from otalink.mail.headers import Headers
from otalink.postmaster.accounts import remembered
from otalink.postmaster.accounts.credentials import password
from otalink.postmaster.accounts.explanations import connecting, refused_login, said, talking
from otalink.postmaster.accounts.failure import SourceFailure
from otalink.postmaster.accounts.mailbox import TIMEOUT, Found, Waiting
from otalink.postmaster.accounts.models import AfterFiling, Authentication, MailAccount, Security

# Mail has longer lines than the 2 kB poplib takes; a line without any end must not fill the memory.
_MAX_LINE = 67_108_864
# The server deletes when the session ends: a shorter session loses less work when its connection breaks.
MAILS_PER_SESSION = 100


class _LongLines:
    """poplib with room for the lines that mail really has; it closes what it could not open wholly."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        try:
            super().__init__(*arguments, **options)
        except BaseException:
            with suppress(AttributeError, OSError):
                self.close()  # type: ignore[attr-defined]
            raise

    def _getline(self) -> tuple[bytes, int]:
        line: bytes = self.file.readline(_MAX_LINE + 1)  # type: ignore[attr-defined]
        if not line:
            raise poplib.error_proto("the connection was closed")
        if len(line) > _MAX_LINE:
            raise poplib.error_proto("a line without end")
        return line.rstrip(b"\r\n"), len(line)


class _Pop3(_LongLines, poplib.POP3):
    pass


class _Pop3Tls(_LongLines, poplib.POP3_SSL):
    pass


@contextmanager
def opened(account: MailAccount) -> Iterator[Pop3Mailbox]:
    """A session with the account's mailbox; deletions count once the session was left without an exception.

    Raises:
        SourceFailure
    """
    with connecting(account):
        client = _connect(account)
    try:
        _sign_in(client, account)
        yield Pop3Mailbox(client, account)
        with talking(account, "delete filed mail"):
            client.quit()
    finally:
        with suppress(OSError):
            client.close()


class Pop3Mailbox:
    """A mailbox; see `Mailbox` for what each method promises."""

    can_wait = False

    def __init__(self, client: poplib.POP3, account: MailAccount) -> None:
        self._client, self._account = client, account
        self.mails_per_session = MAILS_PER_SESSION
        self._names: dict[str, str] | None = None

    def look(self) -> Found:
        """See `Mailbox`; the oldest lies first, and says itself when it came."""
        sizes = self._sizes()
        return Found(len(sizes), self._arrived(next(iter(sizes))) if sizes else None)

    def connect(self) -> None:
        """See `Mailbox`."""
        remembered.remember(self._account, self._digests().values(), filed=False)

    def waiting(self) -> list[Waiting]:
        """See `Mailbox`; what we remember as filed is left out."""
        sizes = self._sizes()
        known = self._remembered()
        return [
            Waiting(number, size, existed=number in known)
            for number, size in sizes.items()
            if not known.get(number, False)
        ]

    def _sizes(self) -> dict[str, int]:
        with talking(self._account, "list the mail"):
            pairs = [line.split()[:2] for line in self._client.list()[1]]
        return {number.decode(): int(size) for number, size in pairs}

    def _remembered(self) -> dict[str, bool]:
        """The numbers of the mails that are remembered, each with whether it is filed."""
        if self._account.after != AfterFiling.LEAVE and not remembered.is_any(self._account):
            return {}
        digests = self._digests()
        known = remembered.known(self._account, digests.values())
        return {number: known[digest] for number, digest in digests.items() if digest in known}

    def _digests(self) -> dict[str, str]:
        """What we remember each mail by, which the server names for good."""
        if self._names is None:
            try:
                pairs = [line.split(None, 1) for line in self._client.uidl()[1]]
            except poplib.error_proto as error:
                reason = "so that what is filed cannot be left there; have it deleted"
                raise SourceFailure(
                    f"{self._account.host} does not name its mails, {reason} ({said(error)})"
                ) from error
            self._names = {number.decode(): remembered.digest_of(name.decode("latin-1")) for number, name in pairs}
        return self._names

    def _arrived(self, number: str) -> datetime | None:
        try:
            head = b"\r\n".join(self._client.top(int(number), 0)[1])
        except poplib.error_proto:
            return None
        headers = Headers(reader.read(head))
        return headers.received() or headers.date()

    def read(self, key: str) -> bytes | None:
        """See `Mailbox`."""
        with talking(self._account, "read a mail"):
            lines = self._client.retr(int(key))[1]
        return b"\r\n".join([*lines, b""])

    def settle(self, keys: Sequence[str]) -> None:
        """See `Mailbox`."""
        if self._account.after == AfterFiling.LEAVE:
            digests = self._digests()
            remembered.remember(self._account, [digests[key] for key in keys], filed=True)
            return
        with talking(self._account, "delete filed mail"):
            for key in keys:
                self._client.dele(int(key))

    def wait(self, seconds: float, go_on: Callable[[], bool]) -> None:
        """POP3 announces nothing."""
        raise NotImplementedError

    def describe(self) -> str:
        """See `Mailbox`."""
        return f"the mailbox holds {self.look()}"


def _connect(account: MailAccount) -> poplib.POP3:
    host, port = account.host, account.port_in_use
    if account.security == Security.TLS:
        return _Pop3Tls(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    client = _Pop3(host, port, timeout=TIMEOUT)
    if account.security == Security.STARTTLS:
        try:
            client.stls(context=ssl.create_default_context())
        except BaseException:
            with suppress(OSError):
                client.close()
            raise
    return client


def _sign_in(client: poplib.POP3, account: MailAccount) -> None:
    try:
        if account.authentication == Authentication.OAUTH2:
            from otalink.postmaster.accounts.oauth2 import current_token  # only who uses OAuth2 pays for the import

            token = f"user={account.user}\1auth=Bearer {current_token(account)}\1\1".encode()
            client._shortcmd("AUTH XOAUTH2")  # type: ignore[attr-defined]
            response = client._shortcmd(base64.b64encode(token).decode())  # type: ignore[attr-defined]
            if response.startswith(b"+ "):
                # The server explains the refusal, and ends only when that is answered.
                client._shortcmd("")  # type: ignore[attr-defined]
        else:
            client.user(account.user)
            client.pass_(password(account))
    except poplib.error_proto as error:
        raise refused_login(account, said(error)) from error
    except (OSError, EOFError) as error:
        raise SourceFailure(f"{account.host} broke off while we signed in: {said(error)}") from error
