"""What agents see of the embedded desk beyond what customers see: a search over all tickets, and a ticket's inside."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from otalink.customers import pending
from otalink.desk.agent_types import AgentArticle, Choices, FieldValue, ListedTicket, Participation, TicketSearch
from otalink.desk.agent_types import Queue as QueueChoice
from otalink.desk.types import SenderType, Standing
from otalink.minidesk import originals, rows
from otalink.minidesk.models import PRIORITIES, STATES, Article, DynamicFieldValue, Participant, Queue, Ticket


def tickets(search: TicketSearch) -> QuerySet[Ticket]:
    """The tickets of that kind, in no order."""
    found = Ticket.objects.all()
    if search.state_types:
        found = found.filter(state__in=[name for name, kind in STATES.items() if kind in search.state_types])
    if search.sender_pending:
        found = found.filter(_waits())
    if search.unproven_follow_up:
        found = found.filter(pk__in=_unsettled())
    if search.numbers is not None:
        found = found.filter(number__in=search.numbers)
    for word in search.words:
        found = found.filter(Q(number__contains=word) | Q(title__icontains=word) | Q(customer_login__icontains=word))
    return found


def listed(search: TicketSearch, start: int, limit: int) -> list[ListedTicket]:
    """See `AgentDesk.find_tickets`."""
    found = tickets(search).annotate(sender_pending=_waits()).select_related("queue").order_by("-changed", "-pk")
    page = found[start : start + limit]
    return [ListedTicket(**vars(rows.ticket_of(row)), sender_pending=row.sender_pending) for row in page]


def _waits() -> Exists:
    return Exists(pending.on_ticket(OuterRef("number")))


def _unsettled() -> QuerySet[Article, int]:
    """The keys of tickets with a follow-up that is not proven, and after which no agent wrote anything."""
    later = Article.objects.filter(ticket=OuterRef("ticket"), pk__gt=OuterRef("pk"), sender_type=SenderType.AGENT)
    return Article.objects.filter(~Exists(later), standing=Standing.UNPROVEN).values_list("ticket", flat=True)


def articles(number: str) -> list[AgentArticle]:
    """See `AgentDesk.all_articles`."""
    found = list(rows.articles().filter(ticket__number=number).order_by("id"))
    sizes = originals.sizes(row.pk for row in found)
    return [
        AgentArticle(**vars(rows.article_of(row)), original_size=sizes.get(row.pk), standing=Standing(row.standing))
        for row in found
    ]


def dynamic_fields(number: str) -> list[FieldValue]:
    """See `AgentDesk.dynamic_fields`."""
    found = DynamicFieldValue.objects.filter(ticket__number=number).select_related("field").order_by("field__name")
    return [FieldValue(row.field.name, row.field.label, row.field.type == "checkbox", row.value) for row in found]


def participations(number: str) -> list[Participation]:
    """See `AgentDesk.participations`."""
    found = Participant.objects.filter(ticket__number=number).order_by("pk")
    return [Participation(row.customer_login, row.created) for row in found]


def choices() -> Choices:
    """See `AgentDesk.choices`."""
    queues = Queue.objects.order_by("name").values_list("pk", "name")
    return Choices(tuple(STATES), PRIORITIES, tuple(QueueChoice(key, name) for key, name in queues))
