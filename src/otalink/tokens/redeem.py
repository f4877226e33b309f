"""Opening links: `inspect` only reads; `redeem` is one conditional UPDATE, so a link signs in exactly once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from django.db import transaction
from django.utils import timezone

from otalink.common import prepared_sql
from otalink.customers import provisional
from otalink.tokens import access, audit
from otalink.tokens.issue import digest_of
from otalink.tokens.models import LIVE_STATES, AuditEvent, Token, TokenState

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
# The heart of it: of all who try at once, the database lets one row change for one of them.
_TAKE = "UPDATE tokens_token SET state = %s, changed = %s WHERE id = %s AND state IN (%s, %s)"


class Standing(Enum):
    """What a link is worth now."""

    LIVE = auto()
    REPLACED = auto()  # used, replaced or too old, and a newer one works
    SPENT = auto()  # used, replaced or too old, and none works
    INVALID = auto()  # unknown, or access to the ticket has ended


@dataclass(frozen=True)
class Inspection:
    """A link looked at. Ticket number and login are empty where it is INVALID; the token too where it is unknown."""

    standing: Standing
    ticket_number: str = ""
    customer_login: str = ""
    token: Token | None = None


INVALID = Inspection(Standing.INVALID)


def inspect(secret: str) -> Inspection:
    """Look at a link without changing anything.

    Raises:
        BackendUnavailable, DeskUnavailable: ask again later.
    """
    found = prepared_sql.rows(Token, digest=digest_of(secret)) if _SECRET.fullmatch(secret) else []
    token = next(iter(found), None)
    # An unknown token costs the same look-ups as an expired one, so that timing tells nothing.
    is_open = access.may_access(token.ticket_number, token.customer_login) if token else access.may_access("", "")
    return _standing(token) if token and is_open else Inspection(Standing.INVALID, token=token)


def _standing(token: Token) -> Inspection:
    newest = access.oldest_link()
    if token.state in LIVE_STATES and token.created > newest:
        standing = Standing.LIVE
    else:
        newer = Token.objects.filter(
            ticket_number=token.ticket_number,
            customer_login=token.customer_login,
            state=TokenState.ACTIVE,
            created__gt=newest,
        )
        standing = Standing.REPLACED if newer.exists() else Standing.SPENT
    return Inspection(standing, token.ticket_number, token.customer_login, token)


def redeem(secret: str, client_ip: str = "", and_then: Callable[[Inspection], None] | None = None) -> Inspection:
    """Redeem a link: `LIVE` says that this call, and no other, took it.

    `client_ip` is the client's IP address, for the audit trail. `and_then` runs in the transaction that takes the link,
    so that the link is spent exactly when what it was spent for is there too.

    Raises:
        BackendUnavailable, DeskUnavailable: nothing was redeemed.
    """
    # Looked at before the transaction: nobody waits for a lock while we read.
    inspection = inspect(secret)
    if inspection.standing is Standing.LIVE:
        if _take(inspection, client_ip, and_then):
            return inspection
        inspection = inspect(secret)
    if inspection.token and inspection.standing is not Standing.INVALID:
        audit.record(AuditEvent.REFUSED, [inspection.token], client_ip)
    return inspection


@transaction.atomic
def _take(inspection: Inspection, client_ip: str, and_then: Callable[[Inspection], None] | None) -> bool:
    token = inspection.token
    if token is None:
        return False
    live = [state.value for state in LIVE_STATES]
    if not prepared_sql.execute(_TAKE, TokenState.REDEEMED.value, timezone.now(), token.pk, *live):
        return False
    audit.record(AuditEvent.REDEEMED, [token], client_ip)
    provisional.confirm([token.customer_login])
    if and_then:
        and_then(inspection)
    return True
