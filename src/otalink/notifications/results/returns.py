"""A mail of ours that came back: noted where agents see it, and sent again unless its address is the cause."""

from __future__ import annotations

import contextlib
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from otalink.common import retry
from otalink.customers.types import CustomerUser
from otalink.desk.current import get_desk
from otalink.desk.port import TicketNotFound
from otalink.mail.refusals import Cause
from otalink.notifications import outbox
from otalink.notifications.models import PASSED_ON, MailState, NotificationEvent, OutboxMail
from otalink.notifications.results import resend

_log = structlog.get_logger("otalink.notifications")


@transaction.atomic
def note(mail: OutboxMail, reader: CustomerUser | None, cause: Cause, said: str) -> None:
    """Note that a mail came back, for that cause, in these words of the mail system; a second report changes nothing.

    Whatever says nothing about the address is tried again a few times, later and later, since most of it passes.
    """
    now = timezone.now()
    reason = f"{cause.value} ({said})" if said else cause.value
    # What its reader saw on the page arrived, whatever came back.
    known = {"state": MailState.RETURNED, "last_error": reason, "changed": now}
    since = None if mail.opened_at else now
    if not OutboxMail.objects.filter(pk=mail.pk, state=MailState.SENT).update(**known, undelivered_since=since):
        return
    again = _next_time(mail, cause, now)
    if again:
        resend.queue_again(mail, returns=mail.returns + 1, run_after=again)
    _log.info("a mail came back", ticket=mail.ticket_number, cause=cause.name, again=again)
    later = f"; it goes again on {again:%Y-%m-%d at %H:%M} UTC" if again else ""
    with contextlib.suppress(TicketNotFound):
        to = reader.email if reader else mail.customer_login
        get_desk().record_undeliverable(mail.ticket_number, f"{to}: {reason}{later}")


def _next_time(mail: OutboxMail, cause: Cause, now: datetime) -> datetime | None:
    """When it is tried again; None where that would be of no use."""
    # What we passed on is not kept once it was sent.
    is_kept = mail.event != PASSED_ON
    if cause is Cause.ADDRESS or mail.returns >= retry.MOST_RETURNS or mail.opened_at or not is_kept:
        return None
    # Only a reply says what no later mail says.
    if mail.event != NotificationEvent.AGENT_REPLIED and not outbox.is_newest(mail):
        return None
    return now + retry.RETURNED_MAIL.delay_after(mail.returns + 1)
