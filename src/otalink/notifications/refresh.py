"""Asking for a fresh link by mail; what the portal may promise depends on the answer."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from django.db import IntegrityError, transaction
from django.utils import timezone

from otalink.customers import directory, provisional
from otalink.customers.addresses import is_address, mailbox
from otalink.customers.types import BackendUnavailable
from otalink.desk.port import DeskUnavailable
from otalink.limits import rate_limits
from otalink.notifications import outbox, undeliverable
from otalink.notifications.models import MailState, NotificationEvent, OutboxMail
from otalink.tokens import access

# An address that refused a mail so recently will refuse the next one too.
_REFUSED_FOR = timedelta(hours=1)


def request_refresh(ticket_number: str, customer_login: str) -> bool:
    """Queue a mail with a fresh link; True only if such a mail is truly queued now, by this call or an earlier one."""
    try:
        with transaction.atomic():
            return _request(ticket_number, customer_login)
    except IntegrityError:
        return True  # a simultaneous request queued it first
    except (BackendUnavailable, DeskUnavailable):
        return False


def refresh_for_a_mail(ticket_number: str, customer_login: str, history_id: int) -> bool:
    """Queue a fresh link for whoever wrote to us, which `history_id` is the desk's entry of; whether it was queued.

    What was refused or counted before does not stand in its way; it has a limit of its own.

    Raises:
        BackendUnavailable, DeskUnavailable
    """
    limit = rate_limits.REFRESH_FOR_A_MAIL
    if not _has_way(ticket_number, customer_login) or rate_limits.is_reached(limit, customer_login):
        return False
    event = NotificationEvent.LINK_REFRESHED
    try:
        with transaction.atomic():
            mail = outbox.draft(event, ticket_number, customer_login=customer_login, history_id=history_id)
            outbox.queue([mail])
    except IntegrityError:
        return False  # one is on its way already
    rate_limits.count(limit, customer_login)
    return True


def seconds_until_refresh(ticket_number: str, customer_login: str) -> int:
    """In how many seconds a fresh link may be asked for again, as far as limits and a refused mail say; 0 is now."""
    keys = _limits(ticket_number, customer_login)
    return max(_refused_for(ticket_number, customer_login), *(rate_limits.seconds_left(*each) for each in keys.items()))


def _request(ticket_number: str, customer_login: str) -> bool:
    if not _can_be_sent(ticket_number, customer_login):
        return False
    if outbox.has_queued_refresh(ticket_number, customer_login):
        return True
    if not _take_from_limits(ticket_number, customer_login):
        return False
    event = NotificationEvent.LINK_REFRESHED
    outbox.queue([outbox.draft(event, ticket_number, customer_login=customer_login)])
    return True


def _can_be_sent(ticket_number: str, customer_login: str) -> bool:
    return _has_way(ticket_number, customer_login) and not _refused_for(ticket_number, customer_login)


def _has_way(ticket_number: str, customer_login: str) -> bool:
    """Whether somebody has an address and may enter the ticket."""
    customer = directory.find_valid(customer_login)
    if customer is None or not is_address(customer.email) or undeliverable.why(customer.email):
        return False
    return access.may_access(ticket_number, customer_login)


def _refused_for(ticket_number: str, customer_login: str) -> int:
    """How many seconds it still counts that the last mail was refused."""
    mails = OutboxMail.objects.filter(ticket_number=ticket_number, customer_login=customer_login)
    last = mails.exclude(state=MailState.QUEUED).order_by("-changed").first()
    if last is None or last.state != MailState.FAILED:
        return 0
    return max(0, ceil((last.changed + _REFUSED_FOR - timezone.now()).total_seconds()))


def _take_from_limits(ticket_number: str, customer_login: str) -> bool:
    keys = _limits(ticket_number, customer_login)
    if any(rate_limits.is_reached(limit, key) for limit, key in keys.items()):
        return False
    for limit, key in keys.items():
        rate_limits.count(limit, key)
    return True


def _limits(ticket_number: str, customer_login: str) -> dict[rate_limits.Limit, str]:
    limits = {
        rate_limits.REFRESH_PER_TICKET_AND_CUSTOMER: f"{ticket_number} {customer_login}",
        rate_limits.REFRESH_PER_CUSTOMER: customer_login,
    }
    customer = directory.find_valid(customer_login)
    if customer and provisional.is_unproven(customer.login):
        # Anybody may have opened the ticket in that name, and have asked for the link on the sign-in page.
        limits[rate_limits.REFRESH_PER_UNPROVEN_MAILBOX] = mailbox(customer.email)
    return limits
