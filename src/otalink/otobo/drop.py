"""The drop: what was put in is handed out until OTOBO has filed it, and no longer."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from otalink.common import atomic_files
from otalink.otobo.connection import fetch
from otalink.otobo.models import DropLease, DropMail
from otalink.otobo.reading import mails

_FOLDER = "pop3-drop"
# One client fetches at a time: until it quits, or for so long after its last command.
_LEASE = timedelta(minutes=10)
# A process of OTOBO's whose connection broke may be filing still what it got.
_SETTLED_AFTER = timedelta(minutes=1)
# More than one visit fetches.
_MOST = 500


class Gone(Exception):
    """There is no such mail any more."""


def put(raw: bytes, message_id: str) -> DropMail:
    """Put a mail in, in the caller's transaction.

    Raises:
        OSError: the disk does not take it.
    """
    digest = hashlib.sha256(raw).hexdigest()
    path = _path(digest)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    atomic_files.write(path, raw)
    row = DropMail(digest=digest, message_id=message_id, size=len(raw), created=timezone.now())
    row.save(force_insert=True)
    return row


def enter() -> str:
    """Begin to fetch; gives the name to go on by, empty while somebody else fetches."""
    now, owner = timezone.now(), secrets.token_hex(16)
    DropLease.objects.bulk_create([DropLease(pk=1)], ignore_conflicts=True)
    free = DropLease.objects.filter(Q(until=None) | Q(until__lt=now), pk=1)
    return owner if free.update(owner=owner, until=now + _LEASE) else ""


def stay(owner: str) -> bool:
    """Whether whoever entered may go on."""
    return bool(DropLease.objects.filter(pk=1, owner=owner).update(until=timezone.now() + _LEASE))


def leave(owner: str) -> None:
    """Let the next one in."""
    DropLease.objects.filter(pk=1, owner=owner).update(owner="", until=None)


def waiting() -> list[DropMail]:
    """What is to be fetched, oldest first; what OTOBO filed meanwhile without deleting it is taken out.

    Raises:
        DeskUnavailable: what was handed out before may be filed or not.
    """
    settled = timezone.now() - _SETTLED_AFTER
    due = DropMail.objects.filter(Q(offered=None) | Q(offered__lt=settled)).order_by("pk")
    found = list(due[:_MOST])
    filed = {mail.pk for mail in found if mail.offered and _is_filed(mail)}
    for mail in found:
        if mail.pk in filed:
            delete(mail)
    return [mail for mail in found if mail.pk not in filed]


def hand_out(mail: DropMail) -> bytes:
    """The bytes of a mail, which OTOBO may have from now on.

    Raises:
        Gone
        DeskUnavailable, OSError
    """
    ((newest,),) = fetch("SELECT MAX(id) FROM article")
    known = DropMail.objects.filter(pk=mail.pk)
    if not known.update(offered=timezone.now(), after_article=int(newest or 0)):
        raise Gone
    return _path(mail.digest).read_bytes()


def kept(message_id: str) -> bytes | None:
    """The bytes of a mail that OTOBO fetched and did not delete, by its message id (no angle brackets)."""
    mail = DropMail.objects.filter(message_id=message_id).exclude(offered=None).order_by("-pk").first()
    try:
        return _path(mail.digest).read_bytes() if mail else None
    except FileNotFoundError:
        return None


def delete(mail: DropMail) -> None:
    """OTOBO has it."""
    with transaction.atomic():
        DropMail.objects.filter(pk=mail.pk).delete()
        is_last = not DropMail.objects.filter(digest=mail.digest).exists()
    if is_last:
        _path(mail.digest).unlink(missing_ok=True)


def _is_filed(mail: DropMail) -> bool:
    # What its history does not know, OTOBO has begun and never answers; it files the mail anew.
    found = [one for one in mails.all_of(mail.message_id) if one.history_type]
    return any(one.article_id > mail.after_article for one in found)


def _path(digest: str) -> Path:
    return Path(settings.OTALINK_DATA) / _FOLDER / digest
