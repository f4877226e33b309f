"""A mailbox over IMAP: read without a trace, deleted or moved once filed, watched with IDLE where the server can."""

from __future__ import annotations

import imaplib
import re
import ssl
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError
from imap_tools.idle import IdleManager

from otalink.postmaster.accounts.credentials import password
from otalink.postmaster.accounts.explanations import connecting, refused_login, said, talking
from otalink.postmaster.accounts.failure import MailboxFull, SourceFailure
from otalink.postmaster.accounts.mailbox import TIMEOUT, Found, Waiting
from otalink.postmaster.accounts.models import AfterFiling, Authentication, Existing, MailAccount, Security

# While we wait for new mail: how soon we notice that we shall stop.
_GLANCE_SECONDS = 1.0
# Servers that announce mail with every answer are not asked in a tight loop.
_ANNOUNCED_SECONDS = 0.2
# Beside the mark of deletion, on mail that is filed: whoever ends before it is gone leaves it to the next session.
_FILED = "OtalinkFiled"
_UID, _SIZE = re.compile(rb"\bUID (\d+)"), re.compile(rb"\bRFC822\.SIZE (\d+)")
_ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')


@contextmanager
def opened(account: MailAccount) -> Iterator[ImapMailbox]:
    """A session with the account's folder open.

    Raises:
        SourceFailure
    """
    with connecting(account):
        client = _connect(account)
    try:
        _sign_in(client, account)
        mailbox = ImapMailbox(client, account)
        mailbox.open_folder()
        yield mailbox
    finally:
        # A server that is rude at the end has done all we asked for.
        with suppress(Exception):
            client.client.sock.settimeout(2)
            client.logout()
        with suppress(OSError):
            client.client.shutdown()


class _Idle(IdleManager):
    """Waits also with servers that announce mail before they say that they begin to; the library takes that amiss."""

    heard = False

    def start(self) -> None:
        """Begin; `heard` is whether mail was announced by then."""
        client, self.heard = self.mailbox.client, False
        self._idle_tag = client._command("IDLE")
        while (line := client._get_response()) is not None:
            self.heard = self.heard or b"EXISTS" in line
            if client.tagged_commands.get(self._idle_tag):
                raise imaplib.IMAP4.error("it does not wait")


class _StartTls(MailBoxUnencrypted):
    """Closes the connection where encryption fails; the library's own class forgets it."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(host, port, timeout=TIMEOUT)

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = super()._get_mailbox_client()
        try:
            client.starttls(self._context)
        except BaseException:
            with suppress(OSError):
                client.shutdown()
            raise
        return client


class ImapMailbox:
    """An open folder; see `Mailbox` for what each method promises."""

    def __init__(self, client: BaseMailBox, account: MailAccount) -> None:
        self._client, self._account = client, account
        self.can_wait, self.mails_per_session = False, sys.maxsize
        self._marks_are_kept = False
        self._uid_validity = self._uid_next = 0

    def open_folder(self) -> None:
        """Open the folder.

        Raises:
            SourceFailure: there is no such folder.
        """
        account, folders, client = self._account, self._client.folder, self._client.client
        with self._asking("open a folder"):
            # Servers offer more once they know who asks; imaplib remembers what was offered before.
            _, response = client.capability()
            client.capabilities = tuple(response[0].decode("ascii", "replace").upper().split())
            self.can_wait = "IDLE" in client.capabilities
            if not folders.exists(account.folder):
                names = ", ".join(sorted(info.name for info in folders.list())[:20])
                raise SourceFailure(
                    f"{account.host} has no folder {account.folder!r} for {account.user}; it has {names}"
                )
            folders.set(account.folder)
            self._uid_validity, self._uid_next = (
                _number(client.response(name)[1]) for name in ("UIDVALIDITY", "UIDNEXT")
            )
            self._marks_are_kept = any(rb"\*" in (flags or b"") for flags in client.response("PERMANENTFLAGS")[1])

    def look(self) -> Found:
        """See `Mailbox`."""
        mails = self._mails(self._lines("1:*"))
        return Found(len(mails), min((mail.arrived for mail in mails if mail.arrived), default=None))

    def connect(self) -> None:
        """See `Mailbox`."""
        # Some servers do not say which number comes next.
        uid_next = self._uid_next or max((int(mail.key) for mail in self._mails(self._lines("1:*"))), default=0) + 1
        self._account.uid_validity, self._account.uid_next = self._uid_validity, uid_next

    def waiting(self) -> list[Waiting]:
        """See `Mailbox`; what is marked as deleted is left to whoever marked it, which may be us."""
        # From here on an announcement may be of mail that this list lacks.
        self._client.client.response("EXISTS")
        account = self._account
        is_left = account.existing == Existing.LEAVE and account.uid_validity == self._uid_validity
        lines = self._lines(f"{account.uid_next}:*" if is_left and account.uid_next else "1:*")
        filed = [uid[1].decode() for line in lines if _is_filed(line) and (uid := _UID.search(line))]
        if filed:
            self._expunge(",".join(filed))
        return self._mails(lines)

    def _lines(self, keys: str) -> list[bytes]:
        lines = self._uid("list the mail", "FETCH", keys, "(UID RFC822.SIZE FLAGS INTERNALDATE)")
        return [line for line in lines if isinstance(line, bytes)]

    def _mails(self, lines: list[bytes]) -> list[Waiting]:
        found = [self._waiting(line) for line in lines if rb"\Deleted" not in line]
        return sorted((mail for mail in found if mail), key=lambda mail: int(mail.key))

    def _waiting(self, line: bytes) -> Waiting | None:
        uid, size, arrived = _UID.search(line), _SIZE.search(line), _ARRIVED.search(line)
        if not (uid and size):
            return None
        moment = _moment(arrived[1].decode("ascii", "replace")) if arrived else None
        return Waiting(uid[1].decode(), int(size[1]), moment, self._existed(int(uid[1]), moment))

    def _existed(self, uid: int, arrived: datetime | None) -> bool:
        account = self._account
        if account.uid_next is None:
            return False
        if account.uid_validity == self._uid_validity:
            return uid < account.uid_next
        # The server has numbered its mails anew; when they came it still knows.
        return bool(arrived and account.connected and arrived < account.connected.replace(microsecond=0))

    def read(self, key: str) -> bytes | None:
        """See `Mailbox`."""
        response = self._uid("read a mail", "FETCH", key, "(BODY.PEEK[])")
        return next((bytes(item[1]) for item in response if isinstance(item, tuple)), None)

    def settle(self, keys: Sequence[str]) -> None:
        """See `Mailbox`."""
        with self._asking("put filed mail away"):
            if self._account.after == AfterFiling.DELETE:
                self._delete(",".join(keys))
            else:
                self._move(",".join(keys))

    def wait(self, seconds: float, go_on: Callable[[], bool]) -> None:
        """See `Mailbox`; mail that was announced while the last list was worked off is not announced again."""
        if self._client.client.response("EXISTS")[1] != [None]:
            time.sleep(_ANNOUNCED_SECONDS)
            return
        end = time.monotonic() + seconds
        with self._asking("wait for mail"), _Idle(self._client) as idle:
            while not idle.heard and go_on() and (began := time.monotonic()) < end:
                lines = idle.poll(timeout=_GLANCE_SECONDS)
                if any(b"EXISTS" in line for line in lines):
                    return
                if not lines and time.monotonic() - began < _GLANCE_SECONDS / 2:
                    # The connection is closed; ending the wait says so.
                    return

    def describe(self) -> str:
        """See `Mailbox`."""
        how = "new mail is announced at once" if self.can_wait else "the server announces no new mail: we ask for it"
        return f"folder {self._account.folder} holds {self.look()}; {how}"

    def _move(self, keys: str) -> None:
        target = self._account.move_to
        if not self._client.folder.exists(target):
            self._client.folder.create(target)
        if "MOVE" in self._client.client.capabilities:
            self._client.move(keys, target)
        else:
            self._client.copy(keys, target)
            self._delete(keys)

    def _delete(self, keys: str) -> None:
        marks = rf"\Deleted {_FILED}" if self._marks_are_kept else r"\Deleted"
        self._uid("delete filed mail", "STORE", keys, f"+FLAGS.SILENT ({marks})")
        self._expunge(keys)

    def _expunge(self, keys: str) -> None:
        if "UIDPLUS" in self._client.client.capabilities:
            # What somebody else marked stays.
            self._uid("delete filed mail", "EXPUNGE", keys)
        else:
            self._client.expunge()

    def _uid(self, doing: str, command: str, *arguments: str) -> list[Any]:
        with self._asking(doing):
            status, response = self._client.client.uid(command, *arguments)
        if status != "OK":
            raise SourceFailure(f"{self._account.host} refuses to {doing}: {_words(response)}")
        return response

    @contextmanager
    def _asking(self, doing: str) -> Iterator[None]:
        with talking(self._account, doing):
            try:
                yield
            except UnexpectedCommandStatusError as error:
                raise _refusal(self._account, doing, _words(error.command_result[1])) from error
            except ImapToolsError as error:
                raise SourceFailure(f"{self._account.host} refuses to {doing}: {said(error)}") from error


def _is_filed(line: bytes) -> bool:
    return rb"\Deleted" in line and _FILED.lower().encode() in line.lower()


def _refusal(account: MailAccount, doing: str, response: str) -> SourceFailure:
    if "quota" in response.lower():
        reason = f"the mailbox of {account.user} is full: {account.host} refuses to {doing} ({response})"
        return MailboxFull(f"{reason}; make room there, or let filed mail be deleted")
    return SourceFailure(f"{account.host} refuses to {doing}: {response}")


def _connect(account: MailAccount) -> BaseMailBox:
    host, port = account.host, account.port_in_use
    if account.security == Security.NONE:
        return MailBoxUnencrypted(host, port, timeout=TIMEOUT)
    context = ssl.create_default_context()
    if account.security == Security.STARTTLS:
        return _StartTls(host, port, context)
    return MailBox(host, port, timeout=TIMEOUT, ssl_context=context)


def _sign_in(client: BaseMailBox, account: MailAccount) -> None:
    try:
        if account.authentication == Authentication.OAUTH2:
            from otalink.postmaster.accounts.oauth2 import current_token  # only who uses OAuth2 pays for the import

            client.xoauth2(account.user, current_token(account), initial_folder=None)
        elif (account.user + (word := password(account))).isascii():
            client.login(account.user, word, initial_folder=None)
        else:
            client.login_utf8(account.user, password(account), initial_folder=None)
    except UnexpectedCommandStatusError as error:
        raise refused_login(account, _words(error.command_result[1])) from error
    except client.client.abort as error:
        raise SourceFailure(f"{account.host} broke off while we signed in: {said(error)}") from error
    except client.client.error as error:
        raise refused_login(account, said(error)) from error
    except (OSError, EOFError) as error:
        raise SourceFailure(f"{account.host} broke off while we signed in: {said(error)}") from error


def _moment(written: str) -> datetime | None:
    try:
        return datetime.strptime(written.strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return None


def _number(response: list[Any]) -> int:
    return int(response[0]) if response and response[0] else 0


def _words(response: Any) -> str:
    parts = response if isinstance(response, list | tuple) else [response]
    text = b" ".join(part for part in parts if isinstance(part, bytes)).decode("utf-8", "replace")
    return " ".join(text.split())[:300] or "without a reason"
