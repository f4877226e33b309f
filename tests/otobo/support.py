"""Short ways through the product beside a fake OTOBO."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from otalink.desk.current import get_desk
from otalink.desk.port import DeskUnavailable
from otalink.desk.types import Article, ArticleDraft, Attachment, SenderType
from otalink.otobo.models import QueuedReply, ReplyState
from otalink.otobo.replies import service
from otalink.otobo.replies.sending import SETTLES
from tests.otobo.fake.core import Filed, Otobo

ANN = "ann@customer.example"


def write(ticket: Filed, text: str = "It is.", *, form: str = "", files: tuple[Attachment, ...] = ()) -> Article:
    """Ann replies on our page."""
    draft = ArticleDraft(
        sender_type=SenderType.CUSTOMER,
        from_address=ANN,
        from_name="Ann Lee",
        to="otobo@localhost",
        subject="Re: Printer",
        text=text,
        message_id=form,
        attachments=files,
    )
    return get_desk().add_customer_reply(ticket.number, draft)


def file_all() -> None:
    """Let everything that is due be tried; OTOBO may be away."""
    for _ in range(20):
        try:
            if not service.work_once():
                return
        except DeskUnavailable:
            return


def later(by: timedelta = SETTLES) -> None:
    """So much time passes for the replies that wait; what is tried then is tried."""
    waiting = QueuedReply.objects.filter(state=ReplyState.WAITING)
    waiting.update(next_try=timezone.now())
    for reply in waiting.exclude(answered=None):
        waiting.filter(pk=reply.pk).update(answered=reply.answered and reply.answered - by)
    file_all()


def after_an_accident() -> None:
    """OTOBO answers again, and has had time to finish what it began."""
    later()
    later()


def customer_articles(otobo: Otobo, ticket: Filed) -> list[str]:
    """The texts of what customers wrote on a ticket after its first article, as OTOBO has them."""
    rows = otobo.database.rows(
        "SELECT m.a_body FROM article a JOIN article_data_mime m ON m.article_id = a.id JOIN article_sender_type st"
        " ON st.id = a.article_sender_type_id WHERE st.name = 'customer' AND a.ticket_id = %s AND a.id > %s"
        " ORDER BY a.id",
        ticket.id, ticket.article,
    )  # fmt: skip
    return [str(body) for (body,) in rows]


def shown(ticket: Filed) -> list[str]:
    """The texts of what customers wrote as the ticket's page shows them."""
    articles = get_desk().visible_articles(ticket.number)
    return [article.text for article in articles if article.sender_type is SenderType.CUSTOMER]


def told(otobo: Otobo, ticket: Filed) -> int:
    """How often agents were told of something on a ticket."""
    kind = otobo.id_of("ticket_history_type", "SendAgentNotification")
    sql = "SELECT COUNT(*) FROM ticket_history WHERE ticket_id = %s AND history_type_id = %s"
    return int(otobo.database.value(sql, ticket.id, kind))
