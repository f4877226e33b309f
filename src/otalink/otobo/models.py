"""What OTOBO has no place for: the mirror of its history, participants, and what waits to be written there."""

from __future__ import annotations

from django.db import models

from otalink.customers import merging
from otalink.customers.types import CustomerUser
from otalink.desk.types import HistoryType, Proof, Standing


class WatcherPosition(models.Model):
    """How far OTOBO's history was taken over, and who does it; a single row.

    Up to `history_id`, an id of OTOBO's, nothing is left to read; None until the first start. `entry_id` is the last id
    that an entry of the mirror got. `owner` may go on until `lease_until`. `failing_since` is when rounds began
    to fail one after the other, with `last_error`.
    """

    history_id = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(default=0)
    owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"read up to {self.history_id}"


class MirrorEntry(models.Model):
    """One step in a ticket's life as the product's notifications are made from it.

    Its id is our own: without gaps, in the order of the transactions that wrote it. `history_id` is OTOBO's row, None
    for a step that OTOBO does not know, or that was lost there with a restored backup; `stamp` is when OTOBO wrote it,
    as it stands there. `standing` says whose word a follow-up is. `created` is by our clock.
    """

    id = models.BigIntegerField(primary_key=True)
    history_id = models.BigIntegerField(null=True, unique=True)
    stamp = models.CharField(max_length=30, blank=True)
    ticket_id = models.BigIntegerField()
    ticket_number = models.CharField(max_length=50, db_index=True)
    type = models.CharField(max_length=40, choices=[(t.value, t.value) for t in HistoryType])
    article_id = models.BigIntegerField(null=True, db_index=True)
    notify = models.BooleanField(default=True)
    text = models.TextField(blank=True)
    standing = models.CharField(max_length=20, blank=True, choices=[(s.value, s.value) for s in Standing if s.value])
    proof = models.CharField(max_length=20, blank=True, choices=[(p.value, p.value) for p in Proof if p.value])
    proven_domain = models.CharField(max_length=255, blank=True)
    proof_details = models.CharField(max_length=500, blank=True)
    created = models.DateTimeField()

    class Meta:
        verbose_name_plural = "mirror entries"

    def __str__(self) -> str:
        return f"{self.type} on {self.ticket_number}"


class Arrival(models.Model):
    """A message that OTOBO filed and that waits for our decision about it, after which it becomes an entry.

    `history_id` and `stamp` are those of OTOBO's row, `history_type` is its word for it; `seen` is by our clock. Once a
    mail was looked at, `looked_at` is set; only what else OTOBO does about it is waited for then, and `notify`,
    `standing` and what was proven stay.
    """

    history_id = models.BigIntegerField(primary_key=True)
    stamp = models.CharField(max_length=30)
    ticket_id = models.BigIntegerField()
    ticket_number = models.CharField(max_length=50)
    article_id = models.BigIntegerField()
    history_type = models.CharField(max_length=50)
    type = models.CharField(max_length=40, choices=[(t.value, t.value) for t in HistoryType])
    seen = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    notify = models.BooleanField(default=True)
    standing = models.CharField(max_length=20, blank=True)
    proof = models.CharField(max_length=20, blank=True)
    proven_domain = models.CharField(max_length=255, blank=True)
    proof_details = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.type} on {self.ticket_number}"


class TicketChange(models.Model):
    """What is to be changed on a ticket in OTOBO, kept until it is done or nothing is left to change.

    A ticket is known by id and the time it was opened (see `Participant`). With a `customer_login` the ticket becomes
    theirs, unless it is no longer of `customer_before`, in lower case; `answers` is whether they are told of it then.
    `fields` are dynamic fields with their values.
    """

    ticket_id = models.BigIntegerField()
    ticket_number = models.CharField(max_length=50)
    ticket_stamp = models.CharField(max_length=30)
    customer_login = models.CharField(max_length=200, blank=True)
    customer_id = models.CharField(max_length=200, blank=True)
    customer_before = models.CharField(max_length=200, blank=True)
    answers = models.BooleanField(default=False)
    fields = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField(db_index=True)
    last_error = models.CharField(max_length=500, blank=True)
    created = models.DateTimeField()

    def __str__(self) -> str:
        return f"change of {self.ticket_number}"


class Participant(models.Model):
    """A customer user who takes part in somebody else's ticket.

    A ticket is known by number, id and the time it was opened, as it stands in OTOBO: after a restored backup OTOBO
    gives numbers and ids out again.
    """

    ticket_number = models.CharField(max_length=50)
    ticket_id = models.BigIntegerField()
    ticket_stamp = models.CharField(max_length=30)
    customer_login = models.CharField(max_length=200, db_index=True)
    created = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket_number", "ticket_id", "customer_login"], name="otobo_part_once")
        ]

    def __str__(self) -> str:
        return self.customer_login


@merging.follower("tickets")
def _move_participants(old: CustomerUser, new: CustomerUser) -> int:
    both = Participant.objects.filter(customer_login=new.login).values_list("ticket_number", flat=True)
    part = Participant.objects.filter(customer_login=old.login)
    part.filter(ticket_number__in=list(both)).delete()
    return part.update(customer_login=new.login)


class ReplyState(models.TextChoices):
    """`GONE`: its ticket was deleted in OTOBO before the reply was filed."""

    WAITING = "waiting"
    FILED = "filed"
    GONE = "gone"


class QueuedReply(models.Model):
    """What a customer wrote in the portal, kept until OTOBO has it, and a while longer.

    `message_id` is that of its form, so that a form sent twice is one reply. `marker` is what OTOBO's history is
    searched for. The ticket is known by number, id and the time it was opened: after a restored backup OTOBO gives
    numbers and ids out again. `customer_login` is whom a new ticket would be filed for. What is `for_agents` is a
    note of ours that customers do not see.

    `tried_since` is set before a request and taken back only once its outcome is known: where it is set, OTOBO may have
    the reply. `history_floor`, `article_floor` and `ticket_floor` are OTOBO's last ids before that, `answered` is when
    OTOBO answered anything after it. `filed_*` are OTOBO's ids; `filed_ticket_number` is another number where a new
    ticket was made of it. Times are by our clock.
    """

    message_id = models.CharField(max_length=255, unique=True)
    marker = models.CharField(max_length=40, unique=True)
    ticket_id = models.BigIntegerField()
    ticket_number = models.CharField(max_length=50, db_index=True)
    ticket_stamp = models.CharField(max_length=30)
    customer_login = models.CharField(max_length=200, blank=True)
    from_address = models.CharField(max_length=255)
    from_name = models.CharField(max_length=255, blank=True)
    to = models.CharField(max_length=500, blank=True)
    subject = models.CharField(max_length=255)
    text = models.TextField()
    for_agents = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ReplyState.choices, default=ReplyState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField()
    last_error = models.CharField(max_length=500, blank=True)
    tried_since = models.DateTimeField(null=True, blank=True)
    history_floor = models.BigIntegerField(default=0)
    article_floor = models.BigIntegerField(default=0)
    ticket_floor = models.BigIntegerField(default=0)
    answered = models.DateTimeField(null=True, blank=True)
    owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    filed_ticket_id = models.BigIntegerField(null=True, blank=True)
    filed_ticket_number = models.CharField(max_length=50, blank=True)
    filed_article_id = models.BigIntegerField(null=True, blank=True)
    filed_history_id = models.BigIntegerField(null=True, blank=True)
    created = models.DateTimeField()
    filed = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "queued replies"
        indexes = [models.Index(fields=["state", "next_try"], name="otobo_reply_due")]

    def __str__(self) -> str:
        return f"reply on {self.ticket_number}"


class QueuedReplyFile(models.Model):
    """A file of a reply; its bytes lie in the data folder."""

    reply = models.ForeignKey(QueuedReply, models.CASCADE, related_name="files")
    place = models.PositiveIntegerField()
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=150, blank=True)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["reply_id", "place"]

    def __str__(self) -> str:
        return self.filename


class DropMail(models.Model):
    """A mail in the drop, that waits for OTOBO in a file named by `digest`, until it is fetched and deleted.

    `message_id` has no angle brackets. `offered` is when it was last handed out, and `after_article` the newest article
    that OTOBO had then: should it have been filed and not deleted, a later article has its message id.
    """

    digest = models.CharField(max_length=64)
    message_id = models.CharField(max_length=250)
    size = models.BigIntegerField()
    created = models.DateTimeField()
    offered = models.DateTimeField(null=True)
    after_article = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.message_id


class DropLease(models.Model):
    """Who fetches from the drop now, and until when nobody else may; a single row."""

    owner = models.CharField(max_length=64, blank=True)
    until = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.owner
