"""A message written in a form or a command, as the draft that continues a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from otalink.desk.types import Article, ArticleDraft, Attachment, SenderType, Ticket

_MOST_REFERENCES = 10


def reply_to(
    ticket: Ticket,
    earlier: Sequence[Article],
    text: str,
    *,
    sender_type: SenderType,
    from_address: str,
    from_name: str,
    to: str,
    message_id: str = "",
    attachments: tuple[Attachment, ...] = (),
    visible_for_customer: bool = True,
) -> ArticleDraft:
    """What somebody writes now on `ticket`, in the thread of `earlier`: the articles that its reader sees."""
    ids = tuple(article.message_id for article in earlier if article.message_id)
    return ArticleDraft(
        sender_type=sender_type,
        from_address=from_address,
        from_name=from_name,
        to=to,
        subject=f"Re: {ticket.title}",
        text=text,
        message_id=message_id,
        in_reply_to=ids[-1] if ids else "",
        references=ids[-_MOST_REFERENCES:],
        attachments=attachments,
        visible_for_customer=visible_for_customer,
        sent_at=datetime.now(UTC),
    )


def note(from_address: str, subject: str, text: str) -> ArticleDraft:
    """What we tell agents ourselves, and customers do not see."""
    return ArticleDraft(
        sender_type=SenderType.SYSTEM,
        from_address=from_address,
        from_name="otalink",
        subject=subject,
        text=text,
        visible_for_customer=False,
    )


def message_id_of(form: str, base_url: str) -> str:
    """The message id of what is sent with a form, the same however often it is sent; `form` names it uniquely."""
    return f"{form}@{urlsplit(base_url).hostname}"
