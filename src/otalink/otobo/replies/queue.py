"""Taking a reply, and showing it on the ticket's page until OTOBO shows it itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_
from typing import BinaryIO
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from otalink.common import prepared_sql
from otalink.customers import directory
from otalink.desk.port import RepliesRefused
from otalink.desk.types import Article, ArticleDraft, SenderType, StoredAttachment
from otalink.otobo import participants
from otalink.otobo.facts import FollowUpRule
from otalink.otobo.models import QueuedReply, QueuedReplyFile, ReplyState
from otalink.otobo.reading.tickets import OtoboTicket
from otalink.otobo.replies import kept_files, markers, rules

# Ids of our files begin here; OTOBO's never come so far.
_FIRST_FILE = 2**62
# Each page of a ticket asks this, and hardly ever there is one.
_ANY = "SELECT id FROM otobo_queuedreply WHERE ticket_number = %s AND NOT for_agents LIMIT 1"


def add(found: OtoboTicket, draft: ArticleDraft) -> Article:
    """Take a reply on a ticket; once this commits, it reaches OTOBO.

    One message id is taken once, however many ask at once.

    Raises:
        RepliesRefused: the ticket takes none.
        OSError: there is no place for the files.
        BackendUnavailable
    """
    earlier = QueuedReply.objects.filter(message_id=draft.message_id[:255]).first() if draft.message_id else None
    if earlier is None:
        if not rules.is_taken(found):
            raise RepliesRefused(f"ticket {found.ticket.number} is closed and takes no replies")
        earlier = _stored(found, draft)
    return _article(earlier)


def add_note(found: OtoboTicket, subject: str, text: str) -> None:
    """Tell agents something on a ticket; once this commits, it reaches OTOBO."""
    now, marker = timezone.now(), uuid4().hex
    QueuedReply.objects.create(
        message_id=marker,
        marker=marker,
        ticket_id=found.id,
        ticket_number=found.ticket.number,
        ticket_stamp=found.stamp,
        from_address=found.ticket.queue_email[:255],
        subject=subject[:255],
        text=text,
        for_agents=True,
        next_try=now,
        created=now,
    )


def waiting(path: Sequence[OtoboTicket]) -> list[int]:
    """The ids of replies on a ticket that OTOBO may not show yet, to be asked for before its articles are.

    `path` is the ticket that was asked for, then those it was merged into.
    """
    if not any(prepared_sql.fetch(_ANY, one.ticket.number) for one in path):
        return []
    ours = QueuedReply.objects.filter(_on(path), for_agents=False).exclude(state=ReplyState.GONE)
    # What was filed as a new ticket is still shown where it was written.
    ours = ours.exclude(state=ReplyState.FILED, filed_ticket_number=F("ticket_number"))
    return list(ours.order_by("pk").values_list("pk", flat=True))


def shown(reply_ids: Sequence[int], there: Collection[Article]) -> list[Article]:
    """Those of these replies that are not among the articles that OTOBO shows, were they filed since or not.

    Raises:
        DeskUnavailable
    """
    if not reply_ids:
        return []
    ids = {article.id for article in there}
    ours = QueuedReply.objects.filter(pk__in=reply_ids).exclude(state=ReplyState.GONE).order_by("pk")
    rows = [row for row in ours.prefetch_related("files") if row.filed_article_id not in ids]
    filed = markers.among([row for row in rows if row.state == ReplyState.WAITING and row.tried_since], ids)
    return [_article(row) for row in rows if row.marker not in filed]


def open_file(path: Sequence[OtoboTicket], attachment_id: int) -> tuple[StoredAttachment, BinaryIO] | None:
    """A file of a reply on one of these tickets, opened for reading.

    Raises:
        OSError: its bytes are gone.
    """
    replies = QueuedReply.objects.filter(_on(path))
    files = QueuedReplyFile.objects.select_related("reply").filter(reply__in=replies)
    file = files.filter(pk=attachment_id - _FIRST_FILE).first()
    return (_attachment(file), kept_files.open_kept(file.reply.marker, file.place)) if file else None


def _on(path: Sequence[OtoboTicket]) -> Q:
    # By all that a ticket is known by: another one may have got its number, or its id, since.
    each = [Q(ticket_number=one.ticket.number, ticket_id=one.id, ticket_stamp=one.stamp) for one in path]
    return reduce(or_, each)


def is_ours(attachment_id: int) -> bool:
    """Whether this number is one of a file that OTOBO does not have yet."""
    return attachment_id >= _FIRST_FILE


def _stored(found: OtoboTicket, draft: ArticleDraft) -> QueuedReply:
    marker = uuid4().hex
    message_id = draft.message_id[:255] or marker
    kept_files.keep(marker, draft.attachments)
    try:
        with transaction.atomic():
            reply = QueuedReply.objects.create(
                message_id=message_id,
                marker=marker,
                ticket_id=found.id,
                ticket_number=found.ticket.number,
                ticket_stamp=found.stamp,
                customer_login=_author(found, draft),
                from_address=draft.from_address[:255],
                from_name=draft.from_name[:255],
                to=draft.to[:500],
                subject=" ".join(draft.subject.split())[:255] or "-",
                # OTOBO takes no empty text.
                text=draft.text.strip() or "\n".join(file.filename for file in draft.attachments) or "-",
                next_try=timezone.now(),
                created=timezone.now(),
            )
            _add_files(reply, draft)
    except IntegrityError:
        # The same form sent twice at once.
        kept_files.forget([marker])
        return QueuedReply.objects.get(message_id=message_id)
    return reply


def _author(found: OtoboTicket, draft: ArticleDraft) -> str:
    if found.follow_up is not FollowUpRule.NEW_TICKET:
        return found.ticket.customer_login
    # A participant's reply becomes a ticket of their own.
    logins = {user.login for user in directory.find_by_email(draft.from_address) if user.valid}
    readers = [found.ticket.customer_login, *participants.logins(found)]
    return next((login for login in readers if login in logins), draft.from_address[:200])


def _add_files(reply: QueuedReply, draft: ArticleDraft) -> None:
    QueuedReplyFile.objects.bulk_create(
        QueuedReplyFile(
            reply=reply,
            place=place,
            filename=file.filename[:255],
            content_type=file.content_type[:150],
            size=len(file.content),
        )
        for place, file in enumerate(draft.attachments)
    )


def _article(reply: QueuedReply) -> Article:
    return Article(
        # Below zero no article of OTOBO's is meant, and no reading of a page goes up to it.
        id=-reply.pk,
        sender_type=SenderType.CUSTOMER,
        from_address=reply.from_address,
        from_name=reply.from_name,
        subject=reply.subject,
        text=reply.text,
        html="",
        message_id=reply.message_id,
        references=(),
        visible_for_customer=True,
        created=reply.created,
        attachments=tuple(_attachment(file) for file in reply.files.all()),
    )


def _attachment(file: QueuedReplyFile) -> StoredAttachment:
    return StoredAttachment(_FIRST_FILE + file.pk, file.filename, file.content_type, "", file.size)
