"""Who is signed in. The session's key is stored as a digest only, like the secret of a link."""

from __future__ import annotations

from django.db import models

from otalink.customers import merging
from otalink.customers.types import CustomerUser


class CustomerSession(models.Model):
    """A signed-in customer user. It opens the tickets in `tickets`, or all the person's with `all_tickets`.

    `tokens` are the ids of the tokens it comes from: a code ends the session that its button started. `seen` has the
    newest article, by its key, that was shown of each ticket.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    customer_login = models.CharField(max_length=200, db_index=True)
    tickets = models.JSONField(default=list)
    tokens = models.JSONField(default=list)
    all_tickets = models.BooleanField(default=False)
    seen = models.JSONField(default=dict)
    created = models.DateTimeField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.customer_login


@merging.follower("sessions")
def _move_sessions(old: CustomerUser, new: CustomerUser) -> int:
    return CustomerSession.objects.filter(customer_login=old.login).update(customer_login=new.login)
