"""Asking for a fresh link by mail; what the portal may promise depends on the answer."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from otalink.customers import directory
from otalink.customers.addresses import is_address
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
    customer = directory.find_valid(customer_login)
    if customer is None or not is_address(customer.email) or undeliverable.why(customer.email):
        return False
    return access.may_access(ticket_number, customer_login) and not _was_refused(ticket_number, customer_login)


def _was_refused(ticket_number: str, customer_login: str) -> bool:
    mails = OutboxMail.objects.filter(ticket_number=ticket_number, customer_login=customer_login)
    last = mails.exclude(state=MailState.QUEUED).order_by("-changed").first()
    return last is not None and last.state == MailState.FAILED and last.changed > timezone.now() - _REFUSED_FOR


def _take_from_limits(ticket_number: str, customer_login: str) -> bool:
    keys = {
        rate_limits.REFRESH_PER_TICKET_AND_CUSTOMER: f"{ticket_number} {customer_login}",
        rate_limits.REFRESH_PER_CUSTOMER: customer_login,
    }
    if any(rate_limits.is_reached(limit, key) for limit, key in keys.items()):
        return False
    for limit, key in keys.items():
        rate_limits.count(limit, key)
    return True
