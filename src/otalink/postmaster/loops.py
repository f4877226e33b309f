"""Who was mailed about new tickets of late, and whether a person read it: what tells a loop from many questions."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from otalink.desk.current import get_desk
from otalink.postmaster.claim import Claim
from otalink.postmaster.senders import customer_users_of
from otalink.tokens.models import Token, TokenState

_WITHIN = timedelta(days=1)
# Enough for every limit an operator may set.
_MOST = 10_000


def notified_at(mailbox: str) -> list[datetime]:
    """When new tickets of that mailbox, written without a +tag, were notified of within the last day."""
    claims = Claim.objects.filter(notified_mailbox=mailbox[:255], created__gt=timezone.now() - _WITHIN)
    return list(claims.values_list("created", flat=True)[:_MOST])


def last_opened(address: str) -> datetime | None:
    """When somebody last redeemed a link of that address's customer users; None where nobody did of late.

    Whoever signs in with a password gets no such links, but is a person: they count as if they had just done so.

    Raises:
        BackendUnavailable, DeskUnavailable
    """
    users = customer_users_of(address)
    if any(user.has_password for user in users):
        return timezone.now()
    since = timezone.now() - _WITHIN
    logins = [user.login for user in users]
    numbers = [ticket.number for login in logins for ticket in get_desk().tickets_of(login)]
    redeemed = Token.objects.filter(
        ticket_number__in=numbers, customer_login__in=logins, state=TokenState.REDEEMED, changed__gt=since
    )
    return redeemed.order_by("-changed").values_list("changed", flat=True).first()
