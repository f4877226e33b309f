"""Writing to the embedded desk: tickets, articles, state changes, each with its history, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from otalink.common import prepared_sql
from otalink.customers.addresses import normal
from otalink.desk.port import DeskError, NotAccepted, TicketNotFound
from otalink.desk.reply_address import plain
from otalink.desk.types import ArticleDraft, Attachment, HistoryType, Routing, SenderType, Standing
from otalink.minidesk import originals, stored_files
from otalink.minidesk.models import (
    FIELD_START,
    NORMAL,
    PRIORITIES,
    STATES,
    Article,
    ArticleAttachment,
    DynamicField,
    DynamicFieldValue,
    History,
    Queue,
    Ticket,
)
from otalink.minidesk.numbers import next_number
from otalink.minidesk.queues import queues
from otalink.sysconfig.named import Kind


def find(number: str) -> Ticket:
    """The ticket of that number, with its queue.

    Raises:
        TicketNotFound
    """
    try:
        return Ticket.objects.select_related("queue").get(number=number)
    except Ticket.DoesNotExist:
        raise TicketNotFound(f"no ticket {number!r}") from None


def choose_queue(name: str, recipients: tuple[str, ...]) -> Queue:
    """The named queue, else the one a recipient address belongs to, else the default queue.

    Raises:
        NotAccepted: no queue of that name.
        DeskError: the desk has no queue at all.
    """
    known = queues()
    if name:
        named = next((queue for queue in known if queue.name == name), None)
        if named is None:
            raise NotAccepted(Kind.QUEUE, name)
        return named
    if not known:
        raise DeskError("the desk has no queue yet")
    by_email = {normal(queue.email): queue for queue in known}
    forms = (plain(normal(recipient)) for recipient in recipients)
    return next((by_email[form] for form in forms if form in by_email), known[0])


@transaction.atomic
def create_ticket(draft: ArticleDraft, routing: Routing) -> Ticket:
    """File `draft` as a new ticket; see `Desk.create_ticket`."""
    state = routing.state or "new"
    if state not in STATES:
        raise NotAccepted(Kind.STATE, state)
    priority = routing.priority or NORMAL
    _check_priority(priority)
    now = timezone.now()
    ticket = prepared_sql.insert(
        Ticket(
            number=next_number(),
            title=(routing.title or draft.subject)[:255],
            queue=choose_queue(routing.queue, routing.recipients),
            state=state,
            priority=priority,
            customer_login=routing.customer_login,
            customer_id=routing.customer_id,
            created=now,
            changed=now,
            closed=now if STATES[state].is_final else None,
        )
    )
    article = add_article(ticket, draft)
    record(ticket, HistoryType.NEW_TICKET, article, notify=routing.notify)
    for name, value in routing.dynamic_fields.items():
        set_dynamic_field(ticket, name, value)
    return ticket


def add_article(ticket: Ticket, draft: ArticleDraft, *, notify: bool = False) -> Article:
    """Store a message and its files; `notify` is what it is to do should an agent show it later."""
    article = Article(
        ticket=ticket,
        sender_type=draft.sender_type,
        visible_for_customer=draft.visible_for_customer,
        from_address=draft.from_address[:255],
        from_name=draft.from_name[:255],
        to=draft.to,
        cc=draft.cc,
        subject=draft.subject,
        text=draft.text,
        html=draft.html,
        message_id=draft.message_id[:255],
        in_reply_to=draft.in_reply_to[:255],
        references=" ".join(draft.references),
        signed=draft.signed,
        proof=draft.authentication.proof,
        proven_domain=draft.authentication.domain[:255],
        proof_details=draft.authentication.details[:500],
        standing=draft.standing,
        notify_when_shown=notify and draft.standing.may_become_own,
        sent_at=draft.sent_at,
        created=timezone.now(),
    )
    prepared_sql.insert(article)
    if draft.attachments:
        ArticleAttachment.objects.bulk_create(_attachment(article, attachment) for attachment in draft.attachments)
    if draft.original:
        originals.keep(article, draft.original)
    return article


def _attachment(article: Article, attachment: Attachment) -> ArticleAttachment:
    return ArticleAttachment(
        article=article,
        filename=attachment.filename[:255],
        content_type=attachment.content_type[:150],
        content_id=attachment.content_id[:255],
        size=len(attachment.content),
        digest=stored_files.keep(attachment.content),
    )


@transaction.atomic
def add_message(number: str, draft: ArticleDraft, type_: HistoryType, *, notify: bool = True) -> Article:
    """File a message on a ticket. What its customer writes opens a ticket that was closed or pending.

    Raises:
        TicketNotFound
    """
    ticket = find(number)
    article = add_article(ticket, draft, notify=notify)
    record(ticket, type_, article, notify=notify and draft.standing.is_own)
    if _opens(ticket, draft, notify):
        set_state(ticket, "open")
    Ticket.objects.filter(pk=ticket.pk).update(changed=timezone.now())
    return article


@transaction.atomic
def add_reply(number: str, draft: ArticleDraft, type_: HistoryType, *, notify: bool = True) -> Article:
    """File a message as `add_message` does, but one message id only once: the article that has it already is returned.

    Raises:
        TicketNotFound
    """
    return _filed(number, draft.message_id) or add_message(number, draft, type_, notify=notify)


def _filed(number: str, message_id: str) -> Article | None:
    if not message_id:
        return None
    # The same form sent twice at once: the second waits here, and then finds the first's article.
    Ticket.objects.select_for_update().filter(number=number).first()
    return Article.objects.filter(message_id=message_id[:255]).first()


def _opens(ticket: Ticket, draft: ArticleDraft, notify: bool) -> bool:
    if draft.sender_type is SenderType.AGENT:
        return ticket.state == "new"
    # An auto-reply, or a stranger's message, is no reason to work on a ticket again.
    return ticket.state not in {"new", "open"} and draft.visible_for_customer and notify


@transaction.atomic
def show_follow_up(number: str, article_id: int) -> bool:
    """Make a follow-up the customer's own word; see `AgentDesk.show_follow_up`."""
    ticket = find(number)
    unproven = Article.objects.filter(pk=article_id, ticket=ticket, standing=Standing.UNPROVEN)
    article = unproven.first()
    if article is None or not unproven.update(standing=Standing.OWN, visible_for_customer=True):
        return False
    record(ticket, HistoryType.FOLLOW_UP_SHOWN, article, notify=article.notify_when_shown)
    if article.notify_when_shown and ticket.state not in {"new", "open"}:
        set_state(ticket, "open")
    Ticket.objects.filter(pk=ticket.pk).update(changed=timezone.now())
    return True


@transaction.atomic
def set_state(ticket: Ticket, state: str, closed_at: datetime | None = None) -> None:
    """Change a ticket's state; the first final state sets the time of the close, a state before it clears it.

    Raises:
        NotAccepted: no such state.
    """
    if state not in STATES:
        raise NotAccepted(Kind.STATE, state, f"no state {state!r}; there are: {', '.join(STATES)}")
    now = timezone.now()
    was_final, is_final = STATES[ticket.state].is_final, STATES[state].is_final
    if not is_final:
        ticket.closed = None
    elif not was_final or closed_at:
        ticket.closed = closed_at or now
    record(ticket, HistoryType.STATE_UPDATE, None, text=f"{ticket.state} -> {state}")
    ticket.state, ticket.changed = state, now
    ticket.save(update_fields=["state", "changed", "closed"])


@transaction.atomic
def set_priority(ticket: Ticket, priority: str) -> None:
    """Change how urgent a ticket is.

    Raises:
        NotAccepted: no such priority.
    """
    _check_priority(priority)
    record(ticket, HistoryType.PRIORITY_UPDATE, None, text=f"{ticket.priority} -> {priority}")
    ticket.priority, ticket.changed = priority, timezone.now()
    ticket.save(update_fields=["priority", "changed"])


def _check_priority(priority: str) -> None:
    if priority not in PRIORITIES:
        text = f"no priority {priority!r}; there are: {', '.join(PRIORITIES)}"
        raise NotAccepted(Kind.PRIORITY, priority, text)


@transaction.atomic
def move(ticket: Ticket, name: str) -> None:
    """Put a ticket into the queue of that name.

    Raises:
        NotAccepted: no such queue.
    """
    queue = Queue.objects.filter(name=name).first()
    if queue is None:
        raise NotAccepted(Kind.QUEUE, name)
    record(ticket, HistoryType.MOVE, None, text=f"{ticket.queue.name} -> {queue.name}")
    ticket.queue, ticket.changed = queue, timezone.now()
    ticket.save(update_fields=["queue", "changed"])


@transaction.atomic
def set_dynamic_field(ticket: Ticket, name: str, value: str) -> None:
    """Set a dynamic field of a ticket.

    Raises:
        NotAccepted: no such field, or a value it does not take.
    """
    field = DynamicField.objects.filter(name=name).first()
    if field is None:
        raise NotAccepted(Kind.FIELD, name)
    if field.type == "checkbox" and value not in {"0", "1"}:
        raise NotAccepted(Kind.FIELD, name, f"the checkbox {name!r} takes 1 or 0, not {value[:50]!r}")
    held = {"value": value, "start": value[:FIELD_START]}
    DynamicFieldValue.objects.update_or_create(ticket=ticket, field=field, defaults=held)
    record(ticket, HistoryType.DYNAMIC_FIELD_UPDATE, None, text=f"{name}={value}")


def record(ticket: Ticket, type_: HistoryType, article: Article | None, *, notify: bool = True, text: str = "") -> None:
    """Write a history entry."""
    now = timezone.now()
    prepared_sql.insert(History(ticket=ticket, type=type_, article=article, notify=notify, text=text, created=now))
