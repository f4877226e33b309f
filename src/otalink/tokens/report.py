"""Saying "this was not me": whoever has a mail ends all that its link and older ones let in."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from otalink.tokens import audit
from otalink.tokens.models import LIVE_STATES, AuditEntry, AuditEvent, Token, TokenState


@transaction.atomic
def report(token: Token, client_ip: str, and_then: Callable[[bool], None]) -> None:
    """End every link to the token's ticket for its reader, and the codes of older mails; then `and_then(is_first)`.

    The code of this mail and of newer ones still signs in: a machine that presses buttons presses this one too, and
    whoever reads the mail must get in all the same. `is_first` says whether it was not said from this mail before.
    """
    now = timezone.now()
    # The row is this transaction's from here on: of two who press at once, the second finds the first one's entry.
    Token.objects.filter(pk=token.pk).update(state=TokenState.REPORTED, changed=now)
    same = Token.objects.filter(ticket_number=token.ticket_number, customer_login=token.customer_login)
    ended = [*same.filter(state__in=LIVE_STATES)]
    same.filter(pk__lt=token.pk).exclude(code="").update(code="")
    same.filter(pk__lt=token.pk, state__in=LIVE_STATES).update(state=TokenState.REVOKED, changed=now)
    same.filter(pk__gt=token.pk, state__in=LIVE_STATES).update(state=TokenState.REPORTED, changed=now)
    is_first = not AuditEntry.objects.filter(token_id=token.pk, event=AuditEvent.NOT_ME).exists()
    audit.record(AuditEvent.NOT_ME, [token], client_ip)
    audit.record(AuditEvent.REVOKED, [each for each in ended if each.pk != token.pk])
    and_then(is_first)
