"""Making links: a token is made when its mail is sent, and replaces the older ones once that mail is delivered."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from otalink.common import prepared_sql
from otalink.tokens import audit, codes
from otalink.tokens.models import LIVE_STATES, AuditEvent, Token, TokenState

SECRET_BYTES = 32
# Ours, or the published add-on's: 24 letters and digits, which are 142 bits.
SECRET = r"(?:[A-Za-z0-9_-]{43}|[A-Za-z0-9]{24})"  # noqa: S105 - a pattern
_ACTIVATE = "UPDATE tokens_token SET state = %s, changed = %s WHERE id = %s AND state = %s"


@dataclass(frozen=True)
class Issued:
    """A new token; `url` is the only place its secret stands, `code` (`NNNN-NNNN`) the only one of its code."""

    id: int
    url: str
    code: str


def digest_of(secret: str) -> str:
    """What is stored of a secret. It has 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


@cache
def _same_reader() -> str:
    return (
        f"SELECT {prepared_sql.columns(Token, 's')} FROM tokens_token t JOIN tokens_token s "  # noqa: S608 - ours
        "ON s.ticket_number = t.ticket_number AND s.customer_login = t.customer_login WHERE t.id = %s"
    )


@transaction.atomic(savepoint=False)
def issue(ticket_number: str, customer_login: str) -> Issued:
    """Make a link; older links keep working until `mark_delivered`."""
    secret, code, now = secrets.token_urlsafe(SECRET_BYTES), codes.new(), timezone.now()
    digest = digest_of(secret)
    token = Token(
        digest=digest,
        ticket_number=ticket_number,
        customer_login=customer_login,
        code=codes.hash_of(code, digest),
        created=now,
        changed=now,
    )
    prepared_sql.insert(token)
    audit.record(AuditEvent.ISSUED, [token])
    return Issued(token.pk, f"{settings.OTALINK_BASE_URL}/l/{secret}", codes.shown(code))


@transaction.atomic(savepoint=False)
def mark_delivered(token_id: int) -> None:
    """The mail went out: the token is the live link now, and those made before it are superseded."""
    now = timezone.now()
    same = prepared_sql.select(Token, _same_reader(), token_id)
    token = next((token for token in same if token.pk == token_id), None)
    if token is None:
        return
    prepared_sql.execute(_ACTIVATE, TokenState.ACTIVE.value, now, token_id, TokenState.ISSUED.value)
    superseded = [older for older in same if older.pk < token_id and older.state in LIVE_STATES]
    audit.record(AuditEvent.SENT, [token])
    if superseded:
        older = Token.objects.filter(pk__in=[older.pk for older in superseded], state__in=LIVE_STATES)
        older.update(state=TokenState.SUPERSEDED, changed=now)
        audit.record(AuditEvent.SUPERSEDED, superseded)


@transaction.atomic
def revoke(ticket_number: str, customer_login: str = "") -> int:
    """End every live link and every code of a ticket, or of one customer user to it; returns how many links lived."""
    tokens = Token.objects.filter(ticket_number=ticket_number)
    if customer_login:
        tokens = tokens.filter(customer_login=customer_login)
    tokens.exclude(code="").update(code="")
    return _revoke(list(tokens.filter(state__in=LIVE_STATES)))


@transaction.atomic
def take_back(ticket_number: str, customer_login: str) -> int:
    """A mail came back, so nobody has its link: end every live one; codes of mails that arrived stay."""
    live = Token.objects.filter(ticket_number=ticket_number, customer_login=customer_login, state__in=LIVE_STATES)
    return _revoke(list(live))


@transaction.atomic
def withdraw(token_id: int) -> None:
    """The mail was refused for good: nobody has this link, so it must not count as one."""
    _revoke(list(Token.objects.filter(pk=token_id, state__in=LIVE_STATES)))


def _revoke(tokens: list[Token]) -> int:
    ids = [token.pk for token in tokens]
    Token.objects.filter(pk__in=ids).update(state=TokenState.REVOKED, code="", changed=timezone.now())
    audit.record(AuditEvent.REVOKED, tokens)
    return len(tokens)
