"""The embedded desk's records: queues, tickets, articles, attachments, dynamic fields and history."""

from __future__ import annotations

from django.db import models

from otalink.customers import merging
from otalink.customers.types import CustomerUser
from otalink.desk.types import HistoryType, LinkProfile, Proof, SenderType, Standing, StateType
from otalink.sysconfig import named
from otalink.sysconfig.named import Kind

# OTOBO's default states, each with its type.
STATES: dict[str, StateType] = {
    "new": StateType.NEW,
    "open": StateType.OPEN,
    "pending reminder": StateType.PENDING_REMINDER,
    "pending auto close+": StateType.PENDING_AUTO,
    "pending auto close-": StateType.PENDING_AUTO,
    "closed successful": StateType.CLOSED,
    "closed unsuccessful": StateType.CLOSED,
    "removed": StateType.REMOVED,
    "merged": StateType.MERGED,
}
# OTOBO's default priorities, in their order.
PRIORITIES = ("1 very low", "2 low", "3 normal", "4 high", "5 very high")
NORMAL = "3 normal"
# Characters.
FIELD_START = 100
# This desk sends no mail of its own.
_HISTORY_TYPES = [(t.value, t.value) for t in HistoryType if t is not HistoryType.AGENT_REPLY_SENT]
FINAL_STATES = [name for name, state_type in STATES.items() if state_type.is_final]


class Queue(models.Model):
    """Where tickets wait; its address receives their mail, and its name stands on the replies."""

    name = models.CharField(max_length=200, unique=True)
    email = models.EmailField("e-mail address", unique=True)
    sender_name = models.CharField(max_length=200)
    link_profile = models.CharField(
        max_length=10,
        choices=[(profile.value, profile.value) for profile in LinkProfile],
        default=LinkProfile.BUTTON.value,
        help_text="code: the button of a link does not sign in, only the code in the same mail; its page names nobody",
    )
    is_default = models.BooleanField("default", default=False, help_text="takes mail to addresses that no queue has")

    def __str__(self) -> str:
        return self.name


class TicketCounter(models.Model):
    """The one row that counts the tickets of a day."""

    day = models.CharField(max_length=8)
    value = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day} {self.value}"


class Ticket(models.Model):
    """A customer's request. `closed` is when it reached a final state, empty while it has not."""

    number = models.CharField(max_length=50, unique=True)
    title = models.CharField(max_length=255, blank=True)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT)
    state = models.CharField(max_length=50, default="new", choices=[(name, name) for name in STATES])
    priority = models.CharField(max_length=20, default=NORMAL, choices=[(name, name) for name in PRIORITIES])
    customer_login = models.CharField(max_length=200, db_index=True)
    customer_id = models.CharField("customer ID", max_length=200, blank=True)
    created = models.DateTimeField()
    changed = models.DateTimeField()
    closed = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-changed"], name="ticket_state_changed"),
            models.Index(fields=["-changed"], name="ticket_changed"),
        ]

    def __str__(self) -> str:
        return self.number


class Article(models.Model):
    """A message in a ticket.

    `standing` says why the customer does not see a follow-up; `notify_when_shown` whether it opens the ticket and may
    be answered once an agent shows it.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="articles")
    sender_type = models.CharField(max_length=20, choices=[(t.value, t.value) for t in SenderType])
    visible_for_customer = models.BooleanField(default=True)
    from_address = models.CharField(max_length=255, blank=True)
    from_name = models.CharField(max_length=255, blank=True)
    to = models.TextField(blank=True)
    cc = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=255, blank=True, db_index=True)
    in_reply_to = models.CharField(max_length=255, blank=True)
    references = models.TextField(blank=True)
    signed = models.CharField(max_length=30, blank=True, help_text="how the mail is signed or encrypted")
    proof = models.CharField(max_length=20, blank=True, choices=[(p.value, p.value) for p in Proof if p.value])
    proven_domain = models.CharField("domain that the proof is about", max_length=255, blank=True)
    proof_details = models.CharField(max_length=500, blank=True)
    standing = models.CharField(max_length=20, blank=True, choices=[(s.value, s.value) for s in Standing if s.value])
    notify_when_shown = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"], name="article_ticket_order"),
            models.Index(fields=["standing"], name="article_standing"),
        ]

    def __str__(self) -> str:
        return self.subject


class ArticleOriginal(models.Model):
    """The mail an article was made of; see `originals` for where its bytes lie."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="original")
    packed = models.BinaryField()
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.article_id}: {self.size} bytes"


class ArticleAttachment(models.Model):
    """A file of an article; its bytes lie in the data folder under their digest."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="attachments")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=150)
    content_id = models.CharField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.filename


class Participant(models.Model):
    """A customer user who takes part in somebody else's ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    customer_login = models.CharField(max_length=200, db_index=True)
    created = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "customer_login"], name="participant_once")]

    def __str__(self) -> str:
        return self.customer_login


class DynamicField(models.Model):
    """A field that an operator added to tickets."""

    name = models.CharField(max_length=100, unique=True)
    label = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=20, choices=[("checkbox", "checkbox"), ("text", "text")])

    def __str__(self) -> str:
        return self.name


class DynamicFieldValue(models.Model):
    """The value a ticket has for a dynamic field; a checkbox holds "1" or "0".

    `start` is as much of the value as every database can search for quickly.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="dynamic_fields")
    field = models.ForeignKey(DynamicField, on_delete=models.CASCADE)
    value = models.TextField(blank=True)
    start = models.CharField(max_length=FIELD_START, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "field"], name="dynamic_field_value_once")]
        indexes = [models.Index(fields=["field", "start"], name="dynamic_field_value_start")]

    def __str__(self) -> str:
        return f"{self.field_id}={self.value}"


class History(models.Model):
    """One step in a ticket's life, written in the transaction of the step itself; notifications are made from it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="history")
    type = models.CharField(max_length=40, choices=_HISTORY_TYPES)
    article = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL)
    notify = models.BooleanField(default=True)
    text = models.TextField(blank=True)
    created = models.DateTimeField()

    class Meta:
        verbose_name_plural = "history"

    def __str__(self) -> str:
        return f"{self.type} {self.text}"


@merging.follower("tickets")
def _move_tickets(old: CustomerUser, new: CustomerUser) -> int:
    both = Participant.objects.filter(customer_login=new.login).values_list("ticket_id", flat=True)
    part = Participant.objects.filter(customer_login=old.login)
    part.filter(ticket_id__in=list(both)).delete()
    part.update(customer_login=new.login)
    tickets = Ticket.objects.filter(customer_login=old.login)
    moved = tickets.update(customer_login=new.login, customer_id=new.customer_id)
    # Nobody takes part in a ticket of their own.
    Participant.objects.filter(customer_login=new.login, ticket__customer_login=new.login).delete()
    return moved


named.register(Kind.QUEUE, lambda: Queue.objects.values_list("name", flat=True))
named.register(Kind.STATE, lambda: STATES)
named.register(Kind.PRIORITY, lambda: PRIORITIES)
named.register(Kind.FIELD, lambda: DynamicField.objects.values_list("name", flat=True))
named.register(Kind.CHECKBOX, lambda: DynamicField.objects.filter(type="checkbox").values_list("name", flat=True))
