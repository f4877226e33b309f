"""What a customer writes in the portal, filed once however often its form is sent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otalink.common import file_names
from otalink.desk.current import get_desk
from otalink.desk.port import RepliesRefused
from otalink.desk.replies import message_id_of, reply_to
from otalink.desk.types import ArticleDraft, Attachment, SenderType, Ticket
from otalink.portal import uploads
from otalink.portal.access import Visitor
from otalink.tokens.redact import without_secrets

MAX_TEXT = 100_000


class ReplyRefused(Exception):
    """The reply cannot be taken as it is; the text tells the customer what to change."""

    def __init__(self, text: Promise, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


@dataclass(frozen=True)
class Reply:
    """What came in with the form."""

    text: str
    attachments: tuple[Attachment, ...]


def form_id(ticket_number: str) -> str:
    """A new id for a form: two replies with the same id are one reply sent twice."""
    return _signer(ticket_number).sign(secrets.token_hex(16))


def read(request: HttpRequest) -> Reply:
    """The reply in a request.

    Raises:
        ReplyRefused
    """
    text = text_of(request)
    files = [file for file in request.FILES.getlist("attachments") if file.name]
    if uploads.too_large(request):
        raise ReplyRefused(
            _("Your files are too large together: up to 25 MB can be sent. Your text is still here."), 413
        )
    if len(files) > uploads.MAX_FILES:
        raise ReplyRefused(_("Up to 10 files can be sent at once. Your text is still here."))
    if len(text) > MAX_TEXT:
        raise ReplyRefused(_("Your text is too long. Please send it as a file."))
    if not text and not files:
        raise ReplyRefused(_("Please write something first."))
    return Reply(text, tuple(Attachment(file_names.safe(f.name or ""), f.content_type or "", f.read()) for f in files))


def text_of(request: HttpRequest) -> str:
    """The text in a request, for filing it or for showing it again."""
    return request.POST.get("text", "").replace("\r\n", "\n").replace("\0", "").strip()


def file(visitor: Visitor, ticket: Ticket, reply: Reply, signed_form_id: str) -> None:
    """File the reply on the ticket, unless a form of that id was filed before.

    Raises:
        ReplyRefused: the form was not made for this ticket, there is no place for the files, or it takes no replies.
        TicketNotFound, DeskUnavailable
    """
    try:
        form = _signer(ticket.number).unsign(signed_form_id)
    except BadSignature:
        raise ReplyRefused(_("This form is no longer valid. Please send it again.")) from None
    try:
        # The desk takes one message id once: two replies with the same form are one.
        get_desk().add_customer_reply(ticket.number, _draft(visitor, ticket, reply, f"reply-{form}"))
    except OSError:
        text = _("We could not store your reply right now. Please try again later. Your text is still here.")
        raise ReplyRefused(text, 503) from None
    except RepliesRefused:
        text = _(
            "This ticket is closed and takes no more replies. Please write us a new mail. Your text is still here."
        )
        raise ReplyRefused(text, 409) from None


def _draft(visitor: Visitor, ticket: Ticket, reply: Reply, form: str) -> ArticleDraft:
    return reply_to(
        ticket,
        get_desk().visible_articles(ticket.number),
        without_secrets(reply.text),
        sender_type=SenderType.CUSTOMER,
        from_address=visitor.customer.email,
        from_name=visitor.customer.full_name,
        to=ticket.queue_email,
        message_id=message_id_of(form, settings.OTALINK_BASE_URL),
        attachments=reply.attachments,
    )


def _signer(ticket_number: str) -> Signer:
    return Signer(salt=f"otalink.reply/{ticket_number}")
