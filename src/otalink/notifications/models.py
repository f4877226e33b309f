"""Notifications that operators write, the outbox of all outgoing mail, and how far the desk's history was read."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from otalink.customers import merging
from otalink.customers.types import CustomerUser
from otalink.notifications import tags
from otalink.sysconfig import named


class NotificationEvent(models.TextChoices):
    """What customers are written about."""

    TICKET_CREATED = "TicketCreated", "ticket created"
    AGENT_REPLIED = "AgentReplied", "agent replied"
    LINK_REFRESHED = "LinkRefreshed", "link refreshed"
    PARTICIPANT_ADDED = "ParticipantAdded", "participant added"


# The kinds of outgoing mail for which operators write no notification: one that is about no ticket, and what another
# system wrote and we pass on.
AUTO_REPLY = "AutoReply"
PASSED_ON = "PassedOn"
_OTHER_KINDS = [(AUTO_REPLY, "auto-reply"), (PASSED_ON, "passed on")]


class Notification(models.Model):
    """A mail text in one language; it replaces the built-in one. Several languages of a text share its name."""

    name = models.CharField(max_length=150)
    event = models.CharField(
        max_length=20,
        choices=NotificationEvent.choices,
        help_text="A text for refreshed links is used once OneTimeAuth::TokenRefreshNotificationID holds its name.",
    )
    language = models.CharField(max_length=12, default="en", help_text="language code such as en or de")
    subject = models.CharField(max_length=200, help_text="[Ticket#NUMBER] is put before it")
    text = models.TextField(help_text="tags such as <OTOBO_OTACustomerTicketLink> are replaced")
    html = models.TextField("HTML", blank=True, help_text="empty: made from the text")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "language"], name="notification_name_language")]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    def clean(self) -> None:
        """Check the tags.

        Raises:
            ValidationError: naming one that nothing would be put for.
        """
        texts = {"subject": self.subject, "text": self.text, "html": self.html}
        problems = {field: problem for field, text in texts.items() if (problem := tags.mistyped(text))}
        if problems:
            raise ValidationError(problems)


def _with_link() -> set[str]:
    rows = Notification.objects.all()
    return {row.name for row in rows if tags.uses_link(row.subject, row.text, row.html)}


named.register(named.Kind.LINK_NOTIFICATION, _with_link)


class MailState(models.TextChoices):
    """`FAILED`: refused, or given up. `RETURNED`: sent, and it came back.

    `DROPPED`: there was nobody to write to, nothing to tell them, or somebody decided that it is not needed.
    """

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    RETURNED = "returned"
    DROPPED = "dropped"


class OutboxMail(models.Model):
    """An outgoing mail, from the moment it is due.

    `event` is a `NotificationEvent`, for a mail to the customer of a ticket or a participant, which is written when it
    leaves; `AUTO_REPLY`, for one that has no ticket but its `auto_reply`, where its content lies; or `PASSED_ON`, for
    one that another system wrote, whose `passed_on` says where it lies and whose ticket is known once it was tried.
    `history_id` is the desk's history entry it was made from, `participant` the login of the participant it is for:
    unique together, so that an entry read twice is mailed once to everybody.
    `pending_key` is set while a refresh mail is queued: unique, so that one ticket and customer have one at a time.
    `message_id` has no angle brackets and stays the same over all attempts.
    `customer_login` is empty until somebody was found to write to.

    A mail that goes again is a new row, with a message id and a link of its own: `resend_of` is the one before,
    `returns` how many before it came back one after the other.
    `undelivered_since` is set while somebody should know that it did not arrive, `opened_at` once its reader saw the
    ticket on its page.
    """

    event = models.CharField("kind", max_length=20, choices=[*NotificationEvent.choices, *_OTHER_KINDS])
    ticket_number = models.CharField(max_length=50, blank=True)
    customer_login = models.CharField(max_length=200, blank=True)
    article_id = models.BigIntegerField(null=True, blank=True)
    history_id = models.BigIntegerField(null=True, blank=True)
    participant = models.CharField(max_length=200, blank=True)
    pending_key = models.CharField(max_length=255, null=True, blank=True, unique=True)
    message_id = models.CharField("message ID", max_length=255, unique=True)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created = models.DateTimeField()
    changed = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    undelivered_since = models.DateTimeField(null=True, blank=True)
    resend_of = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="resent_as", verbose_name="sent again for"
    )
    returns = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "outgoing mail"
        verbose_name_plural = "outgoing mail"
        indexes = [
            models.Index(fields=["customer_login", "ticket_number"], name="outbox_customer_ticket"),
            models.Index(fields=["ticket_number"], name="outbox_ticket"),
            models.Index(fields=["undelivered_since"], name="outbox_undelivered"),
        ]
        constraints = [models.UniqueConstraint(fields=["history_id", "participant"], name="outbox_once_per_reader")]

    def __str__(self) -> str:
        about = f", ticket {self.ticket_number}" if self.ticket_number else ""
        return f"{self.get_event_display()}{about}"


class AutoReplyContent(models.Model):
    """What an auto-reply says, to whom.

    `in_reply_to` has no angle brackets; `limit_key` is a digest: those that share it count together.
    """

    mail = models.OneToOneField(OutboxMail, models.CASCADE, primary_key=True, related_name="auto_reply")
    recipient = models.CharField(max_length=254)
    sender = models.CharField(max_length=254)
    subject = models.TextField(blank=True)
    text = models.TextField()
    in_reply_to = models.CharField("in reply to", max_length=255, blank=True)
    limit_key = models.CharField(max_length=64)

    class Meta:
        verbose_name = "auto-reply"
        verbose_name_plural = "auto-replies"
        # Seen with its mail, by whoever may see that.
        default_permissions = ()
        indexes = [models.Index(fields=["limit_key"], name="auto_reply_limit")]

    def __str__(self) -> str:
        return f"to {self.recipient}"


class PassedOnContent(models.Model):
    """One recipient's copy of a mail that another system handed over, which lies in a file named by `digest`.

    `key` is made of the mail, its sender and this recipient: what is handed over twice is passed on once. `sender` is
    the envelope's, empty for mail that must not come back.
    """

    mail = models.OneToOneField(OutboxMail, models.CASCADE, primary_key=True, related_name="passed_on")
    key = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, db_index=True)
    recipient = models.CharField(max_length=320)
    sender = models.CharField(max_length=320, blank=True)

    class Meta:
        verbose_name = "mail passed on"
        verbose_name_plural = "mail passed on"
        # Seen with its outgoing mail, by whoever may see that.
        default_permissions = ()

    def __str__(self) -> str:
        return f"to {self.recipient}"


class FeedPosition(models.Model):
    """The desk's last history entry before which nothing is left to read; a single row."""

    entry_id = models.BigIntegerField(default=0)


class UndeliverableAddress(models.Model):
    """An address, in its normal form, that mail came back from for good; it gets no more until a person writes."""

    address = models.CharField(max_length=254, primary_key=True)
    reason = models.TextField(blank=True)
    since = models.DateTimeField()

    class Meta:
        verbose_name_plural = "undeliverable addresses"

    def __str__(self) -> str:
        return self.address


class MailHostTrouble(models.Model):
    """How the host that takes our mail refuses it.

    `host` is where mail is handed to, without its password. `refusals` of different mails followed each other since
    `since` without one taken between; `last_mail` (a key of the outbox) is the latest of them. Once there were a few,
    nothing is sent until `retry_at`, and then one mail first. `ended` is when all went on after the last such time.
    """

    host = models.CharField(max_length=255, primary_key=True)
    reason = models.TextField()
    refusals = models.PositiveIntegerField(default=0)
    last_mail = models.BigIntegerField(null=True)
    since = models.DateTimeField()
    retry_at = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        # Where it is told that mail is not delivered, this is told as the reason.
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.host}: {self.reason}"


@merging.follower("mail")
def _move_mail(old: CustomerUser, new: CustomerUser) -> int:
    mails = OutboxMail.objects.filter(participant=old.login)
    # Both were to be told the same: the mail to the new one does.
    told = OutboxMail.objects.filter(participant=new.login, history_id__isnull=False)
    mails.exclude(history_id__in=list(told.values_list("history_id", flat=True))).update(participant=new.login)
    return OutboxMail.objects.filter(customer_login=old.login).update(customer_login=new.login)
