"""That customers read their ticket: known from their own page, to which they signed in, and from nothing in a mail."""

from __future__ import annotations

from django.db.models import Case, CharField, F, Q, TextField, Value, When
from django.utils import timezone

from otalink.notifications.models import MailState, OutboxMail

_SEEN = "its reader saw the ticket meanwhile"


def record(ticket_number: str, customer_login: str, newest_article_id: int) -> None:
    """Note on the mails to a reader that they saw the ticket, up to that article, on its page; one statement.

    A mail that came back and waits to be sent again is not needed any more.
    """
    now, waits = timezone.now(), Q(state=MailState.QUEUED, returns__gt=0)
    mails = OutboxMail.objects.filter(ticket_number=ticket_number, customer_login=customer_login, opened_at=None)
    mails.filter(Q(article_id=None) | Q(article_id__lte=newest_article_id)).update(
        opened_at=now,
        changed=now,
        last_error=Case(When(waits, then=Value(_SEEN, TextField())), default=F("last_error")),
        # Last: MariaDB looks at what the statement has changed so far.
        state=Case(When(waits, then=Value(MailState.DROPPED, CharField())), default=F("state")),
    )
