"""Who gets in by code alone: the readers of some queues, and recipients at whose place machines press buttons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from otalink.common.short_cache import ShortCache
from otalink.customers.addresses import domain, normal
from otalink.desk.types import LinkProfile
from otalink.sysconfig import declarations, store
from otalink.sysconfig.setting import InvalidValue
from otalink.tokens import audit
from otalink.tokens.access import Entrance
from otalink.tokens.models import AuditEntry, AuditEvent, RecipientProfile, Token

# Two presses within this time are a habit: some scanner's, not somebody's second device.
_WITHIN = timedelta(days=30)


def _read() -> frozenset[str]:
    return frozenset(RecipientProfile.objects.filter(switched__isnull=False).values_list("recipient", flat=True))


_by_code = ShortCache(_read, RecipientProfile)


def forget_cache() -> None:
    """Read the database again at the next look."""
    _by_code.forget()


def needs_code(entrance: Entrance) -> bool:
    """Whether the button alone signs this person in nowhere, and its page tells nothing of them."""
    if entrance.ticket.link_profile is LinkProfile.CODE:
        return True
    known = _by_code.get()
    return bool(known) and _recipient(entrance.customer.email) in known


def note_press(token: Token, address: str, client_ip: str) -> None:
    """A code ended the session that the button of its mail had started: the second time, its recipients switch."""
    recipient, now = _recipient(address), timezone.now()
    rows = RecipientProfile.objects.filter(recipient=recipient, switched__isnull=True)
    if rows.filter(pressed__gt=now - _WITHIN).update(pressed=now, switched=now):
        forget_cache()
        audit.record(AuditEvent.CODE_ONLY, [token], client_ip, recipient)
    elif not rows.update(pressed=now):
        RecipientProfile.objects.bulk_create(
            [RecipientProfile(recipient=recipient, pressed=now)], ignore_conflicts=True
        )


def switched() -> list[dict[str, Any]]:
    """The recipients that were switched to `code`, and since when."""
    rows = RecipientProfile.objects.filter(switched__isnull=False).order_by("recipient")
    return [{"recipient": row.recipient, "since": _time(row.switched)} for row in rows]


def _time(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


@transaction.atomic
def switch_back(recipient: str) -> None:
    """Let the button sign these recipients in again, until machines press it twice more.

    Raises:
        InvalidValue: they were not switched.
    """
    name = recipient.strip().lower()
    rows = RecipientProfile.objects.filter(recipient=name, switched__isnull=False)
    if not rows:
        raise InvalidValue(f"{name!r} was not switched to codes")
    forget(rows)


@transaction.atomic
def forget(rows: Iterable[RecipientProfile]) -> None:
    """Delete what is known of these recipients; those who were switched are switched back."""
    for row in list(rows):
        if row.switched:
            event, now = AuditEvent.BUTTON_AGAIN, timezone.now()
            AuditEntry.objects.create(token_id=0, event=event, note=row.recipient, created=now)
        row.delete()


def purge() -> None:
    """Forget single presses that prove nothing any more."""
    RecipientProfile.objects.filter(switched__isnull=True, pressed__lt=timezone.now() - _WITHIN).delete()


def _recipient(address: str) -> str:
    # Nobody's machine stands at a domain where everybody has a mailbox: there, it is one person's own.
    form = normal(address)
    name = domain(form)
    return form if name in store.get(declarations.FREEMAIL_DOMAINS).split() else name
