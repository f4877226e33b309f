"""The journal: for every mail that was handed in, what is known of it and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import DatabaseError, InterfaceError, transaction
from django.utils import timezone

from otalink.common import prepared_sql
from otalink.desk.reply_address import plain
from otalink.mail import reader
from otalink.mail.charsets import clean
from otalink.mail.headers import Headers
from otalink.mail.incoming import IncomingMail
from otalink.postmaster.delivery import Delivery
from otalink.postmaster.journal_entry import SENDER_LENGTH, TEXT_LENGTH, JournalEntry
from otalink.postmaster.outcome import Result
from otalink.sysconfig import store
from otalink.sysconfig.declarations import JOURNAL_DAYS

_CHUNK = 5_000
# So much of a mail that was not parsed is read for its headers.
_HEAD_BYTES = 65_536

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Subject:
    """The mail that an entry is about; `sender` is its author's address, `size` is in bytes."""

    size: int
    sender: str = ""
    subject: str = ""
    message_id: str = ""
    authentication: str = ""


def about(mail: IncomingMail) -> Subject:
    """A mail that was parsed."""
    return Subject(mail.size, mail.author_address, mail.subject, mail.message_id, str(mail.authentication))


def about_bytes(raw: bytes) -> Subject:
    """A mail that was not parsed, or could not be; what its headers say is taken as it stands."""
    try:
        headers = Headers(reader.read(raw[:_HEAD_BYTES]))
        return Subject(len(raw), headers.text("from"), headers.text("subject"), "".join(headers.ids("message-id")[:1]))
    except Exception as error:  # noqa: BLE001 - such a mail may be why it lies in quarantine
        log.info("the headers of a mail could not be read", error=str(error))
        return Subject(len(raw))


def write(subject: Subject, delivery: Delivery, result: Result) -> None:
    """Write an entry, in the caller's transaction where there is one."""
    entry = JournalEntry(
        received=timezone.now(),
        source=_fit(delivery.source, 120),
        sender=_fit(subject.sender or delivery.mail_from or "", SENDER_LENGTH),
        recipients=_fit(", ".join(map(plain, delivery.recipients[:50]))),
        subject=_fit(subject.subject),
        message_id=_fit(subject.message_id, 255),
        size=subject.size,
        authentication=_fit(subject.authentication),
        filters=_fit(", ".join(result.acted)),
        outcome=result.outcome,
        reason=_fit(result.reason),
        ticket_number=result.ticket,
        quarantine_id=result.quarantine_id,
    )
    prepared_sql.insert(entry)


def write_if_possible(subject: Subject, delivery: Delivery, result: Result) -> None:
    """Write an entry about a mail that is safe without it; where the database fails, the log has to do."""
    try:
        with transaction.atomic():
            write(subject, delivery, result)
    except (DatabaseError, InterfaceError) as error:
        log.warning("no entry in the journal", outcome=result.outcome.value, reason=result.reason, error=str(error))


def purge() -> int:
    """Delete the entries that are older than `PostMaster::JournalDays`; returns how many."""
    old = JournalEntry.objects.filter(received__lt=timezone.now() - timedelta(days=store.get(JOURNAL_DAYS)))
    deleted = 0
    while chunk := list(old.order_by("received").values_list("pk", flat=True)[:_CHUNK]):
        deleted += JournalEntry.objects.filter(pk__in=chunk).delete()[0]
    return deleted


def _fit(text: str, length: int = TEXT_LENGTH) -> str:
    return clean(text)[:length]
