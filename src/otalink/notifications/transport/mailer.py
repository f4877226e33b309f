"""Handing a finished mail over: to a mail server, or to a folder."""

from __future__ import annotations

import contextlib
import re
import secrets
import smtplib
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.utils import timezone

from otalink.common import atomic_files
from otalink.notifications.transport.message import OutgoingMail, RawMail
from otalink.notifications.transport.refusals import Fault, Stage, fault_of

TIMEOUT = 20.0
_DEFAULT_PORTS = {"": 25, "tls=starttls": 587, "tls=tls": 465}
_CLOSING = 421
# A server that refuses a mail for its content may quote our link; what it says is kept and shown to agents.
_SECRET_IN_LINK = re.compile(r"/l/[A-Za-z0-9_-]{20,}")


class PermanentFailure(Exception):
    """This address takes no mail, now or ever."""


class TemporaryFailure(Exception):
    """Not now; it may work later. The mail may even have arrived."""


class RefusedByHost(TemporaryFailure):
    """The mail host took it not, or was not there, for no fault of the recipient: it would refuse others too."""


class TooLarge(RefusedByHost):
    """The mail host takes no mail of this size."""


class _Kept(threading.local):
    """The session that this thread keeps for its next mail."""

    wanted = False
    url = ""
    smtp: smtplib.SMTP | None = None


_kept = _Kept()


@contextlib.contextmanager
def one_session() -> Iterator[None]:
    """Mails that this thread sends within share a session, until `end_session`."""
    _kept.wanted = True
    try:
        yield
    finally:
        _kept.wanted = False
        end_session()


def end_session() -> None:
    """Take leave of the mail server, where a session is kept."""
    smtp, _kept.smtp = _kept.smtp, None
    if smtp:
        _quit(smtp)


def send(
    message: OutgoingMail | RawMail, envelope_from: str, to: str, *, url: str = "", timeout: float = TIMEOUT
) -> None:
    """Send a mail over `url` (default: the boot configuration's); `timeout` is in seconds per step of the talk.

    Raises:
        PermanentFailure, TemporaryFailure, RefusedByHost, TooLarge
    """
    url, content = url or settings.OTALINK_MAIL_URL, message.as_bytes()
    target = urlsplit(url)
    if target.scheme == "file":
        _write(content, Path(unquote(target.path)))
        return
    try:
        _hand_over(url, content, envelope_from, to, timeout)
    except smtplib.SMTPAuthenticationError as error:
        raise RefusedByHost(f"the mail server does not take our password: {_reply(error)}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise RefusedByHost(f"no talk with the mail server: {_reply(error)}") from error


@contextlib.contextmanager
def session(target: SplitResult, timeout: float = TIMEOUT) -> Iterator[smtplib.SMTP]:
    """A session with the mail server of an `smtp://` URL, signed in where the URL names somebody.

    Raises:
        smtplib.SMTPException, OSError
    """
    smtp = _connect(target, timeout)
    try:
        yield smtp
        _quit(smtp)
    finally:
        smtp.close()


def _connect(target: SplitResult, timeout: float) -> smtplib.SMTP:
    host, port = target.hostname or "", target.port or _DEFAULT_PORTS[target.query]
    if target.query == "tls=tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
    else:
        smtp = smtplib.SMTP(host, port, timeout=timeout)
    try:
        if target.query == "tls=starttls":
            smtp.starttls(context=ssl.create_default_context())
        if target.username:
            smtp.login(unquote(target.username), unquote(target.password or ""))
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _quit(smtp: smtplib.SMTP) -> None:
    # The mail is handed over already; a server that is rude at the end has taken it all the same.
    with contextlib.suppress(smtplib.SMTPException, OSError):
        smtp.quit()
    smtp.close()


def _hand_over(url: str, content: bytes, sender: str, to: str, timeout: float) -> None:
    smtp, answer = _resume(url, content, sender, to)
    smtp = smtp or _connect(urlsplit(url), timeout)
    try:
        code, reply = answer or smtp.mail(sender, _options(smtp, content, sender, to))
        _expect_yes(Stage.SENDER, code, reply)
        _offer(smtp, content, to)
    except (PermanentFailure, TemporaryFailure):
        _forget_mail(smtp)
        raise
    finally:
        _keep_or_quit(smtp, url)


def _resume(url: str, content: bytes, sender: str, to: str) -> tuple[smtplib.SMTP | None, tuple[int, bytes] | None]:
    """The kept session, and its answer to another mail; none where the server has ended it, as it may at any time."""
    smtp, _kept.smtp = _kept.smtp, None
    if smtp is None:
        return None, None
    if _kept.url == url and f"{sender}{to}".isascii():
        with contextlib.suppress(smtplib.SMTPException, OSError):
            code, reply = smtp.mail(sender, _options(smtp, content, sender, to))
            if code != _CLOSING:
                return smtp, (code, reply)
    _quit(smtp)
    return None, None


def _forget_mail(smtp: smtplib.SMTP) -> None:
    try:
        smtp.rset()
    except (smtplib.SMTPException, OSError):
        smtp.close()


def _options(smtp: smtplib.SMTP, content: bytes, sender: str, to: str) -> list[str]:
    options = [f"SIZE={len(content)}"] if smtp.has_extn("size") else []
    if f"{sender}{to}".isascii():
        return options
    if not smtp.has_extn("smtputf8"):
        if to.isascii():
            raise RefusedByHost(f"the mail server takes no international address such as {sender}")
        raise PermanentFailure(f"the mail server takes no international address such as {to}")
    return [*options, "SMTPUTF8", "BODY=8BITMIME"]


def _offer(smtp: smtplib.SMTP, content: bytes, to: str) -> None:
    code, reply = smtp.rcpt(to)
    _expect_yes(Stage.RECIPIENT, code, reply)
    try:
        code, reply = smtp.data(content)
    except smtplib.SMTPDataError as error:
        _refuse(Stage.CONTENT, error.smtp_code, error.smtp_error)
    _expect_yes(Stage.CONTENT, code, reply)


def _keep_or_quit(smtp: smtplib.SMTP, url: str) -> None:
    if _kept.wanted and smtp.sock:
        _kept.smtp, _kept.url = smtp, url
    else:
        _quit(smtp)


def _expect_yes(stage: Stage, code: int, reply: bytes) -> None:
    if not 200 <= code < 300:
        _refuse(stage, code, reply)


def _refuse(stage: Stage, code: int, reply: bytes | str) -> NoReturn:
    text = _words(reply)
    match fault_of(stage, code, text):
        case Fault.RECIPIENT:
            raise PermanentFailure(f"{code} {text}")
        case Fault.MAILBOX:
            raise TemporaryFailure(f"{code} {text}")
        case Fault.SIZE:
            raise TooLarge(f"{code} {text}")
        case Fault.HOST:
            raise RefusedByHost(f"{code} {text}")


def _reply(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_words(error.smtp_error)}"
    return _words(str(error)) or type(error).__name__


def _words(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return _SECRET_IN_LINK.sub("/l/***", text)


def _write(content: bytes, folder: Path) -> None:
    # The file holds a link that signs in: nobody but our own account can read it.
    try:
        folder.mkdir(parents=True, exist_ok=True)
        atomic_files.write(folder / f"{timezone.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml", content)
    except OSError as error:
        raise RefusedByHost(f"cannot write to {folder}: {error.strerror}") from error
