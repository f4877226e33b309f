"""Making links: a token is made when its mail is sent, and replaces the older ones once that mail is delivered."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from otalink.common import prepared_sql
from otalink.tokens import audit
from otalink.tokens.models import LIVE_STATES, AuditEvent, Token, TokenState

SECRET_BYTES = 32


@dataclass(frozen=True)
class Issued:
    """A new token; `url` is the only place its secret stands."""

    id: int
    url: str


def digest_of(secret: str) -> str:
    """What is stored of a secret. It has 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue(ticket_number: str, customer_login: str) -> Issued:
    """Make a link; older links keep working until `mark_delivered`."""
    secret, now = secrets.token_urlsafe(SECRET_BYTES), timezone.now()
    token = Token(
        digest=digest_of(secret), ticket_number=ticket_number, customer_login=customer_login, created=now, changed=now
    )
    prepared_sql.insert(token)
    audit.record(AuditEvent.ISSUED, [token])
    return Issued(token.pk, f"{settings.OTALINK_BASE_URL}/l/{secret}")


@transaction.atomic
def mark_delivered(token_id: int) -> None:
    """The mail went out: the token is the live link now, and those made before it are superseded."""
    now = timezone.now()
    token = Token.objects.filter(pk=token_id).first()
    if token is None:
        return
    Token.objects.filter(pk=token_id, state=TokenState.ISSUED).update(state=TokenState.ACTIVE, changed=now)
    older = Token.objects.filter(
        ticket_number=token.ticket_number,
        customer_login=token.customer_login,
        state__in=LIVE_STATES,
        pk__lt=token_id,
    )
    superseded = list(older)
    older.update(state=TokenState.SUPERSEDED, changed=now)
    audit.record(AuditEvent.SENT, [token])
    audit.record(AuditEvent.SUPERSEDED, superseded)


@transaction.atomic
def revoke(ticket_number: str, customer_login: str = "") -> int:
    """End every live link of a ticket, or of one customer user to it; returns how many there were."""
    live = Token.objects.filter(ticket_number=ticket_number, state__in=LIVE_STATES)
    if customer_login:
        live = live.filter(customer_login=customer_login)
    return _revoke(list(live))


@transaction.atomic
def withdraw(token_id: int) -> None:
    """The mail was refused for good: nobody has this link, so it must not count as one."""
    _revoke(list(Token.objects.filter(pk=token_id, state__in=LIVE_STATES)))


def _revoke(tokens: list[Token]) -> int:
    ids = [token.pk for token in tokens]
    Token.objects.filter(pk__in=ids).update(state=TokenState.REVOKED, changed=timezone.now())
    audit.record(AuditEvent.REVOKED, tokens)
    return len(tokens)
