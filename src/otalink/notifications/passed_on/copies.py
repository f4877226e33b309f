"""Mail that another system wrote and handed over: kept safely, then sent like our own, a copy for each recipient.

The setting `OTALINK_COPIES` names who says what a recipient's copy holds; without it, that is the mail as it is.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from otalink.common import atomic_files, prepared_sql
from otalink.notifications import message_ids
from otalink.notifications.models import PASSED_ON, MailState, OutboxMail, PassedOnContent
from otalink.tokens.issue import Issued

_FOLDER = "passed-on"
# A file that is younger may belong to a mail whose rows are being written.
_SETTLED_AFTER = timedelta(hours=1)
# So long an operator may send again what was given up, and it is known that a mail was handed over before.
_KEEP_FAILED, _KEEP = timedelta(days=14), timedelta(days=30)
_PAGE = 500

_log = structlog.get_logger("otalink.notifications")


class Gone(Exception):
    """The mail is no longer there."""


@dataclass(frozen=True)
class Copy:
    """What a recipient gets; `content` takes their new link, made just before, where the copy is to hold one.

    Number and article say what it is about, `customer_login` who reads it; empty or None where that is not known.
    """

    content: Callable[[Issued | None], bytes]
    ticket_number: str = ""
    article_id: int | None = None
    customer_login: str = ""
    gets_token: bool = False


# Raises DeskUnavailable, BackendUnavailable or TemporaryFailure where it cannot be said now.
Copies = Callable[[bytes, PassedOnContent], Copy]


@transaction.atomic
def store(raw: bytes, sender: str, recipients: Sequence[str]) -> list[OutboxMail]:
    """Keep a mail and make a copy for each of these, not queued yet; who has it already gets no other.

    `sender` is told what does not arrive, unless it is empty.

    Raises:
        OSError, DatabaseError: it is not kept.
    """
    digest = hashlib.sha256(raw).hexdigest()
    _keep(digest, raw)
    wanted = {_key(digest, sender, recipient): recipient for recipient in recipients}
    known = PassedOnContent.objects.filter(key__in=list(wanted)).values_list("key", flat=True)
    new = {key: wanted[key] for key in wanted.keys() - set(known)}
    now = timezone.now()
    drafts = [OutboxMail(event=PASSED_ON, message_id=message_ids.new(), created=now, changed=now) for _ in new]
    mails = OutboxMail.objects.bulk_create(drafts)
    PassedOnContent.objects.bulk_create(
        PassedOnContent(mail=mail, key=key, digest=digest, recipient=recipient[:320], sender=sender[:320])
        for mail, (key, recipient) in zip(mails, new.items(), strict=True)
    )
    return mails


def content_of(mail: OutboxMail) -> PassedOnContent:
    """What a mail that is passed on consists of.

    Raises:
        Gone
    """
    found = next(iter(prepared_sql.rows(PassedOnContent, mail=mail.pk)), None)
    if found is None:
        raise Gone("nothing is left of it")
    found.mail = mail
    return found


def recipient_of(mail: OutboxMail) -> str:
    """Whom a mail is passed on to; empty once another one goes in its place."""
    try:
        return content_of(mail).recipient
    except Gone:
        return ""


def read(content: PassedOnContent) -> bytes:
    """The mail as it was handed over.

    Raises:
        Gone
        OSError
    """
    try:
        return _path(content.digest).read_bytes()
    except FileNotFoundError:
        raise Gone("its file is gone") from None


def copy_of(raw: bytes, content: PassedOnContent) -> Copy:
    """What its recipient gets.

    Raises:
        DeskUnavailable, BackendUnavailable, TemporaryFailure
    """
    named = getattr(settings, "OTALINK_COPIES", "")
    copies: Copies | None = import_string(named) if named else None
    return copies(raw, content) if copies else Copy(lambda _: raw)


def prune() -> None:
    """Throw out the files of mail that was sent, and what is known of mail passed on long ago."""
    now = timezone.now()
    old = OutboxMail.objects.filter(event=PASSED_ON, changed__lt=now - _KEEP)
    old.exclude(state=MailState.QUEUED).delete()
    wanted = Q(mail__state=MailState.QUEUED) | Q(mail__state=MailState.FAILED, mail__changed__gt=now - _KEEP_FAILED)
    for paths in _settled_files():
        rows = PassedOnContent.objects.filter(wanted, digest__in=list(paths))
        for digest in paths.keys() - set(rows.values_list("digest", flat=True)):
            paths[digest].unlink(missing_ok=True)


def _settled_files() -> Iterator[dict[str, Path]]:
    before, page = time.time() - _SETTLED_AFTER.total_seconds(), dict[str, Path]()
    folder = settings.OTALINK_DATA / _FOLDER
    for entry in os.scandir(folder) if folder.exists() else ():
        if entry.stat().st_mtime < before:
            page[entry.name] = Path(entry.path)
        if len(page) == _PAGE:
            yield page
            page = {}
    yield page


def _keep(digest: str, raw: bytes) -> None:
    path = _path(digest)
    try:
        # What is handed over again counts as young.
        os.utime(path)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        atomic_files.write(path, raw)


def _path(digest: str) -> Path:
    return Path(settings.OTALINK_DATA) / _FOLDER / digest


def _key(digest: str, sender: str, recipient: str) -> str:
    return hashlib.sha256(f"{digest}\n{sender}\n{recipient}".encode("utf-8", "surrogateescape")).hexdigest()
