"""The audit trail: every step of a token, never the token."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from otalink.common import prepared_sql
from otalink.tokens.models import AuditEntry, AuditEvent, Token

_OPENED = "SELECT 1 FROM tokens_auditentry WHERE token_id = %s AND event = %s AND created > %s LIMIT 1"


def record_opened(token: Token, client_ip: str) -> None:
    """Note that somebody looked at a link; once an hour tells it, however often a scanner comes by."""
    since = timezone.now() - timedelta(hours=1)
    if not prepared_sql.fetch(_OPENED, token.pk, AuditEvent.OPENED.value, since):
        record(AuditEvent.OPENED, [token], client_ip)


def record(event: AuditEvent, tokens: Iterable[Token], client_ip: str = "", note: str = "") -> None:
    """Write one entry per token, in one statement."""
    now = timezone.now()
    entries = [
        AuditEntry(
            token_id=token.pk,
            ticket_number=token.ticket_number,
            customer_login=token.customer_login,
            event=event,
            client_ip=client_ip,
            note=note,
            created=now,
        )
        for token in tokens
    ]
    if len(entries) == 1:
        prepared_sql.insert(entries[0])
    else:
        AuditEntry.objects.bulk_create(entries)
