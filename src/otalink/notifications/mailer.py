"""Handing a finished mail over: to a mail server, or to a folder."""

from __future__ import annotations

import contextlib
import re
import secrets
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.utils import timezone

from otalink.common import atomic_files
from otalink.notifications.headers import POLICY

TIMEOUT = 20.0
_DEFAULT_PORTS = {"": 25, "tls=starttls": 587, "tls=tls": 465}
# "Authentication required" is about our configuration, not about the mail: it may be put right.
_AUTHENTICATION_REQUIRED = 530
# A server that refuses a mail for its content may quote our link; what it says is kept and shown to agents.
_SECRET_IN_LINK = re.compile(r"/l/[A-Za-z0-9_-]{20,}")


class PermanentFailure(Exception):
    """This mail will never be taken: its address or its content was refused for good."""


class TemporaryFailure(Exception):
    """Not now; it may work later. The mail may even have arrived."""


def send(message: EmailMessage, envelope_from: str, to: str, *, url: str = "", timeout: float = TIMEOUT) -> None:
    """Send a mail over `url` (default: the boot configuration's); `timeout` is in seconds per step of the talk.

    Raises:
        PermanentFailure, TemporaryFailure
    """
    target = urlsplit(url or settings.OTALINK_MAIL_URL)
    if target.scheme == "file":
        _write(message, Path(unquote(target.path)), is_international=not to.isascii())
        return
    try:
        with session(target, timeout) as smtp:
            _require_international(smtp, to)
            smtp.send_message(message, envelope_from, [to])
    except smtplib.SMTPAuthenticationError as error:
        raise TemporaryFailure(f"the mail server does not take our password: {_reply(error)}") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise _failure(*next(iter(error.recipients.values()))) from error
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _failure(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise TemporaryFailure(f"no talk with the mail server: {_reply(error)}") from error


@contextlib.contextmanager
def session(target: SplitResult, timeout: float = TIMEOUT) -> Iterator[smtplib.SMTP]:
    """A session with the mail server of an `smtp://` URL, signed in where the URL names somebody.

    Raises:
        smtplib.SMTPException, OSError
    """
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
        yield smtp
        # The mail is handed over already; a server that is rude at the end has taken it all the same.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        smtp.close()


def _require_international(smtp: smtplib.SMTP, to: str) -> None:
    smtp.ehlo_or_helo_if_needed()
    if not to.isascii() and not smtp.has_extn("smtputf8"):
        raise PermanentFailure(f"the mail server takes no international address such as {to}")


def _failure(code: int, reply: bytes | str) -> PermanentFailure | TemporaryFailure:
    text = f"{code} {_words(reply)}"
    if code >= 500 and code != _AUTHENTICATION_REQUIRED:
        return PermanentFailure(text)
    return TemporaryFailure(text)


def _reply(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_words(error.smtp_error)}"
    return _words(str(error)) or type(error).__name__


def _words(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return _SECRET_IN_LINK.sub("/l/***", text)


def _write(message: EmailMessage, folder: Path, *, is_international: bool) -> None:
    content = message.as_bytes(policy=POLICY.clone(utf8=is_international))
    # The file holds a link that signs in: nobody but our own account can read it.
    try:
        folder.mkdir(parents=True, exist_ok=True)
        atomic_files.write(folder / f"{timezone.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml", content)
    except OSError as error:
        raise TemporaryFailure(f"cannot write to {folder}: {error.strerror}") from error
