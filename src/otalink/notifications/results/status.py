"""How far each mail about a ticket came, for the agents: queued, sent, opened, or not delivered, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from otalink.common import retry
from otalink.desk.current import get_desk
from otalink.mail.refusals import Cause, cause_of
from otalink.notifications.models import MailState, NotificationEvent, OutboxMail

# More than any ticket has; the newest count.
_MOST = 500
# So many tickets are found; whoever has more has one cause for all of them.
_MOST_TICKETS = 1_000
_REPLY_CODE = re.compile(r"\d{3}\b")


@dataclass(frozen=True)
class MailStatus:
    """One mail. `state` is "queued", "sent", "opened", "goes again" once it came back, "not delivered", or "not sent".

    `article_id` is what it is about, None for a link alone; `reader` is a login, empty for the ticket's own customer
    user. `at` is when it came so far, or goes again. `reason` says why it is not further,
    `can_go_again` whether an agent should decide what becomes of it.
    """

    id: int
    event: NotificationEvent
    article_id: int | None
    reader: str
    state: str
    reason: str
    at: datetime
    can_go_again: bool


def of_ticket(ticket_number: str) -> list[MailStatus]:
    """The mails about a ticket, oldest first; of one that was sent several times, the last."""
    ours = OutboxMail.objects.filter(event__in=NotificationEvent.values)
    mails = ours.filter(ticket_number=ticket_number, resent_as=None).select_related("resend_of")
    return [_status(mail) for mail in reversed(mails.order_by("-pk")[:_MOST])]


def undelivered() -> QuerySet[OutboxMail]:
    """The mails about tickets that did not arrive, and about which nobody decided yet."""
    return OutboxMail.objects.filter(undelivered_since__isnull=False, opened_at=None).exclude(state=MailState.SENT)


def undelivered_tickets() -> list[str]:
    """The numbers of the tickets with such mails, those whose trouble is newest first.

    That a confirmation did not arrive is no longer of interest once the ticket is closed: most are to senders of spam.

    Raises:
        DeskUnavailable
    """
    rows = undelivered().order_by("-undelivered_since").values_list("ticket_number", "event")
    found = list(rows[:_MOST_TICKETS])
    answered = {number for number, event in found if event == NotificationEvent.AGENT_REPLIED}
    others = {number for number, _ in found} - answered
    closed = get_desk().access_ended(others, timezone.now()) if others else set()
    return list(dict.fromkeys(number for number, _ in found if number not in closed))


def reason_of(mail: OutboxMail) -> str:
    """Why a mail is not further, to stand after "because"; empty where there is nothing to say."""
    said = mail.last_error or (mail.resend_of.last_error if mail.resend_of else "")
    # A mail server's own answer means more with a word before it.
    cause = cause_of(said) if _REPLY_CODE.match(said) else Cause.UNKNOWN
    return said if cause is Cause.UNKNOWN else f"{cause.value} ({said})"


def state_of(mail: OutboxMail) -> str:
    """How far a mail came, as `MailStatus` says it."""
    if mail.opened_at:
        return "opened"
    if mail.state == MailState.DROPPED:
        return "not delivered" if mail.undelivered_since else "not sent"
    if _waits_after_return(mail):
        return "goes again"
    return "not delivered" if mail.state in {MailState.FAILED, MailState.RETURNED} else mail.state


def _waits_after_return(mail: OutboxMail) -> bool:
    return mail.state == MailState.QUEUED and mail.returns > 0 and mail.attempts == 0


def _status(mail: OutboxMail) -> MailStatus:
    state = state_of(mail)
    times = {
        "queued": mail.created,
        "goes again": mail.created + retry.RETURNED_MAIL.delay_after(mail.returns),
        "sent": mail.sent_at,
        "opened": mail.opened_at,
    }
    return MailStatus(
        id=mail.pk,
        event=NotificationEvent(mail.event),
        article_id=mail.article_id,
        reader=mail.customer_login or mail.participant,
        state=state,
        reason="" if state in {"sent", "opened"} else reason_of(mail),
        at=times.get(state) or mail.changed,
        can_go_again=state == "not delivered",
    )
