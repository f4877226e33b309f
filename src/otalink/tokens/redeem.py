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
from otalink.tokens import access, audit, codes, profiles
from otalink.tokens.access import Entrance
from otalink.tokens.issue import SECRET, digest_of
from otalink.tokens.models import LIVE_STATES, AuditEvent, Token, TokenState

_SECRET = re.compile(SECRET)
# The heart of it: of all who try at once, the database lets one row change for one of them.
_TAKE = "UPDATE tokens_token SET state = %s, changed = %s WHERE id = %s AND state IN (%s, %s)"


class Standing(Enum):
    """What a link is worth now."""

    LIVE = auto()
    CODE_ONLY = auto()  # its button signs nobody in, its code does
    REPLACED = auto()  # used, replaced or too old, and a newer one works
    SPENT = auto()  # used, replaced or too old, and none works
    INVALID = auto()  # unknown, or access to the ticket has ended


@dataclass(frozen=True)
class Inspection:
    """A link looked at.

    Ticket number and login are empty, and `entrance` is None, where it is INVALID; the token too where it is unknown.
    `takes_code` says whether its code still signs in, `names_nobody` whether the page must not tell whose it is.
    """

    standing: Standing
    ticket_number: str = ""
    customer_login: str = ""
    token: Token | None = None
    entrance: Entrance | None = None
    takes_code: bool = False
    names_nobody: bool = False


INVALID = Inspection(Standing.INVALID)
# What is done in the transaction that takes a link.
AndThen = Callable[[Inspection], None]


def inspect(secret: str) -> Inspection:
    """Look at a link without changing anything.

    Raises:
        BackendUnavailable, DeskUnavailable: ask again later.
    """
    found = prepared_sql.rows(Token, digest=digest_of(secret)) if _SECRET.fullmatch(secret) else []
    token = next(iter(found), None)
    # An unknown token costs the same look-ups as an expired one, so that timing tells nothing.
    entrance = access.find_entrance(*((token.ticket_number, token.customer_login) if token else ("", "")))
    return _of(token, entrance) if token and entrance else Inspection(Standing.INVALID, token=token)


def _of(token: Token, entrance: Entrance) -> Inspection:
    is_young, by_code = token.created > access.oldest_link(), profiles.needs_code(entrance)
    takes_code = is_young and bool(token.code) and token.code_tries < codes.MOST_TRIES
    if not (is_young and token.state in LIVE_STATES):
        standing = Standing.REPLACED if _has_newer(token) else Standing.SPENT
    elif by_code:
        standing = Standing.CODE_ONLY if takes_code else Standing.SPENT
    else:
        standing = Standing.LIVE
    return Inspection(
        standing, token.ticket_number, token.customer_login, token, entrance, takes_code, names_nobody=by_code
    )


def _has_newer(token: Token) -> bool:
    return Token.objects.filter(
        ticket_number=token.ticket_number,
        customer_login=token.customer_login,
        state=TokenState.ACTIVE,
        created__gt=access.oldest_link(),
    ).exists()


def redeem(secret: str, client_ip: str = "", and_then: AndThen | None = None) -> Inspection:
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
def _take(inspection: Inspection, client_ip: str, and_then: AndThen | None) -> bool:
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
