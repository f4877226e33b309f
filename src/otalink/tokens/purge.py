"""Deleting the tokens of tickets that let nobody in any more; set-based, a chunk of tickets at a time."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from otalink.desk.current import get_desk
from otalink.tokens.access import closed_before
from otalink.tokens.models import AuditEntry, AuditEvent, Token

_CHUNK = 5_000


def purge() -> int:
    """Delete tokens of vanished tickets and of those closed longer ago than the access time; returns how many.

    Raises:
        DeskUnavailable
    """
    deleted, after, cutoff = 0, "", closed_before()
    while numbers := _next_numbers(after):
        ended = get_desk().access_ended(numbers, cutoff)
        deleted += _delete(sorted(ended)) if ended else 0
        after = numbers[-1]
    return deleted


def _next_numbers(after: str) -> list[str]:
    numbers = (
        Token.objects.filter(ticket_number__gt=after).order_by("ticket_number").values_list("ticket_number", flat=True)
    )
    return list(numbers.distinct()[:_CHUNK])


@transaction.atomic
def _delete(numbers: list[str]) -> int:
    audit, token = AuditEntry._meta.db_table, Token._meta.db_table
    places = ", ".join(["%s"] * len(numbers))
    with connection.cursor() as cursor:
        # Copied inside the database: reading 60,000 tokens here to write their entries would cost seconds.
        cursor.execute(
            f"INSERT INTO {audit} (token_id, ticket_number, customer_login, event, client_ip, note, created) "  # noqa: S608
            f"SELECT id, ticket_number, customer_login, %s, '', '', %s FROM {token} WHERE ticket_number IN ({places})",
            [AuditEvent.PURGED, timezone.now(), *numbers],
        )
        cursor.execute(f"DELETE FROM {token} WHERE ticket_number IN ({places})", numbers)  # noqa: S608
        return int(cursor.rowcount)
